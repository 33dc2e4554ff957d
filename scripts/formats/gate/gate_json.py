"""GATE's JSON, which looks like that of tweets: documents in a list, or one after the other.

{"text": str, "entities": {"Person": [{"indices": [START, END], ...}], "Set:Location": [...]}, ...}
`text` may be called `full_text`. Offsets count UTF-16 units of the text as it stands there, with its
&amp; and the like. What comes before a colon is the annotation set, a layer; without one it is
`default`. What Twitter itself marks (hashtags, links, names of users) and what no entity has (tokens,
sentences: see STRUCTURE in `gate`) is left out.
Source: `DocumentJsonUtils` in GATE's source; https://gate.ac.uk/userguide/chap:social.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.gate.gate import LEFT_OUT, STRUCTURE, UNNAMED
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records

OF_TWITTER = {"hashtags", "symbols", "urls", "user_mentions", "media", "polls"}
TWITTER_LEFT_OUT = "hashtags, links and user names marked by Twitter left out"
HINT = "save the document as JSON again"


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has annotations by type, each with its indices."""
    return any(map(is_gate, head.records))


def is_gate(record: Mapping[str, Any]) -> bool:
    """Say whether an object is a document of GATE, or a tweet."""
    entities = record.get("entities")
    if not isinstance(entities, dict) or not (record.keys() & {"text", "full_text"}):
        return False
    firsts = [marks[0] for marks in entities.values() if isinstance(marks, list) and marks]
    return any(isinstance(first, dict) and isinstance(first.get("indices"), list) for first in firsts)


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a file. Raises OtherTask for tweets that nobody annotated."""
    entities = [record.get("entities") for record in Head.of(path).records]
    kinds = {kind for found in entities if isinstance(found, dict) for kind in found}
    if kinds and kinds <= OF_TWITTER:
        reason = "these are tweets that contain only Twitter's own marks, and no entities"
        raise OtherTask(path.as_posix(), reason, "annotate them first")
    yield from json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one document, or raise Unusable."""
    text = text_of(record, "text" if record.get("text") else "full_text")
    entities = record.get("entities")
    if not isinstance(entities, dict):
        raise Unusable(f"its entities are {shown(entities)}, not an object of lists by type", HINT)
    kinds = {kind: kind.rpartition(":")[2] for kind in entities}
    left_out = {
        TWITTER_LEFT_OUT: any(entities[kind] for kind in kinds if kind in OF_TWITTER),
        LEFT_OUT: any(entities[kind] for kind, plain in kinds.items() if plain in STRUCTURE),
    }
    marks = [
        (kind, mark)
        for kind, plain in kinds.items()
        if kind not in OF_TWITTER and plain not in STRUCTURE
        for mark in (entities[kind] if isinstance(entities[kind], list) else [entities[kind]])
    ]
    return {
        "text": text,
        **sound_spans(marks, span_of).fields(),
        "id": as_name(record.get("id_str", record.get("id"))),
        "notes": tuple(note for note, applies in left_out.items() if applies),
    }


def span_of(typed: tuple[str, Any]) -> CharSpan:
    """Return the span of an annotation with its type, `Type` or `Set:Type`; or raise Unusable."""
    kind, mark = typed
    in_set, _, label = kind.rpartition(":")
    indices = mark.get("indices") if isinstance(mark, dict) else None
    if not isinstance(indices, list) or len(indices) != 2:
        raise Unusable(f"an annotation has no indices ({shown(mark)})", HINT)
    start, end = map(whole, indices)
    return CharSpan(start, end, label_of(label, (start, end)), layer=in_set or UNNAMED)


FORMAT = Format("gate_json", "GATE JSON (such as tweets)", sniff, read, "utf16")
