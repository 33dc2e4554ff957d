"""How far several annotators agree about the same texts.

In: the rows of one text after the other. Out: F of one annotator against the other, by label.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.conversion.outcome import AnnotatorAgreement

Triple = tuple[int, int, str]


@dataclass(slots=True)
class Agreement:
    """How far annotators agree: for every two of them that saw a text, the spans that they share.

    both: twice the shared spans, by label; either: the spans of the two together. F is their ratio,
    the F-score of one annotator against the other, which needs no count of what neither marked.
    Source: Hripcsak and Rothschild (2005), https://doi.org/10.1197/jamia.M1733
    """

    texts: int = 0
    both: Counter[str] = field(default_factory=Counter)
    either: Counter[str] = field(default_factory=Counter)

    def add(self, rows: list[AnnotatedText]) -> None:
        """Compare every two annotators of one text."""
        self.texts += 1
        for one, two in combinations(rows, 2):
            mine, theirs = ({triple(span) for span in row.spans} for row in (one, two))
            for span in mine & theirs:
                self.both[span[2]] += 2
            for span in [*mine, *theirs]:
                self.either[span[2]] += 1

    def report(self) -> AnnotatorAgreement | None:
        """Return the F-score of exact spans per label and over all, or None without two annotators."""
        if not self.texts:
            return None
        by_label = {
            label: round(self.both[label] / count, 4) for label, count in sorted(self.either.items())
        }
        total = self.either.total()
        overall = round(self.both.total() / total, 4) if total else None
        return {"texts": self.texts, "f": overall, "f_by_label": by_label}


def triple(span: CharSpan) -> Triple:
    """Return what makes two spans the same."""
    return span.start, span.end, span.label
