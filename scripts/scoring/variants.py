"""Which of several variants is better than the reference, by more than chance.

In: counts on one split for each seed of each variant. Out: mean, spread and interval of F, and the
difference from the reference with p-values. Two things are chance: which documents the split happens to
have (paired, since all variants are scored on the same ones; Efron and Tibshirani 1993), and the seed.
Their variances are added, with Welch's degrees of freedom (B. L. Welch, Biometrika 34, 1947). With one
seed, nothing can be said about the second, and so nothing about variants: the interval of F then covers
the documents only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev, variance

import numpy as np
from typing_extensions import TypedDict

from scripts.scoring.counts import Values, f_score, precision, recall
from scripts.scoring.intervals import Bootstrap, holm, permutation_p
from scripts.scoring.metrics import Bounds, too_few
from scripts.scoring.student import quantile, two_sided_p

SURE = 0.05  # corrected p-value below which a difference is significant
BETTER, WORSE, UNCLEAR, ONE_SEED, FEW = "better", "worse", "unclear", "one seed", "too few"
REFERENCE = "reference"

GroupedCounts = Mapping[str, Mapping[str, Sequence[int]]]  # by group and label: TP, FP, FN


class Estimate(TypedDict):
    """A figure over several seeds. sd, interval: None and empty bounds where they can't be known."""

    mean: float
    sd: float | None
    least: float
    most: float
    interval: Bounds


class LabelEstimate(TypedDict):
    """Mean precision, recall and F of a label, the spread of F, and how many gold entities there are."""

    p: float
    r: float
    f: float
    sd: float | None
    support: int


class VariantDifference(TypedDict):
    """How much higher F is than that of the reference.

    p: of both kinds of chance, None with one seed. p_holm: the same, corrected for the number of
    variants. p_documents: of a permutation test over documents, which treats the trained pipelines as
    given.
    """

    f: float
    interval: Bounds
    p: float | None
    p_holm: float | None
    p_documents: float
    result: str


class VariantScores(TypedDict):
    """Scores of a variant. by_seed: F in the order of the seeds. difference: None for the reference."""

    f: Estimate
    p: float
    r: float
    by_seed: list[float]
    labels: dict[str, LabelEstimate]
    difference: VariantDifference | None


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of one variant: (seed, group, label, TP FP FN)."""

    counts: Values

    @property
    def by_seed(self) -> list[float]:
        """F of each seed."""
        found: list[float] = f_score(self.counts.sum(axis=(1, 2))).tolist()
        return found

    @property
    def mean_counts(self) -> Values:
        """Counts by group, the mean of the seeds."""
        return np.asarray(self.counts.mean(axis=0).sum(axis=1))

    def drawn(self, bootstrap: Bootstrap) -> Values:
        """Return the mean F of the seeds for each resample of the groups."""
        by_group = self.counts.sum(axis=2).transpose(1, 0, 2)
        return np.asarray(f_score(bootstrap.totals(by_group.astype(np.int64))).mean(axis=1))


def compared(
    variants: Mapping[str, Sequence[GroupedCounts]],
    reference: str,
    bootstrap: Bootstrap,
    permutations: int,
) -> dict[str, VariantScores]:
    """Return the scores of each variant.

    variants: by name, the counts of each seed, at least one. reference: the name of one of them, or
    empty if that one has no scores.
    """
    groups = sorted({group for seeds in variants.values() for counts in seeds for group in counts})
    labels = sorted(
        {
            label
            for seeds in variants.values()
            for counts in seeds
            for row in counts.values()
            for label in row
        }
    )
    tables = {name: table(seeds, groups, labels) for name, seeds in variants.items()}
    drawn = {name: found.drawn(bootstrap) for name, found in tables.items()}
    base = tables.get(reference)
    found: dict[str, VariantScores] = {}
    for name, own in tables.items():
        gold = own.counts[0].sum(axis=1)
        few = too_few(int((gold[:, 0] + gold[:, 2] > 0).sum()), int((gold[:, 0] + gold[:, 2]).sum()))
        change = None
        if base is not None and name != reference:
            change = difference(own, base, drawn[name] - drawn[reference], bootstrap, permutations, few)
        totals = own.counts.sum(axis=(1, 2))
        found[name] = {
            "f": estimate(own.by_seed, drawn[name], len(groups), bootstrap.confidence, few),
            "p": float(precision(totals).mean()),
            "r": float(recall(totals).mean()),
            "by_seed": own.by_seed,
            "labels": label_estimates(own, labels),
            "difference": change,
        }
    return corrected(found)


def table(seeds: Sequence[GroupedCounts], groups: Sequence[str], labels: Sequence[str]) -> Table:
    """Return the counts of a variant as an array."""
    row, column = ({name: at for at, name in enumerate(names)} for names in (groups, labels))
    counts = np.zeros((len(seeds), len(groups), len(labels), 3))
    for seed, found in enumerate(seeds):
        for group, by_label in found.items():
            for label, three in by_label.items():
                counts[seed, row[group], column[label]] = three
    return Table(counts)


def estimate(
    by_seed: Sequence[float], drawn: Values, groups: int, confidence: float, few: bool
) -> Estimate:
    """Return the mean of F with its spread and interval; with one seed, of the documents only."""
    mean, sd = fmean(by_seed), stdev(by_seed) if len(by_seed) > 1 else None
    low, high = None, None
    if not few:
        error, df = error_of(drawn, groups, [by_seed])
        reach = quantile(confidence, df) * error
        low, high = max(0.0, mean - reach), min(1.0, mean + reach)
    return {"mean": mean, "sd": sd, "least": min(by_seed), "most": max(by_seed), "interval": [low, high]}


def error_of(drawn: Values, groups: int, seeds: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the standard error of a figure and its degrees of freedom.

    drawn: the figure for each resample of the groups. seeds: the values by seed whose means the figure
    is made of; those with one value add nothing, as if the seed did not matter.
    """
    parts = [(float(np.var(drawn, ddof=1)), groups - 1)]
    parts += [(variance(values) / len(values), len(values) - 1) for values in seeds if len(values) > 1]
    whole = sum(part for part, _ in parts)
    below = sum(part**2 / max(df, 1) for part, df in parts)
    return sqrt(whole), whole**2 / below if below else float("inf")


def difference(
    own: Table, base: Table, drawn: Values, bootstrap: Bootstrap, permutations: int, few: bool
) -> VariantDifference:
    """Return the difference of a variant from the reference.

    drawn: the difference for each resample of the groups, the same groups for both.
    """
    change = fmean(own.by_seed) - fmean(base.by_seed)
    chance = permutation_p(
        base.mean_counts, own.mean_counts, f_score, permutations=permutations, seed=bootstrap.seed
    )
    found = VariantDifference(
        f=change,
        interval=[None, None],
        p=None,
        p_holm=None,
        p_documents=float(chance),
        result=FEW if few else ONE_SEED,
    )
    if few or len(own.by_seed) < 2 or len(base.by_seed) < 2:
        return found
    error, df = error_of(drawn, own.counts.shape[1], [own.by_seed, base.by_seed])
    reach = quantile(bootstrap.confidence, df) * error
    p = two_sided_p(change / error, df) if error else float(change == 0)
    return {**found, "interval": [change - reach, change + reach], "p": p, "result": UNCLEAR}


def corrected(found: dict[str, VariantScores]) -> dict[str, VariantScores]:
    """Correct the p-values for the number of variants, and say which differences are significant."""
    tested = {
        name: row["difference"]
        for name, row in found.items()
        if row["difference"] and row["difference"]["p"] is not None
    }
    p_values = holm([row["p"] or 0.0 for row in tested.values()])
    for row, p in zip(tested.values(), p_values, strict=True):
        row["p_holm"] = p
        if p < SURE:
            row["result"] = BETTER if row["f"] > 0 else WORSE
    return found


def label_estimates(own: Table, labels: Sequence[str]) -> dict[str, LabelEstimate]:
    """Return the scores of each label that has gold entities."""
    found: dict[str, LabelEstimate] = {}
    for at, label in enumerate(labels):
        totals = own.counts[:, :, at].sum(axis=1)
        if support := int(totals[0, 0] + totals[0, 2]):
            f = f_score(totals).tolist()
            found[label] = {
                "p": float(precision(totals).mean()),
                "r": float(recall(totals).mean()),
                "f": fmean(f),
                "sd": stdev(f) if len(f) > 1 else None,
                "support": support,
            }
    return found


def chosen(scores: Mapping[str, VariantScores]) -> str | None:
    """Return the variant with the highest mean F; the first one of several."""
    return max(scores, key=lambda name: scores[name]["f"]["mean"]) if scores else None
