"""What it costs to train as a trial, and what two trials at once gain.

    python -m benchmarks.trials assets/starter --rounds 3

In: annotations. Each round trains the default config with two seeds three times, in turn: with the step
`config`, `spacy train` and `spacy evaluate`; as trials one after the other; and as two trials at once.
Out: a table with the time and processor time of each way, and the ratios. Each training has one thread.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import chdir
from pathlib import Path

import typer

from benchmarks.costs import cost
from benchmarks.training import prepared, spread, table
from scripts.files import atomic
from scripts.trials.pool import run_all
from scripts.trials.trial import OK, Trial

SEEDS = (0, 1)
PLAIN = "configs/config.cfg"  # not filled in: the values of [schedule] can be set
FILLED = "training/default/config.cfg"
FOLDER = Path("training/trials")

Times = tuple[float, float]  # seconds, and processor seconds

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def trials_cli(
    annotations: str = typer.Argument("assets/starter", help="A file or folder with annotations"),
    rounds: int = typer.Option(3, help="How often all three ways are tried, in turn", min=1),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Compare trials with spaCy's commands, and two trials at once with one after the other."""
    with prepared(annotations, lang) as folder, chdir(folder):
        found = [
            (seconds(by_hand), seconds(lambda: as_trials(1)), seconds(lambda: as_trials(2)))
            for _ in range(rounds)
        ]
    hand, one, two = zip(*found, strict=True)
    rows = [
        ("`config`, `spacy train`, `spacy evaluate`", *shown(hand), "–", "–"),
        ("Trials, one after the other / spaCy's commands", *shown(one), *ratios(one, hand)),
        ("Trials, two at once / one after the other", *shown(two), *ratios(two, one)),
    ]
    header = ("Two trainings", "Seconds", "Processor seconds", "Ratio", "Ratio of processor seconds")
    print(table(header, rows))  # noqa: T201


def by_hand() -> None:
    """Fill in the config, train and score with commands."""
    cost("weasel", "run", "config", folder=Path.cwd())
    for seed in SEEDS:
        run = f"training/hand-{seed}"
        cost("spacy", "train", FILLED, "--output", run, "--system.seed", str(seed), folder=Path.cwd())
        cost("spacy", "evaluate", f"{run}/model-best", "corpus/dev.spacy", folder=Path.cwd())


def as_trials(jobs: int) -> None:
    """Train and score as trials, so many at once. Raises SystemExit if one fails."""
    atomic.remove(FOLDER)
    trials = [Trial(f"seed-{seed}", PLAIN, seed) for seed in SEEDS]
    for result in run_all(trials, FOLDER, jobs=jobs):
        if result["status"] != OK:
            raise SystemExit(result["reason"])


def seconds(work: Callable[[], None]) -> Times:
    """Return how long a piece of work takes, and the processor time of its processes."""
    before, began = os.times(), time.perf_counter()
    work()
    took, after = time.perf_counter() - began, os.times()
    return took, sum(after[:4]) - sum(before[:4])  # user and system time, ours and that of children


def shown(found: Sequence[Times]) -> list[str]:
    """Return the mean and spread of both times."""
    return [spread(times) for times in zip(*found, strict=True)]


def ratios(some: Sequence[Times], others: Sequence[Times]) -> list[str]:
    """Return the mean and spread of the ratio of each pair, for both times."""
    pairs = list(zip(some, others, strict=True))
    return [spread([one[n] / other[n] for one, other in pairs], 2) for n in (0, 1)]


if __name__ == "__main__":
    app()
