"""Files that steps hand to one another: written whole or not at all, known by their hashes."""
