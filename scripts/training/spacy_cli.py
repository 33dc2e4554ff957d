"""A private helper of spaCy's command line, so that our steps refuse a config in its words.

Nothing else of the project imports private names of spaCy. A test compares it with spaCy's own command
`debug config`, so that a version that changes it is noticed.
"""

from spacy.cli._util import show_validation_error

__all__ = ["show_validation_error"]
