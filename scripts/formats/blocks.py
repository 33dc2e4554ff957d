"""Blocks of lines with a blank line between them: the sentences of formats that hold a token a line.

In: a UTF-8 file, with or without byte order mark. Out: each block with the number of its first line.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from scripts.files.meter import opened

DOCSTART = "-DOCSTART-"
ORDINARY = [46 <= byte < 128 for byte in range(256)]  # first bytes of a line that is neither
CALLED_BLANK = 8  # bytes of a line that may hold nothing but exotic white space

Block = tuple[int, list[str]]


def blocks(path: Path) -> Iterator[Block]:
    """Yield (number of its first line from 1, lines without their ends) of each block of a file.

    A line with nothing visible on it separates; a line that begins with -DOCSTART- is a block of its
    own. Bytes that are not UTF-8 become lone surrogates.
    """
    start = DOCSTART.encode()
    with opened(path) as stream:
        first = stream.readline().removeprefix(b"\xef\xbb\xbf")
        rows: list[bytes] = []
        number = 0
        for number, raw in enumerate(chain([first or b"\n"], stream), start=1):
            if ORDINARY[raw[0]]:
                rows.append(raw)
                continue
            blank = raw.isspace() or ((raw[0] <= 32 or raw[0] > 127) and is_blank(raw))
            if not blank and not raw.startswith(start):
                rows.append(raw)
                continue
            if rows:
                yield number - len(rows), decoded(rows)
                rows = []
            if not blank:
                yield number, decoded([raw])
        if rows:
            yield number + 1 - len(rows), decoded(rows)


def is_blank(raw: bytes) -> bool:
    """Say whether nothing visible stands in a line that isn't plain white space."""
    return len(raw) <= CALLED_BLANK and not raw.decode("utf8", errors="surrogateescape").strip()


def decoded(rows: list[bytes]) -> list[str]:
    """Return lines as text, without their ends."""
    text = b"".join(rows).decode("utf8", errors="surrogateescape")
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    return text.removesuffix("\n").removesuffix("\r").split("\n")


def blocks_of(lines: Iterable[str]) -> list[list[str]]:
    """Return the blocks of lines that were read already, separated as in `blocks`."""
    found: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            found.append([])
        elif line.startswith(DOCSTART):
            found.extend(([line], []))
        else:
            found[-1].append(line)
    return [block for block in found if block]


def has_two_documents(path: Path) -> bool:
    """Say whether -DOCSTART- stands in a file twice: many tools write it once, above everything."""
    found, rest = 0, b""
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            found += (rest + chunk).count(DOCSTART.encode())
            if found > 1:
                return True
            rest = chunk[-(len(DOCSTART) - 1) :]
    return False
