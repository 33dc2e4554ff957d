"""Words from foreign texts (labels, mentions, places) made fit to stand in a line of ours.

In: words. Out: the same words, with nothing in them that reaches out of their place or hides.
"""

import unicodedata
from itertools import groupby

from scripts.files.terminal import escaped, is_seen

MARKS = 4  # combining marks on one letter; no writing system needs more
LAYOUT = "\n\t"  # controls that a page shows as what they are


def one_line(words: str) -> str:
    """Return words on one line, without piles of marks, and unseen characters as escapes."""
    return calm(visible(" ".join(words.split())))


def visible(text: str) -> str:
    r"""Return a text with escapes (`\u202e`) for what can't be seen: controls, directions, zero widths.

    A direction that is turned round in one place turns round what stands behind it, too. Ends of lines
    and tabs stay.
    """
    lines = text.replace("\r\n", "\n")
    unseen = {c for c in set(lines) if not is_seen(c)} - set(LAYOUT)
    return lines.translate({ord(c): escaped(c) for c in unseen})


def calm(words: str) -> str:
    """Return words with at most a few combining marks in a row, which else grow over other lines."""
    kept = []
    for combining, run in groupby(words, lambda character: unicodedata.combining(character) > 0):
        marks = "".join(run)
        kept.append(marks[:MARKS] if combining else marks)
    return "".join(kept)
