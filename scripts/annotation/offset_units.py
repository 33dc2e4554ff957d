"""What offsets may count: characters or other units, another form of the text, or another end.

Each such way has a name; `offsets` joins those that apply with a plus (`utf16+inclusive`).
In: a text, and offsets as a tool counts them. Out: offsets in characters.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import regex

from scripts.annotation.text import CharSpan, Unusable

CHARACTERS = "characters"
AUTO = "auto"  # what the format's definition says
# What a person sees as one character though it is several: its second one says so.
GRAPHEME = regex.compile(
    r"(?=.[\p{M}\u200d\U0001F3FB-\U0001F3FF\n\u1160-\u11FF]|[\U0001F1E6-\U0001F1FF])\X", regex.DOTALL
)
# How the offsets' text differs from ours: a pattern, and how long a match of it is for them.
LengthRule = tuple[Any, Callable[[Any], int]]
FORMS: dict[str, LengthRule] = {
    "utf16": (re.compile("[\U00010000-\U0010ffff]"), lambda _: 2),
    "bytes": (re.compile(r"[^\x00-\x7f]"), lambda match: len(match[0].encode())),
    "graphemes": (GRAPHEME, lambda _: 1),
    "crlf_as_two": (re.compile(r"(?<!\r)\n"), lambda _: 2),
    "crlf_as_one": (re.compile(r"\r\n"), lambda _: 1),
    "unescaped": (
        re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);"),
        lambda match: len(html.unescape(match[0])),
    ),
    "escaped": (re.compile(r"[&<>]"), lambda match: len(html.escape(match[0]))),
    "stripped": (re.compile(r"\A\s+"), lambda _: 0),
    "collapsed": (re.compile(r"\s{2,}"), lambda _: 1),
    "composed": (
        re.compile(r"\w[\u0300-\u036f]+"),
        lambda match: len(unicodedata.normalize("NFC", match[0])),
    ),
    "decomposed": (
        re.compile(r"[^\x00-\x7f]"),
        lambda match: len(unicodedata.normalize("NFD", match[0])),
    ),
}
# Offsets that are off by a constant: what to add to start and end.
SHIFTS = {"inclusive": (0, 1), "end_late": (0, -1), "late": (-1, -1), "early": (1, 1)}
UNIT_NAMES = {
    CHARACTERS: "characters",
    "utf16": "UTF-16 units",
    "bytes": "UTF-8 bytes",
    "graphemes": "characters as people see them (graphemes)",
    "crlf_as_two": "a line end as two characters, although the text has only a line feed",
    "crlf_as_one": "a carriage return and line feed as one character",
    "unescaped": "characters of the unescaped text (& in place of &amp;)",
    "escaped": "characters of the escaped text (&amp; in place of &)",
    "stripped": "characters of the text without its leading white space",
    "collapsed": "a run of white space as one character",
    "composed": "a letter and its accents as one character (NFC)",
    "decomposed": "accents as separate characters (NFD)",
    "inclusive": "up to the last character of a span, not to the one after it (inclusive ends)",
    "end_late": "one too many at the end",
    "late": "from 1 instead of 0",
    "early": "one too few at the start and at the end",
}
UNITS = (CHARACTERS, *FORMS, *SHIFTS)


def in_characters(text: str, spans: Iterable[CharSpan], unit: str) -> tuple[CharSpan, ...]:
    """Return spans that are counted as `unit` says as spans counted in characters.

    unit: names of `UNITS` joined with a plus.
    Raises Unusable when an offset lies beyond the text or inside something that counts as one.
    """
    if unit == CHARACTERS:
        return tuple(spans)
    return tuple(map(mover(text, unit), spans))


def mover(text: str, unit: str) -> Callable[[CharSpan], CharSpan]:
    """Return what turns a span that is counted as `unit` says into one in characters of `text`.

    It raises Unusable as `in_characters` does.
    """
    names = [name for name in unit.split("+") if name != CHARACTERS]
    shift = [sum(SHIFTS[name][side] for name in names if name in SHIFTS) for side in (0, 1)]
    converters = [OffsetConverter(text, name) for name in names if name in FORMS]

    def area(start: int, end: int) -> tuple[int, int]:
        first, last = start + shift[0], end + shift[1]
        for converter in converters:
            first, last = converter.character(first), converter.character(last)
        return first, last

    def moved(span: CharSpan) -> CharSpan:
        start, end = area(span.start, span.end)
        return replace(span, start=start, end=end, parts=tuple(area(*part) for part in span.parts))

    return moved


class OffsetConverter:
    """The offsets of another form of a text, next to the text's own."""

    def __init__(self, text: str, form: str) -> None:
        self.text, self.form = text, form
        self.ours, self.theirs = [0], [0]  # where stretches begin; every second one is a match
        pattern, measure = FORMS[form]
        end = 0
        for match in pattern.finditer(text):
            self._add(match.start() - end, match.start() - end)
            self._add(match.end() - match.start(), measure(match))
            end = match.end()
        self._add(len(text) - end, len(text) - end)

    def _add(self, ours: int, theirs: int) -> None:
        self.ours.append(self.ours[-1] + ours)
        self.theirs.append(self.theirs[-1] + theirs)

    def character(self, offset: int) -> int:
        """Return an offset of the other form as one in characters, or raise Unusable."""
        hint = "correct the offset, or set offsets in configs/convert.cfg to what the tool counts"
        if not 0 <= offset <= self.theirs[-1]:
            reason = (
                f"offset {offset} is outside the text (offsets: {self.form}, length: {self.theirs[-1]})"
            )
            raise Unusable(reason, hint)
        stretch = min(bisect_right(self.theirs, offset), len(self.theirs) - 1) - 1
        into = offset - self.theirs[stretch]
        if into and stretch % 2:  # a match counts as something else than its characters
            length = self.ours[stretch + 1] - self.ours[stretch]
            if length != self.theirs[stretch + 1] - self.theirs[stretch]:
                reason = f"offset {offset} is inside a character (offsets: {self.form})"
                raise Unusable(reason, hint)
        return self.ours[stretch] + into


def same_mention(quoted: str, found: str) -> bool:
    """Say whether a mention is what the source quotes, white space, entities and accents aside."""
    return quoted == found or plain_mention(quoted) == plain_mention(found)


def plain_mention(mention: str) -> str:
    """Return a mention without what tools change when they quote it."""
    return unicodedata.normalize("NFC", "".join(html.unescape(mention).split()))
