"""Dataturks' JSON: one document a line, with the mentions that were marked in it.

A line: {"content": str, "annotation": [{"label": [str, ...], "points": [{"start", "end", "text"}]}],
         "extras": ..., "metadata": {"status": "done" | "skipped" | ..., "last_updated_by": str, ...}}
Ends belong to the span: the point 0-2 covers three characters. A document without a list of
annotations was not looked at yet. An annotation with several labels is a span of each.
Source: Dataturks' own converter, https://gist.github.com/DataTurks/71e66f7ce5ce7c101f0900da7be915da.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.annotation.text import ACCEPT, CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records

NOT_USED = ("skipped", "deleted")
POINT = "write points as {start, end, text}"


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has a content and what was annotated in it."""
    return any("content" in record and is_annotation(record) for record in head.records)


def is_annotation(record: dict[str, Any]) -> bool:
    """Say whether an object has annotations as Dataturks writes them, of whatever kind."""
    if "annotation" not in record:
        return False
    given = record["annotation"]
    if isinstance(given, list) and given:
        return isinstance(given[0], dict) and "label" in given[0]
    return "extras" in record or (isinstance(given, dict) and "labels" in given)


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a Dataturks download."""
    others = [other_than_ner(record) for record in Head.of(path).records]
    if others and all(others):
        hint = "download a document annotation project"
        raise OtherTask(path.as_posix(), f"this is {others[0]}", hint)
    yield from json_records(path, parse)


def other_than_ner(record: dict[str, Any]) -> str:
    """Return what project an object comes from if it marks no text, else nothing."""
    given = record.get("annotation")
    if isinstance(given, dict):
        return "a Dataturks project of text classification"
    for mark in given if isinstance(given, list) else ():
        points = mark.get("points") if isinstance(mark, dict) else None
        point = points[0] if isinstance(points, list) and points else None
        if isinstance(point, list) or (isinstance(point, dict) and "x" in point):
            return "a Dataturks project of images"
    return ""


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one document, or raise Unusable; one that was skipped may be faulty."""
    metadata = record.get("metadata")
    about = metadata if isinstance(metadata, dict) else {}
    status = as_name(about.get("status")) or ""
    if status.casefold() in NOT_USED:
        return {"text": str(record.get("content") or ""), "spans": (), "answer": status}
    marks = record.get("annotation")
    if marks is not None and not isinstance(marks, list):
        raise Unusable(f"the annotation is a {type(marks).__name__}, not a list", "download it again")
    return {
        "text": text_of(record, "content"),
        **sound_spans([pair for mark in marks or () for pair in pairs_in(mark)], span_of).fields(),
        "answer": ACCEPT,
        "annotated": False if marks is None else True if marks or status == "done" else None,
        "annotator": as_name(about.get("last_updated_by")),
        "meta": {"extras": record["extras"]} if record.get("extras") is not None else {},
    }


def pairs_in(mark: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (point, label) of each span that one annotation marks."""
    points, labels = (mark.get("points"), mark.get("label")) if isinstance(mark, dict) else (mark, None)
    for point in points if isinstance(points, list) else [points]:
        for label in labels if isinstance(labels, list) and labels else [labels]:
            yield point, label


def span_of(pair: tuple[Any, Any]) -> CharSpan:
    """Return the span of a point, whose end belongs to it, and a label; or raise Unusable."""
    point, label = pair
    if not isinstance(point, dict):
        raise Unusable(f"the points {shown(point)} are not offsets", POINT)
    start, last, mention = whole(point.get("start")), whole(point.get("end")), point.get("text")
    name = label_of(label, (start, last + 1))
    return CharSpan(start, last + 1, name, mention=mention if isinstance(mention, str) else None)


FORMAT = Format("dataturks", "Dataturks JSON lines", sniff, read)
