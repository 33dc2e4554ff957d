"""The four matching schemes of SemEval 2013, counted by `nervaluate`.

In: gold and predicted entities, document by document. Out: precision, recall and F for each scheme.
strict: boundary and label; exact: boundary alone; partial: a part of the boundary counts half;
type: label, with any overlap. Source: I. Segura-Bedmar et al., SemEval-2013 Task 9,
https://aclanthology.org/S13-2056.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from nervaluate.entities import Entity as NervaluateEntity
from nervaluate.entities import EvaluationResult
from nervaluate.strategies import (
    EntityTypeEvaluation,
    ExactEvaluation,
    PartialEvaluation,
    StrictEvaluation,
)

from scripts.scoring.counts import Prf
from scripts.scoring.document import Entity

SCHEMES = {
    "strict": StrictEvaluation(),
    "exact": ExactEvaluation(),
    "partial": PartialEvaluation(),
    "type": EntityTypeEvaluation(),
}
COUNTED = ("correct", "incorrect", "partial", "missed", "spurious")


class SchemeFigures(Prf):
    """Counts of one scheme, and the precision, recall and F that follow from them."""

    correct: int
    incorrect: int
    partial: int
    missed: int
    spurious: int


@dataclass(slots=True)
class Schemes:
    """Counts by scheme, summed over documents as they come."""

    totals: dict[str, EvaluationResult] = field(
        default_factory=lambda: {name: EvaluationResult() for name in SCHEMES}
    )

    def add(self, gold: Iterable[Entity], predicted: Iterable[Entity]) -> None:
        """Count one document, whose entities don't overlap each other."""
        true, found = for_nervaluate(gold), for_nervaluate(predicted)
        for name, scheme in SCHEMES.items():
            result, _ = scheme.evaluate(true, found, [])
            total = self.totals[name]
            for key in COUNTED:
                setattr(total, key, getattr(total, key) + getattr(result, key))

    def figures(self) -> dict[str, SchemeFigures]:
        """Return counts, precision, recall and F by scheme; None where there is no gold."""
        found = {}
        for name, total in self.totals.items():
            total.compute_metrics(partial_or_type=name in ("partial", "type"))
            known = total.possible > 0
            found[name] = SchemeFigures(
                correct=total.correct,
                incorrect=total.incorrect,
                partial=total.partial,
                missed=total.missed,
                spurious=total.spurious,
                p=total.precision if total.actual or known else None,
                r=total.recall if known else None,
                f=total.f1 if known else None,
            )
        return found


def for_nervaluate(entities: Iterable[Entity]) -> list[NervaluateEntity]:
    """Return entities as nervaluate has them: in order, the end inclusive."""
    return [
        NervaluateEntity(label=label, start=start, end=end - 1) for start, end, label in sorted(entities)
    ]
