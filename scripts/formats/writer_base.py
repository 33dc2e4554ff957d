"""What a writer of an annotation format is, and how it says what its format can't represent.

To add one: write `scripts/formats/<family>/writer.py` with one `WRITER = Writer(...)`, under the name of
the format's reader, and add it to the list in `scripts/formats/writers.py`. The tests in
tests/formats/test_writers.py then read back what it writes. A writer streams: it holds one record at
a time.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText
from scripts.files import atomic

Losses = Counter[str]  # what was not written as it is, a phrase a kind: how often
Rows = Callable[[AnnotatedText, Losses], Iterator[dict[str, Any]]]

ID = "identifier left out"
GROUP = "group of a text left out: a new split may put its texts on two sides"
META = "metadata field left out"
WRONG = "span that is known to be wrong left out"
PARTIAL = "partly annotated text: anything unmarked in it will count as no entity"


def no_tool_files(labels: Sequence[str]) -> Mapping[str, str]:
    """Return no file: a format that needs nothing besides its texts."""
    return {}


@dataclass(frozen=True, slots=True)
class Writer:
    """A format that a corpus can be written in.

    name, title: as the format's reader has them. ending: of its files; none where it writes a folder.
    write: writes records, of one split, to a path that isn't there yet; returns what got lost.
    tool_files: the files that the tool needs besides the texts, by name, for these labels.
    label_name: what a label is called in the files: something else where the format can't hold it.
    """

    name: str
    title: str
    ending: str
    write: Callable[[Iterable[AnnotatedText], Path], Losses]
    tool_files: Callable[[Sequence[str]], Mapping[str, str]] = no_tool_files
    label_name: Callable[[str], str] = str


def json_lines_writer(rows: Rows) -> Callable[[Iterable[AnnotatedText], Path], Losses]:
    """Return a function that writes JSON objects, one a line.

    rows: yields the objects of one record, and counts what it leaves out.
    """

    def write(records: Iterable[AnnotatedText], path: Path) -> Losses:
        losses: Losses = Counter()
        with atomic.open_text(path) as stream:
            for record in records:
                for row in rows(record, losses):
                    stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        return losses

    return write


def leave_out(record: AnnotatedText, losses: Losses, *reasons: str) -> None:
    """Count what a record has and a format hasn't: the reasons (`ID`, `GROUP`, …) that apply."""
    counts = {
        ID: record.id is not None,
        GROUP: record.group is not None,
        META: len(record.meta),
        WRONG: len(record.wrong),
        PARTIAL: bool(record.missing) or not record.exhaustive,
    }
    for reason in reasons:
        if counts[reason]:
            losses[reason] += counts[reason]


def free_fields(record: AnnotatedText, own: Iterable[str], losses: Losses) -> dict[str, Any]:
    """Return the metadata of a record without fields that would be taken for those of the format.

    own: names that mean something in the format.
    """
    free = {key: value for key, value in record.meta.items() if key not in own}
    if len(free) < len(record.meta):
        losses[META] += len(record.meta) - len(free)
    return free
