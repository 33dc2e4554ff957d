"""Rows of a CSV file as spreadsheets write them: with cells in quotes that may hold line ends.

In: a file with comma, semicolon, tab or bar between its cells. Out: its rows with their numbers.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from scripts.corpus.text import FileFault
from scripts.formats.head import HEAD, Head
from scripts.formats.json_records import opened

DELIMITERS = ",;\t|"
LARGEST = 1 << 24  # characters of one cell; the csv module allows 131,072 unless told otherwise
SEPARATOR = "sep="  # how a first line tells Excel what stands between cells
MOST = 0.8  # of the rows must have as many cells as the header


class BrokenRow(ValueError):
    """What stands in place of the cells of a row whose quotes don't pair up."""


Row = tuple[int, list[str] | BrokenRow]


def csv_rows(path: Path, delimiter: str) -> Iterator[Row]:
    """Yield (number from 1, cells) of each row, numbered as a spreadsheet does, the header included.

    Raises FileFault when a quote is never closed: nobody knows where the rows after it begin.
    """
    with opened(path) as stream:
        yield from rows_of(stream, delimiter, path.as_posix())


def rows_of(lines: Iterable[str], delimiter: str, file: str) -> Iterator[Row]:
    """Yield the rows of some lines."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        cells: list[str] | BrokenRow | None
        before = csv.field_size_limit(LARGEST)
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "unexpected end" in str(error) or "field limit" in str(error):
                reason = f"a quote that is opened in row {number + 1} is never closed"
                raise FileFault(file, reason, "close it, or double the quotes inside of cells") from None
            cells = BrokenRow(f"its quotes don't pair up ({error})")
        finally:
            csv.field_size_limit(before)  # it is everybody's
        if cells is None:
            return
        number += 1
        if number > 1 or isinstance(cells, BrokenRow) or not "".join(cells[:1]).startswith(SEPARATOR):
            yield number, cells


def first_rows(head: Head, delimiter: str) -> list[Row]:
    """Return the rows that the beginning of a file holds, without one that it cuts off."""
    found: list[Row] = []
    stream = io.StringIO(head.data.decode("utf-8-sig", errors="replace"), newline="")
    try:
        found.extend(rows_of(stream, delimiter, head.path.as_posix()))
    except FileFault:
        return found  # cut off in a quoted cell
    return found[:-1] if len(head.data) >= HEAD else found


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
