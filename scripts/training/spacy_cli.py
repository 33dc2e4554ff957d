"""Two private helpers of spaCy's command line, so that our steps read and refuse a config as it does.

Nothing else of the project imports private names of spaCy. Tests compare both helpers with spaCy's own
command `debug config`, so that a version that changes them is noticed.
"""

from spacy.cli._util import parse_config_overrides, show_validation_error

__all__ = ["parse_config_overrides", "show_validation_error"]
