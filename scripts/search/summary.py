"""What came of a sweep: all trials, the best one, and what it reaches with other seeds.

In: a study and results. Out: the contents of sweep.json, the same however often the sweep was
interrupted; and the sentences that the console and the page show.
"""

from collections.abc import Iterable, Iterator, Sequence
from statistics import mean, stdev
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState
from typing_extensions import TypedDict

from scripts.scoring.metrics import percent, signed
from scripts.search.running import Plan, name_of
from scripts.search.study import importances, overrides
from scripts.trials.trial import FAILED, OK, PRUNED, Result, Status

STATUS: dict[TrialState, Status] = {
    TrialState.COMPLETE: OK,
    TrialState.PRUNED: PRUNED,
    TrialState.FAIL: FAILED,
}


class Tried(TypedDict):
    """A trial. values: of the config. score: the best on the dev set. evaluations: their number."""

    name: str
    values: dict[str, Any]
    status: Status
    score: float | None
    evaluations: int


class Repeated(TypedDict):
    """A config with several seeds. scores: on the dev set, one for each seed, None if it failed."""

    seeds: list[int]
    scores: list[float | None]


class Summary(TypedDict):
    """The contents of sweep.json.

    seed: of all trials. best: name of the best trial. importances: share of the differences between
    scores that each parameter explains. repeated: the best config with other seeds, and the untouched
    one with the same seeds.
    """

    config: str
    method: str
    seed: int
    trials: list[Tried]
    best: str
    importances: dict[str, float]
    repeated: dict[str, Repeated]


BEST, UNTOUCHED = "best", "untouched"


def best_of(study: optuna.Study) -> FrozenTrial | None:
    """Return the trial with the best score, the first of several; None if none ended."""
    ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return max(ended, key=lambda trial: (trial.value or 0.0, -trial.number), default=None)


def summarise(
    study: optuna.Study, plan: Plan, best: FrozenTrial, repeated: dict[str, list[Result]]
) -> Summary:
    """Return the contents of sweep.json. repeated: results by the name of the config."""
    return {
        "config": plan.config,
        "method": plan.sweep.method,
        "seed": plan.seed,
        "trials": [tried(plan, trial) for trial in study.get_trials(deepcopy=False)],
        "best": name_of(best.number),
        "importances": importances(study),
        "repeated": {name: of_seeds(results) for name, results in repeated.items()},
    }


def tried(plan: Plan, trial: FrozenTrial) -> Tried:
    """Return what is kept of a trial."""
    reported = trial.intermediate_values.values()
    return {
        "name": name_of(trial.number),
        "values": overrides(plan.sweep, trial.params),
        "status": STATUS[trial.state],
        "score": max(reported, default=None),
        "evaluations": len(reported),
    }


def of_seeds(results: Iterable[Result]) -> Repeated:
    """Return the scores of a config by seed."""
    scores = ((result["trial"]["seed"], result["score"], result["status"]) for result in results)
    found = {seed: score if status == OK else None for seed, score, status in scores}
    return {"seeds": sorted(found), "scores": [found[seed] for seed in sorted(found)]}


def conclusions(summary: Summary) -> Iterator[str]:
    """Yield what came of a sweep, a sentence each."""
    trials = summary["trials"]
    best = next(trial for trial in trials if trial["name"] == summary["best"])
    counts = {status: sum(trial["status"] == status for trial in trials) for status in (PRUNED, FAILED)}
    said = [f"{count} {word}" for word, count in counts.items() if count]
    of_these = f" ({', '.join(said)})" if said else ""
    score = percent(best["score"])
    yield f"Best of {len(trials)} trials{of_these}: {score} on the dev set ({best['name']})"
    for name, words in ((BEST, "The same values"), (UNTOUCHED, f"{summary['config']} as it is")):
        repeated = summary["repeated"].get(name)
        if repeated and repeated["seeds"]:
            count = len(repeated["seeds"])
            seeds = f"{count} other seed{'s' * (count > 1)}"
            yield f"{words} with {seeds}: {in_words(known(repeated))}"
    gains = differences(summary)
    if len(gains) > 1:
        sure = f"from {signed(min(gains))} to {signed(max(gains))}, seed by seed"
        yield f"What the sweep gained: {signed(mean(gains))} points ({sure})"


def differences(summary: Summary) -> list[float]:
    """Return by how much the best config is better than the untouched one, seed by seed."""
    repeated = summary["repeated"]
    if not repeated.keys() >= {BEST, UNTOUCHED}:
        return []
    pairs = zip(repeated[BEST]["scores"], repeated[UNTOUCHED]["scores"], strict=True)
    return [one - other for one, other in pairs if one is not None and other is not None]


def known(repeated: Repeated) -> list[float]:
    """Return the scores of the seeds that did not fail."""
    return [score for score in repeated["scores"] if score is not None]


def in_words(scores: Sequence[float]) -> str:
    """Return the mean of scores, and how far they are apart."""
    if not scores:
        return "all failed"
    spread = f", standard deviation {stdev(scores) * 100:.1f}" if len(scores) > 1 else ""
    return f"{percent(mean(scores))} (from {percent(min(scores))} to {percent(max(scores))}{spread})"
