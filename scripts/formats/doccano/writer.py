"""doccano's JSONL for sequence labeling: one text a line.

A line: {"id": str, "text": str, "label": [[start, end, label]], and the metadata}
Offsets count UTF-16 units, as doccano's browser does (not grapheme clusters: leave that option off).
Source: https://github.com/doccano/doccano, backend/data_import/pipeline.
"""

from collections.abc import Iterator
from typing import Any

from scripts.annotation.text import AnnotatedText
from scripts.formats.shared.utf16 import in_utf16
from scripts.formats.writer_base import (
    GROUP,
    PARTIAL,
    WRONG,
    Losses,
    Writer,
    free_fields,
    json_lines_writer,
    leave_out,
)

# What the reader takes for something else than metadata.
SPANS = {"label", "labels", "entities", "annotations", "relations"}
OWN = {"id", "text", "data", "meta", "annotation_approver", *SPANS}


def rows(record: AnnotatedText, losses: Losses) -> Iterator[dict[str, Any]]:
    """Yield the object of one text."""
    leave_out(record, losses, GROUP, WRONG, PARTIAL)
    units = in_utf16(record.text)
    label = [[units(span.start), units(span.end), span.label] for span in record.spans]
    named = {} if record.id is None else {"id": record.id}
    found = {"text": record.text, "label": label}
    yield named | found | free_fields(record, OWN, losses)


WRITER = Writer("doccano", "doccano JSONL", ".jsonl", json_lines_writer(rows))
