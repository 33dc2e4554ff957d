"""Labelbox's exports: NDJSON with one data row a line, or a JSON list; and the older list of labels.

Since 2023: {"data_row": {"id", "external_id", "global_key", "row_data": text or URL},
    "media_attributes": {"mime_type": "text/plain", ...},
    "projects": {id: {"name", "labels": [{"id", "label_details": {"created_by": str},
        "performance_details": {"skipped": bool},
        "annotations": {"objects": [OBJECT], "classifications": [...]}}]}}}
OBJECT: {"name", "value", "annotation_kind": "TextEntity", "location": {"start", "end", "token": str}}
Before: {"ID", "DataRow ID", "Labeled Data": text or URL, "External ID", "Created By", "Skipped": bool,
    "Label": {"objects": [{"title", "value", "version", "format": "text.location", "instanceURI": URL,
                           "data": {"location": {"start", "end"}}}], "classifications": [...]}}
Both ends belong to the span. A text that is only named by a URL is found next to the file, by its name
in the URL, its external id or its global key. Each label is one record; of several projects `layer`
chooses one. Predictions of a model (`experiments`) are not read. What is made for import (one annotation
a line, with `dataRow`) has no texts, and is refused.
Source: https://docs.labelbox.com/reference/export-text-annotations,
https://docs.labelbox.com/reference/text-named-entity ("the maximum value for end is the number of
characters in the text minus 1"), and of the older one the parser of its Python SDK, data/serialization.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from scripts.annotation.text import ACCEPT, CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records, chosen
from scripts.formats.shared.addresses import file_at, is_address, text_at
from scripts.formats.shared.fields import (
    ReadableSpans,
    as_name,
    label_of,
    shown,
    sound_spans,
    text_of,
    whole,
)
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, json_records
from scripts.formats.shared.json_rows import json_objects

OLD_MARKS = ("Labeled Data", "Label", "DataRow ID", "Project Name", "Created By", "View Label")
TEXT = "text.location"  # the format of an object of the older export that marks a stretch of text
LOOKED_AT = 1000  # objects that tell what a project is about
KINDS = {
    "image": ("bounding_box", "polygon", "mask", "line", "point", "bbox", "instanceURI"),
    "video": ("frames", "segments"),
    "document (PDF)": ("text_selections", "textSelections", "page_number", "groups"),
    "conversation": ("message_id", "messageId"),
}
AGAIN = "export the project again, with the details of its data rows"
OTHER = "export a project that labels entities in texts"
Record = dict[str, Any]


def sniff(head: Head) -> bool:
    """Say whether one of the first objects is a data row or a label of Labelbox, or made for import."""
    return any(is_new(one) or is_old(one) or is_import(one) for one in head.records)


def is_new(record: Record) -> bool:
    """Say whether an object is a data row of an export."""
    row = record.get("data_row")
    ours = any(key in record for key in ("projects", "media_attributes", "experiments"))
    return isinstance(row, dict) and ("row_data" in row or ours)


def is_old(record: Record) -> bool:
    """Say whether an object is a label of the older export."""
    return "ID" in record and sum(mark in record for mark in OLD_MARKS) > 1


def is_import(record: Record) -> bool:
    """Say whether an object is an annotation that was written to be imported."""
    row = record.get("dataRow")
    named = any(key in record for key in ("uuid", "schemaId", "name"))
    return isinstance(row, dict) and named and ("id" in row or "globalKey" in row)


def read(path: Path, options: Options) -> Records:
    """Yield the labels of an export, and the texts without any."""
    file = path.as_posix()
    records = Head.of(path).records
    if records and all(map(is_import, records)):
        reason = "this is an import file for Labelbox, which has no texts"
        raise OtherTask(file, reason, "import it, and export the project")
    kinds = dict.fromkeys(map(other_kind, islice(json_objects(path), LOOKED_AT)))
    others = [kind for kind in kinds if kind]
    if others and "" not in kinds:
        raise OtherTask(file, f"this is a Labelbox {others[0]} project", OTHER)
    labels = ProjectLabels(file, path.parent, options.layer)
    yield from json_records(path, labels.of)
    if options.layer and labels.projects and options.layer not in labels.projects:
        chosen(labels.projects, options.layer, file=file, setting="layer", what="projects")


def other_kind(record: Record) -> str | None:
    """Return what an object is about: nothing (it is text), another kind, None where it doesn't say."""
    media = record.get("media_attributes")
    named = str(media.get("asset_type") or media.get("mime_type")) if isinstance(media, dict) else ""
    for kind in ("image", "video", "audio"):
        if named.startswith(kind):
            return kind
    if named == "application/pdf":
        return "document (PDF)"
    kinds = {kind_of(mark) for marks, _ in answers_in(record) for mark in marks}
    if "" in kinds:
        return ""
    classes = any(classified for _, classified in answers_in(record))
    return next(iter(kinds), "text classification" if classes else None)


def kind_of(mark: Any) -> str:
    """Return what an object of a label marks if not a stretch of text."""
    if not isinstance(mark, dict) or mark.get("format") == TEXT:
        return ""  # an `instanceURI`, which masks of images have, may stand beside it
    return next((kind for kind, keys in KINDS.items() if any(key in mark for key in keys)), "")


def answers_in(record: Record) -> Iterator[tuple[list[Any], bool]]:
    """Yield (objects, whether there are classes) of each label of an object that is in order."""
    for _, label in labels_in(record):
        annotations = label.get("annotations", label.get("Label"))
        if isinstance(annotations, dict):
            objects = annotations.get("objects")
            yield objects if isinstance(objects, list) else [], bool(annotations.get("classifications"))


def labels_in(record: Record) -> list[tuple[str, Record]]:
    """Return the labels of an object, each with the name of its project."""
    if not is_new(record):
        return [(as_name(record.get("Project Name")) or "", record)]
    projects = record.get("projects")
    found = projects.items() if isinstance(projects, dict) else ()
    return [
        (as_name(project.get("name")) or key, label)
        for key, project in found
        if isinstance(project, dict)
        for label in objects_of(project.get("labels"))
    ]


def objects_of(value: Any) -> list[Record]:
    """Return the objects of a list, none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class ProjectLabels:
    """The labels of one project in the objects of a file; `projects` are those that it has seen."""

    def __init__(self, file: str, folder: Path, project: str) -> None:
        self.file = file
        self.folder = folder
        self.project = project
        self.projects: dict[str, None] = {}

    def of(self, record: Record) -> Iterator[Fields]:
        """Yield the fields of each label of an object, or of its text alone; or raise Unusable.

        Raises FileFault when labels are of several projects and the user named none.
        """
        if not (is_new(record) or is_old(record)):
            raise Unusable("this is not a Labelbox data row", AGAIN)
        found = labels_in(record)
        self.projects |= dict.fromkeys(name for name, _ in found)
        if not self.project and len(self.projects) > 1:
            chosen(self.projects, "", file=self.file, setting="layer", what="projects")
        labels = [label for name, label in found if name == (self.project or name)]
        row = record["data_row"] if is_new(record) else record
        about = {
            "id": as_name(
                row.get("global_key") or row.get("id") or row.get("DataRow ID") or row.get("ID")
            ),
            "meta": {key: row[key] for key in ("external_id", "External ID") if row.get(key)},
        }
        if labels and all(map(skipped, labels)):
            yield about | {"text": "", "spans": (), "answer": skipped(labels[0])}
            return
        text = self.text_of(row)
        if not labels:
            yield about | {"text": text, "spans": (), "annotated": False}
        for number, label in enumerate(labels, start=1):
            yield (
                about
                | described(label, number if len(labels) > 1 else 0)
                | {
                    "text": text,
                    **(ReadableSpans() if skipped(label) else spans_of(label)).fields(),
                    "answer": skipped(label) or ACCEPT,
                    "annotated": True,
                }
            )

    def text_of(self, row: Record) -> str:
        """Return the text of a data row, from the file that it names if need be; or raise Unusable."""
        given = row.get("row_data", row.get("Labeled Data"))
        if isinstance(given, dict | list):
            raise Unusable("it is a conversation, not one text", OTHER)
        text = text_of({"row_data": given}, "row_data")
        return text_at(self.folder, text, *names_in(row)) if is_address(text) else text


def names_in(row: Mapping[str, Any]) -> list[str]:
    """Return the names that the file of a data row's text may have, next to that in its URL."""
    names = (row.get(key) for key in ("external_id", "External ID", "global_key"))
    return [name for name in names if isinstance(name, str) and name]


def skipped(label: Record) -> str:
    """Return the tool's word for a label that says nothing, or an empty string."""
    performance = label.get("performance_details")
    new = isinstance(performance, dict) and performance.get("skipped") is True
    return "skipped" if new or label.get("Skipped") is True or label.get("Label") == "Skip" else ""


def described(label: Record, number: int) -> Fields:
    """Return who made a label, and which of several it is (0: the only one)."""
    details = label.get("label_details")
    by = details.get("created_by") if isinstance(details, dict) else label.get("Created By")
    name = as_name(by) or (f"label {number}" if number else None)
    return {"annotator": name, "part": f"label {number}" if number else None}


def spans_of(label: Record) -> ReadableSpans:
    """Return the spans of a label, or raise Unusable."""
    annotations = label.get("annotations", label.get("Label"))
    objects = annotations.get("objects") if isinstance(annotations, dict) else None
    if not annotations and annotations is not None:
        return ReadableSpans()
    known = isinstance(annotations, dict) and (
        "objects" in annotations or "classifications" in annotations
    )
    if not known or not isinstance(objects, list | None):
        raise Unusable(f"its label is {shown(annotations)}, not an object with annotations", AGAIN)
    return sound_spans(objects, span_of)


def span_of(mark: Any) -> CharSpan:
    """Return the span of one object, whose end belongs to it; or raise Unusable."""
    if not isinstance(mark, dict):
        raise Unusable(f"{shown(mark)} is not a label object", AGAIN)
    if kind := kind_of(mark):
        raise Unusable(f"it has an object of another kind: {kind}", OTHER)
    data = mark.get("data")
    place = mark.get("location", data.get("location") if isinstance(data, dict) else None)
    if not isinstance(place, dict):
        raise Unusable(f"an object has no location: {shown(mark)}", AGAIN)
    start, last = whole(place.get("start")), whole(place.get("end"))
    label = next((mark[key] for key in ("name", "title", "value") if mark.get(key)), None)
    token = place.get("token")
    mention = token if isinstance(token, str) else None
    return CharSpan(start, last + 1, label_of(label, (start, last + 1)), mention=mention)


def companions(path: Path) -> Iterator[Path]:
    """Yield the texts that a file names and that are next to it."""
    if not any(map(addresses_in, Head.of(path).records)):
        return
    for record in json_objects(path):
        yield from filter(None, (file_at(path.parent, one) for one in addresses_in(record)))


def addresses_in(record: Record) -> list[str]:
    """Return the addresses of a data row's text, if it is one that is only named."""
    row = record.get("data_row", record)
    given = row.get("row_data", row.get("Labeled Data")) if isinstance(row, dict) else None
    return [given, *names_in(row)] if isinstance(given, str) and is_address(given) else []


FORMAT = Format("labelbox", "Labelbox JSON or NDJSON", sniff, read, companions=companions)
