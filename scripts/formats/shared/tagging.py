"""Tags of tokens, for formats that hold one tag a token: IOB2, the longest of overlapping spans.

In: an annotated text with its tokens. Out: its words with their tags, and what got lost.
"""

from bisect import bisect_left, bisect_right

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.formats.shared.tags import BEGIN, INSIDE, OUT
from scripts.formats.writer_base import Losses

OVERLAPPING = "overlapping span left out: a token can have only one tag, and the longest span wins"
WORDLESS = "span of white space left out: it has no word to tag"
SPACES = "text rebuilt from its words with single spaces: its own spaces and line breaks left out"


def tagged(record: AnnotatedText, losses: Losses) -> list[tuple[str, str]]:
    """Return the words of a text, each with its IOB2 tag; tokens of white space are no words.

    record: with tokens, as every Doc has them.
    """
    places = [(start, end) for start, end in record.tokens or () if record.text[start:end].strip()]
    starts, ends = [start for start, _ in places], [end for _, end in places]
    words = [record.text[start:end] for start, end in places]
    tags = [OUT] * len(words)
    for span in sorted(set(record.spans), key=by_length):
        first, after = bisect_right(ends, span.start), bisect_left(starts, span.end)
        if first >= after:
            losses[WORDLESS] += 1
        elif any(tag != OUT for tag in tags[first:after]):
            losses[OVERLAPPING] += 1
        else:
            rest = [f"{INSIDE}-{span.label}"] * (after - first - 1)
            tags[first:after] = [f"{BEGIN}-{span.label}", *rest]
    if " ".join(words) != record.text:
        losses[SPACES] += 1
    return list(zip(words, tags, strict=True))


def by_length(span: CharSpan) -> tuple[int, int, str]:
    """Return what sorts spans so that the longest stands first."""
    return span.start - span.end, span.start, span.label
