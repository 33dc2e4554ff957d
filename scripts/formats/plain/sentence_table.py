"""A table of sentences: CSV or TSV with a header, a sentence a row, its tags together in one cell.

Sentence #,Sentence,POS,Tag                                            as lists in Python or JSON, or
Sentence: 1,Ada left .,"['NNP', 'VBD', '.']","['B-per', 'O', 'O']"     separated by spaces

The tokens are in a cell of the same kind, or are the sentence cut at white space; the columns are known
by their names, as in `hf_tokens`, of whose rows these are the spreadsheet's form. A sentence with more
or fewer tokens than tags is not guessed at.
Source: https://www.kaggle.com/datasets/naseralqaydeh/named-entity-recognition-ner-corpus and what
pandas' `DataFrame.to_csv` writes of lists and of NumPy's arrays.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from scripts.annotation.text import Fault, FileFault
from scripts.formats.base import Format, Options, Records, chosen
from scripts.formats.huggingface.columns import TOKENS, fitting_in, holds_tags, tags_in, tokens_in
from scripts.formats.huggingface.hf_tokens import GROUPS, TaggedFields
from scripts.formats.huggingface.hf_tokens import parse as parse_row
from scripts.formats.huggingface.tags import is_number, tagging_of
from scripts.formats.plain.token_table import SENTENCES
from scripts.formats.shared.csv_rows import BrokenRow, csv_rows, delimiter_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN, Fields, Parse, parsed

FIRST = 200  # rows that the columns are found from
SAMPLE = 20_000  # rows that the scheme of the tags is found from
NUMPY = re.compile(r"\s*\[(\s*'[^',]*'|\s*\"[^\",]*\")+\s*\]\s*")  # quoted strings without commas

IN_QUOTES = "put cells that contain a delimiter or a quote in quotes, and double the quotes in them"

CellsByColumn = dict[str, str]


class SentenceTable(NamedTuple):
    """How a table is laid out: its delimiter, and the names of its columns; `number` may be none."""

    delimiter: str
    sentence: str
    number: str
    layout: TaggedFields


def sniff(head: Head) -> bool:
    """Say whether a table has a column of tokens, and one that has a tag for each of several."""
    names = [name.strip(' "').casefold() for name in re.split(r"[,;\t|]", head.lines[0])]
    if not set(names) & set(TOKENS):
        return False
    delimiter = delimiter_of(head)
    if not delimiter:
        return False
    with suppress(FileFault):
        return bool(columns_of(first(head.path, delimiter))[1])
    return False


def read(path: Path, options: Options) -> Records:
    """Yield the sentences of a table."""
    file, table = path.as_posix(), table_of(path, options)
    for number, cells in rows_of(path, table.delimiter):
        if isinstance(cells, BrokenRow):
            record = cells.record[:RECORD_SHOWN]
            yield Fault(file, f"row {number}", record, str(cells), IN_QUOTES)
            continue
        shown = {name: cell[:RECORD_SHOWN] for name, cell in cells.items()}
        yield from parsed(file, f"row {number}", shown, parser_of(cells, table))


def rows_of(path: Path, delimiter: str) -> Iterator[tuple[int, CellsByColumn | BrokenRow]]:
    """Yield the rows below the header by the names of their columns, with their numbers."""
    header: list[str] = []
    for number, cells in csv_rows(path, delimiter):
        if isinstance(cells, BrokenRow):
            yield number, cells
        elif not any(map(str.strip, cells)):
            continue
        elif not header:
            header = [name.strip().removeprefix("\ufeff") for name in cells]
        elif len(cells) != len(header):
            reason = f"it has {len(cells)} cells, but the first row has {len(header)}"
            yield number, BrokenRow(reason, delimiter.join(cells))
        else:
            yield number, dict(zip(header, cells, strict=True))


def first(path: Path, delimiter: str) -> list[CellsByColumn]:
    """Return the first rows that are whole."""
    rows = (cells for _, cells in islice(rows_of(path, delimiter), FIRST))
    return [cells for cells in rows if not isinstance(cells, BrokenRow)]


def items_of(cell: str) -> list[Any]:
    """Return what a cell lists: in Python's or JSON's notation, as NumPy shows it, or between spaces."""
    if not is_list(cell):
        return cell.split()
    if NUMPY.fullmatch(cell):
        return [quoted[1:-1] for quoted in re.findall(r"'[^']*'|\"[^\"]*\"", cell)]
    for read in (json.loads, ast.literal_eval):
        with suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            value = read(cell.strip())
            if isinstance(value, list):
                return value
    return cell.split()


def columns_of(rows: Sequence[CellsByColumn], layer: str = "") -> tuple[str, list[str]]:
    """Return the column of the tokens, and those that can hold their tags: none in another table."""
    listed = [{name: items_of(cell) for name, cell in cells.items()} for cells in rows]
    tokens = tokens_in(listed)
    found = (fitting_in if layer else tags_in)(listed, tokens) if tokens else []
    several = [name for name in found if any(len(items[name]) > 1 for items in listed)]
    return tokens, [n for n in several if holds_tags(listed, n) or are_numbers(listed, n) or n == layer]


def are_numbers(rows: Sequence[dict[str, list[Any]]], name: str) -> bool:
    """Say whether a column holds lists of the numbers of tags."""
    return all(type(tag) is int and is_number(tag) for items in rows for tag in items[name])


def table_of(path: Path, options: Options) -> SentenceTable:
    """Return how a table is laid out. Raises FileFault when it isn't clear, or it is no such table."""
    file, delimiter = path.as_posix(), delimiter_of(Head.of(path))
    rows = first(path, delimiter) if delimiter else []
    tokens, tags = columns_of(rows, options.layer)
    if not tags:
        hint = "name the columns Sentence and Tag in the first row, and give each token a tag"
        raise FileFault(file, "none of its columns has a tag for each token of another column", hint)
    column = chosen(tags, options.layer, file=file, setting="layer", what="tag columns")
    every = (cells for _, cells in rows_of(path, delimiter) if not isinstance(cells, BrokenRow))
    lists = [items_of(cells[column]) for cells in islice(every, SAMPLE)]
    tagging = tagging_of(path, column, lists, None, options)
    others = [name for name in rows[0] if name not in (tokens, column)]
    number = next((name for name in others if numbers_sentences(name)), "")
    return SentenceTable(
        delimiter, tokens, number, TaggedFields("tokens", column, tagging, options.layer)
    )


def numbers_sentences(name: str) -> bool:
    """Say whether a column is called what numbers the sentences."""
    return "".join(filter(str.isalnum, name.casefold())) in {"id", *SENTENCES}


def parser_of(cells: CellsByColumn, table: SentenceTable) -> Parse:
    """Return what makes sense of a row, whatever of it the list of rejects shows."""
    return lambda _: parse(cells, table)


def parse(cells: CellsByColumn, table: SentenceTable) -> Fields:
    """Return the fields of one row, or raise Unusable."""
    sentence, tags = cells[table.sentence], cells[table.layout.tags]
    own = {table.sentence, table.layout.tags, table.number}
    known = {name.casefold(): cell for name, cell in cells.items() if name not in own and cell.strip()}
    record: Fields = {name: cell for name, cell in known.items() if not is_list(cell)}
    if not is_list(sentence):
        record["text"] = sentence
    record["id"] = cells.get(table.number, "").strip() or None
    record["tokens"] = items_of(sentence)
    record[table.layout.tags] = items_of(tags)
    for name in {*GROUPS, "split"} & record.keys():
        record[name] = record[name].strip()
    return parse_row(record, table.layout)


def is_list(cell: str) -> bool:
    """Say whether a cell is written as a list, which says nothing of the text as a whole."""
    return cell.lstrip().startswith("[")


FORMAT = Format(
    "sentence_table",
    "table of sentences with their tags (CSV)",
    sniff,
    read,
    unit=None,
    before=("token_table",),
)
