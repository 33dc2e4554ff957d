"""BioC JSON: a collection, a list of collections as the PMC service gives it, or a document a line.

{"source", "documents": [DOCUMENT, ...]} | [{"documents": [...]}] | {"PubTator3": [DOCUMENT, ...]}
For a document see `bioc`.
Source: https://www.ncbi.nlm.nih.gov/research/bionlp/APIs/BioC-PMC and /research/pubtator3/api.
"""

from pathlib import Path
from typing import Any

from scripts.formats.base import Format, Options, Records
from scripts.formats.bioc.documents import fields_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_inside, json_records, parsed

HOLDERS = ("documents", "PubTator3")


def sniff(head: Head) -> bool:
    """Say whether the first document has passages, wherever it is."""
    return where(head) is not None


def where(head: Head) -> str | None:
    """Return where the documents stand: a place in the file, nothing for one a record; None for none."""
    if any(is_document(record) for record in head.records[:3]):
        return ""
    first = head.value[0] if isinstance(head.value, list) and head.value else head.value
    if not isinstance(first, dict):
        return None
    for key in HOLDERS:
        found = first.get(key)
        if isinstance(found, list) and found and is_document(found[0]):
            return f"item.{key}.item" if isinstance(head.value, list) else f"{key}.item"
    return None


def is_document(value: Any) -> bool:
    """Say whether a value is a document: its passages have offsets."""
    passages = value.get("passages") if isinstance(value, dict) else None
    first = passages[0] if isinstance(passages, list) and passages else None
    return isinstance(first, dict) and "offset" in first and ("text" in first or "sentences" in first)


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a file, which is read as a stream."""
    place = where(Head.of(path))
    if not place:
        yield from json_records(path, fields_of)
        return
    for numbers, document in json_inside(path, place):
        yield from parsed(
            path.as_posix(), f"document {'.'.join(map(str, numbers))}", document, fields_of
        )


FORMAT = Format("bioc_json", "BioC JSON", sniff, read)
