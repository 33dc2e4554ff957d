"""Formats that a corpus can be written in, so that it can go back to a tool: the registry of writers."""

from scripts.formats.brat import writer as brat
from scripts.formats.columns import writer as columns
from scripts.formats.doccano import writer as doccano
from scripts.formats.huggingface import writer as hf_tokens
from scripts.formats.label_studio import writer as label_studio
from scripts.formats.plain import jsonl_writer as jsonl
from scripts.formats.prodigy import writer as prodigy
from scripts.formats.writer_base import Writer

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
