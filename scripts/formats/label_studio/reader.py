"""Label Studio's exports: JSON, the minimal JSON, CSV and TSV, and the files of a target storage.

JSON: [{"id", "data": {field: str}, "annotations": [ANNOTATION], "predictions": [...], "meta": {...}}];
    `completions` instead of `annotations` before version 1.0, and in tools that were made from it
ANNOTATION: {"id", "result": [RESULT], "completed_by": 1 or {"email", "id", ...}, "was_cancelled": bool}
RESULT: {"id", "from_name", "to_name", "type": "labels", "value": VALUE}; relations have no value
VALUE: {"start", "end", "labels": [str][, "text": str]}                                  of a text
       {"start": XPath, "startOffset", "end": XPath, "endOffset", "hypertextlabels": [...],
        "globalOffsets": {"start", "end"}}                                               of HTML
       {"start": "0", "startOffset", "end": "1", "endOffset", "paragraphlabels": [...]}  of a dialogue
minimal JSON: [{"id", field: str, from_name: [VALUE], "annotator", "annotation_id", "lead_time", ...}]
CSV, TSV: the same as columns; lists are JSON
target storage: one ANNOTATION with {"task": {"data": ...}}

A dialogue is read as one text, its paragraphs joined by line ends; HTML as the text that one sees. Each
annotation is one record. What a model predicted and what is a draft is not read. Offsets count
characters since version 1.4 (2021), and UTF-16 units before it and in dialogues.
Source: https://labelstud.io/guide/task_format, https://labelstud.io/guide/export, its converter
https://github.com/HumanSignal/label-studio-converter; on offsets its issues 1347 and 1559 and its own
test of emoji, web/libs/editor/tests/integration/e2e/ner/emoji.cy.ts.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from scripts.annotation.text import ACCEPT, CharSpan, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.label_studio.fields import TextField, field_of, summary_of
from scripts.formats.label_studio.tasks import (
    ANNOTATIONS,
    LABEL_KEYS,
    Task,
    cells_of,
    is_row,
    is_task,
    table_delimiter,
    table_rows,
    task_of,
    tasks,
)
from scripts.formats.label_studio.texts import RegionText, Value, quote_of, region_text
from scripts.formats.shared.addresses import file_at, is_address
from scripts.formats.shared.csv_rows import BrokenRow
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, json_records, parsed

INTERFACES = ("label_config.xml", "config.xml")  # how people call the labeling interface beside it
SAID_BY = ("email", "username", "id", "first_name")  # of a person, the first that there is
CANCELLED = {"was_cancelled": "cancelled", "skipped": "skipped"}
LOOKED_AT = 100  # tasks that tell whether texts lie in files of their own
AGAIN = "export the project again as JSON"


class LabelledRegion(NamedTuple):
    """A region with one of its labels, and the name of its control."""

    value: Value
    label: Any
    layer: str

    def __repr__(self) -> str:
        """Return how a message shows it."""
        return repr(self.value)


def sniff(head: Head) -> bool:
    """Say whether a file holds tasks, rows of the minimal export, or a table of them."""
    return any(is_task(record) or is_row(record) for record in head.records) or bool(
        table_delimiter(head)
    )


def read(path: Path, options: Options) -> Records:
    """Yield the annotations of an export, and the tasks without any."""
    head = Head.of(path)
    delimiter = table_delimiter(head)
    minimal = bool(delimiter) or any(map(is_row, head.records))
    field = field_of(summary_of(tasks(path), path.parent), options, path.as_posix(), minimal)
    parse = partial(records_of, field=field, folder=path.parent)
    if not delimiter:
        yield from json_records(path, lambda record: parse(task_of(record)))
        return
    for number, row in table_rows(path, delimiter):
        yield from parsed(path.as_posix(), f"row {number}", unbroken(row), of_row(row, parse))


def unbroken(row: dict[str, str] | BrokenRow) -> dict[str, str]:
    """Return a row as the list of rejects shows it."""
    return {} if isinstance(row, BrokenRow) else row


def of_row(
    row: dict[str, str] | BrokenRow, parse: Callable[[Task], Iterator[Fields]]
) -> Callable[[dict[str, Any]], Iterator[Fields]]:
    """Return what makes sense of a row of a table."""
    return lambda _: parse(task_of(cells_of(row)))


def records_of(task: Task, field: TextField, folder: Path) -> Iterator[Fields]:
    """Yield the fields of each annotation of a task, or of the task if there is none; or Unusable."""
    annotations = annotations_of(task)
    given = task["data"].get(field.name)
    about = about_task(task, field)
    found = {
        number: [result for result in results_in(one) if field.has(result)]
        for number, one in enumerate(annotations, start=1)
        if not cancelled(one)
    }
    source = None
    if found or not annotations:
        values = [result["value"] for results in found.values() for result in results]
        source = region_text(given, values, hyper=field.hyper, folder=folder)
    if source and not annotations:
        yield about | {"text": source.text, "spans": (), "annotated": False}
    for number, one in enumerate(annotations, start=1):
        said = about | described(one, number if len(annotations) > 1 else 0)
        if source is None or number not in found:
            text = given if isinstance(given, str) else ""
            yield said | {"text": text, "spans": (), "answer": cancelled(one)}
            continue
        marks = [mark for result in found[number] for mark in marks_of(result)]
        spans = sound_spans(marks, partial(span_of, source=source)).fields()
        yield said | {"text": source.text, **spans, "answer": ACCEPT, "annotated": True}


def annotations_of(task: Task) -> list[dict[str, Any]]:
    """Return the annotations of a task, or raise Unusable."""
    given: Any = next((task[key] for key in ANNOTATIONS if task.get(key)), [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Unusable(f"its annotations are {shown(given)}, not a list of objects", AGAIN)
    return given


def cancelled(annotation: dict[str, Any]) -> str:
    """Return the tool's word for an annotation that doesn't count, or nothing."""
    return next((word for key, word in CANCELLED.items() if annotation.get(key) is True), "")


def results_in(annotation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the results of an annotation, or raise Unusable."""
    result = annotation.get("result")
    if not isinstance(result, list) or not all(isinstance(one, dict) for one in result):
        raise Unusable(f"an annotation's result is {shown(result)}, not a list", AGAIN)
    return result


def about_task(task: Task, field: TextField) -> Fields:
    """Return the identifier of a task, and what else is known about it."""
    given = task.get("meta")
    meta = given if isinstance(given, dict) else {}
    others = {key: value for key, value in task["data"].items() if key != field.name}
    rest = {key: value for key, value in meta.items() if key not in ("id", "group")}
    return {
        "id": as_name(meta.get("id", task.get("id"))),
        "group": as_name(meta.get("group")),
        "meta": others | rest,
    }


def described(annotation: dict[str, Any], number: int) -> Fields:
    """Return who made an annotation, and which of several it is (0: the only one)."""
    who = annotation.get("completed_by") or annotation.get("created_username")
    if isinstance(who, dict):
        who = next((who[key] for key in SAID_BY if who.get(key)), None)
    name = as_name(who)
    if name is None and number:
        name = f"annotation {number}"
    return {"annotator": name, "part": f"annotation {number}" if number else None}


def marks_of(result: dict[str, Any]) -> list[LabelledRegion]:
    """Return what one region marks: a span for each of its labels."""
    value: Value = result["value"]
    given = value.get("labels") or next((value[key] for key in LABEL_KEYS if value.get(key)), None)
    labels = given if isinstance(given, list) else [given]
    layer = as_name(result.get("from_name")) or ""
    return [LabelledRegion(value, label, layer) for label in labels]


def span_of(mark: LabelledRegion, source: RegionText) -> CharSpan:
    """Return the span of a region with one of its labels, or raise Unusable."""
    start, end = source.offsets(mark.value)
    name = label_of(mark.label, (start, end))
    return CharSpan(start, end, name, mark.layer, mention=quote_of(mark.value))


def companions(path: Path) -> Iterator[Path]:
    """Yield the labeling interface, and the texts that the tasks name and that are next to them."""
    yield from (path.with_name(name) for name in INTERFACES)
    if not any(addresses_in(task) for task in islice(tasks(path), LOOKED_AT)):
        return
    for task in tasks(path):
        yield from filter(None, (file_at(path.parent, address) for address in addresses_in(task)))


def addresses_in(task: Task) -> list[str]:
    """Return the addresses in a task's data."""
    return [value for value in task["data"].values() if isinstance(value, str) and is_address(value)]


FORMAT = Format("label_studio", "Label Studio JSON, CSV or TSV", sniff, read, companions=companions)
