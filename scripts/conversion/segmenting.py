"""Texts that are too long for one document, cut where nothing is cut through.

In: an annotated text. Out: pieces of it, one after the other, with their spans.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from scripts.annotation.text import AnnotatedText, CharSpan, Offsets

NO_SEGMENTS = "no"  # the value of `segment` for texts that stay whole
# After what a text may be cut, by the value of `segment`.
ENDS = {
    "lines": re.compile(r"\n+"),
    "paragraphs": re.compile(r"\n[ \t\r]*\n\s*"),
    "sentences": re.compile(r"(?:[.!?…]+[\"'”’»)\]]*\s+(?=[^\s\da-z])|[。！？]+[」』”]*\s*|\n+)"),
}


def segment(record: AnnotatedText, where: str, longest: int) -> Iterator[AnnotatedText]:
    """Yield pieces of a text of at most `longest` characters each, as far as there are places to cut.

    where: after what it may be cut (a key of `ENDS`). Together the pieces are the text; none of them
    cuts through a span, a token or an area whose annotation is unknown, and all share a group, so
    that they stay in one split. A mention without offsets goes to every piece that has it, or else to
    the first, as do spans that can't be read. Every span has to be in the text.
    """
    areas = [(s.start, s.end) for s in (*record.spans, *record.wrong)] + [
        *record.missing,
        *(record.tokens or ()),
    ]
    cuts = uncut([match.end() for match in ENDS[where].finditer(record.text)], areas)
    edges = [0, *longest_pieces(cuts, len(record.text), longest), len(record.text)]
    group = record.group or f"{record.file}, {record.place}"
    for number, (start, end) in enumerate(pairwise(edges), start=1):
        piece = cut_out(record, start, end)
        marks = (piece.spans, piece.wrong, piece.unlocated, piece.unread)
        if piece.text.strip() or any(marks):
            yield replace(piece, place=f"{record.place}, piece {number}", group=group)


def uncut(cuts: list[int], areas: list[Offsets]) -> list[int]:
    """Return the places to cut that are inside no area."""
    forbidden = [0] * (len(cuts) + 1)
    for start, end in areas:
        first, last = bisect_left(cuts, start + 1), bisect_left(cuts, end)
        if first < last:
            forbidden[first] += 1
            forbidden[last] -= 1
    found, depth = [], 0
    for cut, change in zip(cuts, forbidden, strict=False):
        depth += change
        if depth == 0:
            found.append(cut)
    return found


def longest_pieces(cuts: list[int], length: int, longest: int) -> list[int]:
    """Return where to cut so that pieces are as long as they may be."""
    found: list[int] = []
    start = 0
    for cut, following in pairwise([*cuts, length]):
        if following - start > longest and cut > start:
            found.append(cut)
            start = cut
    return [cut for cut in found if cut < length]


def cut_out(record: AnnotatedText, start: int, end: int) -> AnnotatedText:
    """Return the part of a record between two places, offsets counted from the first."""
    text = record.text[start:end]
    spans, wrong = (
        tuple(
            shifted(s, -start)
            for s in marks
            if start <= s.start < end or s.start == end == len(record.text)
        )
        for marks in (record.spans, record.wrong)
    )
    missing, tokens = (
        tuple((a - start, b - start) for a, b in areas if start <= a < end)
        for areas in (record.missing, record.tokens or ())
    )
    return replace(
        record,
        text=text,
        spans=spans,
        wrong=wrong,
        missing=missing,
        tokens=None if record.tokens is None else tokens,
        unlocated=tuple(
            m for m in record.unlocated if belongs(m.text, text, record.text, first=start == 0)
        ),
        unread=record.unread if start == 0 else (),
    )


def belongs(mention: str, piece: str, text: str, *, first: bool) -> bool:
    """Say whether a mention may belong to a piece; the first takes those that occur nowhere."""
    return occurs_in(mention, piece) or (first and not occurs_in(mention, text))


def occurs_in(mention: str, text: str) -> bool:
    """Say whether a string occurs in a text, case aside."""
    return mention.casefold() in text.casefold()


def shifted(span: CharSpan, by: int) -> CharSpan:
    """Return a span further on in a text, or further back."""
    parts = tuple((start + by, end + by) for start, end in span.parts)
    return replace(span, start=span.start + by, end=span.end + by, parts=parts)
