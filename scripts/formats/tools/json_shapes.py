"""JSON records whose fields merely have other names: read by a shape, which says where everything is.

In: a file of JSON objects and a shape. Out: annotated texts. A path in a shape is a key, or keys and
numbers of list items with dots between them: `span.begin`, `0`. The shapes of known tools are in
`json_tools`; the setting `fields` makes one for any other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.splits import SPLIT_NAMES
from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.base import Records
from scripts.formats.shared.fields import (
    LayerValue,
    as_name,
    given_spans,
    label_of,
    shown,
    sound_spans,
    text_of,
    whole,
)
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_cursor import picked
from scripts.formats.shared.json_records import json_items, json_records


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a record has what.

    text, id, group, split: paths in a record. spans: the path of its list of spans.
    start, end or length, label, mention: paths in a span. inclusive: whether the end belongs to it.
    parts: the path that holds a list of places where a span is discontinuous.
    inner: the path in a span of the spans inside it.
    tracks: the path of a list of objects that have spans of their own. layer: the path of their names.
    records: where the records are, as `json_inside` has it; empty for the usual places.
    """

    text: str = "text"
    spans: str = "spans"
    start: str = "start"
    end: str = "end"
    label: str = "label"
    length: str = ""
    mention: str = ""
    id: str = ""
    group: str = ""
    split: str = ""
    inclusive: bool = False
    parts: str = ""
    inner: str = ""
    tracks: str = ""
    layer: str = ""
    records: str = ""


Shapes = Sequence[Shape]
PATHS = ("text", "id", "group", "split", "spans", "tracks")  # of a record, not of a span


def at(value: Any, path: str) -> Any:
    """Return what is at a path in a value, or None."""
    if isinstance(value, Mapping) and path in value:
        return value[path]
    for key in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list | tuple) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def records_in(head: Head, shape: Shape) -> list[Any]:
    """Return the first records of a file."""
    if not shape.records:
        return list(head.records)
    return [value for _, value in picked(head.value, tuple(shape.records.split(".")))]


def fits(record: Any, shape: Shape) -> bool:
    """Say whether a record has a text and spans where a shape says so."""
    marks = at(record, shape.spans)
    if not isinstance(at(record, shape.text), str) or not isinstance(marks, list) or not marks:
        return False
    paths = (shape.start, shape.length or shape.end, shape.label)
    found = [at(marks[0], path) is not None for path in paths]
    return all(found) or bool(shape.parts and found[-1] and at(marks[0], shape.parts))


def read_shapes(path: Path, shapes: Shapes) -> Records:
    """Yield the records of a file in one of some shapes, which differ in where the spans are."""
    where = shapes[0].records
    parse = partial(parse_shapes, shapes=shapes)
    yield from json_items(path, where, parse) if where else json_records(path, parse)


def parse_shapes(record: dict[str, Any], shapes: Shapes) -> dict[str, Any]:
    """Return the fields of a record that is in the first shape whose spans it has, or raise Unusable."""
    given = (shape for shape in shapes if at(record, shape.spans) is not None)
    return parse(record, next(given, shapes[0]))


def parse(record: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the fields of one record, or raise Unusable."""
    text = text_of({shape.text: at(record, shape.text)}, shape.text)
    tracks = at(record, shape.tracks) if shape.tracks else None
    own = at(record, shape.spans)
    marks = [
        LayerValue(as_name(name) or "", mark)
        for name, given in ((None, own), *named_tracks(tracks, shape))
        for mark in with_inner(given_spans(given), shape)
    ]
    used = {getattr(shape, name).partition(".")[0] for name in PATHS} | {shape.text, shape.spans}
    return {
        "text": text,
        **sound_spans(marks, partial(span_in_layer, shape=shape)).fields(),
        "id": as_name(at(record, shape.id)) if shape.id else None,
        "group": as_name(at(record, shape.group)) if shape.group else None,
        "split": split_at(record, shape) if shape.split else None,
        "annotated": None if own is None and tracks is None else True,
        "meta": {key: value for key, value in record.items() if key not in used},
    }


def named_tracks(tracks: Any, shape: Shape) -> Iterator[tuple[Any, Any]]:
    """Yield (name, spans) of the tracks of a record."""
    for track in tracks if isinstance(tracks, list) else ():
        yield at(track, shape.layer), at(track, shape.spans)


def with_inner(marks: Iterable[Any], shape: Shape) -> Iterator[Any]:
    """Yield spans, each followed by those inside it."""
    for mark in marks:
        yield mark
        inner = at(mark, shape.inner) if shape.inner else None
        yield from with_inner(inner, shape) if isinstance(inner, list) else ()


def span_in_layer(placed: LayerValue, shape: Shape) -> CharSpan:
    """Return the span that an item of a list is, with the layer of that list; or raise Unusable."""
    span = span_at(placed.mark, shape)
    return replace(span, layer=placed.layer) if placed.layer else span


def span_at(mark: Any, shape: Shape) -> CharSpan:
    """Return the span that an item of the list is, or raise Unusable."""
    pieces = at(mark, shape.parts) if shape.parts else None
    if isinstance(pieces, list) and pieces:
        places = tuple(place_at({shape.parts: piece}, shape) for piece in pieces)
    else:
        places = (place_at(mark, shape),)
    start, end = min(places)[0], max(end for _, end in places)
    label = label_of(at(mark, shape.label), (start, end))
    mention = at(mark, shape.mention) if shape.mention else None
    return CharSpan(
        start,
        end,
        label,
        parts=places if len(places) > 1 else (),
        mention=mention if isinstance(mention, str) and len(places) == 1 else None,
    )


def place_at(mark: Any, shape: Shape) -> tuple[int, int]:
    """Return where a span is, or raise Unusable."""
    first, last = at(mark, shape.start), at(mark, shape.length or shape.end)
    if first is None or last is None:
        wanted = f"{shape.start} and {shape.length or shape.end}"
        hint = f"it needs {wanted}; see fields in configs/convert.cfg"
        raise Unusable(f"{shown(mark)} has no offsets", hint)
    start = whole(first)
    return start, (start if shape.length else 0) + whole(last) + shape.inclusive


def split_at(record: Any, shape: Shape) -> str | None:
    """Return the split that a record names, or raise Unusable for what is none."""
    name = as_name(at(record, shape.split))
    if name is None:
        return None
    if name.casefold() not in SPLIT_NAMES:
        raise Unusable(f"split {name!r} is not train, dev or test", "correct it or leave it out")
    return SPLIT_NAMES[name.casefold()]


def shape_of(named: Mapping[str, str]) -> Shape:
    """Return the shape that the setting `fields` describes."""
    given: dict[str, Any] = dict(named)
    given["inclusive"] = given.get("inclusive") == "true"
    return Shape(**given)
