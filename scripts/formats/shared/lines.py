"""Lines of a text file, as its tool wrote them.

In: a UTF-8 file, with or without byte order mark. Out: its lines with their numbers.
"""

from collections.abc import Iterator
from pathlib import Path

from scripts.files.meter import open_counted


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line without its end) of a UTF-8 file, with or without a byte order mark.

    Only line feeds end a line (with a carriage return before it or not): a lone carriage return or a
    Unicode line separator may be part of a text. Bytes that are not UTF-8 become lone surrogates, so
    that only the record that holds them is unusable (see `fields.usable_text`).
    """
    with open_counted(path) as stream:
        for number, raw in enumerate(stream, start=1):
            line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            text = line.decode("utf8", errors="surrogateescape")
            yield number, text.removesuffix("\n").removesuffix("\r")


def whole_text(path: Path) -> str:
    """Return a text file as it is, carriage returns included, without its byte order mark.

    Bytes that are not UTF-8 become lone surrogates, as in `lines`.
    """
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    return raw.decode("utf8", errors="surrogateescape")
