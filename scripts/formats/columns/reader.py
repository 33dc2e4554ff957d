r"""Columns: one token a line, its tag in some column, a blank line after each sentence.

A line:      [number SEP] token [SEP column]* SEP tag [SEP column]*     SEP: tab, else spaces, else |
A tag:       O | B-LABEL | I-LABEL | ... in any scheme of `tags`, or its number (`tag_names`)
A separator: a line with nothing visible on it; a row with `-DOCSTART-` in it begins a document
A comment:   # text | # id 7 | # sent_id = s7 | # text = The text of the tokens. | # document_id = d1
             wherever it is: above a sentence, between its rows, below the header
A header:    Token POS NER, before everything
Or a line is a sentence: token|POS|tag token|POS|tag ...

Source: the CoNLL-2003 shared task, https://aclanthology.org/W03-0419, and spaCy's `iob` converter,
https://spacy.io/api/cli#converters. The text is the tokens joined by single spaces, which keeps every
boundary, unless a comment gives it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scripts.annotation.text import Fault, Unusable
from scripts.formats.base import EVERY_OTHER, Format, Options, Records
from scripts.formats.columns.layout import ColumnLayout, layout_of
from scripts.formats.columns.rows import (
    Numbers,
    document_in,
    document_of,
    place_of,
    sentence,
    without_comments,
)
from scripts.formats.columns.table import BAR, SPACE, is_row, table_of, without_header
from scripts.formats.columns.tag_columns import tag_columns
from scripts.formats.shared.blocks import DOCSTART, begins_document, blocks, has_two_documents
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import lines
from scripts.formats.shared.tags import OUT

SNIFFED = 500  # lines
OTHERS = (
    "#FORMAT=",
    "#T_",
    "#begin document",
    '{"',
    "[{",
)  # that lines of other tools' files begin with


def sniff(head: Head) -> bool:
    """Say whether a column of the first lines holds tags."""
    whole = head.lines[:-1] if head.cut else head.lines
    first = whole[:SNIFFED]
    if any(line.startswith(OTHERS) for line in first):
        return False
    filled = [line for line in first if is_row(line)]
    separator, _, table = table_of(first)
    rows = [row for block in table for row in block]
    if not rows or len(rows[0]) < 2 or (separator != BAR and len(rows) * 2 <= len(filled)):
        return False
    table, _ = without_header(table)
    columns = list(zip(*(row for block in table for row in block), strict=True))
    found = tag_columns(columns, table) if columns else []
    return bool(found) and (separator != SPACE or not is_prose(columns, found))


def is_prose(columns: Sequence[Sequence[str]], found: Sequence[int]) -> bool:
    """Say whether columns with spaces between them are the words of a few lines of prose.

    found: the columns that can hold tags, as `E-mail` in each line would be one.
    """
    if 2 * len(columns[0]) <= len(columns):
        return True
    return not any(len(set(columns[number])) > 1 or OUT in columns[number] for number in found)


def read(path: Path, options: Options) -> Records:
    """Yield the sentences of a column file; its layout and tag scheme are found from it first."""
    layout = layout_of(path, options)
    file = path.as_posix()
    several_documents = has_two_documents(path)
    header_due = bool(layout.header)
    group: str | None = None
    unnamed = False  # whether the document waits for its first sentence, which names it
    for numbers, block in blocks_with(path, layout):
        if block[0].startswith(DOCSTART) or (not layout.a_line and begins_document(block[0])):
            group = document_of(block[0])
            unnamed = several_documents and group is None
            continue
        rows = block
        comments: list[str] = []
        if not layout.a_line and (block[0][0] == "#" or "\n#" in "\n".join(block)):
            numbers, rows, comments = without_comments(numbers, block, layout)
            if name := document_in(comments):
                group, unnamed = name, False
        if header_due and rows:
            header_due, numbers, rows = False, numbers[1:], rows[1:]
        if not rows:
            continue
        try:
            record = sentence(file, numbers, rows, comments, layout, group)
        except Unusable as error:
            shown = "\n".join(block)[:RECORD_SHOWN]
            place = place_of(numbers[0], numbers[-1] - numbers[0] + 1)
            yield Fault(file, place, shown, error.reason, error.hint)
            continue
        if record and unnamed:
            unnamed, group = False, record.text
            record = replace(record, group=group)
        if record:
            yield record


def blocks_with(path: Path, layout: ColumnLayout) -> Iterator[tuple[Numbers, list[str]]]:
    """Yield the blocks of a file, each with the numbers of its lines."""
    if layout.a_line:
        yield from ((range(n, n + 1), [line]) for n, line in lines(path) if line.strip())
        return
    each = ((range(number, number + len(block)), block) for number, block in blocks(path))
    yield from joined(each) if layout.is_doubled else each


def joined(each: Iterable[tuple[Numbers, list[str]]]) -> Iterator[tuple[Numbers, list[str]]]:
    """Yield blocks that only one blank line divides as one block."""
    numbers: list[int] = []
    rows: list[str] = []
    for its_numbers, block in each:
        alone = begins_document(block[0])
        if rows and (alone or its_numbers[0] > numbers[-1] + 2):
            yield numbers, rows
            numbers, rows = [], []
        if alone:
            yield its_numbers, block
        else:
            numbers.extend(its_numbers)
            rows.extend(block)
    if rows:
        yield numbers, rows


FORMAT = Format(
    "columns",
    "CoNLL-style columns (IOB1, IOB2, BILUO, BIOES)",
    sniff,
    read,
    unit=None,
    after=(EVERY_OTHER,),
)
