"""Texts with their entities marked inside of them, turned into texts and spans.

In: a text and where its tags stand. Out: the text without the tags, and a span for each pair.
"""

from collections.abc import Iterable
from typing import NamedTuple

from scripts.corpus.text import CharSpan, Unusable


class Tag(NamedTuple):
    """A stretch of a text that is markup.

    label: what begins there; None for an end. closes: what it ends, empty for whatever is open.
    """

    start: int
    end: int
    label: str | None
    closes: str = ""


def without_tags(text: str, tags: Iterable[Tag]) -> tuple[list[str], tuple[CharSpan, ...]]:
    """Return the pieces of a text between its tags, and the spans in the text that these make together.

    Raises Unusable for a tag that is never closed, or never opened.
    """
    pieces: list[str] = []
    spans: list[CharSpan] = []
    open_tags: list[tuple[str, str, int]] = []
    position = end = 0
    for tag in tags:
        pieces.append(text[end : tag.start])
        position += tag.start - end
        end = tag.end
        if tag.label is not None:
            open_tags.append((tag.label, tag.closes, position))
            continue
        if not open_tags or open_tags[-1][1] != tag.closes:
            reason = f"{text[tag.start : tag.end]!r} ends nothing that begins before it"
            raise Unusable(reason, "close what is opened, the last one first")
        label, _, start = open_tags.pop()
        spans.append(CharSpan(start, position, label))
    if open_tags:
        raise Unusable(f"{open_tags[-1][0]!r} is never closed", "close it in the same line")
    pieces.append(text[end:])
    return pieces, tuple(sorted(spans, key=lambda span: (span.start, -span.end)))
