"""What it costs to train as a trial, and what two trials at once gain.

    python -m benchmarks.trials assets/starter --rounds 3

In: annotations. Each round trains the default config with two seeds three times, in turn: with `spacy
train` and `spacy evaluate`, as trials one after the other, and as two trials at once. Out: a table with
the time of each way and the ratios. Each training has one thread.
"""

import time
from collections.abc import Callable
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
        ("`spacy train`, `spacy evaluate`", spread(hand), "–"),
        ("Trials, one after the other", spread(one), f"{ratio(one, hand)} of spaCy's commands"),
        ("Trials, two at once", spread(two), f"{ratio(two, one)} of one after the other"),
    ]
    print(table(("Two trainings", "Seconds", "Ratio"), rows))  # noqa: T201


def by_hand() -> None:
    """Train and score with spaCy's commands."""
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


def seconds(work: Callable[[], None]) -> float:
    """Return how long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ratio(some: tuple[float, ...], others: tuple[float, ...]) -> str:
    """Return the ratio of each pair, as mean and spread."""
    return spread([a / b for a, b in zip(some, others, strict=True)], 2)


if __name__ == "__main__":
    app()
