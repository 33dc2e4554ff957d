"""spaCy 3's `Doc.to_json`: one object, a list of them, or one a line.

{"text": str, "ents": [{"start", "end", "label"}], "sents": [...], "cats": {...},
 "tokens": [{"id": int, "start": int, "end": int, ...}],
 "spans": {KEY: [{"start", "end", "label", "kb_id"}]}}
Each group of `spans` is an annotation layer, and besides one `ents` is a layer too; a group that only
repeats `ents` is none. The group `incorrect_spans` holds spans that are known to be wrong. Without
`ents` (and without groups) nothing is known of the text.
Source: https://spacy.io/api/doc#to_json, spacy/schemas.py (DocJSONSchema).
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import ReadableSpans, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, holds, json_records
from scripts.formats.spacy.span_groups import WRONG, layered, says_more


def sniff(head: Head) -> bool:
    """Say whether one of the first objects is a Doc: its tokens are places in the text, no strings."""
    return any(is_doc(record) for record in head.records)


def is_doc(record: Fields) -> bool:
    """Say whether an object is what `Doc.to_json` makes."""
    tokens = record.get("tokens")
    if "text" not in record or not isinstance(tokens, list) or not tokens:
        return False
    first = tokens[0]
    return isinstance(first, dict) and {"id", "start", "end"} <= first.keys() and "text" not in first


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a file; one with span groups is read twice, to know its layers."""
    several = holds(path, "spans") and any(
        isinstance(found, AnnotatedText) for found in json_records(path, has_layers)
    )
    yield from json_records(path, partial(parse, several=several))


def has_layers(record: Fields) -> Iterator[Fields]:
    """Yield something if a document has layers besides `ents`.

    What can't be read of a group may be what `ents` has besides.
    """
    ents = sound_spans(record.get("ents")).spans
    groups = {
        name: found.spans + ents if found.unread else found.spans
        for name, found in groups_of(record).items()
    }
    if says_more(ents, groups):
        yield {"text": "", "spans": ()}


def groups_of(record: Fields) -> dict[str, ReadableSpans]:
    """Return the span groups of a document by their names."""
    given = record.get("spans") or {}
    if not isinstance(given, dict):
        raise Unusable(f"its spans are {shown(given)}, not groups of spans", "write the document again")
    return {name: sound_spans(marks) for name, marks in given.items()}


def parse(record: Fields, several: bool) -> Fields:
    """Return the fields of one document, or raise Unusable.

    several: whether documents of the file have layers besides `ents`.
    """
    text, found, given = text_of(record), groups_of(record), record.get("ents")
    ents = sound_spans(given)
    groups = {name: group.spans for name, group in found.items()}
    unread = [span for group in (ents, *found.values()) for span in group.unread]
    tokens = record.get("tokens") or []
    if not isinstance(tokens, list):
        raise Unusable(f"its tokens are {shown(tokens)}, not a list", "write the document again")
    known = given is not None or bool(groups.keys() - {WRONG})
    return {
        "text": text,
        "spans": layered(ents.spans, groups, several=several),
        "wrong": groups.get(WRONG, ()),
        "unread": tuple(dict.fromkeys(unread)),  # a group may repeat `ents`
        "exhaustive": known,
        "annotated": True if known else None,
        "tokens": tuple(map(place_of, tokens)) or None,
        "meta": {"cats": record["cats"]} if record.get("cats") else {},
    }


def place_of(token: Any) -> tuple[int, int]:
    """Return where a token stands, or raise Unusable."""
    if not isinstance(token, dict):
        raise Unusable(f"token {shown(token)} lacks a start or end", "write the document again")
    return whole(token.get("start")), whole(token.get("end"))


FORMAT = Format("spacy_doc_json", "spaCy 3 JSON (Doc.to_json)", sniff, read, before=("prodigy",))
