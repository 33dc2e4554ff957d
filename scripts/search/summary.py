"""From a study and results to the contents of sweep.json."""

from collections.abc import Mapping, Sequence

import optuna
from optuna.trial import FrozenTrial, TrialState

from scripts.scoring.intervals import Bootstrap
from scripts.scoring.sweep import BEST, UNTOUCHED, Repeated, SweepSummary, Tried
from scripts.scoring.variants import VariantDifference, compared
from scripts.search.running import Plan, name_of
from scripts.search.study import importances, overrides
from scripts.trials.trial import FAILED, OK, PRUNED, Result, Status

STATUS: Mapping[TrialState, Status] = {
    TrialState.COMPLETE: OK,
    TrialState.PRUNED: PRUNED,
    TrialState.FAIL: FAILED,
}
Again = Mapping[str, Sequence[Result]]  # by name of the config, a result for each seed


def best_of(study: optuna.Study) -> FrozenTrial | None:
    """Return the trial with the best score, the first of several; None if none ended."""
    ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return max(ended, key=lambda trial: (trial.value or 0.0, -trial.number), default=None)


def summarise(
    study: optuna.Study, plan: Plan, again: Again, bootstrap: Bootstrap, permutations: int
) -> SweepSummary:
    """Return the contents of sweep.json, of a study in which a trial has ended."""
    best = best_of(study)
    return {
        "config": plan.config,
        "method": plan.sweep.method,
        "seed": plan.seed,
        "trials": [tried(plan, trial) for trial in study.get_trials(deepcopy=False)],
        "best": name_of(best.number) if best else "",
        "importances": importances(study),
        "repeated": {name: repeated(results) for name, results in again.items()},
        "gain": gain(again, bootstrap, permutations),
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


def repeated(results: Sequence[Result]) -> Repeated:
    """Return the scores of a config by seed."""
    scores = ((result["trial"]["seed"], result["score"], result["status"]) for result in results)
    found = {seed: score if status == OK else None for seed, score, status in scores}
    return {"seeds": sorted(found), "scores": [found[seed] for seed in sorted(found)]}


def gain(again: Again, bootstrap: Bootstrap, permutations: int) -> VariantDifference | None:
    """Return how much better F of the best values is, None unless both have results."""
    ended = {name: [r for r in results if r["status"] == OK] for name, results in again.items()}
    ordered = {name: sorted(ended[name], key=lambda r: r["trial"]["seed"]) for name in ended}
    counts = {name: [result["counts"] for result in results] for name, results in ordered.items()}
    if not all(counts.values()):
        return None
    return compared(counts, UNTOUCHED, bootstrap, permutations)[BEST]["difference"]
