"""Offsets that count something other than characters: turn them into characters, and notice them.

In: a text and spans counted in characters, UTF-16 units or UTF-8 bytes. Out: spans in characters, and
the evidence that a file counts otherwise than was thought.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc

from scripts.corpus.settings import OFFSETS
from scripts.corpus.text import CharSpan, Unusable

ENCODINGS = {"utf16": ("utf-16-le", 2), "bytes": ("utf8", 1)}  # unit: encoding, bytes per unit
NAMES = {"characters": "characters", "utf16": "UTF-16 units", "bytes": "UTF-8 bytes"}
SURE = 0.9  # of the spans that tell units apart, the share that must fit before another unit is named


def in_characters(text: str, spans: Iterable[CharSpan], unit: str) -> tuple[CharSpan, ...]:
    """Return spans counted in `unit` as spans counted in characters.

    Raises Unusable when an offset lies beyond the text or inside a character.
    """
    if unit not in ENCODINGS:
        return tuple(spans)
    encoding, size = ENCODINGS[unit]
    encoded = text.encode(encoding)

    def character(offset: int) -> int:
        if not 0 <= offset * size <= len(encoded):
            reason = f"offset {offset} is beyond the text's {len(encoded) // size} {NAMES[unit]}"
            raise Unusable(reason, "correct the offset, or set vars.offsets to what the tool counts")
        try:
            return len(encoded[: offset * size].decode(encoding))
        except UnicodeDecodeError:
            reason = f"offset {offset}, counted in {NAMES[unit]}, lies inside a character"
            raise Unusable(reason, "set vars.offsets to what the tool counts") from None

    return tuple(replace(s, start=character(s.start), end=character(s.end)) for s in spans)


@dataclass(slots=True)
class OffsetEvidence:
    """How many spans begin and end at a token, under each way of counting that tells them apart."""

    spans: int = 0
    fits: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OFFSETS, 0))

    def add(self, doc: Doc, spans: Iterable[CharSpan]) -> None:
        """Count the spans of one record, as the source has them, that depend on the unit."""
        if doc.text.isascii():
            return
        for span in spans:
            readings = {unit: reading(doc.text, span, unit) for unit in OFFSETS}
            if len(set(readings.values())) == 1:
                continue
            self.spans += 1
            for unit, found in readings.items():
                self.fits[unit] += found is not None and fits(doc, found)

    def verdict(self, unit: str) -> str | None:
        """Return what the spans say against the unit in use, or None when they agree with it."""
        best = max(OFFSETS, key=lambda name: self.fits[name])
        if self.fits[best] <= self.fits[unit] or self.fits[best] < SURE * self.spans:
            return None
        return (
            f"offsets seem to count {NAMES[best]}, not {NAMES[unit]}: of {self.spans} spans behind "
            f"characters that tell these apart, {self.fits[best]} begin and end at a token when read "
            f"so, {self.fits[unit]} as it is; set vars.offsets to {best}"
        )


def reading(text: str, span: CharSpan, unit: str) -> CharSpan | None:
    """Return a span read in `unit` as characters, or None when it can't be read so."""
    try:
        return in_characters(text, (span,), unit)[0]
    except Unusable:
        return None


def fits(doc: Doc, span: CharSpan) -> bool:
    """Say whether a span lies in the text and begins and ends at tokens."""
    return 0 <= span.start < span.end <= len(doc.text) and bool(doc.char_span(span.start, span.end))
