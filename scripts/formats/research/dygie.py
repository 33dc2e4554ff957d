"""SciERC's and DyGIE++'s JSON lines: documents in sentences of tokens, with spans of tokens.

A line: {"doc_key": str, "sentences": [[TOKEN, ...], ...], "ner": [[[first, last, label], ...], ...],
         ["relations", "events", "clusters", "predicted_ner", ...]}
One list of spans a sentence; tokens are counted through the document, and the last belongs to the span.
The text is the tokens joined by single spaces. Relations, events, clusters and predictions are left out.
Source: https://github.com/dwadden/dygiepp, DATA.md, "Data format".
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


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has sentences of tokens and lists of spans."""
    return any(is_document(record) for record in head.records)


def is_document(record: dict[str, Any]) -> bool:
    """Say whether an object is a document in sentences."""
    sentences = record.get("sentences")
    first = sentences[0] if isinstance(sentences, list) and sentences else None
    tokens = isinstance(first, list) and all(isinstance(token, str) for token in first)
    return tokens and ("doc_key" in record or isinstance(record.get("ner"), list))


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a file."""
    yield from json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one document, or raise Unusable."""
    sentences, marks = record.get("sentences"), record.get("ner")
    if not isinstance(sentences, list) or not all(isinstance(tokens, list) for tokens in sentences):
        raise Unusable(f"its sentences are {shown(sentences)}, not lists of tokens", "export it again")
    words = words_of([token for tokens in sentences for token in tokens])
    if not isinstance(marks, list | None) or not all(isinstance(spans, list) for spans in marks or ()):
        raise Unusable(f"`ner` is {shown(marks)}, not a list of lists of spans", "export it again")
    text, places, notes = placed(words)
    inside = [mark for spans in marks or () for mark in spans]
    return {
        "text": text,
        **sound_spans(inside, partial(placed_span, places=places)).fields(),
        "id": as_name(record.get("doc_key")),
        "annotated": None if marks is None else True,
        "tokens": places,
        "notes": tuple(notes),
    }


FORMAT = Format("dygie", "SciERC and DyGIE++ JSON lines", sniff, read, None)
