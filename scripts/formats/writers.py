"""Formats that a corpus can be written in, so that it can go back to a tool: the registry of writers."""

from scripts.formats.writers import brat, columns, doccano, hf_tokens, jsonl, label_studio, prodigy
from scripts.formats.writers.base import Writer

WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        jsonl.WRITER,
        prodigy.WRITER,
        label_studio.WRITER,
        doccano.WRITER,
        brat.WRITER,
        columns.WRITER,
        hf_tokens.WRITER,
    )
}
