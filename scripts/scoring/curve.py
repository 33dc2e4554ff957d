"""Whether a training stopped too early, went on too long, or lasted about right.

In: the evaluations on the dev set that training logged. Out: the curve for a plot, and the result.

The best score is no evidence by itself. A learning rate that decays to zero makes the last step the
best one of most trainings, and flattens every curve at its end. What counts is a line through the last
evaluations: whether it rises by more than they scatter around it, and by enough to matter.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, linear_regression
from typing import NotRequired

from typing_extensions import TypedDict

RISING, PEAKED, SETTLED, UNKNOWN = "rising", "peaked early", "settled", "unknown"
NOTHING = "nothing learned"
# The last evaluations are those after this share of the steps, and at least LEAST of them.
LATE, LEAST = 0.6, 5
# The score is still rising where the line through them rises by RISE, and by SURE standard errors. The
# end of every schedule accounts for a part of the rise.
RISE, SURE = 0.03, 3.0
# The score peaked early where the best one came before this share of the steps, and is above the mean of
# the last evaluations by LOST, and by ABOVE times their scatter.
EARLY, LOST, ABOVE = 0.4, 0.01, 5.0


class Evaluation(TypedDict):
    """What this module needs of a row of curve.jsonl; scores are fractions from 0 to 1."""

    step: int
    score: float
    losses: dict[str, float]


class CurvePoint(TypedDict):
    """A point of the curve; `loss` is the sum over the components."""

    step: int
    score: float
    loss: float


class Trend(TypedDict):
    """A straight line through the last evaluations.

    evaluations: how many there are. rise: of the line, from the first of them to the last. error: its
    standard error. mean: of their scores. scatter: how far the scores are from the line.
    """

    evaluations: int
    rise: float
    error: float
    mean: float
    scatter: float


class Curve(TypedDict):
    """The course of a training.

    best, last: missing where there are fewer than three points. trend: missing where there are too few.
    """

    points: list[CurvePoint]
    best: NotRequired[CurvePoint]
    last: NotRequired[CurvePoint]
    trend: NotRequired[Trend]
    result: str


def course(evaluations: Sequence[Evaluation]) -> Curve:
    """Return the course of a training, from the rows of curve.jsonl."""
    rows = [
        CurvePoint(step=row["step"], score=row["score"], loss=sum(row["losses"].values()))
        for row in evaluations
    ]
    if len(rows) < 3:
        return {"points": rows, "result": UNKNOWN}
    best = max(rows, key=lambda row: (row["score"], row["step"]))  # spaCy saves the last of equals
    last = rows[-1]
    found: Curve = {"points": rows, "best": best, "last": last, "result": UNKNOWN}
    trained = [row for row in rows if row["step"]]
    if len(trained) < LEAST:
        return found
    late = sum(row["step"] >= LATE * last["step"] for row in trained)
    line = trend(trained[-max(late, LEAST) :])
    return {**found, "trend": line, "result": result(best, last, line)}


def trend(rows: Sequence[CurvePoint]) -> Trend:
    """Return the line of least squares through the last evaluations."""
    steps, scores = [row["step"] for row in rows], [row["score"] for row in rows]
    line = linear_regression(steps, scores)
    off = [score - line.intercept - line.slope * step for step, score in zip(steps, scores, strict=True)]
    scatter = sqrt(sum(each**2 for each in off) / (len(rows) - 2))
    middle, length = fmean(steps), steps[-1] - steps[0]
    error = scatter * length / sqrt(sum((step - middle) ** 2 for step in steps))
    return Trend(
        evaluations=len(rows),
        rise=line.slope * length,
        error=error,
        mean=fmean(scores),
        scatter=scatter,
    )


def result(best: CurvePoint, last: CurvePoint, line: Trend) -> str:
    """Return what the course of a training says about its length."""
    if not best["score"]:
        return NOTHING
    if line["rise"] >= RISE and line["rise"] >= SURE * line["error"]:
        return RISING
    above = best["score"] - line["mean"]
    if best["step"] <= EARLY * last["step"] and above >= LOST and above >= ABOVE * line["scatter"]:
        return PEAKED
    return SETTLED
