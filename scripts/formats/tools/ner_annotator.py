"""The JSON of the browser NER annotators (tecoholic's and its forks), as a spaCy 2 user wants it.

The file: {"classes": [str or {"name": str, ...}, ...],
           "annotations": [[text, {"entities": [[start, end, label, ...], ...]}] or null, ...]}
A null stands for a text that nobody annotated and that the file doesn't hold. Offsets count UTF-16
units, for they are a browser's; versions with a server of their own counted characters. Some forks leave
the classes out.
Source: https://github.com/tecoholic/ner-annotator, src/components (token-manager, ExportAnnotations).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.annotation.text import Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import shown, sound_spans, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_inside, parsed

SKIPPED = {"text": "", "spans": (), "answer": "not annotated"}


def sniff(head: Head) -> bool:
    """Say whether the file is an object with a list of pairs or nulls, and perhaps one of classes.

    Without classes one of the pairs must have entities.
    """
    if not isinstance(head.value, dict) or not isinstance(head.value.get("classes", []), list):
        return False
    found = head.value.get("annotations")
    if not isinstance(found, list) or not ("classes" in head.value or any(map(has_entities, found))):
        return False
    return all(
        pair is None or is_pair(pair) or (pair is found[-1] and isinstance(pair, list)) for pair in found
    )


def has_entities(value: Any) -> bool:
    """Say whether a value is a text with its entities, and says that they are some."""
    return is_pair(value) and "entities" in (value if isinstance(value, Mapping) else value[1])


def is_pair(value: Any) -> bool:
    """Say whether a value is a text with its entities."""
    if isinstance(value, Mapping):
        return "text" in value and "entities" in value
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict)


def read(path: Path, options: Options) -> Records:
    """Yield the texts of an export, which is read as a stream."""
    for number, (_, pair) in enumerate(json_inside(path, "annotations.item"), start=1):
        yield from parsed(path.as_posix(), f"record {number}", {"annotation": pair}, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one text, or raise Unusable."""
    pair = record["annotation"]
    if pair is None:
        return dict(SKIPPED)
    if not is_pair(pair):
        hint = 'write [text, {"entities": [...]}]'
        raise Unusable(f"{shown(pair)} is not a pair of a text and its entities", hint)
    text, given = (pair["text"], pair) if isinstance(pair, Mapping) else pair
    marks = given.get("entities")
    if isinstance(marks, list):  # some forks add what happened to a mark
        marks = [mark[:3] if isinstance(mark, list) else mark for mark in marks]
    return {"text": text_of({"text": text}), **sound_spans(marks).fields(), "annotated": True}


FORMAT = Format("ner_annotator", "NER Annotator JSON (annotations)", sniff, read, "utf16")
