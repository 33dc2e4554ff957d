"""The document that a WebAnno TSV file holds, as it grows: its text, its tokens, its annotations.

In: a sentence at a time: its text, its tokens and parts of tokens with what is annotated on them. Out:
the fields of one annotated text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.fields import usable_text
from scripts.formats.shared.lines import lines
from scripts.formats.shared.tokens import TokenOffsets
from scripts.formats.uima.layers import UNLABELLED
from scripts.formats.webanno.token_rows import (
    HINT,
    SentenceOffsets,
    TokenRow,
    looked_for,
    offsets_of,
    part_of,
)

GAP = 1000  # spaces at most that stand for text between two sentences, which the format can't hold
FOUND_BY_TEXT = "token offsets that don't fit the text: tokens located by their text"
NUMBER_AGAIN = "an annotation number that is used again elsewhere begins another annotation"
CUT_OFF = "export the document again; a download or copy may have stopped early"


def blocks(path: Path) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines of each sentence with their numbers: as far as an empty line, or the next `#`.

    A word may begin with `#`, but not its line, which begins with a number.
    """
    block: list[tuple[int, str]] = []
    for at, line in lines(path):
        if block and (not line.strip() or (line.startswith("#") and block[-1][1][:1].isdigit())):
            yield block
            block = []
        if line.strip():
            block.append((at, line))
    if block:
        yield block


@dataclass(slots=True)
class WebAnnoDocument:
    """What was read so far.

    end: the file's own offset of the end of the text, None if unknown. open: for the number of an
    annotation its place among the spans, and the last token that it was seen on. cut_off: whether the
    last sentence goes on after its last token.
    """

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    end: int | None = 0
    tokens: list[tuple[int, int]] = field(default_factory=list)
    spans: list[CharSpan] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    open: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    cut_off: bool = False

    def add(self, text: str, rows: Sequence[TokenRow]) -> None:
        """Add a sentence. Raises Unusable when its tokens aren't in its text."""
        tokens = [row for row in rows if not row.is_part]
        offsets = offsets_of(text, tokens)
        if offsets is None:
            places = looked_for(text, tokens)
            if tokens and tokens[0].start is not None:
                self.notes[FOUND_BY_TEXT] = None
            self.begin(None)
        else:
            places = tuple(offsets.place(token) for token in tokens)
            self.begin(offsets.base)
        if any(before[1] > after[0] for before, after in pairwise(places)):
            raise Unusable(f"in the sentence of line {tokens[0].line}, tokens overlap", HINT)
        self.cut_off = bool(text[places[-1][1] if places else 0 :].strip())
        self.mark(text, rows, places, offsets)
        self.pieces.append(text)
        self.length += len(text)
        self.end = None if offsets is None else offsets.base + offsets.size

    def begin(self, offset: int | None) -> None:
        """Add what stands between the last sentence and one at this offset: a line end, and spaces."""
        if offset is None or self.end is None or offset < self.end:
            between = "\n" if self.pieces else ""
        else:
            gap = min(offset - self.end, GAP)
            between = "\n" + " " * (gap - 1) if self.pieces and gap else " " * gap
        self.pieces.append(between)
        self.length += len(between)

    def mark(
        self, text: str, rows: Sequence[TokenRow], places: TokenOffsets, offsets: SentenceOffsets | None
    ) -> None:
        """Add the tokens of a sentence that begins here, and what is annotated on them."""
        numbered = iter(places)
        token, area = None, (0, 0)
        for row in rows:
            if not row.is_part:
                token, area = row, next(numbered)
                place = area
                self.tokens.append((self.length + area[0], self.length + area[1]))
            else:
                place = offsets.place(row) if offsets else part_of(token, area, row)
            if text[place[0] : place[1]] != row.word:
                expected = f"{row.start}-{row.end}"
                raise Unusable(f"line {row.line}: {row.word!r} is not at {expected}", HINT)
            for layer, label, number in row.marks:
                self.annotate(self.length + place[0], self.length + place[1], layer, label, number)

    def annotate(self, start: int, end: int, layer: str, label: str, number: int | None) -> None:
        """Add an annotation, or lengthen the one of this number if it reached to the token before."""
        current = len(self.tokens)
        if number is not None and (key := (layer, number)) in self.open:
            index, last = self.open[key]
            begun = self.spans[index]
            if last >= current - 1 and begun.label == label:
                self.spans[index] = CharSpan(begun.start, max(begun.end, end), label, layer)
                self.open[key] = index, current
                return
            self.notes[NUMBER_AGAIN] = None
        if number is not None:
            self.open[layer, number] = len(self.spans), current
        self.spans.append(CharSpan(start, end, label, layer))

    def labelled(self, label: str, name: str) -> str:
        """Return the label of an annotation: its own, or else the name of its layer, which is noted."""
        if label.strip():
            return usable_text(label, "label")
        self.notes[UNLABELLED] = None
        return name

    def fields(self) -> dict[str, Any]:
        """Return the fields of the annotated text. Raises Unusable when there is no text."""
        if self.cut_off:
            raise Unusable("its last sentence has words that have no line", CUT_OFF)
        text = usable_text("".join(self.pieces))
        if not text.strip():
            raise Unusable("the document has no text", HINT)
        found: dict[str, Any] = {"text": text, "spans": tuple(self.spans), "notes": tuple(self.notes)}
        return found | {"tokens": tuple(self.tokens) or None}
