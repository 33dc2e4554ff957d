"""Texts of formats that hold tokens: rebuilt with the spaces that are known, and offsets in them.

In: tokens, and where the file says so, which are followed by a space or what the text was. Out: the
text, each token's place in it, and character spans for spans of tokens.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import add

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.tags import TagSpan

TokenOffsets = tuple[tuple[int, int], ...]  # (start, end) of each token, in characters


def rebuilt(words: Sequence[str], spaces: Sequence[bool] | None = None) -> tuple[str, TokenOffsets]:
    """Return the text of tokens and their places in it.

    spaces: for each token whether a space follows it; None where nobody knows, and then every token is
        followed by one, which keeps every boundary. The text has no space at its end.
    """
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    position = 0
    if spaces is None:
        lengths = [len(word) for word in words]
        starts = list(accumulate((length + 1 for length in lengths), initial=0))
        return " ".join(words), tuple(zip(starts, map(add, starts, lengths), strict=False))
    for number, word in enumerate(words):
        places.append((position, position + len(word)))
        space = number + 1 < len(words) and spaces[number]
        pieces.append(f"{word} " if space else word)
        position += len(pieces[-1])
    return "".join(pieces), tuple(places)


def found_in(text: str, words: Sequence[str]) -> TokenOffsets:
    """Return the places of tokens in the text that they were made from.

    Between two tokens there may be white space only. Raises Unusable when a token isn't where it should.
    """
    if " ".join(words) == text:
        return rebuilt(words)[1]
    places: list[tuple[int, int]] = []
    position = 0
    for word in words:
        start = text.find(word, position)
        if start < 0 or text[position:start].strip():
            shown = text[position : position + 20]
            raise Unusable(
                f"token {word!r} was expected next in the text, which has {shown!r}", "export it again"
            )
        position = start + len(word)
        places.append((start, position))
    return tuple(places)


def as_spans(found: Iterable[TagSpan], places: TokenOffsets, layer: str = "") -> tuple[CharSpan, ...]:
    """Return spans of tokens (first, last, label), ends inclusive, as spans of characters."""
    return tuple(
        CharSpan(places[first][0], places[last][1], label, layer) for first, last, label in found
    )
