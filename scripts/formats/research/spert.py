"""SpERT's JSON: records with tokens and spans of tokens.

An object: {"tokens": [str, ...], "entities": [{"type": str, "start": int, "end": int}, ...],
            ["relations": [...], "orig_id"]}
`start` and `end` count tokens from 0, and the token at `end` does not belong to the span. The text is
the tokens joined by single spaces. Relations are left out.
Source: https://github.com/lavis-nlp/spert, spert/input_reader.py, and the data sets that it fetches.
"""

from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, shown, sound_spans, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records
from scripts.formats.shared.token_texts import placed, placed_span, words_of
from scripts.formats.shared.tokens import TokenOffsets

KEYS = {"type", "start", "end"}
OWN = ("tokens", "entities", "relations", "orig_id", "id")


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has tokens, and entities that count them."""
    return any(is_record(record) for record in head.records)


def is_record(record: dict[str, Any]) -> bool:
    """Say whether an object has tokens that are strings, entities and no text of its own."""
    words, marks = record.get("tokens"), record.get("entities")
    if "text" in record or not isinstance(words, list) or not isinstance(marks, list) or not words:
        return False
    ours = all(isinstance(mark, dict) and mark.keys() >= KEYS for mark in marks[:1])
    return isinstance(words[0], str) and ours and (bool(marks) or "orig_id" in record)


def read(path: Path, options: Options) -> Records:
    """Yield the records of a file."""
    yield from json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one record, or raise Unusable."""
    words, marks = words_of(record.get("tokens")), record.get("entities")
    if not isinstance(marks, list | None):
        raise Unusable(f"its entities are {shown(marks)}, not a list", "export it again")
    text, places, notes = placed(words)
    return {
        "text": text,
        **sound_spans(marks, partial(span_of, places=places)).fields(),
        "id": as_name(record.get("orig_id", record.get("id"))),
        "annotated": None if marks is None else True,
        "tokens": places,
        "notes": tuple(notes),
        "meta": {key: value for key, value in record.items() if key not in OWN},
    }


def span_of(mark: Any, places: TokenOffsets) -> CharSpan:
    """Return one span, or raise Unusable; places: of the tokens."""
    if not isinstance(mark, dict):
        raise Unusable(f"{shown(mark)} is not a span", "write spans as {type, start, end}")
    end = whole(mark.get("end"))
    return placed_span([mark.get("start"), end - 1, mark.get("type")], places)


FORMAT = Format("spert", "SpERT JSON", sniff, read, None)
