"""Scores of entities as probabilities: how they are fitted, how well they hold, where to draw the line.

In: for each predicted entity a number, its label and whether it is right. Out: the parameters of a
logistic function, figures of its reliability, and a threshold for each label.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from typing_extensions import TypedDict

Array = np.ndarray[Any, np.dtype[Any]]

ITERATIONS, CLOSE = 100, 1e-9  # of Newton's method; it ends when the loss falls by less
LOOSE = 1e-3  # penalty of slope and bias, so that there is always a solution
LEVEL = 0.95  # of the interval of the calibration error
DRAWS = 1000  # resamples for that, and test sets that are drawn


class Judged(NamedTuple):
    """Predicted entities. values: a number for each. right: 1 where the entity is right, else 0."""

    values: Array
    labels: list[str]
    right: Array


class Fitted(TypedDict):
    """A logistic function of a number and a label."""

    slope: float
    bias: float
    offsets: dict[str, float]


class Bin(TypedDict):
    """Entities with neighbouring scores. low, high, mean: of these. right: the share that is right."""

    entities: int
    low: float
    high: float
    mean: float
    right: float


class Reliability(TypedDict):
    """How well scores hold on some entities.

    ece: expected calibration error, the mean distance of score and share right over the bins, each with
    about the same number of entities. interval: of it. by_chance: the error that perfectly calibrated
    scores would have on as many entities. auc: the chance that a right entity has a higher score than a
    wrong one, None where all are right or all wrong. brier: the mean squared distance to the truth.
    """

    entities: int
    ece: float
    interval: list[float]
    by_chance: float
    auc: float | None
    brier: float
    bins: list[Bin]


class Sure(TypedDict):
    """Entities of a label. sure: how many reach the threshold. right: how many of those are."""

    entities: int
    sure: int
    right: int


class LabelThreshold(TypedDict):
    """The threshold of a label, or None and the reason why it has none, and what it gives."""

    threshold: float | None
    reason: str | None
    dev: Sure
    test: Sure


class Confidence(TypedDict):
    """The contents of confidence.json.

    reason: why there are no scores, or None. fitted_on: how many entities of the dev set.
    uncalibrated: the calibration error on the test set before calibration. not_annotated: labels of the
    pipeline whose entities have no score, as neither the training set nor the dev set has the label.
    """

    reason: str | None
    precision: float
    fitted_on: int
    calibration: Fitted | None
    test: Reliability | None
    uncalibrated: float | None
    labels: dict[str, LabelThreshold]
    not_annotated: list[str]


def fit(judged: Judged) -> Fitted:
    """Return the logistic function that fits best whether entities are right.

    Platt's method (1999): logistic regression with targets a little inside of 0 and 1, so that it does
    not overfit. The offset of a label has a normal prior with mean 0 and variance 1: one with few
    entities stays near 0.
    """
    names = sorted(set(judged.labels))
    columns = np.array([[label == name for name in names] for label in judged.labels], dtype=float)
    inputs = np.column_stack([judged.values, np.ones(len(columns)), columns])
    penalty = np.array([LOOSE, LOOSE] + [1.0] * len(names))
    count = judged.right.sum()
    high, low = (count + 1) / (count + 2), 1 / (len(columns) - count + 2)
    weights = newton(inputs, np.where(judged.right > 0, high, low), penalty)
    slope, bias, *offsets = (float(weight) for weight in weights)
    return {"slope": slope, "bias": bias, "offsets": dict(zip(names, offsets, strict=True))}


def newton(inputs: Array, targets: Array, penalty: Array) -> Array:
    """Return the weights of a logistic regression. penalty: of half the square of each weight."""

    def loss(weights: Array) -> float:
        values = inputs @ weights
        return float((np.logaddexp(0, values) - targets * values).sum() + penalty @ weights**2 / 2)

    weights = np.zeros(inputs.shape[1])
    for _ in range(ITERATIONS):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (targets - chances) - penalty * weights
        curvature = (inputs.T * (chances * (1 - chances))) @ inputs + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        while loss(weights + step) > loss(weights) and np.abs(step).max() > CLOSE:
            step = step / 2
        before, weights = loss(weights), weights + step
        if before - loss(weights) < CLOSE:
            break
    return weights


def bins_of(scores: Array, right: Array, count: int) -> list[Bin]:
    """Return entities in bins of about the same size, by their scores."""
    order = np.argsort(scores, kind="stable")
    parts = np.array_split(order, min(count, len(order)))
    return [
        {
            "entities": len(part),
            "low": float(scores[part[0]]),
            "high": float(scores[part[-1]]),
            "mean": float(scores[part].mean()),
            "right": float(right[part].mean()),
        }
        for part in parts
    ]


def calibration_error(scores: Array, right: Array, count: int) -> float:
    """Return the expected calibration error (Naeini, Cooper and Hauskrecht, 2015), with equal bins."""
    order = np.argsort(scores, kind="stable")
    parts = np.array_split((scores - right)[order], min(count, len(order)))
    return float(sum(abs(part.sum()) for part in parts) / len(order))


def reliability(scores: Array, right: Array, count: int) -> Reliability:
    """Return how well scores hold. count: of bins."""
    random = np.random.default_rng(0)
    resampled, drawn = [], []
    for _ in range(DRAWS):
        chosen = random.integers(len(scores), size=len(scores))
        resampled.append(calibration_error(scores[chosen], right[chosen], count))
        drawn.append(calibration_error(scores, random.random(len(scores)) < scores, count))
    ends = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "entities": len(scores),
        "ece": calibration_error(scores, right, count),
        "interval": [float(end) for end in ends],
        "by_chance": float(np.mean(drawn)),
        "auc": area_under_curve(scores, right),
        "brier": float(((scores - right) ** 2).mean()),
        "bins": bins_of(scores, right, count),
    }


def area_under_curve(scores: Array, right: Array) -> float | None:
    """Return the chance that a right entity has a higher score than a wrong one; ties count half."""
    wrong, good = np.sort(scores[right == 0]), scores[right > 0]
    if not len(wrong) or not len(good):
        return None
    below = np.searchsorted(wrong, good, "left") + np.searchsorted(wrong, good, "right")
    return float(below.mean() / 2 / len(wrong))


def threshold(scores: Array, precision: float, least: int) -> float | None:
    """Return the lowest score above which entities have a wanted precision, by their scores.

    The precision is the mean score of the entities that reach the threshold: with few entities it is
    nearer to that of new texts than the share that happens to be right. least: how many have to
    reach it.
    """
    ordered = np.sort(scores)[::-1]
    means = ordered.cumsum() / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(means >= precision)
    if not len(enough) or enough[-1] + 1 < least:
        return None
    return float(ordered[enough[-1]])


def why_none(scores: Array, precision: float, least: int) -> str:
    """Return why `threshold` found none among these scores."""
    if not len(scores):
        return "no entity is predicted on the dev set"
    if scores.max() < precision:
        return "no score is high enough"
    return f"fewer than {least} entities of the dev set have a score that is high enough"


def sure(scores: Array, right: Array, bar: float | None) -> Sure:
    """Return how many entities reach a threshold, and how many of these are right."""
    reached = scores >= (np.inf if bar is None else bar)
    return {"entities": len(scores), "sure": int(reached.sum()), "right": int(right[reached].sum())}


def thresholds(
    dev: Judged, test: Judged, precision: float, least: int, chosen: Sequence[str]
) -> dict[str, LabelThreshold]:
    """Return the threshold of each label, chosen on the dev set, and what it gives on both sets.

    dev, test: their values are scores. chosen: labels.
    """
    found: dict[str, LabelThreshold] = {}
    for label in chosen:
        here, there = (np.array([name == label for name in each.labels], bool) for each in (dev, test))
        bar = threshold(dev.values[here], precision, least)
        found[label] = {
            "threshold": bar,
            "reason": why_none(dev.values[here], precision, least) if bar is None else None,
            "dev": sure(dev.values[here], dev.right[here], bar),
            "test": sure(test.values[there], test.right[there], bar),
        }
    return found
