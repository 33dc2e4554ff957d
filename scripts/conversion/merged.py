"""One annotated text that was made of several rows, and why spans of theirs are not in it."""

from collections import Counter
from dataclasses import dataclass, field

from scripts.annotation.text import AnnotatedText

# Why spans are in no document, though they could be read.
OUTVOTED, CONTRADICTORY = "outvoted", "contradictory"
OTHER_ANNOTATORS, OTHER_ROWS = "other annotators", "other rows of the text"


class ContradictionError(ValueError):
    """Raised when a policy says `error` and rows of one text contradict each other."""


@dataclass(slots=True)
class Merged:
    """One annotated text, and what became of the rows that it was made from.

    rows: how many there were. excluded: spans that are in none of its fields, by reason. unannotated:
    how many rows say nothing, while others do. complementary: whether each marked other places.
    """

    record: AnnotatedText
    rows: int
    excluded: Counter[str] = field(default_factory=Counter)
    unannotated: int = 0
    complementary: bool = False
