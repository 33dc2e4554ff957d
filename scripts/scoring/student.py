"""Student's t distribution, as far as intervals and tests of means need it.

In: a value and degrees of freedom. Out: its two-sided p-value, and the value of an interval. SciPy has
both; it is no requirement of this project, and these few lines are tested against it.
"""

from functools import lru_cache
from math import atan, pi, sqrt
from statistics import NormalDist

import numpy as np

NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
NORMAL = 1000.0  # degrees of freedom from which the normal distribution is as good
NARROW = 1e-9  # width at which a bisection ends


def two_sided_p(t: float, df: float) -> float:
    """Return how probable a value at least as far from 0 is."""
    if df >= NORMAL:
        return 2 * (1 - NormalDist().cdf(abs(t)))
    # With t = sqrt(df) tan(x), the density is proportional to cos(x) ** (df - 1).
    return integral(atan(abs(t) / sqrt(df)), df) / integral(0.0, df)


def integral(low: float, df: float) -> float:
    """Return the integral of cos(x) ** (df - 1) from `low` to a right angle."""
    half = (pi / 2 - low) / 2
    return float(half * (WEIGHTS @ np.cos(low + half * (NODES + 1)) ** (df - 1)))


@lru_cache(maxsize=256)
def quantile(confidence: float, df: float) -> float:
    """Return the value t so that the interval from -t to t has this probability."""
    low, high = 0.0, 1.0
    while two_sided_p(high, df) > 1 - confidence:
        high *= 2
    while high - low > NARROW * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided_p(middle, df) > 1 - confidence else (low, middle)
    return high
