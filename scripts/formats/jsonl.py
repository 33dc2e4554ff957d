"""Plain JSONL: one object a line, with a text and its spans.

A line: {"text": str, KEY: [SPAN, ...], ["id", "group", "split", "answer"], the rest is kept as meta}
KEY:    "spans" | "entities" | "labels" | "label"
SPAN:   {"start": int, "end": int, "label": str} | [start, end, label]
"""

from pathlib import Path
from typing import Any

from scripts.corpus.splitting import NAMES
from scripts.corpus.text import ACCEPT, Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.fields import as_name, spans_of, text_of
from scripts.formats.head import Head
from scripts.formats.json_records import json_records

SPAN_KEYS = ("spans", "entities", "labels", "label")
OWN_KEYS = {"text", "id", "group", "split", "answer", *SPAN_KEYS}


def sniff(head: Head) -> bool:
    """Say whether the file holds JSON objects with a text, on lines of their own or in a list."""
    return any("text" in record for record in head.records)


def read(path: Path, options: Options) -> Reading:
    """Yield the records of a plain JSONL file."""
    return json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one record, or raise Unusable; one that was not accepted may be faulty."""
    answer = as_name(record.get("answer")) or ACCEPT
    if answer != ACCEPT:
        return {"text": str(record.get("text") or ""), "spans": (), "answer": answer}
    given = {key: record[key] for key in SPAN_KEYS if record.get(key)}
    if len(given) > 1 and isinstance(given.get("label"), str):
        del given["label"]  # beside spans, the class of the whole text
    found = {key: spans_of(marks) for key, marks in given.items()}
    if len(set(map(frozenset, found.values()))) > 1:
        reason = f"{' and '.join(found)} say different things"
        raise Unusable(reason, "keep one of these fields")
    split = record.get("split")
    if split is not None and str(split).casefold() not in NAMES:
        raise Unusable(f"split {split!r} is not train, dev or test", "correct it or leave it out")
    return {
        "text": text_of(record),
        "spans": next(iter(found.values()), ()),
        "id": as_name(record.get("id")),
        "group": as_name(record.get("group")),
        "split": None if split is None else NAMES[str(split).casefold()],
        "meta": {key: value for key, value in record.items() if key not in OWN_KEYS},
    }


FORMAT = Format("jsonl", "plain JSONL (text with spans, entities or labels)", sniff, read)
