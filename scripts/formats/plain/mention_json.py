"""Mention lists: JSON objects with a text and the entities in it, without saying where they stand.

An object: {"text": str, KEY: MENTIONS, ["id", "group", "split"], the rest is kept as meta}
           {"text": str, LABEL: [str, ...], ...}                 labels in capital letters
           {"messages": [..., {"role": "user", "content": str},
                              {"role": "assistant", "content": MENTIONS as a string}]},
           or with a question for each label; see `chats`
KEY:       as in KEYS below; `layer` names another, and `text_field` the field of the text
MENTIONS:  in any of the shapes of `mentions`
Language models and spreadsheets write such lists, also as training data (messages as OpenAI has them,
instruction, input and output as Alpaca has them, input and output as GLiNER2 has them). Each mention is
looked for in the text afterwards. Source: the shapes that are seen; there is no standard;
https://platform.openai.com/docs/guides/fine-tuning, https://github.com/fastino-ai/GLiNER2.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from scripts.annotation.splits import SPLIT_NAMES
from scripts.annotation.text import FileFault, Unusable
from scripts.formats.base import Format, Options, Records, chosen
from scripts.formats.plain.chats import unpacked
from scripts.formats.shared.fields import as_name, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records
from scripts.formats.shared.mentions import (
    HINT,
    LISTS,
    EntityStrings,
    are_of_the_text,
    is_string_list,
    label_stands_first,
    named_in,
    standing,
    unlocated_entities,
)

KEYS = (*LISTS, "labels", "label", "output", "answer", "response", "completion", "extracted_entities")
TEXTS = ("text", "sentence", "input", "content", "document", "passage", "context", "prompt", "body")
OWN = {"id", "group", "split", "messages", "conversations"}
LABEL_FIELDS = "fields with names like labels"
Record = dict[str, Any]


class MentionFields(NamedTuple):
    """Where the objects of a file have their text and their mentions, and whether labels stand first."""

    text: str
    key: str
    label_first: bool


def sniff(head: Head) -> bool:
    """Say whether the first objects name entities that are in their texts, and give no offsets."""
    return bool(keys_of([unpacked(record) for record in head.records]))


def keys_of(records: Sequence[Record]) -> list[str]:
    """Return the fields that hold mentions of what is in another field."""
    keys = list(KEYS)
    if not any(key in record for record in records for key in KEYS):
        keys = [LABEL_FIELDS]
    return [key for key in keys if holds_mentions(records, key)]


def holds_mentions(records: Sequence[Record], key: str) -> bool:
    """Say whether a field holds mentions."""
    good = bad = there = total = 0
    for record in records:
        try:
            names = named(record, key)
        except Unusable:
            bad += 1
            continue
        good += 1
        total += len(names)
        there += standing(names, (s for n, s in record.items() if isinstance(s, str) and n != key))
    return good >= bad and are_of_the_text(there, total)


def named(record: Record, key: str) -> list[EntityStrings]:
    """Return what an object names in a field, or raise Unusable."""
    if key != LABEL_FIELDS:
        value = record.get(key)
        return [] if value is None or value == "" else named_in(value)
    fields = {name: value for name, value in record.items() if is_label_field(name, value)}
    return named_in(fields)


def is_label_field(name: str, value: Any) -> bool:
    """Say whether a field holds mentions of the label that it is named like."""
    return name.isupper() and name not in OWN and (value is None or is_string_list(value))


def read(path: Path, options: Options) -> Records:
    """Yield the objects of a file."""
    records = [unpacked(record) for record in Head.of(path).records]
    layout = (
        layout_of(records, options, path.as_posix())
        if records
        else MentionFields("text", KEYS[0], False)
    )
    yield from json_records(path, partial(parse, layout=layout))


def layout_of(records: Sequence[Record], options: Options, file: str) -> MentionFields:
    """Return where the objects have what. Raises FileFault when it isn't clear."""
    keys = keys_of(records) or [key for key in KEYS if any(key in record for record in records)]
    if not (keys or options.layer):
        raise FileFault(file, "none of its fields lists entities", HINT + " in a field `entities`")
    if options.layer and any(options.layer in record for record in records):
        keys = [options.layer]
    key = chosen(keys, options.layer, file=file, setting="layer", what="fields with entities")
    strings = [
        name
        for record in records
        for name, value in record.items()
        if isinstance(value, str) and name not in {*OWN, *keys}
    ]
    usual = next((name for name in TEXTS if name in strings), "text")
    field = options.text_field
    if field or (strings and usual not in strings):
        field = chosen(strings, field, file=file, setting="text_field", what="text fields")
    found = []
    for record in records:
        try:
            found.append((str(record.get(field or usual)), named(record, key)))
        except Unusable:
            continue
    return MentionFields(field or usual, key, label_stands_first(found))


def parse(record: Record, layout: MentionFields) -> Record:
    """Return the fields of one object, or raise Unusable."""
    record = unpacked(record)
    text = text_of(record, layout.text)
    names = named(record, layout.key)
    split = as_name(record.get("split"))
    own = {*OWN, layout.text, layout.key}
    fields = layout.key == LABEL_FIELDS
    return {
        "text": text,
        "spans": (),
        "unlocated": unlocated_entities(names, layout.label_first),
        "id": as_name(record.get("id")),
        "group": as_name(record.get("group")),
        "split": SPLIT_NAMES.get(split.casefold()) if split else None,
        "annotated": True if fields or record.get(layout.key) is not None else None,
        "meta": {
            key: value
            for key, value in record.items()
            if key not in own and not (fields and is_label_field(key, value))
        },
    }


FORMAT = Format("mention_json", "entity lists without offsets (JSON)", sniff, read, None)
