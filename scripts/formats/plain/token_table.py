r"""A table of tokens: CSV or TSV with a header, one token a row, the sentence in a column of its own.

Sentence #,Word,POS,Tag       the well-known set from Kaggle: "Sentence: 1" on its first row only, or
Sentence: 1,Ada,NNP,B-PER     on every row; other spellings of the header, other columns next to these;
,left,VBD,O                   with , ; | or tab between; fields with the delimiter in them in quotes

Source: https://www.kaggle.com/datasets/abhinavwalia95/entity-annotated-corpus; quotes as in RFC 4180.
The text is the tokens joined by single spaces. A sentence ends where its column holds another value, or
that of the documents; without such a column, at an empty row. The word -DOCSTART- begins a document.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from scripts.annotation.text import AnnotatedText, Fault, FileFault, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records, chosen
from scripts.formats.columns.rows import LEFT_OUT, decoded_tags, legible, named, place_of
from scripts.formats.columns.tag_columns import is_marked_column, is_nameless_column
from scripts.formats.shared.blocks import DOCSTART, has_two_documents
from scripts.formats.shared.fields import shown, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import lines
from scripts.formats.shared.tag_names import names_of
from scripts.formats.shared.tags import OUTSIDE, TagSummary
from scripts.formats.shared.tokens import as_spans, rebuilt

SAMPLE = 20_000  # rows that the scheme of the tags is found from
SNIFFED = 200  # lines
DELIMITERS = ",;\t|"
WORDS = {"word", "words", "token", "tokens"}
SENTENCES = {"sentence", "sent", "sentenceid", "sentid", "sentenceidx", "sentenceno", "sentencenumber"}
SENTENCES |= {"sentences", "sentidx", "sentno", "sentnumber", "sentencenum"}
DOCUMENTS = {"doc", "docid", "document", "documentid", "file", "filename", "article", "articleid"}
TAGS = {"tag", "tags", "ner", "nertag", "nertags", "ne", "netag", "iob", "iobtag", "bio", "biotag"}
TAGS |= {"label", "labels", "entity", "entitytag", "entities", "annotation"}

Quoting = Literal[0, 3]  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE
Row = tuple[int, list[str]]  # the number of its line, its cells
Token = tuple[int, str, str]  # the number of its line, the word, its tag


@dataclass(frozen=True, slots=True)
class TokenTable:
    """How a table is laid out: its delimiter, whether quotes mean anything, where its columns are."""

    delimiter: str
    quoting: Quoting
    width: int
    word: int
    tags: tuple[int, ...]
    sentence: int | None
    document: int | None
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagColumn:
    """What the tags are: their column, names of numbers, scheme, labels without a prefix.

    empty_is_outside: whether nothing at all is what the file writes outside spans.
    """

    column: int
    names: tuple[str, ...]
    scheme: str
    bare: frozenset[str]
    empty_is_outside: bool


def sniff(head: Head) -> bool:
    """Say whether the first line names a column of words, one of tags and how the table is divided."""
    table = table_of(head.lines[: min(SNIFFED, max(2, len(head.lines) - 1))])
    return table is not None and (table.sentence is not None or table.delimiter in ",;")


def table_of(head: Sequence[str]) -> TokenTable | None:
    """Return how the table with these first lines is laid out; None if it is no table of tokens."""
    for delimiter in DELIMITERS:
        odd = any(line.count('"') % 2 for line in head)
        quoted = any('""""' in line or f'"{delimiter}"' in line for line in head)
        quoting: Quoting = csv.QUOTE_NONE if odd and not quoted else csv.QUOTE_MINIMAL
        header = cells_of(head[0], delimiter, quoting) if head else []
        names = ["".join(filter(str.isalnum, name.casefold())) for name in header]
        words = [n for n, name in enumerate(names) if name in WORDS]
        tags = tuple(n for n, name in enumerate(names) if name in TAGS)
        if len(words) == 1 and tags:
            return TokenTable(
                delimiter,
                quoting,
                len(names),
                words[0],
                tags,
                next((n for n, name in enumerate(names) if name in SENTENCES), None),
                next((n for n, name in enumerate(names) if name in DOCUMENTS), None),
                tuple(header),
            )
    return None


def cells_of(line: str, delimiter: str, quoting: Quoting) -> list[str]:
    """Return the cells of a row, which is a line: no token holds a line end, but quotes may be stray."""
    if quoting == csv.QUOTE_NONE or '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return ["", line]


def read(path: Path, options: Options) -> Records:
    """Yield the sentences of a table."""
    file = path.as_posix()
    table = table_of([line for _, line in islice(lines(path), SNIFFED)])
    if not table:
        hint = "call them Word and Tag in the first line, and the sentence's column Sentence"
        raise FileFault(file, "its header has no columns for words and tags", hint)
    tags = tags_of(path, table, options)
    several_documents = has_two_documents(path)
    marked, unnamed = "", False  # the document that -DOCSTART- began, and whether it has no name yet
    for document, sentence, rows in sentences(path, table):
        place = place_of(rows[0][0], rows[-1][0] - rows[0][0] + 1)
        try:
            tokens, notes = cells_in(rows, table, tags)
            if tokens and tokens[0][1] == DOCSTART:
                tokens, marked, unnamed = tokens[1:], "", several_documents
            if not tokens:
                continue
            where = [f"line {number}" for number, _, _ in tokens].__getitem__
            text, places = rebuilt([word for _, word, _ in tokens])
            usable_text(text)
            given = named([tag for _, _, tag in tokens], tags.names, tags.empty_is_outside, where)
            found, fixed = decoded_tags(given, tags.scheme, where, tags.bare)
        except Unusable as error:
            shown = "\n".join(table.delimiter.join(cells) for _, cells in rows)[:RECORD_SHOWN]
            yield Fault(file, place, shown, error.reason, error.hint)
            continue
        if unnamed:
            marked, unnamed = text, False
        yield AnnotatedText(
            text=text,
            spans=as_spans(found, places, options.layer),
            file=file,
            place=place,
            id=legible(sentence) or None,
            group=legible(document) or marked or None,
            tokens=places,
            notes=tuple(dict.fromkeys((*notes, *fixed))),
        )


def rows_of(path: Path, table: TokenTable) -> Iterator[Row]:
    """Yield the rows below the header."""
    for number, line in islice(lines(path), 1, None):
        yield number, cells_of(line, table.delimiter, table.quoting)


def sentences(path: Path, table: TokenTable) -> Iterator[tuple[str, str, list[Row]]]:
    """Yield (document, sentence, its rows) of a table: what is in the columns, '' without them."""
    rows: list[Row] = []
    now = ("", "")
    for number, cells in rows_of(path, table):
        if not any(map(str.strip, cells)):
            if rows and table.sentence is None:
                yield *now, rows
                rows = []
            continue
        named = tuple(
            (cells[at].strip() if at == 0 or (at and len(cells) == table.width) else "") or before
            for at, before in zip((table.document, table.sentence), now, strict=True)
        )
        if rows and named != now:
            yield *now, rows
            rows = []
        now = (named[0], named[1])
        rows.append((number, cells))
    if rows:
        yield *now, rows


def tags_of(path: Path, table: TokenTable, options: Options) -> TagColumn:
    """Return what the first rows say of the tags.

    Raises FileFault when there are no rows, when it isn't clear which column, or what a number means.
    """
    file = path.as_posix()
    rows = [cells for _, cells in islice(rows_of(path, table), SAMPLE) if len(cells) == table.width]
    if not rows:
        raise OtherTask(file, "it has a header but no rows", "export the annotated tokens")
    values = {at: [cells[at].strip() for cells in rows] for at in table.tags}
    sure = [at for at in table.tags if is_marked_column(values[at]) or is_nameless_column(values[at])]
    called = {
        table.header[at].strip(): at for at in (table.tags if options.layer else sure or table.tags)
    }
    tag = called[chosen(called, options.layer, file=file, setting="layer", what="tag columns")]
    names = names_of(values[tag], options, file)
    summary = TagSummary()
    summary.add([names[int(value)] for value in values[tag]] if names else values[tag])
    empty_is_outside = not any(summary.tags[outside] for outside in OUTSIDE if outside)
    return TagColumn(tag, names, summary.scheme, summary.bare, empty_is_outside)


def cells_in(rows: Sequence[Row], table: TokenTable, tags: TagColumn) -> tuple[list[Token], list[str]]:
    """Return the tokens of a sentence and notes, or raise Unusable for a row that is off."""
    tokens: list[Token] = []
    notes: list[str] = []
    for number, cells in rows:
        refuse_ragged(number, cells, table)
        word, tag = cells[table.word].strip(" "), cells[tags.column].strip(" ")
        if word:
            tokens.append((number, word, tag))
        elif tag in OUTSIDE:
            notes.append(LEFT_OUT)
        else:
            raise Unusable(f"line {number} has no token", "fill in its word column")
    return tokens, notes


def refuse_ragged(number: int, cells: Sequence[str], table: TokenTable) -> None:
    """Raise Unusable for a row that doesn't have as many cells as the header."""
    if len(cells) != table.width:
        many = "few" if len(cells) < table.width else "many"
        columns = f"{len(cells)}, not {table.width}, in {shown(table.delimiter.join(cells))}"
        reason = f"line {number} has too {many} columns: {columns}"
        hint = (
            "put fields that contain the delimiter or a quote in quotes, and double the quotes in them"
        )
        raise Unusable(reason, hint)


FORMAT = Format("token_table", "table of tokens (CSV or TSV with a header)", sniff, read, None)
