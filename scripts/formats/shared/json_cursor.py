"""A cursor that goes through JSON text of any length and decodes one value at a time.

In: a text stream. Out: the values that are at a place in it, each whole, none kept. Broken JSON is a
`FileFault` that says after which record it breaks off.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from scripts.annotation.text import FileFault
from scripts.formats.shared.json_keys import RepeatedKey, decode_at

BLOCK = 1 << 20  # characters read at a time
LARGEST = 1 << 28  # characters of one value; more is a value whose end is missing
BETWEEN = re.compile(r"[\s,]*")
NEAR = 16  # characters before the end of what was read in which an error may only be a cut

CUT = object()  # no value: what stands there goes on beyond what was read, or is broken

Located = tuple[tuple[int, ...], Any]


class Cursor:
    """A place in the JSON text of a stream; `number` counts the records that were yielded before it."""

    def __init__(self, stream: TextIO, file: str) -> None:
        self.stream = stream
        self.file = file
        self.buffer = ""
        self.position = 0
        self.number = 0
        self.at_end = False

    def more(self) -> None:
        """Read on, and forget what is behind the cursor."""
        rest = self.buffer[self.position :]
        if len(rest) > LARGEST:
            raise self.broken("the next record never ends")
        block = self.stream.read(max(BLOCK, len(rest)))
        self.at_end = not block
        self.buffer, self.position = rest + block, 0

    def peek(self) -> str:
        """Go past white space and commas; return the next character, nothing at the end."""
        while True:
            between = BETWEEN.match(self.buffer, self.position)
            self.position = between.end() if between else self.position
            if self.position < len(self.buffer):
                return self.buffer[self.position]
            if self.at_end:
                return ""
            self.more()

    def take(self, expected: str) -> None:
        """Go past a character. Raises FileFault when it isn't the next one."""
        if self.peek() != expected:
            raise self.broken(f"{expected!r} is missing")
        self.position += 1

    def value(self) -> Any:
        """Return the value at the cursor, `RepeatedKey` if it has a key twice, and go past it.

        Raises FileFault when it is broken.
        """
        if not self.peek():
            raise self.broken("it ends")
        while True:
            try:
                value, end = decode_at(self.buffer, self.position)
                if self.at_end or self.buffer[end - 1] in '"}]' or end < len(self.buffer) - NEAR:
                    break  # else it may be a number that goes on
            except (ValueError, RecursionError) as error:
                if self.at_end or not self.is_perhaps_a_cut(error):
                    raise self.broken(str(error)) from None
            self.more()
        self.position = end
        return value

    def short_value(self) -> Any:
        """Return the value at the cursor and go past it, or `CUT` if it isn't all there.

        Either not all of it has been read yet, or it has a key twice, and one of the values is lost.
        """
        if self.peek() not in "{[":
            return CUT
        try:
            value, end = decode_at(self.buffer, self.position)
        except (ValueError, RecursionError):
            return CUT
        if isinstance(value, RepeatedKey):
            return CUT
        self.position = end
        return value

    def is_perhaps_a_cut(self, error: Exception) -> bool:
        """Say whether broken JSON may only lack what was not read yet."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated string") or error.pos >= len(self.buffer) - NEAR

    def whole(self, prefix: tuple[str, ...]) -> Iterator[Located]:
        """Yield the values at a place inside all that the stream holds; see `inside`.

        Values that follow one another count as the items of a list.
        """
        if prefix[0] != "item" or self.peek() == "[":
            yield from self.inside(prefix)
            if self.peek():
                reason = f"there is more text after the list of {self.number} records"
                raise FileFault(self.file, reason, "export it again")
        number = 0
        while self.peek():
            number += 1
            for numbers, value in self.inside(prefix[1:]):
                yield (number, *numbers), value

    def inside(self, prefix: tuple[str, ...]) -> Iterator[Located]:
        """Yield the values at a place inside the one at the cursor, and go past that.

        prefix: the way there: a key of an object, or `item` for the items of a list.
        With each value come its numbers, from 1, in the lists on the way.
        """
        if not prefix:
            value = self.value()
            self.number += 1
            yield (), value
        elif (value := self.short_value()) is not CUT:
            for found in picked(value, prefix):
                self.number += 1
                yield found
        elif prefix[0] == "item" and self.peek() == "[":
            yield from self.items(prefix[1:])
        elif prefix[0] != "item" and self.peek() == "{":
            yield from self.member(prefix[0], prefix[1:])
        else:
            self.value()

    def items(self, prefix: tuple[str, ...]) -> Iterator[Located]:
        """Yield what is at `prefix` in each item of the list at the cursor, and go past it."""
        self.take("[")
        number = 0
        while self.peek() != "]":
            number += 1
            for numbers, value in self.inside(prefix):
                yield (number, *numbers), value
        self.take("]")

    def member(self, wanted: str, prefix: tuple[str, ...]) -> Iterator[Located]:
        """Yield what is at `prefix` under one key of the object at the cursor, and go past it."""
        self.take("{")
        while self.peek() != "}":
            key = self.value()
            self.take(":")
            if key == wanted:
                yield from self.inside(prefix)
            else:
                self.value()
        self.take("}")

    def broken(self, error: str) -> FileFault:
        """Return the error for a file whose JSON breaks off here."""
        said = " ".join(error.split())[:200]
        reason = f"not valid JSON after record {self.number} ({said}): it may be cut off"
        return FileFault(self.file, reason, "export it again, as UTF-8 JSON")


def picked(value: Any, prefix: tuple[str, ...]) -> Iterator[Located]:
    """Yield the values at a place inside one, with their numbers; see `Cursor.inside`."""
    if not prefix:
        yield (), value
    elif prefix[0] == "item" and isinstance(value, list):
        for number, item in enumerate(value, start=1):
            for numbers, found in picked(item, prefix[1:]):
                yield (number, *numbers), found
    elif prefix[0] != "item" and isinstance(value, dict) and prefix[0] in value:
        yield from picked(value[prefix[0]], prefix[1:])
