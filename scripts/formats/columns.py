r"""Columns: one token a line, its tag in some column, a blank line after each sentence.

A line:      [number SEP] token [SEP column]* SEP tag [SEP column]*     SEP: tab, else spaces, else |
A tag:       O | B-LABEL | I-LABEL | ... in any scheme of `tags`, or its number (vars.tag_names)
A separator: a line with nothing visible on it; `-DOCSTART-` begins a document
A comment:   # text | # id 7 | # sent_id = s7 | # text = The text of the tokens.
A header:    Token POS NER, before everything
Or a line is a sentence: token|POS|tag token|POS|tag ...

Source: the CoNLL-2003 shared task, https://aclanthology.org/W03-0419, and spaCy's `iob` converter,
https://spacy.io/api/cli#converters. The text is the tokens joined by single spaces, which keeps every
boundary, unless a comment gives it.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scripts.corpus.text import Fault, Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.blocks import DOCSTART, Block, blocks, has_two_documents
from scripts.formats.column_layout import BAR, layout_of, table_of, without_header
from scripts.formats.column_rows import document_of, place_of, sentence
from scripts.formats.head import Head
from scripts.formats.json_records import RECORD_SHOWN
from scripts.formats.lines import lines
from scripts.formats.tag_columns import tag_columns

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
    first = head.lines[: min(SNIFFED, max(1, len(head.lines) - 1))]
    if any(line.startswith(OTHERS) for line in first):
        return False
    filled = [line for line in first if line.strip() and not line.startswith((DOCSTART, "# "))]
    separator, _, table = table_of(first)
    rows = [row for block in table for row in block]
    if not rows or len(rows[0]) < 2 or (separator != BAR and len(rows) * 2 <= len(filled)):
        return False
    table, _ = without_header(table)
    columns = list(zip(*(row for block in table for row in block), strict=True))
    return bool(columns and tag_columns(columns, table))


def read(path: Path, options: Options) -> Reading:
    """Yield the sentences of a column file; its layout and tag scheme are found from it first."""
    layout = layout_of(path, options)
    file = path.as_posix()
    several_documents = has_two_documents(path)
    header_due = bool(layout.header)
    group: str | None = None
    unnamed = False  # whether the document waits for its first sentence, which names it
    for number, block in a_line_each(path) if layout.a_line else blocks(path):
        if block[0].startswith(DOCSTART):
            group = document_of(block[0])
            unnamed = several_documents and group is None
            continue
        if header_due:
            header_due, (number, block) = False, without_first_row(number, block)
        try:
            record = sentence(file, number, block, layout, group)
        except Unusable as error:
            shown = "\n".join(block)[:RECORD_SHOWN]
            yield Fault(file, place_of(number, len(block)), shown, error.reason, error.mend)
            continue
        if record and unnamed:
            unnamed, group = False, record.text
            record = replace(record, group=group)
        if record:
            yield record


def a_line_each(path: Path) -> Iterator[Block]:
    """Yield the lines of a file of one sentence a line, as blocks of one line."""
    return ((number, [line]) for number, line in lines(path) if line.strip())


def without_first_row(number: int, block: list[str]) -> Block:
    """Return a block without the header and what stands above it."""
    above = sum(1 for line in block if line.startswith("# "))
    return number + above + 1, block[above + 1 :]


FORMAT = Format("columns", "CoNLL-style columns (IOB1, IOB2, BILUO, BIOES)", sniff, read, None)
