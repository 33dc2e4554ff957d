"""What several formats need: parsers of files, and what is made of their values."""
