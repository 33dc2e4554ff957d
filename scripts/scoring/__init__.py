"""Scores of a pipeline: what spaCy's figures lack, and how they are shown."""
