"""UBIAI's JSON export, which may end in .txt: documents, with what was marked in each.

[{"documentName": str, "document": str, "tokens": [MARK], "relations": [...]}]
MARK: {"text", "start", "end", "token_start", "token_end", "entityLabel"}
[{"documentName": str, "document": str, "annotation": [{"start", "end", "label", "text", ...}]}]
`tokens` are the marked spans, not the tokens of the text; ends do not belong to them, and `token_start`
and `token_end` count tokens that are not in the file. Relations are left out.
Source: https://ubiai.gitbook.io/ubiai-documentation/annotation-export, and exports in public
repositories; its tutorial on relations, https://ubiai.tools (train a joint entities and relation
extraction classifier), publishes one.
"""

from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records

MARKS = ("tokens", "annotation", "annotations", "entities")
LABELS = ("entityLabel", "label")
OWN = ("document", "documentName", "relations", *MARKS)
NAMES = ("documentName", "relations", "user_input", "classLabel", "classification")


def sniff(head: Head) -> bool:
    """Say whether one of the first objects is a document of UBIAI."""
    return any(is_document(record) for record in head.records)


def is_document(record: dict[str, Any]) -> bool:
    """Say whether an object is a document with marks, or with the fields that only UBIAI writes."""
    if not isinstance(record.get("document"), str):
        return False
    given = [record[key] for key in MARKS if isinstance(record.get(key), list)]
    marks = [mark for marks in given for mark in marks[:1] if isinstance(mark, dict)]
    ours = any({"start", "end"} <= mark.keys() and any(key in mark for key in LABELS) for mark in marks)
    return ours or (bool(given) and any(name in record for name in NAMES))


def read(path: Path, options: Options) -> Records:
    """Yield the documents of an export."""
    records = [record for record in Head.of(path).records if "document" in record]
    if records and not any(isinstance(record.get(key), list) for record in records for key in MARKS):
        hint = "export the spans of an entity project"
        raise OtherTask(path.as_posix(), "this is a UBIAI export without entities", hint)
    yield from json_records(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one document, or raise Unusable."""
    filled = [key for key in MARKS if record.get(key)]
    if len(filled) > 1:
        raise Unusable(f"{' and '.join(filled)} both contain spans", "keep one of these fields")
    marks = record[filled[0]] if filled else []
    if not isinstance(marks, list):
        raise Unusable(f"its {filled[0]} are {shown(marks)}, not a list", "export it again")
    return {
        "text": text_of(record, "document"),
        **sound_spans(marks, span_of).fields(),
        "id": as_name(record.get("documentName")),
        "annotated": True if marks else None,
        "meta": {
            key: value for key, value in record.items() if key not in OWN and value not in ("", [])
        },
    }


def span_of(mark: Any) -> CharSpan:
    """Return one marked span, or raise Unusable."""
    if not isinstance(mark, dict):
        raise Unusable(f"{shown(mark)} is not a span", "export it again")
    start, end, mention = whole(mark.get("start")), whole(mark.get("end")), mark.get("text")
    label = next((mark[key] for key in LABELS if key in mark), None)
    name = label_of(label, (start, end))
    return CharSpan(start, end, name, mention=mention if isinstance(mention, str) else None)


FORMAT = Format("ubiai_json", "UBIAI JSON", sniff, read)
