"""Run many trials, several at a time, on this machine or on a cluster: the same code and results.

    for result in run_all(trials, folder, jobs=2):
        ...

Each trial has a folder of its own in `folder`, named after it. Results come in the order in which trials
end; those that are there already come first. A trial that can't be trained gives a result that says why,
and the others go on. Ctrl-C, or leaving the loop, ends what is running; what is finished stays.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Final, Literal

from scripts.training.filling import Refusal
from scripts.trials.prepare import Preparation, Task
from scripts.trials.train import Children, Runner, kept, result_of, run
from scripts.trials.trial import FAILED, Result, Trial, Watch

LOCAL: Final = "local"
RAY: Final = "ray"
Backend = Literal["local", "ray"]


def run_all(
    trials: Sequence[Trial],
    folder: Path,
    backend: Backend = LOCAL,
    jobs: int = 0,
    watch: Watch | None = None,
) -> Iterator[Result]:
    """Yield the result of each trial, as soon as it has one.

    jobs: how many are trained at once; 0 for as many as there are processor cores (local), or as the
    cluster takes (ray). watch: sees each evaluation of every trial, from several threads.
    Raises ValueError for two trials of one name.
    """
    names = [trial.name for trial in trials]
    if len(set(names)) < len(names):
        raise ValueError(f"two trials have the same name: {', '.join(sorted(names))}")
    todo: list[Task] = []
    preparation = Preparation(folder)
    for trial in trials:
        try:
            task = preparation.task(trial)
        except Refusal as error:
            yield result_of(trial, "", FAILED, f"{error}. {error.hint}")
            continue
        if done := kept(folder / trial.name, task.fingerprint):
            yield done
        else:
            todo.append(task)
    if todo:
        yield from run_tasks(todo, folder, backend, jobs, watch)


def run_tasks(
    tasks: Sequence[Task], folder: Path, backend: Backend, jobs: int, watch: Watch | None
) -> Iterator[Result]:
    """Yield the results of tasks as they end."""
    runner, at_once = runner_of(backend)
    children = Children()
    pool = ThreadPoolExecutor(min(jobs or at_once, len(tasks)))
    try:
        futures = [
            pool.submit(runner, task, folder / task.trial.name, children, watch) for task in tasks
        ]
        for future in as_completed(futures):
            yield future.result()
    finally:  # also when whoever reads the results stops, or Ctrl-C is pressed
        children.end()
        pool.shutdown(cancel_futures=True)


def run_one(trial: Trial, folder: Path, backend: Backend = LOCAL, watch: Watch | None = None) -> Result:
    """Return the result of one trial; for those whose values depend on the results of others."""
    return next(run_all([trial], folder, backend, 1, watch))


def runner_of(backend: Backend) -> tuple[Runner, int]:
    """Return what trains a task, and how many it trains at once."""
    if backend == RAY:
        from scripts.trials.cluster import connect  # here, since ray need not be installed

        return connect()
    return run, os.cpu_count() or 1
