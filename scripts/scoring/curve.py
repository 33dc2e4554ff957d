"""What the course of a training says: whether it stopped too early, too late, or about right.

In: the evaluations on dev that training logged. Out: the curve for a plot, and a verdict.

The best score is no evidence by itself. A learning rate that runs down to zero makes the last step the
best one of most trainings, and flattens every curve at its end. What counts is a line through the last
evaluations: whether it rises by more than they scatter around it, and by enough to matter.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from statistics import fmean, linear_regression
from typing import Any

RISING, PEAKED, SETTLED, UNKNOWN = "rising", "peaked early", "settled", "unknown"
NOTHING = "nothing learned"
LATE = 0.6  # the last evaluations: those from this share of the steps on,
LEAST = 5  # and at least so many
RISE = 0.03  # how far the line through them has to rise; every schedule's end brings a part of that
SURE = 3.0  # and how many of its standard errors that has to be
EARLY = 0.4  # the best score before this share of the steps, and lost again since: the rest did harm
LOST = 0.01  # how far the best score has to be above the mean of the last evaluations for that,
ABOVE = 5.0  # and how many times their scatter


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line through the last evaluations.

    evaluations: how many they are. rise: of the line, from the first of them to the last. error: the
    standard error of that. mean: of their scores. scatter: how far scores lie from the line.
    """

    evaluations: int
    rise: float
    error: float
    mean: float
    scatter: float


def course(points: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the points (step, score, loss), the best and the last one, their trend, and the verdict.

    points: the rows of curve.jsonl; scores are fractions from 0 to 1.
    """
    rows = [
        {"step": row["step"], "score": row["score"], "loss": sum(row["losses"].values())}
        for row in points
    ]
    if len(rows) < 3:
        return {"points": rows, "verdict": UNKNOWN}
    best = max(rows, key=lambda row: (row["score"], -row["step"]))
    last = rows[-1]
    found = {"points": rows, "best": best, "last": last, "verdict": UNKNOWN}
    trained = [row for row in rows if row["step"]]
    if len(trained) < LEAST:
        return found
    late = sum(row["step"] >= LATE * last["step"] for row in trained)
    line = trend(trained[-max(late, LEAST) :])
    return found | {"trend": asdict(line), "verdict": verdict(best, last, line)}


def trend(rows: Sequence[dict[str, Any]]) -> Trend:
    """Return the line of least squares through the last evaluations."""
    steps, scores = [row["step"] for row in rows], [row["score"] for row in rows]
    line = linear_regression(steps, scores)
    off = [score - line.intercept - line.slope * step for step, score in zip(steps, scores, strict=True)]
    scatter = sqrt(sum(each**2 for each in off) / (len(rows) - 2))
    middle, length = fmean(steps), steps[-1] - steps[0]
    error = scatter * length / sqrt(sum((step - middle) ** 2 for step in steps))
    return Trend(len(rows), line.slope * length, error, fmean(scores), scatter)


def verdict(best: dict[str, Any], last: dict[str, Any], found: Trend) -> str:
    """Return what the course says."""
    if not best["score"]:
        return NOTHING
    if found.rise >= RISE and found.rise >= SURE * found.error:
        return RISING
    above = best["score"] - found.mean
    if best["step"] <= EARLY * last["step"] and above >= LOST and above >= ABOVE * found.scatter:
        return PEAKED
    return SETTLED
