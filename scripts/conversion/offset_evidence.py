"""Evidence that offsets count something other than this text's characters.

In: Docs and the spans of their texts as the file has them. Out: the unit under which more of them fit.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scripts.annotation.offset_units import (
    CHARACTERS,
    FORMS,
    SHIFTS,
    UNIT_NAMES,
    UNITS,
    mover,
    same_mention,
)
from scripts.annotation.text import CharSpan, Unusable

if TYPE_CHECKING:  # the step `inputs` checks the setting, and is quick because it loads no spaCy
    from spacy.tokens import Doc

# What it takes to propose another unit than the one in use.
SURE = 0.9  # its share of the spans that fit under one of the two only
LEAST = 3  # spans that fit under it only
HALF = 0.5  # of all spans that must fit under a constant shift, which moves every one of them
ENOUGH = 1000  # spans that are tried under a unit

# What a text of one line in ASCII has if one of the forms changes it.
UNEVEN = ("  ", "&", "<", ">")


def changed_by(text: str, names: Iterable[str]) -> list[str]:
    """Return the units that may count this text differently than the one in use."""
    even = is_even(text)
    return [n for n in names if n not in FORMS or not (even or FORMS[n][0].search(text) is None)]


def is_even(text: str) -> bool:
    """Say whether a text has nothing that one of the forms changes, as most texts have not."""
    visible = text.isascii() and text.isprintable()  # no control characters, and of spaces only U+0020
    return visible and text[:1] != " " and not any(mark in text for mark in UNEVEN)


@dataclass(slots=True)
class OffsetEvidence:
    """Which spans fit under each unit and which under the one in use, of those that it moves.

    The two are compared span by span: a span that fits under both of them, or under neither, because
    it cuts through a token anyway, speaks for none.
    used: the unit in use. By unit: moved, the spans that it moves; only_so, those that fit under
    it alone; only_as_is, under the one in use alone; both. open: the units still to be tried.
    """

    used: str = CHARACTERS
    moved: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 0))
    only_so: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 0))
    only_as_is: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 0))
    both: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 0))
    open: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.open = [name for name in UNITS if name not in self.used]

    def add(self, doc: "Doc", text: str, spans: Sequence[CharSpan]) -> None:
        """Try the spans of one record, as the source has them, under every unit that is open.

        text: the Doc's, which spaCy would put together again.
        """
        names = changed_by(text, self.open) if spans else []
        if not names:
            return
        units = {name: mover(text, name) for name in (self.used, *names)}
        for span in spans[:ENOUGH]:
            as_is = moved_or_none(units[self.used], span)
            fitting = {trimmed: fits(doc, text, as_is, trimmed=trimmed) for trimmed in (True, False)}
            for name in names:
                found = moved_or_none(units[name], span)
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
        """Add the evidence of other records under the same unit."""
        for mine, theirs in (
            (self.moved, other.moved),
            (self.only_so, other.only_so),
            (self.only_as_is, other.only_as_is),
            (self.both, other.both),
        ):
            for name, count in theirs.items():
                mine[name] += count

    def gain(self, name: str) -> int:
        """Return how many more spans fit under a unit."""
        return self.only_so[name] - self.only_as_is[name]

    def is_proven(self, name: str) -> bool:
        """Say whether the spans that fit under one of the two only speak for a unit."""
        won, lost = self.only_so[name], self.only_as_is[name]
        if won < LEAST or won < SURE * (won + lost):
            return False
        return name not in SHIFTS or won + self.both[name] >= HALF * self.moved[name]

    def proposal(self) -> str | None:
        """Return what the spans say against the unit in use, and its proof; None if they agree."""
        better = [name for name in UNITS if self.is_proven(name)]
        if not better:
            return None
        best = max(better, key=self.gain)
        others = [name for name in better if name != best and self.gain(name) == self.gain(best)]
        equal = f" (or {' or '.join(others)}, which fits as well: check which it is)" if others else ""
        won, lost, both = self.only_so[best], self.only_as_is[best], self.both[best]
        return (
            f"offsets seem to count {UNIT_NAMES[best]}: of the {self.moved[best]} spans that this "
            "would move, "
            f"{won + both} would begin and end at token boundaries (and match the text that the "
            f"file quotes, if any), compared with {lost + both} now; set offsets in "
            f"configs/convert.cfg to {best}{equal}"
        )


def moved_or_none(moved: Callable[[CharSpan], CharSpan], span: CharSpan) -> CharSpan | None:
    """Return a span under a unit, or None when it has no place so."""
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
