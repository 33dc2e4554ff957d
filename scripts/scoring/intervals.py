"""How sure a figure is: bootstrap intervals, paired differences and permutation tests over groups.

In: counts by group. Out: intervals and p-values. Groups (documents or threads) are drawn whole, for
entities of one document are not independent.
Sources: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), ch. 13, percentile
intervals; A. Davison and D. Hinkley, Bootstrap Methods and their Application (1997), 4.3 and 4.2.5, the
permutation test and its p-value (k + 1) / (n + 1); S. Holm, A Simple Sequentially Rejective Multiple
Test Procedure, Scandinavian Journal of Statistics 6 (1979).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scripts.scoring.counts import CountArray, Values

CHUNK = 5_000_000  # cells of the weights that are held at once

Statistic = Callable[[Values], Values]


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle part of a figure's resampled values.

    low, high: its ends, None if no resample defines the figure.
    undefined: resamples in which the figure is undefined (0 / 0), which are left out.
    """

    low: float | None
    high: float | None
    undefined: int

    def as_list(self) -> list[float | None]:
        """Return the two ends, as JSON holds them."""
        return [self.low, self.high]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How to resample: how often, how much of the middle to take, and the seed."""

    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 0

    def totals(self, counts: CountArray) -> Values:
        """Return the totals of resampled groups, shape (resamples, *counts.shape[1:]).

        counts: by group, on the first axis. Each resample draws as many groups, with replacement.
        """
        groups = len(counts)
        flat = counts.reshape(groups, -1).astype(np.float64)
        rng = np.random.default_rng(self.seed)
        parts = []
        for size in chunks(self.resamples, groups):
            weights = np.empty((size, groups))
            for row in weights:
                drawn = rng.integers(groups, size=groups)
                row[:] = np.bincount(drawn, minlength=groups)
            parts.append(weights @ flat)
        return np.concatenate(parts).reshape(self.resamples, *counts.shape[1:])

    def interval(self, values: Values) -> Interval:
        """Return the interval of a figure from its resampled values; NaN is undefined."""
        known = values[~np.isnan(values)]
        undefined = len(values) - len(known)
        if not len(known):
            return Interval(None, None, undefined)
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(known, [tail, 1 - tail])
        return Interval(float(low), float(high), undefined)


def chunks(rows: int, width: int) -> Iterator[int]:
    """Yield how many rows of that width are held at once, until all have been."""
    at_once = max(1, CHUNK // max(width, 1))
    while rows > 0:
        yield min(rows, at_once)
        rows -= at_once


def permutation_p(
    first: CountArray | Values,
    second: CountArray | Values,
    statistic: Statistic,
    *,
    permutations: int,
    seed: int,
) -> npt.NDArray[np.float64]:
    """Return two-sided p-values for the difference of a statistic between two systems.

    first, second: counts by group of the two systems, shape (groups, ..., 3).
    statistic: turns totals, shape (..., 3), into figures.
    In each permutation every group swaps its systems or not, by a fair coin; p is the share of
    permutations, the observed one among them, whose difference is at least as large.
    """
    groups = len(first)
    shape = first.shape[1:]
    change = (second - first).reshape(groups, -1).astype(np.float64)
    totals = first.sum(axis=0).astype(np.float64), second.sum(axis=0).astype(np.float64)
    observed = np.abs(statistic(totals[1]) - statistic(totals[0]))
    rng = np.random.default_rng(seed)
    larger = np.zeros(observed.shape)
    for size in chunks(permutations, groups):
        swapped = rng.integers(2, size=(size, groups)).astype(np.float64)
        moved = (swapped @ change).reshape(size, *shape)
        differences = np.abs(statistic(totals[1] - moved) - statistic(totals[0] + moved))
        larger += (differences >= observed - 1e-12).sum(axis=0)
    return np.asarray((larger + 1) / (permutations + 1), dtype=np.float64)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number by Holm's step-down procedure."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for rank, at in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[at]))
        corrected[at] = largest
    return corrected
