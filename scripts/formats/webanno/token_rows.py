"""Tokens and parts of tokens of a WebAnno TSV file, and where they are in their sentence.

In: a sentence's text, and its tokens with the file's offsets. Out: what turns these into characters.

Offsets count UTF-16 units by definition, and code points in files that other programs wrote: the
tokens' own texts decide, sentence by sentence. Where neither fits, tokens are looked for in the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.annotation.text import Unusable
from scripts.formats.shared.fields import shown
from scripts.formats.shared.tokens import TokenOffsets, found_in

HINT = "export the document again"

# Layer, label, number of an annotation that others may continue.
LayerLabel = tuple[str, str, int | None]


@dataclass(slots=True)
class TokenRow:
    """A token, or a part of the one before it, as its row has it; offsets are None where it has none."""

    word: str
    start: int | None
    end: int | None
    line: int
    is_part: bool = False
    marks: Sequence[LayerLabel] = ()


@dataclass(frozen=True, slots=True)
class SentenceOffsets:
    """Where the offsets of a file are in a sentence: `base` is the offset at which it begins.

    places: the character of each offset from there on, -1 inside one; None if each is a character.
    """

    base: int
    size: int
    places: tuple[int, ...] | None = None

    def character(self, offset: int) -> int:
        """Return the character of an offset, -1 where there is none."""
        inside = offset - self.base
        if not 0 <= inside <= self.size:
            return -1
        return inside if self.places is None else self.places[inside]

    def place(self, row: TokenRow) -> tuple[int, int]:
        """Return where a token or a part of one is in the sentence; raises Unusable outside."""
        if row.start is not None and row.end is not None and row.start <= row.end:
            start, end = self.character(row.start), self.character(row.end)
            if start >= 0 and end >= 0:
                return start, end
        reason = f"line {row.line}: {row.start}-{row.end} is not inside its sentence"
        raise Unusable(reason, HINT)


def offsets_of(text: str, tokens: Sequence[TokenRow]) -> SentenceOffsets | None:
    """Return the offsets with which all tokens of a sentence stand where they should, or None.

    A sentence begins with its first token, or with white space before it.
    """
    if not tokens or tokens[0].start is None:
        return None
    first = tokens[0].start
    space = len(text) - len(text.lstrip())
    for base in dict.fromkeys((first, first - space)):
        possible = [SentenceOffsets(base, len(text))]
        if text and max(text) > "\uffff":
            units = utf16_places(text)
            possible.insert(0, SentenceOffsets(base, len(units) - 1, units))
        for offsets in possible:
            if base >= 0 and all(stands(text, token, offsets) for token in tokens):
                return offsets
    return None


def stands(text: str, token: TokenRow, offsets: SentenceOffsets) -> bool:
    """Say whether a token is in the text where its offsets say."""
    if token.start is None or token.end is None:
        return False
    start, end = offsets.character(token.start), offsets.character(token.end)
    return start >= 0 and end >= 0 and text[start:end] == token.word


def utf16_places(text: str) -> tuple[int, ...]:
    """Return the character of each UTF-16 unit of a text and of its end; -1 inside a character."""
    places: list[int] = []
    for number, character in enumerate(text):
        places.append(number)
        if character > "\uffff":
            places.append(-1)
    return (*places, len(text))


def looked_for(text: str, tokens: Sequence[TokenRow]) -> TokenOffsets:
    """Return where tokens are in a sentence, one after the other. Raises Unusable if they don't."""
    try:
        return found_in(text, [token.word for token in tokens])
    except Unusable as error:
        raise Unusable(f"in the sentence of line {tokens[0].line}, {error.reason}", HINT) from None


def part_of(token: TokenRow | None, area: tuple[int, int], part: TokenRow) -> tuple[int, int]:
    """Return where a part is in the sentence whose token was found by its text."""
    if token is None or token.start is None or part.start is None:
        raise Unusable(f"line {part.line}: {shown(part.word)} is not part of a token", HINT)
    start = area[0] + part.start - token.start
    return start, start + len(part.word)
