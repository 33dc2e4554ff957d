"""GLiNER's training data: JSON objects with tokens and spans of tokens, in a list or one a line.

An object: {"tokenized_text": [str, ...], "ner": [[first, last, label], ...],
            ["ner_labels": [...], "ner_negatives": [...], "relations": [...], "text": str]}
`first` and `last` are numbers of tokens from 0, and the last belongs to the span. The text is the tokens
joined by single spaces, unless the object gives it. Negatives and relations are left out.
Source: https://github.com/urchade/GLiNER, docs/training.md, "Dataset Format".
"""

from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, shown, sound_spans
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records
from scripts.formats.shared.token_texts import placed, placed_span, words_of

OWN_KEYS = {"tokenized_text", "ner", "text", "id", "relations"}


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has a list of tokens under GLiNER's name for it."""
    return any(is_strings(record.get("tokenized_text")) for record in head.records)


def is_strings(value: Any) -> bool:
    """Say whether a value is a list of strings, and not an empty one."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def read(path: Path, options: Options) -> Records:
    """Yield the objects of a file of training data."""
    yield from json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one object, or raise Unusable."""
    words = words_of(record.get("tokenized_text"))
    marks = record.get("ner")
    if not isinstance(marks, list | None):
        raise Unusable(f"`ner` is {shown(marks)}, not a list", "write it as [[first, last, label], ...]")
    text, places, notes = placed(words, record.get("text"))
    return {
        "text": text,
        **sound_spans(marks, partial(placed_span, places=places)).fields(),
        "id": as_name(record.get("id")),
        "annotated": None if marks is None else True,
        "tokens": places,
        "notes": tuple(notes),
        "meta": {key: value for key, value in record.items() if key not in OWN_KEYS},
    }


FORMAT = Format("gliner", "GLiNER training JSON", sniff, read, None)
