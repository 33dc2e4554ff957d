"""doccano's JSONL for sequence labeling, in the shapes that its versions wrote; one object a line.

{"id", "text", "annotations": [{"label": 12, "start_offset", "end_offset", "user"}], "meta",
    "annotation_approver"}                        2019-2020: labels as numbers, several annotators
{"id", "text", "meta", "annotation_approver", "labels": [[start, end, label]]}    the same, as names
{"id", "text" or "data", "label": [[start, end, label]], "Comments": [...]}       since 2021
{"id", "text", "entities": [{"id", "label", "start_offset", "end_offset"}],       with relations,
    "relations": [...], "Comments"}                                               which are left out
{"id", "text", "cats": [...], "entities": [[start, end, label]]}                  intents and slots
Numbered labels get their names from `tag_names` (in the order of the numbers that the file has) or
from `label_config.json` next to it, else the number is the label. Offsets count UTF-16 units, for they
are a browser's; projects that count grapheme clusters and versions of 2019-2021, which counted code
points, don't say so in the file.
Source: https://github.com/doccano/doccano, backend/data_export/pipeline; on offsets its issue 2290.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, FileFault, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import (
    ReadableSpans,
    as_name,
    names_a_class,
    sound_spans,
    span_of,
    text_of,
)
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, json_records
from scripts.formats.shared.lines import whole_text

TEXTS = ("text", "data")
SPANS = ("annotations", "entities", "label", "labels")
MARKS = ("Comments", "comments", "annotation_approver")
OWN_KEYS = {"id", "relations", "meta", *TEXTS, *SPANS}
UNNAMED = "the number of a label is used as its name"
LabelNames = Mapping[int, str]


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has spans, or a project's fields, as only doccano writes."""
    return any(is_doccano(record) for record in head.records)


def is_doccano(record: dict[str, Any]) -> bool:
    """Say whether an object is a record of doccano: by its spans, or by what it says about itself."""
    if any(mark in record for mark in MARKS):
        return "id" in record and any(key in record for key in (*SPANS, "bbox", "segmentation"))
    if not any(isinstance(record.get(key), str) for key in TEXTS):
        return False
    first = {key: record[key][0] for key in SPANS if isinstance(record.get(key), list) and record[key]}
    for key, mark in first.items():
        if isinstance(mark, dict) and {"label", "start_offset", "end_offset"} <= mark.keys():
            return True
        if is_triple(mark) and (key in ("label", "labels") or (key == "entities" and "cats" in record)):
            return True
    return False


def is_triple(mark: Any) -> bool:
    """Say whether a value is [start, end, label]."""
    return isinstance(mark, list) and [type(part) for part in mark] == [int, int, str]


def read(path: Path, options: Options) -> Records:
    """Yield the records of a doccano export."""
    others = [other_than_ner(record) for record in Head.of(path).records]
    if others and all(others):
        hint = "export a project of the type sequence labeling"
        raise OtherTask(path.as_posix(), f"this is {others[0]}", hint)
    yield from json_records(path, partial(parse, names=label_names(path, options)))


def other_than_ner(record: dict[str, Any]) -> str:
    """Return what project a record comes from if not from one of sequence labeling, else nothing."""
    if "filename" in record and not any(text in record for text in TEXTS):
        return "a doccano project of images or audio"
    given = [record[key] for key in ("label", "labels") if record.get(key)]
    classes = any(names_a_class(value) for value in given)
    marks = marks_of(record, "annotations")
    classes |= bool(marks) and not any("start_offset" in mark for mark in marks)
    return "a doccano project of text classification or sequence to sequence" if classes else ""


def marks_of(record: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the annotations of a record that are objects."""
    marks = record.get(key)
    return [mark for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []


def label_names(path: Path, options: Options) -> LabelNames:
    """Return the names of numbered labels, from the options or the project's list of labels."""
    if not options.tag_names:
        return configured_names(config_of(path))
    numbers: set[int] = set()
    for record in json_records(path, lambda record: {"text": "", "spans": (), "meta": record}):
        marks = marks_of(getattr(record, "meta", {}), "annotations")
        numbers |= {mark["label"] for mark in marks if is_numbered(mark)}
    if numbers and len(numbers) != len(options.tag_names):
        has = ", ".join(map(str, sorted(numbers)))
        names = f"tag_names in configs/convert.cfg has {len(options.tag_names)} names"
        reason = f"it has the label numbers {has}, but {names}"
        raise FileFault(
            path.as_posix(), reason, "list a name for each number, in the order of the numbers"
        )
    return dict(zip(sorted(numbers), options.tag_names, strict=False))


def is_numbered(mark: dict[str, Any]) -> bool:
    """Say whether an annotation's label is a number."""
    label = mark.get("label")
    return isinstance(label, int) and not isinstance(label, bool)


def config_of(path: Path) -> Path:
    """Return where the project's list of labels lies if it was exported too."""
    return path.with_name("label_config.json")


def configured_names(path: Path) -> LabelNames:
    """Return the names of a label list: [{"id": int, "text": str, ...}]; none if it isn't there."""
    if not path.is_file():
        return {}
    try:
        labels = json.loads(whole_text(path))
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        reason = f"not valid JSON ({said}), but the list of labels should be here"
        raise FileFault(path.as_posix(), reason, "export the labels again") from None
    found = [label for label in labels if isinstance(label, dict)] if isinstance(labels, list) else []
    return {
        label["id"]: label["text"]
        for label in found
        if isinstance(label.get("id"), int) and isinstance(label.get("text"), str)
    }


def parse(record: dict[str, Any], names: LabelNames) -> Iterable[Fields]:
    """Yield the fields of one record, of each annotator's version of it; or raise Unusable."""
    if other := other_than_ner(record):
        raise Unusable(f"this belongs to {other}", "export the projects one by one")
    given = record.get("meta")
    rest = {key: value for key, value in record.items() if key not in OWN_KEYS}
    fields = {
        "text": text_of(record, "text" if "text" in record or "data" not in record else "data"),
        "id": as_name(record.get("id")),
        "annotated": True if record.get("annotation_approver") else None,
        "meta": rest | (given if isinstance(given, dict) else {}),
    }
    for annotator, found, notes in versions(record, names):
        part = f"annotator {annotator}" if annotator else None
        yield fields | found.fields() | {"annotator": annotator, "notes": notes, "part": part}


def versions(
    record: dict[str, Any], names: LabelNames
) -> Iterator[tuple[str | None, ReadableSpans, tuple[str, ...]]]:
    """Yield (annotator, spans, notes) for each annotator of a record, once if it names none."""
    filled = [key for key in SPANS if record.get(key)]
    if len(filled) > 1:
        raise Unusable(f"{' and '.join(filled)} both contain spans", "keep one of these fields")
    marks = record[filled[0]] if filled else []
    if not (isinstance(marks, list) and all(isinstance(mark, dict) for mark in marks)):
        yield None, sound_spans(marks), ()
        return
    by_user: dict[str | None, list[dict[str, Any]]] = {}
    for mark in marks:
        by_user.setdefault(as_name(mark.get("user")) or None, []).append(mark)
    for user, own in by_user.items() or [(None, [])]:
        unnamed = any(is_numbered(mark) and mark["label"] not in names for mark in own)
        found = sound_spans(own, partial(span_with, names=names))
        yield user, found, (UNNAMED,) if unnamed else ()


def span_with(mark: dict[str, Any], names: LabelNames) -> CharSpan:
    """Return the span of one annotation, its label by name where that is known."""
    label = names.get(mark["label"], mark["label"]) if is_numbered(mark) else mark.get("label")
    return span_of({"start": mark.get("start_offset"), "end": mark.get("end_offset"), "label": label})


FORMAT = Format(
    "doccano",
    "doccano JSONL",
    sniff,
    read,
    "utf16",
    companions=lambda path: (config_of(path),),
)
