"""Plain JSONL: objects with a text and its spans, one a line, in a list, or one after the other.

An object: {"text": str, KEY: [SPAN, ...], ["id", "group", "split", "answer"], the rest is kept as meta}
KEY:    "spans" | "entities" | "labels" | "label", or the only other field that holds spans
SPAN:   {"start": int, "end": int, "label": str} | [start, end, label]
        or with the names that others give them, see `span_keys`
An object without any KEY doesn't say whether anybody looked at it. `vars.text_field` names the text's
field where it isn't `text`, and `vars.fields` names all of them. Source: the shapes that scripts and
tutorials write; there is no standard.
"""

from functools import partial
from pathlib import Path
from typing import Any

from scripts.corpus.splitting import NAMES
from scripts.corpus.text import ACCEPT, OtherTask, Unusable
from scripts.formats.base import Format, Options, Reading, chosen
from scripts.formats.fields import Sound, as_name, names_a_class, shown, sound_spans, text_of
from scripts.formats.head import Head
from scripts.formats.json_records import json_records
from scripts.formats.span_keys import FIELDS, overlooked, plain_span

SPAN_KEYS = ("spans", "entities", "labels", "label")
OWN_KEYS = {"id", "group", "split", "answer", *SPAN_KEYS}
NOT_SPANS = "export spans with their offsets; this project finds entities, not classes of texts"


def sniff(head: Head) -> bool:
    """Say whether the file holds JSON objects with a text, or with spans and some string."""
    return any("text" in record or has_spans(record) for record in head.records)


def has_spans(record: dict[str, Any]) -> bool:
    """Say whether an object holds a string, and under some key what can only be spans."""
    strings = any(isinstance(value, str) for value in record.values())
    keys = {*SPAN_KEYS, *overlooked(record)}
    return strings and any(is_span(mark) for key in keys for mark in items(record.get(key))[:1])


def items(value: Any) -> list[Any]:
    """Return a list as it is and anything else as an empty one."""
    return value if isinstance(value, list) else []


def is_span(mark: Any) -> bool:
    """Say whether a value has the offsets and the label of a span."""
    try:
        plain_span(mark)
    except Unusable:
        return False
    return True


def read(path: Path, options: Options) -> Reading:
    """Yield the records of a plain JSONL file."""
    records = Head.of(path).records
    if records and all(is_classified(record) for record in records):
        reason = "this is text classification: its labels are classes of whole texts, not of spans"
        raise OtherTask(path.as_posix(), reason, NOT_SPANS)
    field = text_field(records, options, path.as_posix())
    yield from json_records(path, partial(parse, field=field))


def is_classified(record: dict[str, Any]) -> bool:
    """Say whether an object gives classes of its text and no spans."""
    given = [record[key] for key in SPAN_KEYS if record.get(key)]
    return bool(given) and all(names_a_class(value) for value in given)


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
    return chosen(strings, options.text_field, file=file, var="text_field", what="text fields")


def parse(record: dict[str, Any], field: str = "text") -> dict[str, Any]:
    """Return the fields of one record, or raise Unusable; one that was not accepted may be faulty."""
    answer = as_name(record.get("answer")) or ACCEPT
    if answer != ACCEPT:
        return {"text": str(record.get(field) or ""), "spans": (), "answer": answer}
    key, found = marked(record)
    notes = () if key is None or key in SPAN_KEYS else (f"spans were read from the field {key!r}",)
    split = record.get("split")
    if split is not None and str(split).casefold() not in NAMES:
        raise Unusable(f"split {split!r} is not train, dev or test", "correct it or leave it out")
    return {
        "text": text_of(record, field),
        **found.fields(),
        "id": as_name(record.get("id")),
        "group": as_name(record.get("group")),
        "split": None if split is None else NAMES[str(split).casefold()],
        "annotated": True if any(record.get(k) is not None for k in (key, *SPAN_KEYS) if k) else None,
        "notes": notes,
        "meta": {k: value for k, value in record.items() if k not in OWN_KEYS and k not in (field, key)},
    }


def marked(record: dict[str, Any]) -> tuple[str | None, Sound]:
    """Return the field that holds a record's spans and the spans, or raise Unusable."""
    given = {key: record[key] for key in SPAN_KEYS if record.get(key)}
    if len(given) > 1 and names_a_class(given.get("label")):
        del given["label"]  # beside spans, the class of the whole text
    if not given:
        return marked_elsewhere(record)
    found = {key: plain_spans(marks) for key, marks in given.items()}
    if len({frozenset(sound.spans) for sound in found.values()}) > 1:
        reason = f"{' and '.join(found)} say different things"
        raise Unusable(reason, "keep one of these fields")
    return next(iter(found.items()))


def marked_elsewhere(record: dict[str, Any]) -> tuple[str | None, Sound]:
    """Return the field of another name that holds spans, if there is one; raise Unusable for several."""
    keys = list(overlooked(record))
    if not keys:
        return None, Sound()
    if len(keys) > 1:
        names = " and ".join(map(repr, keys))
        raise Unusable(f"its fields {names} all look like spans", FIELDS.format(keys[0]))
    try:
        return keys[0], plain_spans(record[keys[0]])
    except Unusable as error:
        reason = f"its field {keys[0]!r} looks like spans: {shown(record[keys[0]][0])}, {error.reason}"
        raise Unusable(reason, FIELDS.format(keys[0])) from None


def plain_spans(marks: Any) -> Sound:
    """Return the spans of a list, whatever names it has for their fields, or raise Unusable."""
    if names_a_class(marks):
        raise Unusable("its label is a class of the whole text, not of a span", NOT_SPANS)
    return sound_spans(marks, plain_span)


FORMAT = Format("jsonl", "plain JSONL (text with spans, entities or labels)", sniff, read)
