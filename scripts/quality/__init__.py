"""What is wrong with a corpus: findings about labels, mentions, duplicates and lengths, with their places."""
