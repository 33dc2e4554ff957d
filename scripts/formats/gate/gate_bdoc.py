"""The JSON of GATE's Python package and its plugin (bdocjs): one document a file, or one a line.

{"text": str, "name": str, "features": {...}, "offset_type": "p" or "j",
 "annotation_sets": {NAME: {"annotations": [{"type", "start", "end", "id", "features": {...}}]}}}
Offsets count characters (`p`, as Python does, also when nothing is said) or UTF-16 units (`j`, as Java
does). An annotation set is a layer, called `default` where its name is empty. What no entity has
(tokens, sentences: see STRUCTURE in `gate`) is left out.
Source: `Document.to_dict` of gatenlp, https://gatenlp.github.io/python-gatenlp/.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.offset_units import mover
from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.gate.gate import LEFT_OUT, STRUCTURE, UNNAMED
from scripts.formats.shared.fields import (
    LayerValue,
    as_name,
    label_of,
    shown,
    sound_spans,
    text_of,
    whole,
)
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records

HINT = "save the document again"
UNITS = {"p": "characters", "j": "utf16"}


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has a text and annotation sets."""
    return any("text" in r and isinstance(r.get("annotation_sets"), dict) for r in head.records)


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a file."""
    yield from json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one document, or raise Unusable."""
    text = text_of(record)
    sets, unit = record.get("annotation_sets"), record.get("offset_type", "p")
    if not isinstance(sets, dict):
        raise Unusable(f"its annotation sets are {shown(sets)}, not an object of sets by name", HINT)
    if not isinstance(unit, str) or unit not in UNITS:
        raise Unusable(f"its offset_type is {shown(unit)}, neither p nor j", HINT)
    marks = [(name or UNNAMED, mark) for name, given in sets.items() for mark in marks_of(given)]
    found = [LayerValue(layer, mark) for layer, mark in marks if mark.get("type") not in STRUCTURE]
    return {
        "text": text,
        **sound_spans(found, partial(span_of, move=mover(text, UNITS[unit]))).fields(),
        "id": as_name(record.get("name") or None),
        "notes": (LEFT_OUT,) if len(found) < len(marks) else (),
    }


def marks_of(given: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the annotations of one set, or raise Unusable."""
    marks = given.get("annotations", []) if isinstance(given, dict) else given
    if not isinstance(marks, list):
        raise Unusable(f"the annotations of a set are {shown(marks)}, not a list", HINT)
    for mark in marks:
        if not isinstance(mark, dict) or isinstance(mark.get("type"), list | dict):
            raise Unusable(f"an annotation is invalid ({shown(mark)})", HINT)
        yield mark


def span_of(placed: LayerValue, move: Callable[[CharSpan], CharSpan]) -> CharSpan:
    """Return the span of one annotation, or raise Unusable; move: turns its offsets into characters."""
    layer, mark = placed
    span = move(CharSpan(whole(mark.get("start")), whole(mark.get("end")), "", layer=layer))
    return replace(span, label=label_of(mark.get("type"), (span.start, span.end)))


FORMAT = Format("gate_bdoc", "GATE's bdoc JSON (gatenlp)", sniff, read, None)
