"""The objects of a JSON file as they are, for readers that look at some before they read them all.

In: a file of JSON objects. Out: the objects, as a stream, without those that can't be read.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.shared.json_records import json_records


def json_objects(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a file, however they are in it; stop where it is broken."""
    with suppress(FileFault):  # it is raised again when the file is read
        for found in json_records(path, kept):
            if isinstance(found, AnnotatedText):
                yield dict(found.meta)


def kept(record: dict[str, Any]) -> dict[str, Any]:
    """Return an object so that it goes through `json_records` as it is."""
    return {"text": "", "spans": (), "meta": record}
