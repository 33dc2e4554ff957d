"""How often intervals contain the true value, and how often a comparison raises a false alarm.

    python -m benchmarks.intervals --repetitions 500

In: nothing; the counts of test sets are simulated. A group has between one and some dozens of entities,
mostly few. The shares of missed and of spurious entities depend on the group: they are drawn from beta
distributions whose means give the true F. The same groups are difficult for both systems.
Out: a table. Coverage: the percentage of test sets whose 95% interval contains the true F, or the true
difference between two systems. Alarms: the percentage with p < 0.05, and with the conclusion `better` or
`worse`. If both systems are equally good, these alarms are false; if the new one is better, they are
detections. Fewer resamples and permutations are used here than in the steps, to save time.
"""

import math
from dataclasses import dataclass

import numpy as np
import typer

from benchmarks.training import table
from scripts.scoring.analysis import with_intervals
from scripts.scoring.comparison import SURE, Paired, compare
from scripts.scoring.counts import CountArray
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.metrics import Bounds

GROUPS = (20, 100, 1000)
SETTINGS = ((0.9, 0.9), (0.5, 0.5), (0.9, 0.92), (0.5, 0.53))  # true F of the reference and the new one
MENTIONS, SKEW = 8.0, 0.5  # of a group: one and a negative binomial; their mean, and how even they are
SPREAD = 5.0  # a + b of the beta distributions: the lower, the more groups differ in difficulty
SHARED = 0.7  # share of the groups that are as hard for one system as for the other
HEADER = (
    "Groups",
    "True F",
    "True difference",
    "F covered",
    "Difference covered",
    "p < 0.05",
    "Verdict better or worse",
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many of the simulated test sets something is true."""

    repetitions: int
    f: int
    difference: int
    p: int
    conclusion: int

    def shares(self) -> list[str]:
        """Return the shares as percentages, each with its standard error."""
        return [
            share(times, self.repetitions)
            for times in (self.f, self.difference, self.p, self.conclusion)
        ]


@app.command()
def intervals_cli(
    repetitions: int = typer.Option(500, min=10, help="Simulated test sets per row"),
    resamples: int = typer.Option(1000, min=100, help="Resamples of the bootstrap (the steps: 2000)"),
    permutations: int = typer.Option(500, min=100, help="Permutations (the steps: 2000)"),
) -> None:
    """Measure the coverage of intervals and the false alarms of comparisons."""
    rows = []
    for old, new in SETTINGS:
        for groups in GROUPS:
            tally = simulate(groups, (old, new), repetitions, resamples, permutations)
            rows.append((f"{groups:,}", f"{new:.2f}", f"{new - old:+.2f}", *tally.shares()))
    print(  # noqa: T201
        f"{repetitions:,} test sets in each row, {resamples:,} resamples, {permutations:,} permutations;"
        " percentages with their standard error\n"
    )
    print(table(HEADER, rows))  # noqa: T201


def simulate(
    groups: int, true: tuple[float, float], repetitions: int, resamples: int, permutations: int
) -> Tally:
    """Return how often intervals contain the true value, and how often a difference is detected.

    true: F of the reference and of the new system.
    """
    f = difference = p = conclusion = 0
    for seed in range(repetitions):
        counts = draw(groups, true, np.random.default_rng((seed, groups)))
        bootstrap = Bootstrap(resamples, seed=seed)
        new = counts[:, 1]
        plain = with_intervals(new.sum(axis=0), bootstrap.totals(new), bootstrap)["intervals"]["f"]
        found = compare(Paired(counts[:, :, np.newaxis], ["LABEL"], {}), bootstrap, permutations)
        f += holds(plain, true[1])
        difference += holds(found["difference"]["interval"], true[1] - true[0])
        p += found["difference"]["p"] < SURE
        conclusion += "The new model is" in found["conclusion"]
    return Tally(repetitions, f, difference, p, conclusion)


def draw(groups: int, true: tuple[float, float], rng: np.random.Generator) -> CountArray:
    """Return the counts of a simulated test set: (group, reference and new, TP FP FN).

    A share e of the mentions is missed, and as many in proportion are marked that are none, e being
    drawn for each group and both kinds anew with mean 1 - F. Then the expected counts of a mention are
    TP = F and FP = FN = 1 - F, whose F-score is F.
    """
    mentions = 1 + rng.negative_binomial(SKEW, SKEW / (SKEW + MENTIONS - 1), size=groups)
    error = 1 - true[0]
    hard, own = (rng.beta(SPREAD * error, SPREAD * (1 - error), size=(groups, 2)) for _ in range(2))
    own = np.where(rng.random((groups, 1)) < SHARED, hard, own)
    counts = np.empty((groups, 2, 3), dtype=np.int64)
    for system, rates in enumerate((hard, own * (1 - true[1]) / error)):
        missed, spurious = (rng.binomial(mentions, rates[:, kind]) for kind in range(2))
        counts[:, system] = np.stack([mentions - missed, spurious, missed], axis=1)
    return counts


def holds(interval: Bounds, truth: float) -> bool:
    """Say whether an interval contains the true value."""
    low, high = interval
    return low is not None and high is not None and low <= truth <= high


def share(times: int, repetitions: int) -> str:
    """Return a share as a percentage with its standard error."""
    part = times / repetitions
    return f"{100 * part:.1f} ± {100 * math.sqrt(part * (1 - part) / repetitions):.1f}"


if __name__ == "__main__":
    app()
