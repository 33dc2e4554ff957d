"""Run the trials of a sweep, and the best one again with other seeds.

In: a sweep and a study. Out: results, one after the other. A trial that ended before an interruption is
not trained again; one that was running begins again with the same values.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import TrialState

from scripts.files import atomic, fingerprint
from scripts.search.space import Sweep
from scripts.search.study import ask, overrides, stops
from scripts.training.filling import Refusal
from scripts.training.record import CurveRow
from scripts.trials.pool import Backend, run_all, runner_of
from scripts.trials.prepare import Preparation
from scripts.trials.train import Children, result_of
from scripts.trials.trial import FAILED, OK, PIPELINE, PRUNED, Result, Trial

STATES = {OK: TrialState.COMPLETE, PRUNED: TrialState.PRUNED, FAILED: TrialState.FAIL}


@dataclass(frozen=True, slots=True)
class Plan:
    """What all trials of a sweep have in common. folder: for their folders. jobs: trained at once."""

    sweep: Sweep
    config: str
    corpus: str
    folder: Path
    seed: int
    gpu_id: int
    jobs: int
    backend: Backend

    def within(self, name: str) -> "Plan":
        """Return the same plan for a folder in its folder."""
        return replace(self, folder=self.folder / name)

    def trial(self, name: str, values: Mapping[str, Any], seed: int) -> Trial:
        """Return a trial with these values of the config."""
        return Trial(name, self.config, seed, values, corpus=self.corpus, gpu_id=self.gpu_id)


@dataclass(slots=True)
class Pruning:
    """Shows the evaluations of a trial to the study, which may stop the trial.

    seen: how many it was shown. now: which one is the last. If a worker of a cluster dies, the trial
    begins again, and the study is not shown the same evaluations twice.
    """

    trial: optuna.Trial
    seen: int = 0
    now: int = 0

    def __call__(self, _: Trial, row: CurveRow) -> str | None:
        """Return why the trial is to be stopped, or None."""
        self.now = self.now + 1 if row["step"] else 1
        if self.now <= self.seen:
            return None
        self.seen = self.now
        return stops(self.trial, row, self.seen)


def fingerprint_of(plan: Plan) -> str:
    """Return what decides the results of a sweep, however many trials it has.

    Raises Refusal if the config can't be trained, or has no value of a name in the sweep.
    """
    preparation = Preparation(plan.folder)
    first = {name: one.any_value() for name, one in plan.sweep.parameters.items()}
    preparation.task(plan.trial("first", first, plan.seed))
    base = preparation.task(plan.trial("base", {}, plan.seed))
    asked = plan.sweep.model_dump(include={"method", "parameters", "early_terminate"})
    return fingerprint.of_text(json.dumps([base.fingerprint, asked], sort_keys=True))


def run_trials(study: optuna.Study, plan: Plan) -> Iterator[Result]:
    """Run the trials that the study has not finished, and yield their results as they end."""
    runner, at_once = runner_of(plan.backend)
    jobs = plan.jobs or at_once
    preparation, children = Preparation(plan.folder), Children()
    running: dict[Future[Result], tuple[optuna.Trial, Pruning]] = {}
    pool = ThreadPoolExecutor(jobs)
    try:
        while True:
            while len(running) < jobs and (asked := ask(study, plan.sweep, plan.seed)):
                values = overrides(plan.sweep, asked.params)
                trial = plan.trial(name_of(asked.number), values, plan.seed)
                try:
                    task = preparation.task(trial)
                except Refusal as error:
                    refused = result_of(trial, "", FAILED, f"{error}. {error.hint}")
                    yield told(study, asked, refused, Pruning(asked), plan.folder)
                    continue
                watch = Pruning(asked)
                future = pool.submit(runner, task, plan.folder / trial.name, children, watch)
                running[future] = asked, watch
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                asked, watch = running.pop(future)
                yield told(study, asked, future.result(), watch, plan.folder)
    finally:  # also when Ctrl-C is pressed
        children.end()
        pool.shutdown(cancel_futures=True)


def told(
    study: optuna.Study, asked: optuna.Trial, result: Result, watch: Pruning, folder: Path
) -> Result:
    """Tell the study what a trial reached, and return the result."""
    for row in result["curve"][watch.seen :]:  # of a trial that had ended before an interruption
        stops(asked, row, watch.seen + 1)
        watch.seen += 1
    state = STATES[result["status"]]
    study.tell(asked, result["score"] if state == TrialState.COMPLETE else None, state)
    atomic.remove(folder / name_of(asked.number) / PIPELINE)  # many pipelines take much room
    return result


def name_of(number: int) -> str:
    """Return the name of a trial, and of its folder."""
    return f"trial-{number:03}"


def again(plan: Plan, name: str, values: Mapping[str, Any], seeds: Sequence[int]) -> Iterator[Result]:
    """Train a config with several seeds, and yield the results as they end."""
    trials = [plan.trial(f"{name}-{seed}", values, seed) for seed in seeds]
    for result in run_all(trials, plan.folder, plan.backend, plan.jobs):
        atomic.remove(plan.folder / result["trial"]["name"] / PIPELINE)
        yield result
