"""A table of texts: CSV or TSV with a text in one column, and in another its entities as JSON.

text,entities                                        with , ; tab or | between; quotes as in RFC 4180,
"Ada met Bo.","[{""text"": ""Ada"", ""label"": ""PERSON""}]"       or a Python literal in the cell

An entity column holds mentions in any of the shapes of `mentions`, or spans with offsets as in `jsonl`.
It is found by what is in it, and `layer` chooses among several; the text's column is found by
its name or by the mentions in it, and `text_field` names it. Columns without a header have numbers.
Source: what spreadsheets and `DataFrame.to_csv` write; https://www.rfc-editor.org/rfc/rfc4180.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scripts.annotation.splits import SPLIT_NAMES
from scripts.annotation.text import AnnotatedText, Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Records, chosen
from scripts.formats.plain.mention_json import TEXTS, Record
from scripts.formats.shared.csv_rows import BrokenRow, Row, csv_rows, delimiter_of, first_rows
from scripts.formats.shared.fields import ReadableSpans, sound_spans, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.mentions import (
    LISTS,
    EntityStrings,
    are_of_the_text,
    label_stands_first,
    literal_value,
    named_in,
    standing,
    unlocated_entities,
)
from scripts.formats.shared.span_keys import plain_span

JOINED = "a text that contains a delimiter but isn't in quotes is joined again"
IDS = ("id", "group", "split")


@dataclass(frozen=True, slots=True)
class MentionTable:
    """How a table is laid out; has_header: whether its first row only names the columns."""

    delimiter: str
    columns: tuple[str, ...]
    has_header: bool
    text: str
    entities: str
    label_first: bool


def sniff(head: Head) -> bool:
    """Say whether a table has a column of entities."""
    begin = head.text.lstrip()[:1]
    if begin in ("", "{", "[", "<") or not ("[" in head.text or "{" in head.text):
        return False
    delimiter = delimiter_of(head)
    if not delimiter:
        return False
    columns, records, _ = records_of(first_rows(head, delimiter))
    return any(holds_entities(records, column) for column in columns)


def records_of(rows: Sequence[Row]) -> tuple[tuple[str, ...], list[Record], bool]:
    """Return the names of the columns, the first rows by these names, and whether there is a header."""
    table = [cells for _, cells in rows if isinstance(cells, list) and any(map(str.strip, cells))]
    if not table:
        return (), [], False
    has_header = not any(map(is_entities, table[0]))
    names = [name.strip() for name in table[0]] if has_header else [""] * len(table[0])
    columns = tuple(
        name if name and names.count(name) == 1 else f"{name} {number}".lstrip()
        for number, name in enumerate(names, start=1)
    )
    whole = [cells for cells in table[has_header:] if len(cells) == len(columns)]
    return columns, [dict(zip(columns, cells, strict=True)) for cells in whole], has_header


def entities_in(cell: str) -> tuple[ReadableSpans, list[EntityStrings]]:
    """Return the spans or the mentions that are in a cell, or raise Unusable."""
    value = literal_value(cell) if cell.strip() else []
    if isinstance(value, dict):
        value = next((value[key] for key in LISTS if isinstance(value.get(key), list)), value)
    try:
        return ReadableSpans(), named_in(value)
    except Unusable:
        if isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple | dict):
            return sound_spans(value, plain_span), []
        raise


def is_entities(cell: str) -> bool:
    """Say whether a cell names entities."""
    try:
        sound, names = (
            entities_in(cell) if cell.strip()[:1] in ("[", "{", "(", "`") else (ReadableSpans(), [])
        )
        return bool(sound.spans or names)
    except Unusable:
        return False


def holds_entities(records: Sequence[Record], column: str) -> bool:
    """Say whether a column holds entities, of which some are in another cell of their row."""
    good = bad = there = total = 0
    for record in records:
        try:
            sound, names = entities_in(record[column])
        except Unusable:
            bad += 1
            continue
        good += 1
        others = [cell for name, cell in record.items() if name != column]
        there += standing(names, others)
        there += sum(any(span.end <= len(cell) for cell in others) for span in sound.spans)
        total += len(names) + len(sound.spans)
    return good >= bad and are_of_the_text(there, total)


def table_of(path: Path, options: Options) -> MentionTable:
    """Return how a table is laid out. Raises FileFault when it isn't clear."""
    file, head = path.as_posix(), Head.of(path)
    delimiter = delimiter_of(head)
    columns, records, has_header = records_of(first_rows(head, delimiter) if delimiter else [])
    found = [column for column in columns if holds_entities(records, column)]
    choices = [options.layer] if options.layer in columns else found
    if not choices:
        hint = 'write [{"text": ..., "label": ...}] in one column, and the text in another'
        raise FileFault(file, "none of its columns lists the entities of a text", hint)
    entities = chosen(choices, options.layer, file=file, setting="layer", what="entity columns")
    named = []
    for record in records:
        try:
            named.append((record, entities_in(record[entities])[1]))
        except Unusable:
            continue
    others = [column for column in columns if column not in (*found, entities)]
    text = text_column(others, named, options, file)
    label_first = label_stands_first((record[text], names) for record, names in named)
    return MentionTable(delimiter, columns, has_header, text, entities, label_first)


def text_column(
    columns: Sequence[str],
    named: Sequence[tuple[Record, list[EntityStrings]]],
    options: Options,
    file: str,
) -> str:
    """Return the column of the texts: the one so named, else the one where the mentions stand."""
    usual = [column for name in TEXTS for column in columns if column.casefold() == name]
    hits = {
        column: sum(standing(names, [record[column]]) for record, names in named) for column in columns
    }
    most = max(hits.values(), default=0)
    best = usual[:1] or [column for column in columns if most and hits[column] == most]
    choices = columns if options.text_field else best or columns
    return chosen(choices, options.text_field, file=file, setting="text_field", what="text columns")


def read(path: Path, options: Options) -> Records:
    """Yield the texts of a table."""
    file = path.as_posix()
    table = table_of(path, options)
    header_due = table.has_header
    for number, cells in csv_rows(path, table.delimiter):
        if isinstance(cells, list) and not any(map(str.strip, cells)):
            continue
        if header_due:
            header_due = False
            continue
        place = f"row {number}"
        try:
            yield AnnotatedText(file=file, place=place, **parse(cells, table, options.layer))
        except Unusable as error:
            row = table.delimiter.join(cells) if isinstance(cells, list) else cells.record
            yield Fault(file, place, row[:RECORD_SHOWN], error.reason, error.hint)


def parse(cells: list[str] | BrokenRow, table: MentionTable, layer: str) -> dict[str, Any]:
    """Return the fields of one row, or raise Unusable."""
    hint = "put cells that contain a delimiter or a quote in quotes, and double the quotes in them"
    if isinstance(cells, BrokenRow):
        raise Unusable(str(cells), hint)
    width = len(table.columns)
    joined = put_together(cells, table)
    cells = joined or cells
    if len(cells) < width or any(cells[width:]):
        raise Unusable(f"it has {len(cells)} cells, but the first row has {width}", hint)
    record = dict(zip(table.columns, cells, strict=False))
    text = text_of(record, table.text)
    sound, names = entities_in(record[table.entities])
    own = {name.casefold(): value.strip() for name, value in record.items()}
    return {
        "text": text,
        "spans": tuple(replace(span, layer=layer) for span in sound.spans),
        "unread": sound.unread,
        "unlocated": unlocated_entities(names, table.label_first),
        "id": own.get("id") or None,
        "group": own.get("group") or None,
        "split": SPLIT_NAMES.get(own.get("split", "").casefold()),
        "annotated": True if record[table.entities].strip() else None,
        "notes": (JOINED,) if joined else (),
        "meta": {
            name: value
            for name, value in record.items()
            if value and name not in (table.text, table.entities) and name.casefold() not in IDS
        },
    }


def put_together(cells: list[str], table: MentionTable) -> list[str] | None:
    """Return a row whose text holds the delimiter without quotes around it as it should be, or None.

    It is certain where text and entities are all that there is, and the entities are of the text.
    """
    surplus = len(cells) - len(table.columns)
    if len(table.columns) != 2 or surplus < 1:
        return None
    at = table.columns.index(table.text)
    text = table.delimiter.join(cells[at : at + surplus + 1])
    entities = cells[-1] if at == 0 else cells[0]
    if not is_entities(entities):
        return None
    sound, names = entities_in(entities)
    fits = standing(names, [text]) == len(names) and all(span.end <= len(text) for span in sound.spans)
    return ([text, entities] if at == 0 else [entities, text]) if fits else None


FORMAT = Format("mention_table", "table of texts with their entities (CSV)", sniff, read)
