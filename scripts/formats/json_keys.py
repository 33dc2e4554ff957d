"""Keys that stand twice in one JSON object: Python's parser keeps the last value and drops the others.

In: a decoded value and the text that it was decoded from. Out: the key whose first value was lost.
Decoding with a hook for every object takes half as long again; so the keys that are there are counted
against those that are written, which is cheap, and only where the two differ is the text decoded again.
"""

import json
from typing import Any, NamedTuple


class Repeated(NamedTuple):
    """A value that stands for an object with a key that occurs twice, with different values."""

    key: str
    value: Any


class RepeatedKeyError(ValueError):
    """Raised while an object is decoded that has a key twice."""


def without_repeated_keys(value: Any, text: str, start: int, end: int) -> Any:
    """Return a value that was decoded from `text[start:end]`, or `Repeated` if it lost some of it."""
    written = text.count('":', start, end)
    try:
        if written == keys_of(value) and not may_be_spaced(text, start, end):
            return value
        DECODER.raw_decode(text, start)
    except RepeatedKeyError as error:
        return Repeated(str(error), value)
    except RecursionError:  # the hook needs more of the stack than the parser
        return value
    return value


def may_be_spaced(text: str, start: int, end: int) -> bool:
    """Say whether white space may stand between a key and its colon, which is then not counted."""
    if text.find(" :", start, end) >= 0 or text.find("\t", start, end) >= 0:
        return True
    if text.find("\n", start, end) < 0 and text.find("\r", start, end) < 0:
        return False  # most lines
    return text.find("\n:", start, end) >= 0 or text.find("\r:", start, end) >= 0


def keys_of(value: Any) -> int:
    """Return how many keys a value has, in itself and in the objects of its lists; fewer if nested."""
    if type(value) is not dict:
        return sum(map(keys_of, value)) if type(value) is list else 0
    count = len(value)
    for inner in value.values():
        kind = type(inner)
        if kind is dict:
            count += keys_of(inner)
        elif kind is list and inner and type(inner[0]) is dict:
            try:
                count += sum(map(dict.__len__, inner))
            except TypeError:  # not all of them are objects
                continue
    return count


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, or raise RepeatedKeyError if it would lose a value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        for key, value in pairs:
            if found[key] != value:
                raise RepeatedKeyError(key)
    return found


DECODER = json.JSONDecoder(object_pairs_hook=object_of)
