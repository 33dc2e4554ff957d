"""The beginning of a file, seen in the ways that tell formats apart.

In: the first bytes of a file. Out: its lines, the JSON that it begins with, the name of its XML root.
Each view is made once, however many formats look at it, and none of them raises an error.
"""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, Self

from pydantic_core import from_json

HEAD = 1 << 16  # bytes that a sniff looks at
MOST = 1 << 22  # bytes where the first record is longer
PLACE = re.compile(r"at line (\d+) column (\d+)$")  # where JSON is broken, in the words of pydantic
ROOT = re.compile(
    r"\s*(?:<\?xml.*?\?>)?(?:\s|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|<\?.*?\?>)*<([\w.:-]+)",
    re.DOTALL,
)


class Head:
    """The first bytes of the file at `path`. cut: whether more bytes may follow them."""

    def __init__(self, path: Path, data: bytes, *, cut: bool = False) -> None:
        self.path = path
        self.data = data
        self.cut = cut

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the head of a file, with all of the first record unless that is longer than `MOST`."""
        data, size = b"", HEAD
        with path.open("rb") as stream:
            while True:
                data += stream.read(size - len(data))
                head = cls(path, data, cut=len(data) == size)
                if not head.cut or size >= MOST or head.has_record:
                    return head
                size *= 2

    @cached_property
    def text(self) -> str:
        """The head as UTF-8 text, without byte order mark, line ends as line feeds."""
        return self.data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """Its lines; the last may be cut off."""
        return self.text.split("\n")

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON objects that stand on lines of their own, if the file is made of such lines."""
        visible = [line for line in self.lines if line.strip()]
        if not visible or not visible[0].lstrip().startswith("{"):
            return []
        found = [parsed(line) for line in visible if line.lstrip().startswith("{")]
        if found[0] is None and not (len(visible) > 1 and visible[1].startswith("{")):
            return []  # one object over many lines
        return [row for row in found if isinstance(row, dict)]

    @cached_property
    def value(self) -> Any:
        """The JSON value that the file begins with, as far as the head goes; None if it is no JSON.

        A string that the head cuts off counts as far as it goes. Where the JSON is cut off, broken or
        followed by something else, only an object or a list with objects or lists in it counts: a log or
        a chat may begin with a number or with something in brackets.
        """
        with suppress(ValueError, RecursionError):
            return json.loads(self.text)
        found = beginning(self.text.encode(), cut=self.cut)
        return found if is_nested(found) else None

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The first JSON objects: of lines, of a list, or the one object; the last may be cut off."""
        if self.rows:
            return self.rows
        values = self.value if isinstance(self.value, list) else [self.value]
        return [value for value in values if isinstance(value, dict)]

    @cached_property
    def whole_records(self) -> list[dict[str, Any]]:
        """The first JSON objects without one that the head cuts off."""
        if self.rows or not self.cut or self.has_whole_value:
            return self.records
        values = self.value[:-1] if isinstance(self.value, list) else []
        return [value for value in values if isinstance(value, dict)]

    @cached_property
    def has_whole_value(self) -> bool:
        """Whether the JSON value that the file begins with ends in the head."""
        try:
            json.JSONDecoder().raw_decode(self.text.lstrip())
        except (ValueError, RecursionError):
            return False
        return True

    @property
    def has_record(self) -> bool:
        """Whether all of the first record is in the head: of JSON, or of a table or text."""
        if self.rows:
            return True
        if self.value is None:
            return has_row(self.lines)
        return (isinstance(self.value, list) and len(self.value) > 1) or self.has_whole_value

    @cached_property
    def root(self) -> str | None:
        """The name of the XML root element without its prefix, or None."""
        match = ROOT.match(self.text)
        return match[1].rpartition(":")[2] if match else None


def beginning(data: bytes, *, cut: bool) -> Any:
    """Return the JSON value that bytes begin with, up to where it ends or is broken; None without one.

    cut: whether more of it follows, so that a string without an end counts as far as it goes.
    """
    mode: Literal["on", "trailing-strings"] = "trailing-strings" if cut else "on"
    try:
        return from_json(data, allow_partial=mode)
    except ValueError as error:
        place = PLACE.search(str(error))
    with suppress(ValueError):
        if place:
            line, column = int(place[1]), int(place[2])
            before = sum(len(each) + 1 for each in data.split(b"\n")[: line - 1])
            return from_json(data[: before + column - 1], allow_partial=mode)
    return None


def has_row(lines: Sequence[str]) -> bool:
    """Say whether lines, of which the last is cut off, hold a row: most of them are whole lines.

    Below the first, which may be a header, one ends that is not inside the quotes of a cell.
    """
    *whole, last = lines
    quotes = accumulate(line.count('"') for line in whole[1:])
    return sum(map(len, whole)) >= len(last) and any(count % 2 == 0 for count in quotes)


def is_nested(value: Any) -> bool:
    """Say whether a value is an object, or a list that has objects or lists in it."""
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
    )


def parsed(line: str) -> Any:
    """Return the JSON value of a line, or None if it is broken."""
    with suppress(ValueError, RecursionError):
        return json.loads(line)
    return None
