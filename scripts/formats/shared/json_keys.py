"""JSON in which a key occurs twice in one object: Python's parser keeps the last value without a word.

In: JSON text. Out: its value, or `RepeatedKey` where one of two different values would be lost.
"""

import json
from typing import Any, NamedTuple


class RepeatedKey(NamedTuple):
    """A value that stands for an object with a key that occurs twice, with different values."""

    key: str
    value: Any


class RepeatedKeyError(Exception):
    """Raised while an object is decoded that has a key twice."""


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, or raise RepeatedKeyError if it would lose a value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        for key, value in pairs:
            if found[key] != value:
                raise RepeatedKeyError(key)
    return found


STRICT, PLAIN = json.JSONDecoder(object_pairs_hook=object_of), json.JSONDecoder()


def decode_json(text: str) -> Any:
    """Return the value of a text that is JSON and nothing else, or raise ValueError."""
    try:
        return STRICT.decode(text)
    except RepeatedKeyError as error:
        return RepeatedKey(str(error), PLAIN.decode(text))


def decode_at(text: str, start: int) -> tuple[Any, int]:
    """Return the JSON value that begins at a place of a text, and where it ends, or raise ValueError."""
    try:
        return STRICT.raw_decode(text, start)
    except RepeatedKeyError as error:
        value, end = PLAIN.raw_decode(text, start)
        return RepeatedKey(str(error), value), end
