"""What came of a sweep: the contents of sweep.json, and what they say.

The contents are the same however often the sweep was interrupted. The best of many trials was chosen for
its score, a part of which is luck; what to expect is the score of the same values with other seeds.
"""

from collections.abc import Iterator, Sequence
from statistics import fmean, stdev
from typing import Any, Final, Literal

from typing_extensions import TypedDict

from scripts.scoring.metrics import UNDEFINED, interval_in_words, percent, signed
from scripts.scoring.variants import BETTER, FEW, ONE_SEED, WORSE, VariantDifference

BEST: Final = "best"
UNTOUCHED: Final = "untouched"
OK, PRUNED, FAILED = "ok", "pruned", "failed"
RESULTS = {
    BETTER: "more than chance",
    WORSE: "worse, by more than chance",
    FEW: "too few documents to judge",
    ONE_SEED: "one seed: no judgement",
}
CHANCE = "may be chance"


class Tried(TypedDict):
    """A trial. values: of the config. score: the best on the dev set. evaluations: their number."""

    name: str
    values: dict[str, Any]
    status: Literal["ok", "pruned", "failed"]
    score: float | None
    evaluations: int


class Repeated(TypedDict):
    """A config with several seeds. scores: on the dev set, one for each seed, None if it failed."""

    seeds: list[int]
    scores: list[float | None]


class SweepSummary(TypedDict):
    """The contents of sweep.json.

    seed: of all trials. best: name of the best trial. importances: share of the differences between
    scores that each parameter explains; empty if unknown. repeated: the best values and the untouched
    config, with the same other seeds. gain: the difference in F between these two on the dev set, None
    if it is not known.
    """

    config: str
    method: str
    seed: int
    trials: list[Tried]
    best: str
    importances: dict[str, float]
    repeated: dict[str, Repeated]
    gain: VariantDifference | None


def conclusions(summary: SweepSummary) -> Iterator[str]:
    """Yield what came of a sweep, a sentence each."""
    trials = summary["trials"]
    best = next(trial for trial in trials if trial["name"] == summary["best"])
    counts = {status: sum(trial["status"] == status for trial in trials) for status in (PRUNED, FAILED)}
    said = [f"{count} {word}" for word, count in counts.items() if count]
    of_these = f" ({', '.join(said)})" if said else ""
    score = percent(best["score"])
    yield f"Best of {len(trials)} trials{of_these}: {score} on the dev set ({best['name']})"
    for name, words in ((BEST, "The same values"), (UNTOUCHED, f"{summary['config']} as it is")):
        repeated = summary["repeated"][name]
        if count := len(repeated["seeds"]):
            seeds = f"{count} other seed{'s' * (count > 1)}"
            yield f"{words} with {seeds}: {of_seeds(repeated)}"
    if gain := summary["gain"]:
        interval = interval_in_words(gain["interval"], signed, " to ")
        judged = RESULTS.get(gain["result"], CHANCE)
        sure = judged if interval == UNDEFINED else f"{interval}; {judged}"
        yield f"Difference between these two, in F: {signed(gain['f'])} ({sure})"
        if gain["result"] == WORSE:
            yield f"Keep {summary['config']} as it is: with other seeds, the best values are worse"


def of_seeds(repeated: Repeated) -> str:
    """Return the mean of scores, and how far they are apart."""
    scores = [score for score in repeated["scores"] if score is not None]
    return in_words(scores) if scores else "all failed"


def in_words(scores: Sequence[float]) -> str:
    """Return the mean of some scores, and how far they are apart."""
    if len(scores) == 1:
        return percent(scores[0])
    spread = f"standard deviation {stdev(scores) * 100:.1f}"
    return f"{percent(fmean(scores))} (from {percent(min(scores))} to {percent(max(scores))}, {spread})"
