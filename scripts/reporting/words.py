"""Words from foreign texts (labels, mentions, places) made fit to stand in a line of ours.

In: words. Out: the same words, without what would reach out of their place.
"""

import re
import unicodedata
from itertools import groupby

MARKS = 4  # combining marks on one letter; no writing system needs more
UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f\ud800-\udfff]")


def one_line(words: str) -> str:
    """Return words on one line, without control characters, directions or piles of marks."""
    return calm(UNSEEN.sub("", " ".join(words.split())))


def calm(words: str) -> str:
    """Return words with at most a few combining marks in a row, which else grow over other lines."""
    kept = []
    for combining, run in groupby(words, lambda character: unicodedata.combining(character) > 0):
        marks = "".join(run)
        kept.append(marks[:MARKS] if combining else marks)
    return "".join(kept)
