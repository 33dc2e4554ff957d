"""Formats of spaCy itself."""
