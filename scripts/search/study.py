"""The study of a sweep: which values were tried, what they reached, and which to try next (Optuna).

In: a sweep, and a file. Out: a study in that file, which any interruption leaves usable. What the next
trial tries depends on the seed, its number and the results so far: on nothing that an interruption
forgets.
"""

import itertools
import math
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.pruners import BasePruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState

from scripts.files import atomic, fingerprint
from scripts.search.space import Parameter, Sweep, as_choice, from_study
from scripts.training.record import CurveRow

NAME = "sweep"
LOCK = ".lock"  # which Optuna adds to the name of the file
ENOUGH = 10  # trials that ended, below which importance is chance
STARTUP = 10  # random trials before the first that learns from others

optuna.logging.set_verbosity(optuna.logging.WARNING)


def open_study(path: Path, sweep: Sweep) -> optuna.Study:
    """Return the study in a file, which is made if it is not there.

    A trial that was running when the last process ended is waiting again, with the same values: what it
    has reported is forgotten.
    """
    atomic.remove(path.with_name(path.name + LOCK))  # left by a process that was killed
    path.parent.mkdir(parents=True, exist_ok=True)
    before: list[FrozenTrial] = []
    size = len(searched(sweep))
    if path.is_file():
        before = study_in(path, sweep).get_trials(deepcopy=False)
    with atomic.replacing(path) as temporary:
        made = study_in(temporary, sweep)
        for trial in before:
            if trial.state.is_finished():
                made.add_trial(trial)
            elif len(known := trial.system_attrs.get("fixed_params", trial.params)) == size:
                made.enqueue_trial(known)  # else it was about to get its values
    return study_in(path, sweep)


def study_in(path: Path, sweep: Sweep) -> optuna.Study:
    """Return the study in a file, whatever its trials are."""
    lock = JournalFileOpenLock(str(path))  # the other kind of lock does not work on Windows
    storage = JournalStorage(JournalFileBackend(str(path), lock_obj=lock))
    return optuna.create_study(
        study_name=NAME,
        storage=storage,
        direction="maximize",
        pruner=pruner(sweep),
        load_if_exists=True,
    )


def pruner(sweep: Sweep) -> BasePruner:
    """Return what stops trials early. W&B's hyperband has one bracket, as this pruner has."""
    rule = sweep.early_terminate
    if rule is None:
        return NopPruner()
    return SuccessiveHalvingPruner(min_resource=rule.first, reduction_factor=rule.eta)


def sampler(sweep: Sweep, seed: int, number: int) -> BaseSampler:
    """Return what chooses the values of a trial. Each trial has its own, by its number."""
    own = int(fingerprint.of_text(f"{seed}-{number}")[:8], 16)
    if sweep.method == "bayes":
        return TPESampler(seed=own, n_startup_trials=STARTUP)
    return RandomSampler(seed=own)


def distribution(parameter: Parameter) -> BaseDistribution:
    """Return how the values of a parameter are distributed."""
    if parameter.values is not None:
        return CategoricalDistribution([as_choice(value) for value in parameter.values])
    low, high = parameter.bounds
    if parameter.kind == "int_uniform":
        return IntDistribution(int(low), int(high))
    if parameter.kind == "q_uniform":
        return FloatDistribution(low, high, step=parameter.q)
    return FloatDistribution(low, high, log=parameter.kind.startswith("log"))


def searched(sweep: Sweep) -> dict[str, Parameter]:
    """Return the parameters with more than one value."""
    return {name: one for name, one in sweep.parameters.items() if one.kind != "constant"}


def ask(study: optuna.Study, sweep: Sweep, seed: int) -> optuna.Trial | None:
    """Return the next trial, or None if there are enough."""
    trials = study.get_trials(deepcopy=False)
    waiting = any(trial.state == TrialState.WAITING for trial in trials)
    begun = sum(trial.state != TrialState.WAITING for trial in trials)
    if not waiting:
        if begun >= total(sweep):
            return None
        if sweep.method == "grid":
            study.enqueue_trial(grid(sweep, begun))
    study.sampler = sampler(sweep, seed, begun)
    return study.ask({name: distribution(one) for name, one in searched(sweep).items()})


def ended(study: optuna.Study) -> int:
    """Return how many trials have ended."""
    return sum(trial.state.is_finished() for trial in study.get_trials(deepcopy=False))


def total(sweep: Sweep) -> int:
    """Return how many trials a sweep has."""
    if sweep.method != "grid":
        return sweep.run_cap
    sizes = (len(one.listed() or ()) for one in searched(sweep).values())
    return min(sweep.run_cap, math.prod(sizes))


def grid(sweep: Sweep, number: int) -> dict[str, Any]:
    """Return the values of a place in the grid."""
    choices = [[as_choice(value) for value in one.listed() or ()] for one in searched(sweep).values()]
    values = next(itertools.islice(itertools.product(*choices), number, None))
    return dict(zip(searched(sweep), values, strict=True))


def overrides(sweep: Sweep, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the config in a trial, by dotted name."""
    found = {name: from_study(sweep.parameters[name], value) for name, value in params.items()}
    fixed = {name: one.value for name, one in sweep.parameters.items() if one.kind == "constant"}
    return {name: {**found, **fixed}[name] for name in sweep.parameters}


def stops(trial: optuna.Trial, row: CurveRow, evaluation: int) -> str | None:
    """Report an evaluation; return why the trial is to be stopped, or None.

    evaluation: its number, from 1.
    """
    trial.report(row["score"], evaluation)
    if not trial.should_prune():
        return None
    return f"at evaluation {evaluation} (step {row['step']}) others had better scores"


def importances(study: optuna.Study) -> dict[str, float]:
    """Return how much of the difference between scores each parameter explains; empty if unknown."""
    completed = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(completed) < ENOUGH:
        return {}
    with warnings.catch_warnings(action="error", category=UserWarning):
        try:
            return optuna.importance.get_param_importances(study)
        except (ValueError, RuntimeError, UserWarning):  # all have the same score, say
            return {}
