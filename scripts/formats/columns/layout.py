"""How a column file is laid out, found from its first lines: separator, columns, scheme of its tags.

In: lines. Out: a `ColumnLayout`, which is all that the reader of columns needs to know of the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from scripts.annotation.text import OtherTask
from scripts.formats.base import Options, chosen
from scripts.formats.columns.table import (
    SPACE,
    TAB,
    cells_of,
    has_doubled_ends,
    table_of,
    without_doubled_ends,
    without_header,
)
from scripts.formats.columns.tag_columns import TOKEN_NAMES, tag_columns
from scripts.formats.columns.token_columns import token_column
from scripts.formats.shared.lines import lines
from scripts.formats.shared.tag_names import names_of
from scripts.formats.shared.tags import OUTSIDE, TagSummary, is_entity_tag

SAMPLE = 20_000  # lines that a layout is found from, if there is a mark among them
NARROW = 4  # columns that a file with hardly any rows may have
SHOWN_OF_ALL = 2000  # of them that are kept when there is none


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """How a file is laid out.

    separator: what stands between columns. width: how many columns there are.
    token, tag: the columns, from 0. header: the names in the first row, if it is one.
    a_line: whether a sentence is a line, its tokens separated by spaces.
    is_doubled: whether a blank line follows every row, and more than one a sentence.
    scheme: of its tags, see `tags`. bare: labels that it has without a prefix as well.
    names: of tags that are numbers.
    empty_is_outside: whether nothing at all is what the file writes outside spans.
    layer: what the user calls the column of tags, if it was chosen.
    """

    separator: str
    width: int
    token: int
    tag: int
    header: tuple[str, ...]
    a_line: bool
    is_doubled: bool
    scheme: str
    bare: frozenset[str]
    names: tuple[str, ...]
    empty_is_outside: bool
    layer: str


def layout_of(path: Path, options: Options) -> ColumnLayout:
    """Return the layout of a file. Raises FileFault when there are no tags, or it isn't clear which."""
    file = path.as_posix()
    first = sample(path)
    separator, a_line, table = table_of(first)
    if is_doubled := not a_line and has_doubled_ends(first, file):
        separator, a_line, table = table_of(without_doubled_ends(first))
    width = len(table[0][0]) if table else 0
    if width == 1:
        raise OtherTask(file, "its rows have one column: there are no tags", "export the tags too")
    table, header = without_header(table)
    if not table:
        reason = "it has a header but no rows" if header else "it contains no rows of tokens"
        raise OtherTask(file, reason, "export the annotated tokens")
    columns = list(zip(*(row for block in table for row in block), strict=True))
    if separator == SPACE and width > NARROW and 2 * len(columns[0]) <= width:
        raise OtherTask(
            file, "its few lines look like prose, not like columns", "move it out of the folder"
        )
    found = tag_columns(columns, table)
    tag = choose(found, header or tuple(map(str, range(1, width + 1))), options, file)
    names = names_of(columns[tag], options, file)
    summary = TagSummary()
    for block in table:
        tags = [row[tag] for row in block]
        summary.add([names[int(cell)] for cell in tags] if names else tags)
    called = [name.casefold().strip("#") for name in header]
    token = next(
        (number for number, name in enumerate(called) if name in TOKEN_NAMES),
        token_column(columns, {*found, tag}, table),
    )
    return ColumnLayout(
        separator,
        width,
        token,
        tag,
        header,
        a_line,
        is_doubled,
        summary.scheme,
        summary.bare,
        names,
        not any(summary.tags[outside] for outside in OUTSIDE if outside),
        options.layer,
    )


def sample(path: Path) -> list[str]:
    """Return the first lines of a file, and if there is no mark in them, the next that hold one."""
    stream = (line for _, line in lines(path))
    first = list(islice(stream, SAMPLE))
    more = first
    while len(more) == SAMPLE and not any(
        is_entity_tag(cell) for line in more for cell in cells_of(line, TAB if TAB in line else SPACE)
    ):
        more = list(islice(stream, SAMPLE))
    return first if more is first else first[:SHOWN_OF_ALL] + more


def choose(found: Sequence[int], called: Sequence[str], options: Options, file: str) -> int:
    """Return the column of the tags: the only one, or the one that the user named.

    called: the names of all columns.
    """
    if options.layer:
        number = options.layer.strip()
        if number.isascii() and number.isdigit() and 0 < int(number) <= len(called):
            return int(number) - 1
        return called.index(chosen(called, options.layer, file=file, setting="layer", what="columns"))
    if not found:
        reason = f"none of its {len(called)} columns contains tags such as O, B-PER and I-PER"
        hint = (
            "export IOB tags, set layer in configs/convert.cfg to the number of the tag column, "
            "or move the file out of the folder"
        )
        raise OtherTask(file, reason, hint)
    names = [called[number] for number in found]
    what = "tag columns"
    return found[names.index(chosen(names, "", file=file, setting="layer", what=what))]
