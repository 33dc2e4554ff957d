"""Hugging Face token classification: JSON lines with the tokens of a text and the names of their tags.

A line: {"id": str, "tokens": [str, ...], "ner_tags": ["O" | "B-LABEL" | "I-LABEL", ...]}
`load_dataset("json", data_files=...)` reads them. Source: https://huggingface.co/docs/datasets.
"""

from collections.abc import Iterator
from typing import Any

from scripts.annotation.text import AnnotatedText
from scripts.formats.shared.tagging import tagged
from scripts.formats.writer_base import (
    GROUP,
    META,
    PARTIAL,
    WRONG,
    Losses,
    Writer,
    json_lines_writer,
    leave_out,
)


def rows(record: AnnotatedText, losses: Losses) -> Iterator[dict[str, Any]]:
    """Yield the object of one text."""
    leave_out(record, losses, GROUP, META, WRONG, PARTIAL)
    words = tagged(record, losses)
    named = {} if record.id is None else {"id": record.id}
    yield named | {"tokens": [word for word, _ in words], "ner_tags": [tag for _, tag in words]}


WRITER = Writer(
    "hf_tokens", "Hugging Face token classification (JSONL)", ".jsonl", json_lines_writer(rows)
)
