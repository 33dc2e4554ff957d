"""Blocks of lines with a blank line between them: the sentences of formats that hold a token a line.

In: a UTF-8 file, with or without byte order mark. Out: each block with the number of its first line.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from scripts.files.meter import open_counted

DOCSTART = "-DOCSTART-"
DOCUMENT_ROW = re.compile(rf"{DOCSTART}|(?!#\s).*[\t |]{DOCSTART}(?:[\t |]|$)")
ORDINARY = [33 <= byte < 128 for byte in range(256)]  # first bytes of a line that isn't blank
CALLED_BLANK = 8  # bytes of a line that may hold nothing but exotic white space

Block = tuple[int, list[str]]


def blocks(path: Path) -> Iterator[Block]:
    """Yield (number of its first line from 1, lines without their ends) of each block of a file.

    A line with nothing visible on it separates; a row that begins a document is a block of its own.
    Bytes that are not UTF-8 become lone surrogates.
    """
    with open_counted(path) as stream:
        first = stream.readline().removeprefix(b"\xef\xbb\xbf")
        rows: list[bytes] = []
        number = 0
        for number, raw in enumerate(chain([first or b"\n"], stream), start=1):
            if ORDINARY[raw[0]] or not (
                raw.isspace() or ((raw[0] <= 32 or raw[0] > 127) and is_blank(raw))
            ):
                rows.append(raw)
            elif rows:
                yield from divided(number - len(rows), text_of_lines(rows))
                rows = []
        if rows:
            yield from divided(number + 1 - len(rows), text_of_lines(rows))


def is_blank(raw: bytes) -> bool:
    """Say whether nothing visible is in a line that isn't plain white space."""
    return len(raw) <= CALLED_BLANK and not raw.decode("utf8", errors="surrogateescape").strip()


def begins_document(line: str) -> bool:
    """Say whether a row has -DOCSTART- in one of its columns; what follows it may be anything."""
    return DOCSTART in line and DOCUMENT_ROW.match(line) is not None


def divided(number: int, text: str) -> Iterator[Block]:
    """Yield rows between two blank lines as blocks: a row that begins a document is one of its own.

    number: of the first line of `text`, which holds the rows.
    """
    rows = text.split("\n")
    if DOCSTART not in text:
        yield number, rows
        return
    first = 0
    for at, row in enumerate(rows):
        if begins_document(row):
            if at > first:
                yield number + first, rows[first:at]
            yield number + at, [row]
            first = at + 1
    if len(rows) > first:
        yield number + first, rows[first:]


def text_of_lines(rows: list[bytes]) -> str:
    """Return lines as text, whose lines end in line feeds only and the last one in nothing."""
    text = b"".join(rows).decode("utf8", errors="surrogateescape")
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    return text.removesuffix("\n").removesuffix("\r")


def blocks_of(lines: Iterable[str]) -> list[list[str]]:
    """Return the blocks of lines that were read already, separated as in `blocks`."""
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        else:
            found.append([])
    return [block for rows in found if rows for _, block in divided(0, "\n".join(rows))]


def has_two_documents(path: Path) -> bool:
    """Say whether -DOCSTART- is in a file twice: many tools write it once, above everything."""
    found, rest = 0, b""
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            found += (rest + chunk).count(DOCSTART.encode())
            if found > 1:
                return True
            rest = chunk[-(len(DOCSTART) - 1) :]
    return False
