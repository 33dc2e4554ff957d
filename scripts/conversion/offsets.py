"""Offsets that count something other than this text's characters: read them so, and notice it.

A tool may count other units, count them on another form of the text, or mean another end. Each such way
is a reading with a name; the setting `offsets` joins those that apply with a plus (`utf16+inclusive`).
In: a text and its spans as the file has them. Out: spans in characters, and the evidence for a reading
that would fit better.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import regex

from scripts.annotation.text import CharSpan, Unusable

if TYPE_CHECKING:  # readers of formats count offsets too, and load no spaCy
    from spacy.tokens import Doc

CHARACTERS = "characters"
AUTO = "auto"  # what the format's definition says
# What it takes to propose another reading than the one in use.
SURE = 0.9  # its share of the spans that fit under one of the two only
LEAST = 3  # spans that fit under it only
HALF = 0.5  # of all spans that must fit under a constant shift, which moves every one of them
ENOUGH = 1000  # spans that are tried under a reading

# What a person sees as one character though it is several: its second one says so.
GRAPHEME = regex.compile(
    r"(?=.[\p{M}\u200d\U0001F3FB-\U0001F3FF\n\u1160-\u11FF]|[\U0001F1E6-\U0001F1FF])\X", regex.DOTALL
)
# How the offsets' text differs from ours: a pattern, and how long a match of it is for them.
Measure = tuple[Any, Callable[[Any], int]]
FORMS: dict[str, Measure] = {
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
# What a text of one line in ASCII has if one of the forms changes it.
UNEVEN = ("  ", "&", "<", ">")
# Offsets that are off by a constant: what to add to start and end.
SHIFTS = {"inclusive": (0, 1), "end_late": (0, -1), "late": (-1, -1), "early": (1, 1)}
NAMES = {
    CHARACTERS: "characters",
    "utf16": "UTF-16 units",
    "bytes": "UTF-8 bytes",
    "graphemes": "characters as a person sees them (graphemes)",
    "crlf_as_two": "a line end as two, though the text has only a line feed",
    "crlf_as_one": "a carriage return and line feed as one",
    "unescaped": "a text whose &amp; and the like were unescaped",
    "escaped": "a text whose & < > were escaped",
    "stripped": "a text without the white space at its beginning",
    "collapsed": "runs of white space as one",
    "composed": "letters and their accents as one (NFC)",
    "decomposed": "accents as characters of their own (NFD)",
    "inclusive": "the end's own character as part of the span (inclusive ends)",
    "end_late": "ends that lie one too far",
    "late": "from one instead of zero",
    "early": "one too few at both ends",
}
READINGS = (CHARACTERS, *FORMS, *SHIFTS)


def in_characters(text: str, spans: Iterable[CharSpan], reading: str) -> tuple[CharSpan, ...]:
    """Return spans that are counted as `reading` says as spans counted in characters.

    reading: names of `READINGS` joined with a plus.
    Raises Unusable when an offset lies beyond the text or inside of something that counts as one.
    """
    if reading == CHARACTERS:
        return tuple(spans)
    return tuple(map(mover(text, reading), spans))


def mover(text: str, reading: str) -> Callable[[CharSpan], CharSpan]:
    """Return what turns a span that is counted as `reading` says into one in characters of `text`.

    It raises Unusable as `in_characters` does.
    """
    names = [name for name in reading.split("+") if name != CHARACTERS]
    shift = [sum(SHIFTS[name][side] for name in names if name in SHIFTS) for side in (0, 1)]
    rulers = [Ruler(text, name) for name in names if name in FORMS]

    def area(start: int, end: int) -> tuple[int, int]:
        first, last = start + shift[0], end + shift[1]
        for ruler in rulers:
            first, last = ruler.character(first), ruler.character(last)
        return first, last

    def moved(span: CharSpan) -> CharSpan:
        start, end = area(span.start, span.end)
        return replace(span, start=start, end=end, parts=tuple(area(*part) for part in span.parts))

    return moved


class Ruler:
    """The offsets of another form of a text, beside the text's own."""

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
            reason = f"offset {offset} is beyond the text's {self.theirs[-1]} {NAMES[self.form]}"
            raise Unusable(reason, hint)
        stretch = min(bisect_right(self.theirs, offset), len(self.theirs) - 1) - 1
        into = offset - self.theirs[stretch]
        if into and stretch % 2:  # a match counts as something else than its characters
            length = self.ours[stretch + 1] - self.ours[stretch]
            if length != self.theirs[stretch + 1] - self.theirs[stretch]:
                reason = f"offset {offset}, counted in {NAMES[self.form]}, lies inside a character"
                raise Unusable(reason, hint)
        return self.ours[stretch] + into


def changed_by(text: str, names: Iterable[str]) -> list[str]:
    """Return the readings that may count this text differently than the one in use."""
    even = is_even(text)
    return [n for n in names if n not in FORMS or not (even or FORMS[n][0].search(text) is None)]


def is_even(text: str) -> bool:
    """Say whether a text has nothing that one of the forms changes, as most texts have not."""
    visible = text.isascii() and text.isprintable()  # no control characters, and of spaces only U+0020
    return visible and text[:1] != " " and not any(mark in text for mark in UNEVEN)


@dataclass(slots=True)
class OffsetEvidence:
    """Which spans fit under each reading and which under the one in use, of those that it moves.

    The two are compared span by span: a span that fits under both of them, or under neither, because
    it cuts through a token anyway, speaks for none.
    used: the reading in use. By reading: moved, the spans that it moves; only_so, those that fit under
    it alone; only_as_is, under the one in use alone; both. open: the readings still to be tried.
    """

    used: str = CHARACTERS
    moved: dict[str, int] = field(default_factory=lambda: dict.fromkeys(READINGS, 0))
    only_so: dict[str, int] = field(default_factory=lambda: dict.fromkeys(READINGS, 0))
    only_as_is: dict[str, int] = field(default_factory=lambda: dict.fromkeys(READINGS, 0))
    both: dict[str, int] = field(default_factory=lambda: dict.fromkeys(READINGS, 0))
    open: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.open = [name for name in READINGS if name not in self.used]

    def add(self, doc: "Doc", text: str, spans: Sequence[CharSpan]) -> None:
        """Try the spans of one record, as the source has them, under every reading that is open.

        text: the Doc's, which spaCy would put together again.
        """
        names = changed_by(text, self.open) if spans else []
        if not names:
            return
        readings = {name: mover(text, name) for name in (self.used, *names)}
        for span in spans[:ENOUGH]:
            as_is = read_as(readings[self.used], span)
            fitting = {trimmed: fits(doc, text, as_is, trimmed=trimmed) for trimmed in (True, False)}
            for name in names:
                found = read_as(readings[name], span)
                if found is not None and as_is is not None and where(found) == where(as_is):
                    continue
                trimmed = name not in SHIFTS  # which may be about nothing but white space at the end
                fits_so, fits_as_is = fits(doc, text, found, trimmed=trimmed), fitting[trimmed]
                self.moved[name] += 1
                self.both[name] += fits_so and fits_as_is
                self.only_so[name] += fits_so and not fits_as_is
                self.only_as_is[name] += fits_as_is and not fits_so
        self.open = [name for name in self.open if self.moved[name] < ENOUGH]

    def merge(self, other: "OffsetEvidence") -> None:
        """Add the evidence of other records under the same reading."""
        for mine, theirs in (
            (self.moved, other.moved),
            (self.only_so, other.only_so),
            (self.only_as_is, other.only_as_is),
            (self.both, other.both),
        ):
            for name, count in theirs.items():
                mine[name] += count

    def gain(self, name: str) -> int:
        """Return how many more spans fit under a reading."""
        return self.only_so[name] - self.only_as_is[name]

    def is_proven(self, name: str) -> bool:
        """Say whether the spans that fit under one of the two only speak for a reading."""
        won, lost = self.only_so[name], self.only_as_is[name]
        if won < LEAST or won < SURE * (won + lost):
            return False
        return name not in SHIFTS or won + self.both[name] >= HALF * self.moved[name]

    def verdict(self) -> str | None:
        """Return what the spans say against the reading in use, and its proof; None if they agree."""
        better = [name for name in READINGS if self.is_proven(name)]
        if not better:
            return None
        best = max(better, key=self.gain)
        others = [name for name in better if name != best and self.gain(name) == self.gain(best)]
        equal = f" (as well as {' or '.join(others)}: look which it is)" if others else ""
        won, lost, both = self.only_so[best], self.only_as_is[best], self.both[best]
        return (
            f"offsets seem to count {NAMES[best]}: of {self.moved[best]} spans that this moves, "
            f"{won + both} then begin and end at a token (and read as the file quotes them, if it "
            f"does), {lost + both} as it is; set offsets in configs/convert.cfg to {best}{equal}"
        )


def read_as(moved: Callable[[CharSpan], CharSpan], span: CharSpan) -> CharSpan | None:
    """Return a span under a reading, or None when it can't be read so."""
    try:
        return moved(span)
    except Unusable:
        return None


def where(span: CharSpan) -> tuple[int, int]:
    """Return the offsets of a span."""
    return span.start, span.end


def fits(doc: "Doc", text: str, span: CharSpan | None, *, trimmed: bool) -> bool:
    """Say whether a span begins and ends at tokens, and reads as the source quotes it if it does.

    trimmed: whether white space at its end is left out first, as it is when Docs are made. That at its
    beginning would hide an offset that is off by one.
    """
    if span is None:
        return False
    start, end = span.start, span.end
    if not 0 <= start < end <= len(text):
        return False
    found = text[start:end]
    if span.mention is not None and not same_mention(span.mention, found):
        return False
    if found[-1].isspace():
        if not trimmed:
            return False
        end = start + len(found.rstrip())
    return start < end and doc.char_span(start, end) is not None


def same_mention(quoted: str, found: str) -> bool:
    """Say whether a mention is what the source quotes, white space, entities and accents aside."""
    return quoted == found or plain(quoted) == plain(found)


def plain(mention: str) -> str:
    """Return a mention without what tools change when they quote it."""
    return unicodedata.normalize("NFC", "".join(html.unescape(mention).split()))
