"""What is wrong with a corpus: labels, mentions, duplicates and lengths, with their places."""
