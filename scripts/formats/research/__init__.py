"""Formats of published corpora and of research models."""
