"""The rows of a column file as cells: what stands between columns, between sentences, and above them.

In: the first lines of a file. Out: a table of their cells, without a header, comments or what begins a
document.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from scripts.annotation.text import FileFault
from scripts.formats.columns.tag_columns import TAG_NAMES, TOKEN_NAMES
from scripts.formats.shared.blocks import begins_document, blocks_of
from scripts.formats.shared.tags import is_tag

DOUBLED_LEAST = 10  # rows with a blank line after them, before line ends can count as doubled
DOUBLED_MOST = 0.05  # of so many rows may follow their last without one
MOST = 0.6  # of the lines that must be so for the file to be so
TAB, SPACE, BAR = "\t", " ", "|"

CellBlocks = list[list[list[str]]]  # the cells of the rows of the blocks


def has_doubled_ends(rows: Sequence[str], file: str) -> bool:
    """Say whether a blank line follows every row, because each line end was written twice.

    Raises FileFault when it does so and nothing more than a blank line ends a sentence.
    """
    filled = [number for number, line in enumerate(rows) if line.strip()]
    gaps = Counter(after - before for before, after in pairwise(filled))
    doubled = gaps[2]
    if doubled < DOUBLED_LEAST or gaps[1] > DOUBLED_MOST * doubled:
        return False
    if gaps.total() == doubled + gaps[1]:
        reason = "a blank line follows every token, so it isn't clear where a sentence ends"
        hint = "export it again, with blank lines only between sentences: every line break is doubled"
        raise FileFault(file, reason, hint)
    return True


def without_doubled_ends(rows: Sequence[str]) -> list[str]:
    """Return lines without each blank line that is alone between two rows."""
    return [
        line
        for before, line, after in zip(["", *rows], rows, [*rows[1:], ""], strict=False)
        if line.strip() or not (before.strip() and after.strip())
    ]


def is_row(line: str) -> bool:
    """Say whether a line may be a row of a table: it isn't blank, no comment, and begins no document."""
    return bool(line.strip()) and not line.startswith("# ") and not begins_document(line)


def table_of(lines: Sequence[str]) -> tuple[str, bool, CellBlocks]:
    """Return the separator, whether a sentence is a line, and the rows that are as wide as most are."""
    rows = [line for line in lines if is_row(line)]
    a_line = False
    if sum(TAB in row for row in rows) * 2 >= len(rows):
        separator = TAB
    elif sum(map(is_barred, rows)) >= MOST * len(rows):
        separator = BAR
        a_line = any(SPACE in row.strip() for row in rows)
    else:
        separator = SPACE
    table = [
        [cells_of(row, separator) for row in (block[0].split() if a_line else block)]
        for block in ([[row] for row in rows] if a_line else blocks_of(lines))
        if not begins_document(block[0])
    ]
    widths = Counter(len(row) for block in table for row in block)
    width = widths.most_common(1)[0][0] if widths else 0
    same = ([row for row in block if len(row) == width] for block in table)
    return separator, a_line, [block for block in same if block]


def is_barred(line: str) -> bool:
    """Say whether a line is made of items like `token|tag`."""
    items = line.split()
    return sum(BAR in item and is_tag(item.rpartition(BAR)[2]) for item in items) > MOST * len(items)


def cells_of(line: str, separator: str) -> list[str]:
    """Return the columns of a line."""
    if separator == TAB:
        return [cell.strip(" \r") for cell in line.split(TAB)]
    if separator == BAR:
        return line.strip(" \r").split(BAR)
    return [cell for cell in line.replace(TAB, SPACE).strip(" \r").split(SPACE) if cell]


def without_header(table: CellBlocks) -> tuple[CellBlocks, tuple[str, ...]]:
    """Return the rows without a first one that only names the columns, and the names."""
    if not table:
        return table, ()
    first = table[0][0]
    names = {cell.casefold().strip("#") for cell in first}
    words = {word for name in names for word in re.split(r"[^a-z]+", name)}
    if any(map(is_tag, first)) or not (names & TOKEN_NAMES and (words | names) & TAG_NAMES):
        return table, ()
    rest = [table[0][1:], *table[1:]]
    return [block for block in rest if block], tuple(first)
