"""The table of everything that was ever trained here: `training/runs.jsonl`, and the folders of runs.

In: the folder `training`. Out: rows, the oldest first. A run's folder contains its last training only;
the table keeps the earlier ones. `report` adds to it; nothing is ever removed.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from scripts.files import atomic
from scripts.files.contract import adapter_of, first_fault
from scripts.tracking.row import METRICS, RECORD, RunRow, row_of, warn
from scripts.trials.trial import RESULT

TABLE = "runs.jsonl"
# Folders in a run's folder that contain no runs.
INSIDE = {"model-best", "model-last", "packages", "pipeline", "predictions", "pretrained", "wandb"}


def add(run: Path) -> None:
    """Add a run to the table next to its folder, in place of the row of the same training."""
    row = row_of(run, run.resolve().name)
    if row is None or "started" not in row["record"]:
        return
    path = run.parent / TABLE
    lines: dict[int | tuple[str, str], bytes] = {
        number if isinstance(found, str) else key_of(found): line
        for number, (line, found) in enumerate(lines_in(path))
    }
    lines[key_of(row)] = json.dumps(row, ensure_ascii=False).encode("utf8", "backslashreplace")
    with atomic.replacing(path) as temporary:
        temporary.write_bytes(b"".join(line + b"\n" for line in lines.values()))


def rows_in(training: Path) -> list[RunRow]:
    """Return the rows of the table and of all folders, the oldest first; each training once."""
    rows = {key_of(row): row for row in read_table(training / TABLE)}
    rows |= {key_of(row): row for row in rows_of_folders(training)}
    return sorted(rows.values(), key=lambda row: (started(row), row["name"]))


def rows_of_folders(training: Path) -> Iterator[RunRow]:
    """Yield a row for each folder with a run, in name order."""
    for folder in sorted(folders_in(training)):
        if row := row_of(folder, folder.relative_to(training).as_posix()):
            yield row


def folders_in(folder: Path) -> Iterator[Path]:
    """Yield the folders of runs below a folder."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in INSIDE:
            if any((path / name).is_file() for name in (RECORD, METRICS, RESULT)):
                yield path
            yield from folders_in(path)


def read_table(path: Path) -> list[RunRow]:
    """Return the rows of the table; a line that can't be read is named and left out."""
    rows: list[RunRow] = []
    for number, (_, found) in enumerate(lines_in(path), 1):
        if isinstance(found, str):
            warn(path, f"line {number}: {found}")
        else:
            rows.append(found)
    return rows


def lines_in(path: Path) -> Iterator[tuple[bytes, RunRow | str]]:
    """Yield the lines of the table, each with its row, or with the reason why it can't be read."""
    if not path.is_file():
        return
    with path.open("rb") as stream:
        for line in stream:
            yield line.removesuffix(b"\n"), parsed(line)


def parsed(line: bytes) -> RunRow | str:
    """Return the row in a line of the table, or the reason why it can't be read."""
    try:
        row: RunRow = json.loads(line)
        adapter_of(RunRow).validate_python(row)
    except ValidationError as error:
        return first_fault(error)
    except ValueError as error:
        return str(error)
    return row


def key_of(row: RunRow) -> tuple[str, str]:
    """Return what tells two trainings apart."""
    return row["name"], started(row)


def started(row: RunRow) -> str:
    """Return when a training began, empty if that is unknown."""
    return row["record"].get("started", "")
