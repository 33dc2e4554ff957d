"""Long texts in pieces, and texts in which not every span was read: what of them is known.

In: annotated texts that are to be converted. Out: the same, or the pieces of a long one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scripts.annotation.offset_units import CHARACTERS
from scripts.annotation.text import AnnotatedText, CharSpan, UnreadSpan
from scripts.conversion.changes import Change
from scripts.conversion.offsets import with_characters
from scripts.conversion.segmenting import NO_SEGMENTS, segment
from scripts.conversion.span_alignment import misfit
from scripts.conversion.tally import Tally


@dataclass(slots=True)
class Cutter:
    """Cut texts where the settings say so, and note how long they were.

    where: after what texts may be cut (a key of `ENDS`), or `NO_SEGMENTS`. longest: characters of the
    longest text that is left whole. unit: what offsets count. tally: counts the pieces.
    """

    where: str
    longest: int
    unit: str
    tally: Tally
    characters: int = 0  # of all texts
    longest_text: int = 0
    grouped: int = 0  # texts that belong to a group

    def pieces(self, record: AnnotatedText) -> Iterator[AnnotatedText]:
        """Yield a record, or the pieces of a long one; where a span was not read, not all is known."""
        record = with_unknown(record)
        self.characters += len(record.text)
        self.longest_text = max(self.longest_text, len(record.text))
        self.grouped += record.group is not None
        if self.where == NO_SEGMENTS or len(record.text) <= self.longest:
            yield record
            return
        pieces = list(segment(self.placed(record), self.where, self.longest))
        self.tally.pieces += len(pieces) - 1
        yield from pieces

    def placed(self, record: AnnotatedText) -> AnnotatedText:
        """Return a record as it can be cut: its offsets count characters, and its spans are in the text.

        Spans that have no place in the text are among those that were not read.
        """
        counted = record
        beyond: list[Change] = []
        if self.unit != CHARACTERS:
            counted, beyond = with_characters(record, self.unit)
        lost = [unread(change.span, change.reason, change.hint) for change in beyond]
        spans = []
        for span in counted.spans:
            if problem := misfit(record.text, span):
                lost.append(unread(span, problem.reason, problem.hint))
            else:
                spans.append(span)
        return replace(
            counted,
            spans=tuple(spans),
            wrong=tuple(span for span in counted.wrong if not misfit(record.text, span)),
            unread=(*counted.unread, *lost),
            exhaustive=counted.exhaustive and not lost,
            counted=True,
        )


def with_unknown(record: AnnotatedText) -> AnnotatedText:
    """Return a record in which the places of spans that were not read count as unknown.

    Where one of them has no place in the text, all that is not marked does. That is also so where
    offsets, counted in another unit, are larger than the text has characters.
    """
    if not record.unread or not record.exhaustive:
        return record
    places = [span.place for span in record.unread]
    known = tuple(place for place in places if place and 0 <= place[0] < place[1] <= len(record.text))
    if len(known) < len(places):
        return replace(record, exhaustive=False)
    return replace(record, missing=(*record.missing, *known))


def unread(span: CharSpan, reason: str, hint: str) -> UnreadSpan:
    """Return a span as one that was not read."""
    return UnreadSpan(f"{span.label} {span.start}-{span.end}", reason, hint)
