"""Rows of a dataset with a text and spans in it, or mentions: Parquet and Arrow files as they are saved.

A row: {"text": str, COLUMN: [{"start", "end", "label"}, ...] or {"start": [...], "end": [...], ...}}
The spans have the names of `jsonl`, and labels that are numbers the names of their ClassLabel; mentions
are in a shape of `mentions`.
Source: https://huggingface.co/docs/datasets, "Features", on lists of dicts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, FileFault, OtherTask, Unusable
from scripts.formats.base import Options, Records, chosen
from scripts.formats.huggingface.arrow_rows import arrow_records, columns_of
from scripts.formats.huggingface.columns import Row
from scripts.formats.huggingface.features import names_beside, names_in
from scripts.formats.huggingface.tags import NAME_THEM, is_number, name_of
from scripts.formats.plain import jsonl, mention_json
from scripts.formats.shared.fields import sound_spans
from scripts.formats.shared.span_keys import NAME, START, plain_span

HINT = "use a token classification dataset, or one with texts and spans"
Names = tuple[str, ...]


def read_spans(path: Path, rows: Sequence[Row], features: Any, options: Options) -> Records:
    """Yield the rows of a dataset without tokens; rows: the first ones.

    Raises OtherTask when it holds no spans either, FileFault when it isn't clear which.
    """
    file, columns = path.as_posix(), columns_of(path)
    plain = [listed_in(row) for row in rows]
    found = [name for name in columns if holds_spans(plain, name)]
    if found:
        column = chosen(found, options.layer, file=file, setting="layer", what="span columns")
        field = jsonl.text_field(plain, options, file)
        names = label_names(path, column, plain, features, options)
        parse = partial(parse_spans, column=column, field=field, names=names, layer=options.layer)
        yield from arrow_records(path, columns, parse)
    elif mention_json.keys_of(plain):
        layout = mention_json.layout_of(plain, options, file)
        yield from arrow_records(path, columns, partial(mention_json.parse, layout=layout))
    else:
        wanted = "neither columns with tokens and tags nor columns with a text and spans"
        reason = f"it has {wanted}: {', '.join(columns)}"
        raise OtherTask(file, reason if rows else "it has no rows", HINT)


def listed_in(row: Row) -> dict[str, Any]:
    """Return a row with its spans as lists of dicts."""
    return {name: listed(value) for name, value in row.items()}


def listed(value: Any) -> Any:
    """Return spans that are saved as a dict of lists, one for each field, as a list of dicts."""
    if not isinstance(value, dict) or not any(key in value for key in START):
        return value
    lists = {key: items for key, items in value.items() if isinstance(items, list)}
    if len(set(map(len, lists.values()))) != 1:
        return value
    return [dict(zip(lists, items, strict=True)) for items in zip(*lists.values(), strict=True)]


def holds_spans(rows: Sequence[Mapping[str, Any]], column: str) -> bool:
    """Say whether a column holds lists of spans, and not only empty ones."""
    values = [row[column] for row in rows if row.get(column) is not None]
    lists = all(isinstance(value, list) for value in values)
    return lists and any(is_span(mark) for value in values for mark in value[:1])


def is_span(mark: Any) -> bool:
    """Say whether a value has the offsets and the label of a span."""
    try:
        plain_span(mark)
    except Unusable:
        return False
    return True


def label_names(
    path: Path, column: str, rows: Sequence[Mapping[str, Any]], features: Any, options: Options
) -> Names:
    """Return the names of numbered labels; () for labels that are names. FileFault if there are none."""
    if not any(type(label) is int for row in rows for _, label in labels_in(row.get(column))):
        return ()
    names = options.tag_names or names_in(features, column) or names_beside(path, column)
    if not names:
        raise FileFault(
            path.as_posix(), f"the labels in {column!r} are numbers without names", NAME_THEM
        )
    return names


def labels_in(marks: Any) -> Iterator[tuple[str, Any]]:
    """Yield (name of the field, label) of the spans of a row."""
    for mark in marks if isinstance(marks, list) else ():
        if isinstance(mark, dict):
            yield from ((key, mark[key]) for key in NAME if mark.get(key) is not None)


def parse_spans(
    record: dict[str, Any], column: str, field: str, names: Names, layer: str
) -> dict[str, Any]:
    """Return the fields of one row, or raise Unusable."""
    marks = listed(record.get(column))
    own = {name: record[name] for name in ("id", "group", "split") if name in record}
    found = jsonl.parse(own | {"text": record.get(field)})
    found |= sound_spans(marks, partial(span_of, names=names, layer=layer)).fields()
    found["annotated"] = None if marks is None else True
    taken = {*own, column, field}
    rest = {key: value for key, value in record.items() if key not in taken}
    return found | {"meta": {k: v for k, v in rest.items() if isinstance(v, str | int | float)}}


def span_of(mark: Any, names: Names, layer: str) -> CharSpan:
    """Return a span, with the name of its label in place of the number; or raise Unusable."""
    labels = {
        key: name_of(label, names, "the span")
        for key, label in labels_in([mark])
        if names and is_number(label)
    }
    return replace(plain_span(mark | labels if labels else mark), layer=layer)
