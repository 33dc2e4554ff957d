"""Offsets as tools count them that run in a browser: in UTF-16 units, two for an emoji.

In: a text. Out: a function from offsets in characters to offsets in UTF-16 units.
"""

from bisect import bisect_left
from collections.abc import Callable

LAST = "\uffff"  # the last character that is one unit


def in_utf16(text: str) -> Callable[[int], int]:
    """Return what turns an offset in characters of this text into one in UTF-16 units."""
    double = [] if text.isascii() else [n for n, character in enumerate(text) if character > LAST]
    return lambda offset: offset + bisect_left(double, offset)
