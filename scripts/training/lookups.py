"""Lookup tables of `spacy-lookups-data`, for languages that have them and for those that have none.

spaCy's own `spacy.LookupsDataLoader.v1` stops when a language lacks a table; this one trains without.
"""

from spacy.lookups import Lookups, load_lookups
from spacy.util import registry
from wasabi import msg


@registry.misc("ner_template.lookups.v1")  # type: ignore[untyped-decorator]
def load_tables(lang: str, tables: list[str]) -> Lookups:
    """Return the tables that `spacy-lookups-data` has for a language, and say which it has not."""
    found = load_lookups(lang, tables, strict=False)
    for table in tables:
        if not found.has_table(table) or not len(found.get_table(table)):
            msg.info(f"spacy-lookups-data has no table {table} for {lang!r}: training without it")
    return found
