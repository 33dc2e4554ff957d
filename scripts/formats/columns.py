r"""Columns: one token a line, its tag in the last column, a blank line after each sentence.

A line:      token [SEP column]* SEP tag      SEP is a tab if the line has one, else spaces
A tag:       O | B-LABEL | I-LABEL (IOB1, IOB2) | B-, I-, L-/E-, U-/S-LABEL (BILUO, BIOES)
A separator: a line with nothing visible on it; `-DOCSTART-` begins a document.
Source: the CoNLL-2003 shared task, https://aclanthology.org/W03-0419. The text is the tokens joined
by single spaces, which keeps every boundary; the pipeline's own tokenizer then sees that text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.corpus.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.fields import usable_text
from scripts.formats.head import Head
from scripts.formats.json_records import RECORD_SHOWN
from scripts.formats.lines import lines

OUTSIDE = "O"
DOCSTART = "-DOCSTART-"
BEGIN, INSIDE, LAST, UNIT = "B", "I", "L", "U"
PREFIXES = {"B": BEGIN, "I": INSIDE, "L": LAST, "E": LAST, "U": UNIT, "S": UNIT}
MEND_TAGS = "correct the tags of this sentence"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sentence: its number in the file and its columns."""

    number: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The rows between two separators, and the number of the document that they belong to."""

    rows: tuple[Row, ...]
    document: int

    @property
    def place(self) -> str:
        """Where the sentence stands in its file."""
        first, last = self.rows[0].number, self.rows[-1].number
        return f"line {first}" if first == last else f"lines {first}-{last}"


def sniff(head: Head) -> bool:
    """Say whether most of the first lines end in a column that is a tag."""
    rows = [columns_of(line) for line in head.lines[:500] if line.strip()]
    rows = [row for row in rows if row[0] != DOCSTART]
    tagged = sum(len(row) > 1 and is_tag(row[-1]) for row in rows)
    return tagged > 0 and tagged * 2 > len(rows)


def read(path: Path, options: Options) -> Reading:
    """Yield the sentences of a column file; the tag scheme is found from the whole file first."""
    width, scheme = survey(path)
    group: str | None = None
    document = 0
    for sentence in sentences(path):
        try:
            tokens, tags = tokens_and_tags(sentence, width)
            text = usable_text(" ".join(tokens))
            if sentence.document != document:  # its first sentence names a document
                document, group = sentence.document, text
            yield AnnotatedText(
                text=text,
                spans=decode(tokens, tags, sentence.rows, scheme),
                file=path.as_posix(),
                place=sentence.place,
                group=group,
            )
        except Unusable as error:
            shown = "\n".join("\t".join(row.columns) for row in sentence.rows)[:RECORD_SHOWN]
            yield Fault(path.as_posix(), sentence.place, shown, error.reason, error.mend)


def columns_of(line: str) -> tuple[str, ...]:
    """Return the columns of a line: at tabs if it has any, else at spaces (not at other white space)."""
    columns = line.split("\t") if "\t" in line else re.split(" +", line.strip(" \r"))
    return tuple(column.strip(" \r") for column in columns)


def is_tag(column: str) -> bool:
    """Say whether a column can be a tag: `O`, or a known prefix, a hyphen and a label."""
    prefix, hyphen, label = column.partition("-")
    return column == OUTSIDE or (prefix in PREFIXES and hyphen == "-" and bool(label.strip()))


def sentences(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a file, each with its rows and the document it stands in (0: none)."""
    rows: list[Row] = []
    document = 0
    for number, line in lines(path):
        columns = columns_of(line)
        starts_document = bool(columns) and columns[0] == DOCSTART
        if line.strip() and not starts_document:
            rows.append(Row(number, columns))
            continue
        if rows:
            yield Sentence(tuple(rows), document)
            rows = []
        document += starts_document
    if rows:
        yield Sentence(tuple(rows), document)


def survey(path: Path) -> tuple[int, str]:
    """Return how many columns the file has and its tag scheme (`IOB1`, `IOB2` or `BILUO`).

    L-, E-, U- or S- tags make it BILUO. A B- that does not follow the same label can't be IOB1, an I-
    that follows nothing can't be IOB2: the scheme that fewer tags contradict is taken, and the
    sentences that contradict it are rejected one by one.
    """
    width = 0
    against = {"IOB1": 0, "IOB2": 0}
    for sentence in sentences(path):
        previous = ""
        for row in sentence.rows:
            width = width or len(row.columns)
            prefix, _, label = row.columns[-1].partition("-")
            if PREFIXES.get(prefix) in (LAST, UNIT) and label:
                return width, "BILUO"
            if prefix == BEGIN and label != previous:
                against["IOB1"] += 1
            if prefix == INSIDE and label != previous:
                against["IOB2"] += 1
            previous = label
    if width == 1:
        reason = "its rows have one column: there are no tags"
        raise FileFault(path.as_posix(), reason, "export the tags too")
    return width, "IOB1" if against["IOB1"] < against["IOB2"] else "IOB2"


def tokens_and_tags(sentence: Sentence, width: int) -> tuple[list[str], list[str]]:
    """Return the first and the last column of a sentence, or raise Unusable for a row that is off."""
    tokens, tags = [], []
    for row in sentence.rows:
        if len(row.columns) != width:
            many = "few" if len(row.columns) < width else "many"
            reason = f"line {row.number} has too {many} columns: {len(row.columns)}, not {width}"
            raise Unusable(reason, "give every line as many columns as the first line has")
        token, tag = row.columns[0], row.columns[-1]
        if not token:
            raise Unusable(f"line {row.number} has no token", "fill its first column")
        if not is_tag(tag):
            raise Unusable(f"line {row.number} has no tag: {tag!r}", MEND_TAGS)
        tokens.append(token)
        tags.append(tag)
    return tokens, tags


def decode(
    tokens: list[str], tags: list[str], rows: tuple[Row, ...], scheme: str
) -> tuple[CharSpan, ...]:
    """Return the spans that the tags mark, as offsets in the tokens joined by single spaces.

    Raises Unusable for a tag that can't follow the one before it in this scheme.
    """
    spans: list[CharSpan] = []
    started: int | None = None  # where the open span begins
    open_label = ""
    position = end = 0
    for token, tag, row in zip(tokens, tags, rows, strict=True):
        prefix, _, label = tag.partition("-")
        kind = PREFIXES.get(prefix, OUTSIDE)
        continues = started is not None and label == open_label
        fault = fault_of(kind, continues, started is not None, scheme)
        if fault:
            raise Unusable(f"line {row.number}: {tag} {fault} ({scheme})", MEND_TAGS)
        if started is not None and (kind in (OUTSIDE, BEGIN, UNIT) or not continues):
            spans.append(CharSpan(started, end, open_label))
            started = None
        if kind != OUTSIDE and started is None:
            started, open_label = position, label
        end = position + len(token)
        if kind in (LAST, UNIT) and started is not None:
            spans.append(CharSpan(started, end, open_label))
            started = None
        position = end + 1
    if started is not None:
        if scheme == "BILUO":
            raise Unusable(
                f"line {rows[-1].number}: the last span is never closed ({scheme})", MEND_TAGS
            )
        spans.append(CharSpan(started, end, open_label))
    return tuple(spans)


def fault_of(kind: str, continues: bool, is_open: bool, scheme: str) -> str | None:
    """Return why a tag can't stand where it stands, or None when it can.

    continues: a span of the tag's own label is open; is_open: a span of any label is.
    """
    if scheme == "BILUO":
        if kind in (INSIDE, LAST) and not continues:
            return "continues a span that is not open"
        if kind in (OUTSIDE, BEGIN, UNIT) and is_open:
            return "leaves the span before it unclosed"
    if scheme == "IOB2" and kind == INSIDE and not continues:
        return "changes the label inside a span" if is_open else "follows no B- tag"
    if scheme == "IOB1" and kind == BEGIN and not continues:
        return "follows no span of its own label"
    return None


FORMAT = Format("columns", "CoNLL-style columns (IOB1, IOB2, BILUO, BIOES)", sniff, read, None)
