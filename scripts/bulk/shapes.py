"""What each format makes of annotated texts, a chunk at a time.

In: Docs with the fields of their records. Out: bytes, or rows for Parquet. Formats of lines can be
joined end to end; the others are written in numbered files.
"""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from spacy.tokens import Doc, DocBin, Span
from spacy.util import filter_spans

from scripts.bulk.job import Fields, Job
from scripts.bulk.records import entities_of
from scripts.corpus.docs import ATTRIBUTES
from scripts.formats.columns.writer import TAB, pieces
from scripts.formats.shared.blocks import DOCSTART
from scripts.formats.shared.tags import OUT

OVERLAP = "entity that overlaps a longer one: IOB can't hold it"
SPLIT = "token that contains white space: written as several tokens"
COLUMN = "field without a column in the CSV file (choose the columns with --keep)"
LARGEST = 1 << 63  # of a whole number in msgpack, which a DocBin is written in
RECORD = "record"  # key in doc.user_data with the fields of the record
ACTIVATIONS: Any = ("._.", "trf_data", None, None)  # key of doc._.trf_data, which transformers leave


class Shape(Protocol):
    """The records of a chunk in one format. left_out: see `Annotated`."""

    left_out: Counter[str]

    def add(self, doc: Doc, spans: list[Span], fields: Fields) -> None:
        """Add a record."""

    def output(self) -> Any:
        """Return what the chunk becomes."""


class JsonLines:
    """A line of JSON a record: its fields and its entities."""

    def __init__(self, job: Job) -> None:
        self.job, self.left_out = job, Counter[str]()
        self.lines: list[str] = []

    def add(self, doc: Doc, spans: list[Span], fields: Fields) -> None:  # noqa: ARG002
        """Add a record."""
        self.lines.append(as_json({**fields, self.job.entities: entities_of(spans)}) + "\n")

    def output(self) -> bytes:
        """Return the lines."""
        return "".join(self.lines).encode("utf8", "backslashreplace")


class Table:
    """A row of CSV a record, entities as JSON in a cell. The header is not among the rows."""

    def __init__(self, job: Job) -> None:
        self.job, self.left_out = job, Counter[str]()
        self.stream = io.StringIO(newline="")
        self.writer = csv.writer(self.stream, lineterminator="\n")

    def add(self, doc: Doc, spans: list[Span], fields: Fields) -> None:  # noqa: ARG002
        """Add a record."""
        cells = [cell(fields.get(name)) for name in self.job.columns]
        self.writer.writerow([*cells, as_json(entities_of(spans))])
        for name in fields.keys() - set(self.job.columns):
            self.left_out[f"{COLUMN}: {name}"] += 1

    @staticmethod
    def header(job: Job) -> bytes:
        """Return the first line of the file."""
        stream = io.StringIO(newline="")
        csv.writer(stream, lineterminator="\n").writerow([*job.columns, job.entities])
        return stream.getvalue().encode("utf8", "backslashreplace")

    def output(self) -> bytes:
        """Return the rows."""
        return self.stream.getvalue().encode("utf8", "backslashreplace")


class Columns:
    """A token and its tag a line, a blank line after each text, as scripts/formats/columns has them."""

    def __init__(self, job: Job) -> None:
        self.job, self.left_out = job, Counter[str]()
        self.lines: list[str] = []

    def add(self, doc: Doc, spans: list[Span], fields: Fields) -> None:
        """Add a record."""
        if (name := fields.get(self.job.id)) is not None:
            self.lines.append(f"{DOCSTART} ({' '.join(str(name).split())}){TAB}{OUT}\n\n")
        kept = filter_spans(spans)
        self.left_out[OVERLAP] += len(spans) - len(kept)
        tags = [OUT] * len(doc)
        for span in kept:
            tags[span.start : span.end] = [f"I-{span.label_}"] * len(span)
            tags[span.start] = f"B-{span.label_}"
        for token, tag in zip(doc, tags, strict=True):
            parts = pieces(token.text)
            self.left_out[SPLIT] += len(parts) > 1
            for number, part in enumerate(parts):
                following = tag.replace("B-", "I-", 1) if number and tag.startswith("B-") else tag
                self.lines.append(f"{part}{TAB}{following}\n")
        self.lines.append("\n")

    def output(self) -> bytes:
        """Return the lines."""
        return "".join(self.lines).encode("utf8")


class Docs:
    """A DocBin with tokens, entities and spans, and the fields of the records in `doc.user_data`."""

    def __init__(self, job: Job) -> None:
        self.job, self.left_out = job, Counter[str]()
        self.bin = DocBin(attrs=ATTRIBUTES, store_user_data=True)

    def add(self, doc: Doc, spans: list[Span], fields: Fields) -> None:  # noqa: ARG002
        """Add a record."""
        kept = {name: fields[name] for name in fields if name != self.job.text}
        doc.user_data[RECORD] = plain(kept, largest=LARGEST)
        doc.user_data.pop(ACTIVATIONS, None)  # thousands of numbers for each token
        self.bin.add(doc)

    def output(self) -> bytes:
        """Return the DocBin."""
        return self.bin.to_bytes()


class Rows:
    """A row of Parquet a record."""

    def __init__(self, job: Job) -> None:
        self.job, self.left_out = job, Counter[str]()
        self.rows: list[Fields] = []

    def add(self, doc: Doc, spans: list[Span], fields: Fields) -> None:  # noqa: ARG002
        """Add a record."""
        self.rows.append({**fields, self.job.entities: entities_of(spans)})

    def output(self) -> list[Fields]:
        """Return the rows."""
        return self.rows


def as_json(value: Any) -> str:
    """Return a value as JSON on one line; what JSON has no name for becomes a string, or null."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError):
        return json.dumps(plain(value), ensure_ascii=False)


def plain(value: Any, largest: int | None = None) -> Any:
    """Return a value made of what JSON has: a date becomes a string, what is not a number null.

    largest: of a whole number, without its sign; a larger one becomes a string. None for no limit.
    """
    if isinstance(value, dict):
        return {str(key): plain(each, largest) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, largest) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if largest and isinstance(value, int) and not -largest <= value < largest:
        return str(value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def cell(value: Any) -> str:
    """Return a value as a cell of a table."""
    made = plain(value)
    if made is None:
        return ""
    return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)


SHAPES: dict[str, Callable[[Job], Shape]] = {
    "jsonl": JsonLines,
    "csv": Table,
    "iob": Columns,
    "docbin": Docs,
    "parquet": Rows,
}
ENDINGS: dict[str, Iterable[str]] = {
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "iob": (".iob", ".conll"),
    "docbin": (".spacy",),
    "parquet": (".parquet",),
}


def form_of(ending: str) -> str | None:
    """Return the format that an output with this ending has."""
    return next((form for form, endings in ENDINGS.items() if ending.lower() in endings), None)
