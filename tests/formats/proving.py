"""What every reader must do with any file: each record is in order, or the file is refused in words."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import ACCEPT, AnnotatedText, Fault, FileFault
from scripts.formats.base import DEFAULTS, Format, Options

PATIENCE = 20  # seconds that one small file may take


class HangError(BaseException):
    """Raised when reading doesn't come to an end."""


@contextmanager
def watched(what: str) -> Iterator[None]:
    """Say what was read when something goes wrong; stop what hangs, where the system can."""

    def stop(*_):
        raise HangError(f"nothing came for {PATIENCE} seconds")

    can = hasattr(signal, "SIGALRM")
    before = signal.signal(signal.SIGALRM, stop) if can else None
    if can:
        signal.alarm(PATIENCE)
    try:
        yield
    except BaseException as error:
        error.add_note(what)
        raise
    finally:
        if can:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)


def prove_in_order(record: AnnotatedText | Fault) -> None:
    """Fail unless a record is what everything after reading takes it for."""
    assert isinstance(record.file, str)
    assert record.place
    if isinstance(record, Fault):
        assert record.reason
        assert record.hint
        assert isinstance(record.record, str)
        return
    assert isinstance(record.text, str)
    assert isinstance(record.answer, str)
    assert record.split in (None, *SPLITS)
    assert all(value is None or isinstance(value, str) for value in (record.id, record.group))
    assert record.annotator is None or isinstance(record.annotator, str)
    json.dumps(dict(record.meta), default=str)
    if record.answer != ACCEPT:
        return
    record.text.encode()
    for span in (*record.spans, *record.wrong):
        assert all(
            type(offset) is int for pair in ((span.start, span.end), *span.parts) for offset in pair
        )
        assert isinstance(span.label, str)
        assert span.label.strip()
        span.label.encode()
        assert span.mention is None or isinstance(span.mention, str)
    for mention in record.unlocated:
        mention.text.encode()
        mention.label.encode()
    assert all(type(offset) is int for place in record.tokens or () for offset in place)


@contextmanager
def suppress_in_order() -> Iterator[None]:
    """Pass over a FileFault that says what is wrong with which file, and what to do."""
    try:
        yield
    except FileFault as fault:
        assert fault.file
        assert fault.reason
        assert fault.hint


def read_in_part(path: Path, format: Format, options: Options = DEFAULTS) -> list[AnnotatedText | Fault]:
    """Return the records of a file until it ends or is refused; all of it is in order."""
    found = []
    with suppress_in_order():
        for record in format.read(path, options):
            prove_in_order(record)
            found.append(record)
    return found
