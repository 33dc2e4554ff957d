"""Columns of tokens and tags, as CoNLL has them."""
