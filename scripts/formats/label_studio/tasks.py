"""Label Studio's tasks, out of the shapes that its exports have: one task each, with its annotations.

In: a JSON file, or a table of the CSV or TSV export. Out: tasks {"id", "data", "annotations"}.
"""

import json
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.annotation.text import FileFault, Unusable
from scripts.formats.shared.csv_rows import BrokenRow, csv_rows, delimiter_of, first_rows
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_rows import json_objects

Task = dict[str, Any]
LABEL_KEYS = ("labels", "hypertextlabels", "paragraphlabels", "htmllabels")
ANNOTATIONS = ("annotations", "completions")
# What a minimal export or a table has beside the task's data and the answers.
MARKS = ("annotation_id", "annotator", "lead_time", "created_at", "updated_at")
ENOUGH_MARKS = 3
OWN = ("id", *MARKS, "agreement")
AS_JSON = "export the project as JSON, which contains more"


def is_task(record: Mapping[str, Any]) -> bool:
    """Say whether an object is a task, or an annotation with its task in it."""
    task = record.get("task")
    if "result" in record and isinstance(task, dict):
        return isinstance(task.get("data"), dict)
    if not isinstance(record.get("data"), dict):
        return False
    given = [record[key] for key in (*ANNOTATIONS, "predictions") if isinstance(record.get(key), list)]
    marks = any(key in record for key in ("completions", "predictions", "inner_id", "file_upload"))
    return bool(given) and (marks or any(not one or "result" in keys(one[0]) for one in given))


def keys(value: Any) -> tuple[str, ...]:
    """Return the keys of an object, none of anything else."""
    return tuple(value) if isinstance(value, dict) else ()


def is_row(record: Mapping[str, Any]) -> bool:
    """Say whether an object is a row of the minimal export: by its marks, or by a list of regions."""
    if isinstance(record.get("data"), dict):
        return False
    return has_tool_names(record) or any(is_regions(value) for value in record.values())


def has_tool_names(names: Container[str]) -> bool:
    """Say whether fields or columns have the names that only this tool gives together."""
    return MARKS[0] in names and sum(mark in names for mark in MARKS) >= ENOUGH_MARKS


def is_regions(value: Any) -> bool:
    """Say whether a value is a list of regions with labels."""
    first = value[0] if isinstance(value, list) and value else None
    return (
        isinstance(first, dict)
        and "start" in first
        and any(isinstance(first.get(key), list) for key in LABEL_KEYS)
    )


def tasks(path: Path) -> Iterator[Task]:
    """Yield the tasks of a file, as far as they can be read."""
    if delimiter := table_delimiter(Head.of(path)):
        for _, row in table_rows(path, delimiter):
            with suppress(Unusable):
                yield task_of(cells_of(row))
        return
    for record in json_objects(path):
        with suppress(Unusable):
            yield task_of(record)


def task_of(record: dict[str, Any]) -> Task:
    """Return an object of an export as a task, or raise Unusable."""
    inner = record.get("task")
    if "result" in record and isinstance(inner, dict):  # of a target storage: one annotation a file
        record = {**inner, "annotations": [record]}
    if isinstance(record.get("data"), dict):
        return record
    if any(key in record for key in ("data", *ANNOTATIONS)) or not is_row(record):
        raise Unusable("this is not a Label Studio task: it has no data", AS_JSON)
    return task_of_row(record)


def task_of_row(row: Mapping[str, Any]) -> Task:
    """Return a row of the minimal export as a task with one annotation, if it has one."""
    regions = {key: value for key, value in row.items() if key not in OWN and is_regions(value)}
    result = [
        {"from_name": key, "to_name": key, "type": "labels", "value": value}
        for key, values in regions.items()
        for value in values
    ]
    own = {"id": row.get("annotation_id"), "completed_by": row.get("annotator"), "result": result}
    done = bool(result) or "annotation_id" not in row or row["annotation_id"] not in (None, "")
    data = {key: value for key, value in row.items() if key not in (*OWN, *regions) and value != ""}
    return {"id": row.get("id"), "data": data, "annotations": [own] if done else []}


def table_delimiter(head: Head) -> str:
    """Return what stands between the cells of a CSV or TSV export, or nothing if the file is none."""
    if head.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"<", b""):
        return ""
    header = head.lines[0]
    for delimiter in ",\t;":
        names = [name.strip().strip('"') for name in header.split(delimiter)]
        if has_tool_names(names):
            return delimiter
    delimiter = delimiter_of(head)
    rows = (
        [cells for _, cells in first_rows(head, delimiter) if isinstance(cells, list)]
        if delimiter
        else []
    )
    found = any(
        '"labels"' in cell and is_regions(json_or_text(cell)) for row in rows[1:] for cell in row
    )
    return delimiter if found else ""


def table_rows(path: Path, delimiter: str) -> Iterator[tuple[int, dict[str, str] | BrokenRow]]:
    """Yield (number, cells by column) of each row after the header.

    Raises FileFault when the cells are not in quotes, so that nobody knows where one ends.
    """
    header: list[str] | None = None
    for number, cells in csv_rows(path, delimiter):
        if isinstance(cells, BrokenRow):
            yield number, cells
        elif header is None:
            header = [name.strip() for name in cells]
        elif not any(cell.strip() for cell in cells):
            continue
        elif len(cells) == len(header):
            yield number, dict(zip(header, cells, strict=True))
        elif any(cell.lstrip().startswith('[{"') and not cell.rstrip().endswith("]") for cell in cells):
            reason = f"row {number} has cells that contain {delimiter!r} but are not in quotes"
            raise FileFault(path.as_posix(), reason, AS_JSON)
        else:
            reason = f"it has {len(cells)} cells, but the header has {len(header)}"
            yield number, BrokenRow(reason)


def cells_of(row: dict[str, str] | BrokenRow) -> dict[str, Any]:
    """Return the cells of a row, those read that hold JSON; or raise Unusable for a broken row."""
    if isinstance(row, BrokenRow):
        raise Unusable(f"the row can't be read: {row}", AS_JSON)
    return {key: json_or_text(cell) for key, cell in row.items()}


def json_or_text(cell: str) -> Any:
    """Return the list or object that a cell holds as JSON, else the cell."""
    if cell.lstrip()[:1] in ("[", "{"):
        with suppress(ValueError, RecursionError):
            return json.loads(cell)
    return cell
