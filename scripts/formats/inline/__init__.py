"""Texts with their entities marked in the text."""
