"""Read a few bytes as a file of one format, for the tests of the readers."""

from pathlib import Path

from scripts.annotation.text import AnnotatedText, Fault
from scripts.formats.base import DEFAULTS
from scripts.formats.readers import FORMATS


def read(folder: Path, format: str, data: str | bytes) -> list[AnnotatedText | Fault]:
    """Return what the reader yields for a file that holds `data`."""
    return list(FORMATS[format].read(written(folder, data), DEFAULTS))


def written(folder: Path, data: str | bytes) -> Path:
    """Return a file of no telling name that holds `data`, text as UTF-8."""
    path = folder / "data"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def triples(record: AnnotatedText | Fault) -> list[tuple[int, int, str]]:
    """Return the spans of a record as plain triples."""
    assert isinstance(record, AnnotatedText), record
    return [(span.start, span.end, span.label) for span in record.spans]


def mentions(record: AnnotatedText | Fault) -> list[tuple[str, str]]:
    """Return the spans of a record as (mention, label)."""
    assert isinstance(record, AnnotatedText), record
    return [(record.text[start:end], label) for start, end, label in triples(record)]
