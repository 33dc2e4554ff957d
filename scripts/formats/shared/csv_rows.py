"""Rows of a CSV file as spreadsheets write them: with cells in quotes that may hold line ends.

In: a file with comma, semicolon, tab or bar between its cells. Out: its rows with their numbers.
"""

import csv
import io
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

from scripts.annotation.text import FileFault
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import open_text

DELIMITERS = ",;\t|"
LARGEST = 1 << 24  # characters of one cell; the csv module allows 131,072 unless told otherwise
SEPARATOR = "sep="  # how a first line tells Excel what stands between cells
LOOKED_AT = 100  # lines that a quote swallowed, to see whether they are rows
NOT_PAIRED = "in line {} a quote is never closed, or one inside a cell is not doubled"
MOST = 0.8  # of the rows must have as many cells as the header


class BrokenRow(ValueError):
    """What takes the place of the cells of a row that can't be read: what is wrong, and the row."""

    def __init__(self, reason: str, record: str = "") -> None:
        super().__init__(reason)
        self.record = record


Row = tuple[int, list[str] | BrokenRow]


class Lines:
    """Lines that can be read again: those of a row that turns out to have swallowed the rows after it.

    taken: the lines of the row that is being read. line: the number of its first one.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.source = iter(lines)
        self.again: deque[str] = deque()
        self.taken: list[str] = []
        self.line = 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.source)
        self.taken.append(line)
        return line

    def begin(self) -> None:
        """Begin a row."""
        self.line += len(self.taken)
        self.taken = []

    def give_back(self) -> None:
        """Take a row for its first line only; the others are read again."""
        self.again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def csv_rows(path: Path, delimiter: str) -> Iterator[Row]:
    """Yield (number from 1, cells) of each row, numbered as a spreadsheet does, the header included.

    A quote that is never closed makes its line a BrokenRow, if rows follow it. Raises FileFault when
    none do: then the file is cut off, or nobody knows where the rows after it begin.
    """
    with open_text(path) as stream:
        yield from rows_of(stream, delimiter, path.as_posix())


def rows_of(lines: Iterable[str], delimiter: str, file: str) -> Iterator[Row]:
    """Yield the rows of some lines."""
    source = Lines(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    number = width = 0
    while True:
        cells: list[str] | BrokenRow | None
        before, ended = csv.field_size_limit(LARGEST), False
        source.begin()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            ended = "unexpected end" in str(error) or "field limit" in str(error)
            cells = BrokenRow(NOT_PAIRED.format(source.line), "".join(source.taken[:1]))
        finally:
            csv.field_size_limit(before)  # it is everybody's
        if cells is None:
            return
        number += 1
        is_odd = isinstance(cells, BrokenRow) or (width > 1 and len(cells) != width)
        if is_odd and are_rows(source.taken[1:], delimiter, width):
            cells = BrokenRow(NOT_PAIRED.format(source.line), source.taken[0])
            source.give_back()
        elif ended:
            reason = f"a quote that is opened in line {source.line}, row {number}, is never closed"
            raise FileFault(file, reason, "close it, or double the quotes inside cells")
        if number > 1 or isinstance(cells, BrokenRow) or not "".join(cells[:1]).startswith(SEPARATOR):
            width = width or (0 if isinstance(cells, BrokenRow) else len(cells))
            yield number, cells


def are_rows(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Say whether most lines that a quote swallowed are rows by themselves; width: of the header."""
    first = lines[:LOOKED_AT]
    if not first or width < 2:
        return False
    return 2 * sum(cells_in(line, delimiter) == width for line in first) >= len(first)


def cells_in(line: str, delimiter: str) -> int:
    """Return how many cells a line has, 0 if its quotes don't pair up."""
    try:
        return len(next(csv.reader([line], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def first_rows(head: Head, delimiter: str) -> list[Row]:
    """Return the rows that the beginning of a file holds, without one that it cuts off."""
    found: list[Row] = []
    stream = io.StringIO(head.data.decode("utf-8-sig", errors="replace"), newline="")
    try:
        found.extend(rows_of(stream, delimiter, head.path.as_posix()))
    except FileFault:
        return found  # cut off in a quoted cell
    return found[:-1] if head.cut else found


@lru_cache(maxsize=1)  # several formats ask about one head
def delimiter_of(head: Head) -> str:
    """Return what stands between the cells of a table, or nothing when the file is none.

    It is what gives the header, and most rows, the same number of cells, the largest above one.
    """
    first = head.lines[0].strip()
    if first.startswith(SEPARATOR) and len(first) == len(SEPARATOR) + 1:
        return first[-1]
    widths = {delimiter: width_of(first_rows(head, delimiter)) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: widths[delimiter])
    return best if widths[best] > 1 else ""


def width_of(rows: list[Row]) -> int:
    """Return how many cells the header has, and most rows after it; 0 if they differ."""
    widths = [len(cells) for _, cells in rows if isinstance(cells, list) and cells]
    if len(widths) < 2:
        return 0
    return widths[0] if Counter(widths)[widths[0]] >= MOST * len(rows) else 0
