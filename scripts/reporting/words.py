"""Words from foreign texts (labels, mentions, places) made fit to be in a line of ours.

In: words. Out: the same words, with nothing in them that reaches out of their place or hides.
"""

import unicodedata
from itertools import groupby

from scripts.files.terminal import harmless

MARKS = 4  # combining marks on one letter; no writing system needs more


def one_line(words: str) -> str:
    """Return words on one line, without piles of marks, and unseen characters as escapes."""
    return calm(visible(" ".join(words.split())))


def visible(text: str) -> str:
    r"""Return a text with escapes (`\u202e`) for what can't be seen; ends of lines and tabs stay.

    A direction that is turned round in one place turns round what comes after it, too.
    """
    return harmless(text.replace("\r\n", "\n"))


def calm(words: str) -> str:
    """Return words with at most a few combining marks in a row, which else grow over other lines."""
    kept = []
    for combining, run in groupby(words, lambda character: unicodedata.combining(character) > 0):
        marks = "".join(run)
        kept.append(marks[:MARKS] if combining else marks)
    return "".join(kept)
