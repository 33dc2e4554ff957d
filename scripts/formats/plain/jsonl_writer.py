"""Plain JSONL, this project's own format: one object a line, with a text and its spans.

A line: {"text": str, "spans": [{"start": int, "end": int, "label": str}], "id", "group", "split",
         and the metadata}
"""

from collections.abc import Iterator
from typing import Any

from scripts.annotation.text import AnnotatedText
from scripts.formats.writer_base import (
    PARTIAL,
    WRONG,
    Losses,
    Writer,
    free_fields,
    json_lines_writer,
    leave_out,
)

# What the reader takes for something else than metadata.
OWN = {"text", "id", "group", "split", "answer", "spans", "entities", "labels", "label"}


def rows(record: AnnotatedText, losses: Losses) -> Iterator[dict[str, Any]]:
    """Yield the object of one text."""
    leave_out(record, losses, WRONG, PARTIAL)
    spans = [{"start": span.start, "end": span.end, "label": span.label} for span in record.spans]
    named = {"id": record.id, "group": record.group, "split": record.split}
    given = {key: value for key, value in named.items() if value is not None}
    yield ({"text": record.text, "spans": spans} | given | free_fields(record, OWN, losses))


WRITER = Writer("jsonl", "plain JSONL", ".jsonl", json_lines_writer(rows))
