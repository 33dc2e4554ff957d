"""Hugging Face token classification: rows with tokens and their tags, in Parquet, Arrow or JSON.

A row: {"tokens": [str, ...], "ner_tags": [str or int, ...], ["id", "split", "text", ...]}
in JSON lines or a JSON list, in a Parquet file, or in the Arrow file of a folder that `save_to_disk`
wrote. Other names of the fields are known (`hf_columns`). Numbered tags have their names in the schema
or in a file near it (`hf_features`), or in `tag_names`. A tag -100 (ignored in training), -1 or null
says that nobody tagged the token; no tags at all, that nobody tagged the text. The text is the tokens
joined by single spaces, unless the row gives it as `text`. Parquet and Arrow may also hold texts with
spans or mentions (`hf_spans`).
Source: https://huggingface.co/docs/datasets and https://huggingface.co/docs/transformers/tasks/token_classification.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from scripts.annotation.splits import SPLIT_NAMES
from scripts.annotation.text import OtherTask, Unusable
from scripts.formats.base import Format, Options, Records, chosen
from scripts.formats.columns.rows import LEFT_OUT, decoded_tags
from scripts.formats.huggingface.arrow_rows import (
    arrow_records,
    columns_of,
    features_of,
    is_arrow,
    whole_rows,
)
from scripts.formats.huggingface.columns import Row, fitting_in, tags_in, tokens_in
from scripts.formats.huggingface.features import schema_features
from scripts.formats.huggingface.files import companions
from scripts.formats.huggingface.spans import read_spans
from scripts.formats.huggingface.tags import TagScheme, is_unknown, named, tagging_of
from scripts.formats.shared.fields import as_name, shown
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records
from scripts.formats.shared.json_rows import json_objects
from scripts.formats.shared.tags import OUT, OUTSIDE
from scripts.formats.shared.token_texts import placed, words_of
from scripts.formats.shared.tokens import as_spans

FIRST = 200  # rows that the fields are found from
SAMPLE = 20_000  # rows that the scheme of the tags is found from
GROUPS = ("group", "doc_id", "document_id")
NOT_TAGGED = "a token without a tag counts as unannotated"


class TaggedFields(NamedTuple):
    """Where the rows have their tokens and their tags, how the tags are read, and in which layer."""

    tokens: str
    tags: str
    tagging: TagScheme
    layer: str


def sniff(head: Head) -> bool:
    """Say whether a file is Parquet or Arrow, or has JSON objects with tokens and tags."""
    if is_arrow(head.data):
        return True
    tokens = tokens_in(head.records)
    return bool(tokens and tags_in(head.records, tokens))


def read(path: Path, options: Options) -> Records:
    """Yield the rows of a dataset; its fields and the scheme of its tags are found first."""
    if not is_arrow(Head.of(path).data):
        rows = list(islice(json_objects(path), FIRST))
        layout = layout_of(path, rows, None, options)
        yield from json_records(path, partial(parse, layout=layout))
        return
    columns, features = columns_of(path), schema_features(features_of(path))
    rows = list(islice(whole_rows(path, columns), FIRST))
    if tokens_in(rows):
        layout = layout_of(path, rows, features, options)
        yield from arrow_records(path, columns, partial(parse, layout=layout))
    else:
        yield from read_spans(path, rows, features, options)


def layout_of(path: Path, rows: Sequence[Row], features: Any, options: Options) -> TaggedFields:
    """Return where the rows have what.

    Raises FileFault when it isn't clear which field holds the tags or what its numbers mean, OtherTask
    when none does.
    """
    file, tokens = path.as_posix(), tokens_in(rows)
    tags = fitting_in(rows, tokens) if options.layer else tags_in(rows, tokens)
    if not rows:  # of JSON: each record says what is wrong with it
        return TaggedFields("tokens", "ner_tags", TagScheme((), ""), "")
    if not tags:
        fields = ", ".join(dict.fromkeys(name for row in rows for name in row))
        reason = f"its rows have no entity tags, one for each token; their fields are {fields}"
        raise OtherTask(file, reason, "use a token classification dataset")
    field = chosen(tags, options.layer, file=file, setting="layer", what="tag fields")
    lists = list(islice(lists_of(path, field), SAMPLE))
    return TaggedFields(tokens, field, tagging_of(path, field, lists, features, options), options.layer)


def lists_of(path: Path, field: str) -> Iterator[list[Any]]:
    """Yield what is in the field of the tags, where it is a list."""
    arrow = is_arrow(Head.of(path).data)
    for row in whole_rows(path, [field]) if arrow else json_objects(path):
        if isinstance(row.get(field), list):
            yield row[field]


def parse(record: dict[str, Any], layout: TaggedFields) -> dict[str, Any]:
    """Return the fields of one row, or raise Unusable."""
    words, given = words_of(record.get(layout.tokens)), record.get(layout.tags)
    if not isinstance(given, list | None):
        raise Unusable(f"its tags are {shown(given)}, not a list", "write them as a list")
    if given and len(given) != len(words):
        raise Unusable(f"it has {len(words)} tokens and {len(given)} tags", "give each token one tag")
    tags = named(given or (), layout.tagging.names)
    tagged = any(not is_unknown(tag) for tag in given or ())
    if not tagged:
        tags = [OUT] * len(words)
    unknown = [tagged and is_unknown(tag) for tag in given or ()]
    kept = [n for n, word in enumerate(words) if word]
    for n in set(range(len(words))).difference(kept):
        if tags[n] not in OUTSIDE:
            raise Unusable(f"token {n + 1} is empty and has a tag", "correct its tokens")
    where = [f"token {n + 1}" for n in kept].__getitem__
    tagging = layout.tagging
    found, fixed = decoded_tags([tags[n] for n in kept], tagging.scheme, where, tagging.bare)
    text, places, notes = placed([words[n] for n in kept], record.get("text"), None)
    missing = tuple(place for n, place in zip(kept, places, strict=True) if unknown and unknown[n])
    notes += [LEFT_OUT] * (len(kept) < len(words)) + [NOT_TAGGED] * bool(missing) + fixed
    split = as_name(record.get("split"))
    own = {layout.tokens, layout.tags, "id", "text", "split", *GROUPS}
    return {
        "text": text,
        "spans": as_spans(found, places, layout.layer),
        "id": as_name(record.get("id")),
        "group": next((as_name(record[key]) for key in GROUPS if record.get(key) is not None), None),
        "split": SPLIT_NAMES.get(split.casefold()) if split else None,
        "annotated": tagged,
        "missing": missing,
        "tokens": places,
        "notes": tuple(dict.fromkeys(notes)),
        "meta": {
            key: value
            for key, value in record.items()
            if key not in own and isinstance(value, str | int | float)
        },
    }


FORMAT = Format(
    "hf_tokens",
    "Hugging Face token classification (Parquet, Arrow, JSON)",
    sniff,
    read,
    None,
    companions,
)
