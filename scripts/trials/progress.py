"""Run trials and say how far they are: a line for each as it ends, with the time that is left.

In: trials, as for `run_all`. Out: their results in the order of the trials.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from scripts.files.terminal import duration, msg, printable, say
from scripts.scoring.metrics import percent
from scripts.trials.cluster import NoCluster
from scripts.trials.pool import Backend, run_all, runner_of
from scripts.trials.trial import ALL, FAILED, Result, Trial

LONGEST = 600  # characters of a reason


def run_and_show(trials: Sequence[Trial], folder: Path, backend: Backend, jobs: int) -> list[Result]:
    """Return the result of each trial. Ends the program if the backend can't be used."""
    found: dict[str, Result] = {}
    began = time.monotonic()
    took: list[float] = []  # of those that were trained now
    at_once = jobs
    try:
        for result in run_all(trials, folder, backend, jobs):
            costs = result["costs"]
            found[result["trial"]["name"]] = result
            earlier = costs is not None and costs["whole"] > time.monotonic() - began
            if costs and not earlier:
                took.append(costs["whole"])
            rest = len(trials) - len(found)
            at_once = at_once or (runner_of(backend)[1] if rest else 1)
            left = f"; about {duration(fmean(took) * rest / at_once)} left" if took and rest else ""
            show(result, f"[{len(found)} of {len(trials)}]", " (trained earlier)" if earlier else left)
    except NoCluster as error:
        msg.fail(str(error), error.hint, exits=1)
    return [found[trial.name] for trial in trials]


def show(result: Result, number: str, left: str) -> None:
    """Print what came of a trial."""
    name = f"{number} {printable(result['trial']['name'])}"
    if result["status"] == FAILED:
        msg.warn(f"{name} failed", printable(result["reason"].replace("\n", " | "), LONGEST))
        return
    costs = result["costs"]
    seconds = f", {duration(costs['seconds'])}" if costs else ""
    f = result["dev"][ALL]["f"] if result["dev"] else None
    say(f"{name}: F {percent(f)} on the dev set{seconds}{left}")
