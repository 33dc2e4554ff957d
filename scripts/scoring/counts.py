"""Counts of right and wrong predictions, kept apart by group so that groups can be resampled.

In: documents. Out: true positives, false positives and false negatives by group, system and label, and
the precision, recall and F-score that follow from them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from scripts.scoring.document import Document, Entity, scored

MetricName = Literal["p", "r", "f"]
CountArray = npt.NDArray[np.int64]  # the last axis holds TP, FP and FN
Values = npt.NDArray[np.float64]
TP, FP, FN = range(3)
TINY = 1e-100  # spaCy's guard against division by zero (spacy.scorer.PRFScore)


class Prf(TypedDict):
    """Precision, recall and F, fractions from 0 to 1; None where there is nothing to measure them on."""

    p: float | None
    r: float | None
    f: float | None


class Figures(Prf):
    """The same with what they follow from.

    support: gold entities. predicted: predictions. tp, fp, fn: true positives, false positives and false
    negatives.
    """

    support: int
    predicted: int
    tp: int
    fp: int
    fn: int


@dataclass(slots=True)
class GroupCounts:
    """CountArray by group, system and label; filled document by document.

    systems: names of what predicted. The memory that it takes grows with groups × labels only.
    """

    systems: Sequence[str]
    _labels: dict[str, int] = field(default_factory=dict)
    _groups: dict[str, int] = field(default_factory=dict)
    _cells: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Count the entities of one document."""
        group = self._groups.setdefault(document.unit, len(self._groups))
        gold = set(document.gold)
        for label in {entity.label for entity in gold}:
            self._labels.setdefault(label, len(self._labels))
        for number, system in enumerate(self.systems):
            found = set(scored(document, system))
            for kind, marks in ((TP, gold & found), (FP, found - gold), (FN, gold - found)):
                self._count(group, number, kind, marks)

    def _count(self, group: int, system: int, kind: int, marks: Iterable[Entity]) -> None:
        for entity in marks:
            label = self._labels.setdefault(entity.label, len(self._labels))
            self._cells.setdefault((group, system, label), [0, 0, 0])[kind] += 1

    @property
    def groups(self) -> list[str]:
        """The groups, in the order of the first axis of `table`."""
        return list(self._groups)

    @property
    def labels(self) -> list[str]:
        """The labels of gold and predictions, in the order of the third axis of `table`."""
        return sorted(self._labels)

    def table(self) -> CountArray:
        """Return the counts as an array of (group, system, label, TP FP FN)."""
        order = {self._labels[label]: at for at, label in enumerate(self.labels)}
        shape = (len(self._groups), len(self.systems), len(order), 3)
        counts = np.zeros(shape, dtype=np.int64)
        for (group, system, label), cell in self._cells.items():
            counts[group, system, order[label]] = cell
        return counts


def precision(counts: CountArray | Values) -> Values:
    """Return TP / (TP + FP) over the last axis, as spaCy computes it; 0 where nothing is predicted."""
    true = counts[..., TP]
    return np.asarray(true / (true + counts[..., FP] + TINY), dtype=np.float64)


def recall(counts: CountArray | Values) -> Values:
    """Return TP / (TP + FN) over the last axis, as spaCy computes it; 0 where nothing is gold."""
    true = counts[..., TP]
    return np.asarray(true / (true + counts[..., FN] + TINY), dtype=np.float64)


def f_score(counts: CountArray | Values) -> Values:
    """Return the harmonic mean of precision and recall over the last axis, as spaCy computes it."""
    p, r = precision(counts), recall(counts)
    return np.asarray(2 * ((p * r) / (p + r + TINY)), dtype=np.float64)


def defined(measure: MetricName, counts: CountArray | Values) -> npt.NDArray[np.bool_]:
    """Say where a measure (`p`, `r` or `f`) has something to be measured on."""
    if measure == "p":
        return np.asarray(counts[..., TP] + counts[..., FP] > 0)
    return np.asarray(counts[..., TP] + counts[..., FN] > 0)


def gold_groups(counts: CountArray) -> tuple[int, int]:
    """Return how many groups have a gold entity, and how many gold entities there are.

    counts: (group, TP FP FN). Gold is the same for every system, and so are these.
    """
    gold = counts[:, TP] + counts[:, FN]
    return int((gold > 0).sum()), int(gold.sum())


MEASURES: Mapping[MetricName, Callable[[CountArray | Values], Values]] = {
    "p": precision,
    "r": recall,
    "f": f_score,
}


def figures(counts: CountArray) -> Figures:
    """Return P, R, F, support, predictions, TP, FP and FN of one row of counts (TP, FP, FN).

    What is undefined is None: recall and F without gold, everything without gold or predictions.
    """
    gold, found = int(counts[TP] + counts[FN]), int(counts[TP] + counts[FP])
    return {
        "p": float(precision(counts)) if gold or found else None,
        "r": float(recall(counts)) if gold else None,
        "f": float(f_score(counts)) if gold else None,
        "support": gold,
        "predicted": found,
        "tp": int(counts[TP]),
        "fp": int(counts[FP]),
        "fn": int(counts[FN]),
    }
