"""Amazon Comprehend's annotations of custom entities: a table next to the documents that it names.

File,Line,Begin Offset,End Offset,Type      each line of a document is a text of its own; lines from 0
File,Begin Offset,End Offset,Type           each document is one text
Offsets count characters from the beginning of the line or document; ends are exclusive. A line that no
row names is a text without entities; a document that no row names isn't known to be one.
Source: https://docs.aws.amazon.com/comprehend/latest/dg/cer-annotation-csv.html.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.addresses import file_at
from scripts.formats.shared.csv_rows import BrokenRow, Row, csv_rows, delimiter_of, first_rows
from scripts.formats.shared.fields import label_of, shown, sound_spans, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.lines import lines, whole_text

COLUMNS = ("file", "begin offset", "end offset", "type")
LINE = "line"
WHOLE = -1  # the number of the line where a document is one text
SpanCells = list[str]  # the cells of start, end and label


def sniff(head: Head) -> bool:
    """Say whether the header is that of annotations."""
    return set(COLUMNS) <= set(header_of(head))


def header_of(head: Head) -> list[str]:
    """Return the names of a table's columns in small letters, () when the file is no table."""
    first = next(iter(first_rows(head, delimiter_of(head) or ",")), None)
    return called(first[1]) if first and isinstance(first[1], list) else []


def called(cells: list[str]) -> list[str]:
    """Return the names in a header as they are compared."""
    return [" ".join(cell.replace("_", " ").split()).casefold() for cell in cells]


def read(path: Path, options: Options) -> Records:
    """Yield the texts of the documents that a table names, with what the table says about them."""
    file = path.as_posix()
    head = Head.of(path)
    header = header_of(head)
    if not set(COLUMNS) <= set(header):
        raise FileFault(
            file, "its header lacks File, Begin Offset, End Offset or Type", "export it again"
        )
    with closing(sqlite3.connect("")) as rows:  # a file that is gone when it is closed
        rows.execute("CREATE TABLE mark (file, line INTEGER, cells)")
        for row in csv_rows(path, delimiter_of(head) or ","):
            if row[0] == 1:
                continue
            try:
                if values := values_of(row, header):
                    rows.execute("INSERT INTO mark VALUES (?, ?, ?)", values)
            except Unusable as error:
                record = row[1].record if isinstance(row[1], BrokenRow) else shown(row[1])
                yield Fault(file, f"row {row[0]}", record, error.reason, error.hint)
        rows.execute("CREATE INDEX place ON mark (file, line)")
        for (name,) in rows.execute("SELECT file FROM mark GROUP BY file ORDER BY min(rowid)"):
            yield from texts_of(path, name, rows)


def values_of(row: Row, header: list[str]) -> tuple[str, int, str] | None:
    """Return document, line and mark (as JSON) of a row, None for a blank one; or raise Unusable."""
    cells = row[1]
    if isinstance(cells, BrokenRow):
        raise Unusable(str(cells), "close the quotes, or double those inside cells")
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) != len(header):
        reason = f"it has {len(cells)} cells, but the header has {len(header)}"
        raise Unusable(reason, "put cells with a comma into quotes")
    named = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    if not named["file"]:
        raise Unusable("it has no file name", "write the document's name in the column File")
    line = number_in(named[LINE]) if named.get(LINE) else WHOLE
    cells_of_mark = json.dumps([named[column] for column in COLUMNS[1:]])
    return usable_text(named["file"], "name"), line, cells_of_mark


def span_of(mark: Any) -> CharSpan:
    """Return the span of a mark, or raise Unusable."""
    start, end, label = mark
    first, last = number_in(start), number_in(end)
    return CharSpan(first, last, label_of(label, (first, last)))


def number_in(cell: str) -> int:
    """Return the whole number of a cell, or raise Unusable."""
    if not (cell.isascii() and cell.isdigit() and len(cell) < 19):
        raise Unusable(f"{shown(cell)} is not a whole number of at least 0", "write offsets as numbers")
    return int(cell)


def texts_of(path: Path, name: str, rows: sqlite3.Connection) -> Records:
    """Yield the texts of one document: its lines, or itself."""
    file = path.as_posix()
    document = file_at(path.parent, name)
    if document is None:
        reason = f"its text is in {shown(name)}, but there is no such file next to this one"
        yield Fault(file, name, name, reason, "download the documents into this folder")
        return
    if marks := marks_at(rows, name, WHOLE):
        yield record_of(file, name, whole_text(document), marks)
        (left,) = rows.execute(
            "SELECT count(*) FROM mark WHERE file = ? AND line >= 0", (name,)
        ).fetchone()
        if left:
            reason = f"{left} of its rows have a line number, and the others don't"
            yield Fault(
                file, f"{name}, lines", name, reason, "fill in the column Line in every row, or in none"
            )
        return
    last = 0
    for number, line in lines(document):
        last = number
        text = line.rstrip("\r\n")
        marks = marks_at(rows, name, number - 1)
        if text.strip() or marks:
            yield record_of(file, f"{name}, line {number - 1}", text, marks)
    beyond = "SELECT DISTINCT line FROM mark WHERE file = ? AND line >= ? ORDER BY line"
    for (number,) in rows.execute(beyond, (name, last)):
        reason = f"{name} has {last} lines, counted from 0, but a row refers to line {number}"
        yield Fault(file, f"{name}, line {number}", name, reason, "correct the column Line")


def marks_at(rows: sqlite3.Connection, name: str, line: int) -> list[SpanCells]:
    """Return what is marked in one text."""
    found = "SELECT cells FROM mark WHERE file = ? AND line = ? ORDER BY rowid"
    return [json.loads(cells) for (cells,) in rows.execute(found, (name, line))]


def record_of(file: str, place: str, text: str, marks: list[SpanCells]) -> AnnotatedText | Fault:
    """Return the record of one text, or the fault that makes it useless."""
    try:
        usable_text(text)
        if not text.strip():
            raise Unusable("the text is empty", "delete its rows")
        found = sound_spans(marks, span_of)
    except Unusable as error:
        return Fault(file, place, text[:200], error.reason, error.hint)
    return AnnotatedText(text=text, file=file, place=place, id=place, **found.fields())


def documents_of(path: Path) -> Iterator[Path]:
    """Yield the documents that a table names and that are next to it."""
    head = Head.of(path)
    header = header_of(head)
    if "file" not in header:
        return
    seen: set[str] = set()
    try:
        for _, cells in csv_rows(path, delimiter_of(head) or ","):
            if isinstance(cells, list) and len(cells) == len(header):
                seen.add(cells[header.index("file")].strip())
    except FileFault:
        return
    yield from filter(None, (file_at(path.parent, name) for name in sorted(seen)))


FORMAT = Format("comprehend", "Amazon Comprehend annotations", sniff, read, companions=documents_of)
