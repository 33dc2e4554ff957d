"""What a cross-validation found: the mean and the spread of the scores over folds, in all and by label.

In: for each fold, the counts of its pipelines on its own documents. Out: the contents of summary.json.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev

import numpy as np
from typing_extensions import TypedDict

from scripts.scoring.counts import CountArray, MetricName, figures
from scripts.scoring.metrics import FEW

ABOUT = "about.json"  # beside the predictions
FIGURES: tuple[MetricName, ...] = ("p", "r", "f")

FoldCounts = Mapping[str, CountArray]
"""By label, what the pipelines of one fold got right and wrong: (seeds, TP FP FN)."""


class Spread(TypedDict):
    """A figure over folds. mean: of the folds. sd: their standard deviation, None for fewer than two.

    by_fold: of each fold, the mean of its seeds; None where nothing can be measured on it.
    """

    mean: float | None
    sd: float | None
    by_fold: list[float | None]


class FoldScores(TypedDict):
    """Precision, recall and F over folds, and the gold entities of all of them together."""

    p: Spread
    r: Spread
    f: Spread
    support: int


class Crossvalidation(TypedDict):
    """The contents of summary.json.

    documents: of each fold. too_few: labels whose folds have fewer gold entities than a figure needs.
    """

    config: str
    folds: int
    seeds: list[int]
    documents: list[int]
    all: FoldScores
    labels: dict[str, FoldScores]
    too_few: list[str]


class About(TypedDict):
    """The contents of predictions/about.json: what the predictions out of folds were made from.

    members: what the pipelines of a fold are called in the rows. spans_key: of `doc.spans`, or None for
    entities. fingerprints, documents: by split, those of the corpus file and how many it has.
    """

    members: list[str]
    spans_key: str | None
    folds: int
    fingerprints: dict[str, str]
    documents: dict[str, int]


def summary(
    config: str, seeds: Sequence[int], documents: Sequence[int], counts: Sequence[FoldCounts]
) -> Crossvalidation:
    """Return what the counts of all folds say. documents: of each fold."""
    labels = sorted({label for fold in counts for label in fold})
    empty = np.zeros((len(seeds), 3), dtype=np.int64)
    by_label = {label: scores([fold.get(label, empty) for fold in counts]) for label in labels}
    return {
        "config": config,
        "folds": len(counts),
        "seeds": list(seeds),
        "documents": list(documents),
        "all": scores([sum(fold.values(), start=empty) for fold in counts]),
        "labels": by_label,
        "too_few": [label for label, row in by_label.items() if row["support"] < FEW * len(counts)],
    }


def scores(folds: Sequence[CountArray]) -> FoldScores:
    """Return the scores that follow from the counts of each fold, an array of (seeds, TP FP FN)."""
    rows = [[figures(seed) for seed in fold] for fold in folds]
    support = sum(fold[0]["support"] for fold in rows)
    found = {name: spread([mean([seed[name] for seed in fold]) for fold in rows]) for name in FIGURES}
    return {"p": found["p"], "r": found["r"], "f": found["f"], "support": support}


def spread(by_fold: list[float | None]) -> Spread:
    """Return the mean and the standard deviation of a figure that may be undefined in some folds."""
    known = [value for value in by_fold if value is not None]
    return {
        "mean": fmean(known) if known else None,
        "sd": stdev(known) if len(known) > 1 else None,
        "by_fold": by_fold,
    }


def mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of what is defined, None if nothing is."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
