"""The text of a record that holds a list of tokens and, perhaps, the text that they were made from.

In: tokens as JSON has them. Out: the text and each token's place in it, and spans of tokens.
"""

from collections.abc import Sequence
from typing import Any

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.fields import label_of, number, shown, usable_text, whole
from scripts.formats.shared.tags import TagSpan
from scripts.formats.shared.tokens import TokenOffsets, as_spans, found_in, rebuilt

NOT_THE_TEXT = "its text differs from its tokens, which are joined with spaces instead"
HINT = "fill in its tokens, or delete the record"


def words_of(tokens: Any) -> list[str]:
    """Return a list of tokens, or raise Unusable when it is none, or when none of them is visible."""
    if not isinstance(tokens, list):
        raise Unusable(f"its tokens are {shown(tokens)}, not a list", "write them as a list of strings")
    for place, word in enumerate(tokens, start=1):
        if not isinstance(word, str):
            raise Unusable(f"token {place} is {shown(word)}, not a string", "write tokens as strings")
    if not "".join(tokens).strip():
        raise Unusable("the record has no tokens", HINT)
    return tokens


def placed(
    words: Sequence[str], text: Any = None, spaces: Sequence[bool] | None = None
) -> tuple[str, TokenOffsets, list[str]]:
    """Return the text of tokens, their places in it, and notes on what was fixed.

    text: the one that they were made from, if the record gives it. spaces: for each token whether a
    space follows it, if it says so. Raises Unusable for a text that no pipeline could be given.
    """
    notes: list[str] = []
    if isinstance(text, str) and text.strip():
        try:
            places = found_in(text, words)
            if not text[places[-1][1] :].strip():
                return usable_text(text), places, notes
        except Unusable:
            pass
        notes.append(NOT_THE_TEXT)
    joined, places = rebuilt(words, spaces)
    return usable_text(joined), places, notes


def token_span(mark: Any, size: int) -> TagSpan:
    """Return one span of tokens, or raise Unusable; size: how many tokens there are."""
    if not isinstance(mark, list | tuple) or len(mark) != 3:
        raise Unusable(f"{shown(mark)} is not a span", "write spans as [first token, last token, label]")
    first, last = (number(end) if isinstance(end, str) else whole(end) for end in mark[:2])
    label = label_of(mark[2], f"of tokens {first} to {last}")
    if not 0 <= first <= last < size:
        reason = (
            f"a span goes from token {first} to token {last}, but the tokens are numbered 0 "
            f"to {size - 1}"
        )
        raise Unusable(reason, "correct it; a span ends with the number of its last token")
    return first, last, label


def placed_span(mark: Any, places: TokenOffsets) -> CharSpan:
    """Return one span of tokens as a span of characters, or raise Unusable."""
    return as_spans([token_span(mark, len(places))], places)[0]
