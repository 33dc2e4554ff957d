"""CLUENER's JSON lines: spans by label and by what they cover, with ends that belong to them.

A line: {"text": str, "label": {LABEL: {MENTION: [[first, last], ...], ...}, ...}, ["id"]}
The lines of its test set have no `label`. Source: https://github.com/CLUEbenchmark/CLUENER2020, README,
and Xu et al. (2020), https://arxiv.org/abs/2001.04351.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records

CluenerSpan = tuple[Any, Any, Any]  # label, mention, place
WRITE = 'write them as {"label": {"mention": [[first, last]]}}'
OWN = ("text", "label", "id")


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has a text and spans by label."""
    return any(isinstance(record.get("text"), str) and is_grouped(record) for record in head.records)


def is_grouped(record: dict[str, Any]) -> bool:
    """Say whether the spans of an object are grouped by label and by mention."""
    try:
        marks = list(marks_of(record.get("label")))
    except Unusable:
        return False
    return bool(marks) and all(isinstance(place, list) and len(place) == 2 for *_, place in marks)


def read(path: Path, options: Options) -> Records:
    """Yield the records of a file."""
    yield from json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one record, or raise Unusable."""
    text = text_of(record)
    return {
        "text": text,
        **sound_spans(list(marks_of(record.get("label"))), span_of).fields(),
        "id": as_name(record.get("id")),
        "annotated": None if record.get("label") is None else True,
        "meta": {key: value for key, value in record.items() if key not in OWN},
    }


def marks_of(groups: Any) -> Iterator[CluenerSpan]:
    """Yield each place with its label and its mention, or raise Unusable."""
    if groups is None:
        return
    if not isinstance(groups, dict):
        raise Unusable(f"its labels are {shown(groups)}, not an object", WRITE)
    for label, mentions in groups.items():
        if not isinstance(mentions, dict):
            raise Unusable(f"the entities of {label!r} are {shown(mentions)}, not an object", WRITE)
        for mention, places in mentions.items():
            if not isinstance(places, list):
                raise Unusable(f"the positions of {mention!r} are {shown(places)}, not a list", WRITE)
            yield from ((label, mention, place) for place in places)


def span_of(mark: CluenerSpan) -> CharSpan:
    """Return one span, or raise Unusable."""
    label, mention, place = mark
    if not isinstance(place, list) or len(place) != 2:
        raise Unusable(f"{shown(place)} is not a position of {mention!r}", WRITE)
    first, last = map(whole, place)
    return CharSpan(first, last + 1, label_of(label, (first, last + 1)), mention=mention)


FORMAT = Format("cluener", "CLUENER JSON lines", sniff, read)
