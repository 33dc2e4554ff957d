"""Registered functions: what a config in `configs/` names and spaCy itself does not have.

Each file stands alone, so that `spacy package --code` could copy it into a packaged pipeline.
"""
