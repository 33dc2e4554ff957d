"""Plain JSONL: objects with a text and its spans, one a line, in a list, or one after the other.

An object: {"text": str, KEY: [SPAN, ...], ["id", "group", "split", "answer"], the rest is kept as meta}
KEY:    "spans" | "entities" | "labels" | "label", or another name that says annotations
SPAN:   {"start": int, "end": int, "label": str} | [start, end, label]
        or with the names that others give them, see `span_keys`
An object without any KEY doesn't say whether anybody looked at it; one whose spans are in a field of a
name that says nothing is rejected (see `span_keys` for the rule). `text_field` names the text's
field where it isn't `text`, and `fields` names all of them. Source: the shapes that scripts and
tutorials write; there is no standard.
"""

from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.splits import SPLIT_NAMES
from scripts.annotation.text import ACCEPT, FileFault, OtherTask, Unusable
from scripts.files.terminal import printable
from scripts.formats.base import EVERY_OTHER, Format, Options, Records, chosen
from scripts.formats.shared.fields import (
    SHOWN,
    ReadableSpans,
    as_name,
    names_a_class,
    shown,
    sound_spans,
    text_of,
)
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records
from scripts.formats.shared.span_keys import (
    A_ROW,
    GATHER,
    SAYS_ANNOTATIONS,
    holds_marks,
    is_one_mention,
    read_span,
)

SPAN_KEYS = ("spans", "entities", "labels", "label")
OWN_KEYS = {"id", "group", "split", "answer", *SPAN_KEYS}
NOT_SPANS = "export spans with their offsets; this project finds entities and doesn't classify texts"


def sniff(head: Head) -> bool:
    """Say whether the file holds JSON objects with a text, or with spans and some string."""
    return any("text" in record or has_spans(record) for record in head.whole_records)


def has_spans(record: dict[str, Any]) -> bool:
    """Say whether an object holds a string, and spans under a key whose name says so."""
    strings = any(isinstance(value, str) for value in record.values())
    return strings and any(map(holds_marks, answers(record).values()))


def answers(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are a record's annotations, even if they are empty lists.

    These are the keys of SPAN_KEYS that are there. Where none is, they are the lists under names that
    say annotations.
    """
    own = {key: record[key] for key in SPAN_KEYS if record.get(key) is not None}
    if len(own) > 1 and names_a_class(own.get("label")):
        del own["label"]  # beside spans, the class of the whole text
    return own or {
        key: value
        for key, value in record.items()
        if SAYS_ANNOTATIONS.fullmatch(key) and (value == [] or holds_marks(value))
    }


def read(path: Path, options: Options) -> Records:
    """Yield the records of a plain JSONL file."""
    records = Head.of(path).records
    if records and all(is_one_mention(record) and not has_spans(record) for record in records):
        raise FileFault(path.as_posix(), A_ROW, GATHER)
    if records and all(is_classified(record) for record in records):
        reason = "this is text classification: its labels are classes of whole texts, not of spans"
        raise OtherTask(path.as_posix(), reason, NOT_SPANS)
    field = text_field(records, options, path.as_posix())
    yield from json_records(path, partial(parse, field=field))


def is_classified(record: dict[str, Any]) -> bool:
    """Say whether an object gives classes of its text and no spans."""
    given = [value for value in answers(record).values() if value]
    return bool(given) and all(names_a_class(value) and not is_json(value) for value in given)


def text_field(records: list[dict[str, Any]], options: Options, file: str) -> str:
    """Return the name of the field that holds the text, or raise FileFault when it isn't clear."""
    strings = [
        key
        for record in records
        for key, value in record.items()
        if isinstance(value, str) and key not in OWN_KEYS
    ]
    if not options.text_field and (not strings or any("text" in record for record in records)):
        return "text"
    return chosen(strings, options.text_field, file=file, setting="text_field", what="text fields")


def parse(record: dict[str, Any], field: str = "text") -> dict[str, Any]:
    """Return the fields of one record, or raise Unusable; one that was not accepted may be faulty."""
    answer = as_name(record.get("answer")) or ACCEPT
    if answer != ACCEPT:
        return {"text": str(record.get(field) or ""), "spans": (), "answer": answer}
    key, found = marked(answers(record), field)
    notes = () if not found.spans or key in SPAN_KEYS else (f"spans were read from the field {key!r}",)
    split = record.get("split")
    if split is not None and str(split).casefold() not in SPLIT_NAMES:
        raise Unusable(f"split {split!r} is not train, dev or test", "correct it or leave it out")
    return {
        "text": text_of(record, field),
        **found.fields(),
        "id": as_name(record.get("id")),
        "group": as_name(record.get("group")),
        "split": None if split is None else SPLIT_NAMES[str(split).casefold()],
        "annotated": None if key is None else True,
        "notes": notes,
        "meta": {k: value for k, value in record.items() if k not in OWN_KEYS and k not in (field, key)},
    }


def marked(given: dict[str, Any], field: str) -> tuple[str | None, ReadableSpans]:
    """Return the field that holds a record's spans and the spans, or raise Unusable."""
    found = {key: plain_spans(marks, key, field) for key, marks in given.items() if marks}
    if len({frozenset(sound.spans) for sound in found.values()}) > 1:
        names = " and ".join(printable(key, SHOWN) for key in found)
        reason = f"{names} contain different spans"
        raise Unusable(reason, "keep one, or name it in fields in configs/convert.cfg, as in spans=gold")
    return next(iter(found.items()), (next(iter(given), None), ReadableSpans()))


def plain_spans(marks: Any, key: str, field: str) -> ReadableSpans:
    """Return the spans of a list, whatever names it has for their fields, or raise Unusable."""
    if is_json(marks):
        reason = f"its `{key}` is a string that contains JSON: {shown(marks)}"
        raise Unusable(reason, "write the list itself, without quotes around it")
    if names_a_class(marks):
        raise Unusable("its label is a class of the whole text, not of a span", NOT_SPANS)
    return sound_spans(marks, partial(read_span, key=key, text=field))


def is_json(value: Any) -> bool:
    """Say whether a value is a string in which a list or an object of JSON seems to begin."""
    return isinstance(value, str) and value.lstrip()[:1] in ("[", "{")


FORMAT = Format(
    "jsonl", "plain JSONL (text with spans, entities or labels)", sniff, read, after=(EVERY_OTHER,)
)
