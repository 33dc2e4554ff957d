"""How a column file is laid out, found from its first lines: separator, columns, scheme of its tags.

In: lines. Out: a `Layout`, which is all that the reader of columns needs to know of the file.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from scripts.corpus.text import FileFault, OtherTask
from scripts.formats.base import Options, chosen
from scripts.formats.blocks import DOCSTART, blocks_of
from scripts.formats.lines import lines
from scripts.formats.tag_columns import TAG_NAMES, TOKEN_NAMES, is_index, is_numbered, tag_columns
from scripts.formats.tags import OUTSIDE, TagSurvey, is_marked, is_tag

SAMPLE = 20_000  # lines that a layout is found from, if there is a mark among them
SHOWN_OF_ALL = 2000  # of them that are kept when there is none
MOST = 0.6  # of the lines that must be so for the file to be so
TAB, SPACE, BAR = "\t", " ", "|"

Table = list[list[list[str]]]  # the cells of the rows of the blocks


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out.

    separator: what stands between columns. width: how many columns there are.
    token, tag: the columns, from 0. header: the names in the first row, if it is one.
    a_line: whether a sentence is a line, its tokens separated by spaces.
    scheme: of its tags, see `tags`. names: of tags that are numbers.
    empty_is_outside: whether nothing at all is what the file writes outside of spans.
    layer: what the user calls the column of tags, if it was chosen.
    """

    separator: str
    width: int
    token: int
    tag: int
    header: tuple[str, ...]
    a_line: bool
    scheme: str
    names: tuple[str, ...]
    empty_is_outside: bool
    layer: str


def layout_of(path: Path, options: Options) -> Layout:
    """Return the layout of a file. Raises FileFault when there are no tags, or it isn't clear which."""
    file = path.as_posix()
    separator, a_line, table = table_of(sample(path))
    width = len(table[0][0]) if table else 0
    if width == 1:
        raise OtherTask(file, "its rows have one column: there are no tags", "export the tags too")
    table, header = without_header(table)
    if not table:
        reason = "it has a header and no rows" if header else "it holds no rows of tokens"
        raise OtherTask(file, reason, "export the annotated tokens")
    columns = list(zip(*(row for block in table for row in block), strict=True))
    found = tag_columns(columns, table)
    tag = choose(found, header or tuple(map(str, range(1, width + 1))), options, file)
    names = names_of(columns[tag], options, file)
    survey = TagSurvey()
    for block in table:
        tags = [row[tag] for row in block]
        survey.add([names[int(cell)] for cell in tags] if names else tags)
    return Layout(
        separator,
        width,
        token_column(columns, {*found, tag}, header, table),
        tag,
        header,
        a_line,
        survey.scheme,
        names,
        not any(survey.tags[outside] for outside in OUTSIDE if outside),
        options.layer,
    )


def sample(path: Path) -> list[str]:
    """Return the first lines of a file, and if there is no mark in them, the next that hold one."""
    stream = (line for _, line in lines(path))
    first = list(islice(stream, SAMPLE))
    more = first
    while len(more) == SAMPLE and not any(
        is_marked(cell) for line in more for cell in cells_of(line, TAB if TAB in line else SPACE)
    ):
        more = list(islice(stream, SAMPLE))
    return first if more is first else first[:SHOWN_OF_ALL] + more


def table_of(lines: Sequence[str]) -> tuple[str, bool, Table]:
    """Return the separator, whether a sentence is a line, and the rows that are as wide as most are."""
    rows = [line for line in lines if line.strip() and not line.startswith((DOCSTART, "# "))]
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
        if not block[0].startswith(DOCSTART)
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


def without_header(table: Table) -> tuple[Table, tuple[str, ...]]:
    """Return the rows without a first one that only names the columns, and the names."""
    if not table:
        return table, ()
    first = table[0][0]
    names = {cell.casefold().strip("#") for cell in first}
    if not (names & TOKEN_NAMES and names & TAG_NAMES):
        return table, ()
    rest = [table[0][1:], *table[1:]]
    return [block for block in rest if block], tuple(first)


def choose(found: Sequence[int], called: Sequence[str], options: Options, file: str) -> int:
    """Return the column of the tags: the only one, or the one that the user named.

    called: the names of all columns.
    """
    if options.layer:
        number = options.layer.strip()
        if number.isascii() and number.isdigit() and 0 < int(number) <= len(called):
            return int(number) - 1
        return called.index(chosen(called, options.layer, file=file, var="layer", what="column"))
    if not found:
        reason = f"none of its {len(called)} columns holds tags such as O, B-PER and I-PER"
        raise OtherTask(file, reason, "export IOB tags, or take the file away")
    names = [called[number] for number in found]
    what = "columns of tags"
    return found[names.index(chosen(names, "", file=file, var="layer", what=what))]


def names_of(column: Sequence[str], options: Options, file: str) -> tuple[str, ...]:
    """Return the names of tags that are numbers; () for tags that are not.

    Raises FileFault when the user gave none, or too few.
    """
    if not is_numbered(column):
        return ()
    largest = max(map(int, column))
    if not largest and not options.tag_names:
        return ()  # nothing but 0: nothing is marked
    if largest >= len(options.tag_names):
        given = (
            f"vars.tag_names names {len(options.tag_names)}" if options.tag_names else "without names"
        )
        reason = f"its tags are numbers up to {largest}, {given}"
        mend = "list the names in vars.tag_names in the order of their numbers: [O, B-PER, I-PER, ...]"
        raise FileFault(file, reason, mend)
    return options.tag_names


def token_column(
    columns: Sequence[Sequence[str]], tags: Iterable[int], header: Sequence[str], table: Table
) -> int:
    """Return the column of the tokens: the one so named, else the first that can be it."""
    for number, name in enumerate(header):
        if name.casefold().strip("#") in TOKEN_NAMES:
            return number
    others = [number for number in range(len(columns)) if number not in tags]
    likely = [
        number
        for number in others
        if not is_index([[row[number] for row in block] for block in table])
        and not OUTSIDE.issuperset(columns[number])
    ]
    return next(iter(likely or others), 0)
