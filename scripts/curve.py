"""Step `curve`: the learning curve, which answers whether more annotation would help.

In: `curve` in configs/experiments.yml, and the corpus. Out: in `training/curve`, a folder for each trial
(a share of the training set with a seed) and `report.html`; and `corpus/learning_curve.json`, which the
report of every run on this corpus shows. What has been trained is not trained again.
"""

from collections.abc import Sequence
from pathlib import Path

import typer

from scripts.files import atomic, fingerprint
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, refuse, say
from scripts.reporting.curve_page import curve_page
from scripts.reporting.curve_words import by_support, caveat, doubling
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.learning_curve import Course, LearningCurve, Share, StoredCurve, courses
from scripts.scoring.metrics import TOO_FEW, UNDEFINED, interval_in_words, percent, short, signed
from scripts.settings.base import read_settings
from scripts.settings.experiments import CurveSettings, read_experiments
from scripts.settings.files import WrongSettings
from scripts.settings.report import CompareSettings
from scripts.trials.progress import run_and_show
from scripts.trials.trial import OK, Result, Trial

STORED = "learning_curve.json"
HEADER = ("Label", "Size", "F now", "F, twice as much", "Gain", "Interval")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def curve_cli(
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write to: training/curve"),
    file: Path = typer.Option(Path("configs/experiments.yml"), help="The file with `curve`"),
    config: str = typer.Option("config.cfg", help="The config, unless the file names one"),
    seed: int = typer.Option(0, help="Seed of resampling"),
    gpu_id: int = typer.Option(-1, help="GPU to train on, or -1 for the CPU"),
    backend: str = typer.Option("", help="local or ray, instead of the one in the file"),
) -> None:
    """Train on growing shares of the training set, and say what twice as much would probably give."""
    try:
        asked = read_experiments(file, backend)
    except WrongSettings as error:
        refuse("The learning curve can't be made", error.problems)
    settings = read_settings(corpus, "curve", CompareSettings)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    path = file.parent / (asked.curve.config or config)
    trials = trials_of(asked.curve, path, corpus, gpu_id)
    results = run_and_show(trials, folder, asked.backend, asked.jobs)
    if not any(result["status"] == OK for result in results):
        msg.fail("All trials failed", "Correct the cause and run this again.", exits=1)
    found = curve_of(asked.curve, path.name, results, corpus, bootstrap)
    stored: StoredCurve = {"curve": found}
    atomic.write_json_if_changed(corpus / STORED, stored)
    atomic.write_text(folder / "report.html", curve_page(found))
    show(found, folder)
    if found["failed"]:
        number = f"{len(found['failed'])} of {len(trials)} trials failed"
        msg.fail(number, "Correct the cause and run this again.", exits=1)


def trials_of(asked: CurveSettings, config: Path, corpus: Path, gpu_id: int) -> list[Trial]:
    """Return a trial for each share and seed, the small ones first."""
    return [
        Trial(
            name=f"share-{share}-seed-{seed}",
            config=config.as_posix(),
            seed=seed,
            overrides=asked.overrides,
            share=share,
            corpus=corpus.as_posix(),
            gpu_id=gpu_id,
        )
        for share in asked.shares
        for seed in asked.seeds
    ]


def curve_of(
    asked: CurveSettings, config: str, results: Sequence[Result], corpus: Path, bootstrap: Bootstrap
) -> LearningCurve:
    """Return the learning curve that follows from trials."""
    shares = []
    for share in asked.shares:
        own = [r for r in results if r["trial"]["share"] == share and r["status"] == OK]
        if own and (learned := own[0]["learned_from"]):
            counts = [result["counts"] for result in own]
            shares.append(Share(share, learned["documents"], learned["labels"], counts))
    whole, labels = courses(shares, bootstrap)
    return {
        "train": fingerprint.of_path(corpus / "train.spacy"),
        "dev": fingerprint.of_path(corpus / "dev.spacy"),
        "config": config,
        "confidence": bootstrap.confidence,
        "seeds": len(asked.seeds),
        "all": whole,
        "labels": labels,
        "failed": {r["trial"]["name"]: r["reason"] for r in results if r["status"] != OK},
    }


def show(curve: LearningCurve, folder: Path) -> None:
    """Print the table of labels, the sentence, and how far to trust it."""
    rows = [row("all", curve["all"]), *(row(short(name), course) for name, course in by_support(curve))]
    msg.table(rows, header=HEADER, divider=True, aligns=("l", *"r" * (len(HEADER) - 1)))
    say(doubling(curve))
    if words := caveat(curve):
        say(words)
    say(f"Report: {(folder / 'report.html').as_posix()}")


def row(name: str, course: Course) -> tuple[str, ...]:
    """Return the row of a label. If all trials on the whole training set failed, F is not known."""
    last, doubled = course["points"][-1], course["doubled"]
    known = last["share"] == 1
    size, f = f"{last['size']:,}", percent(sum(last["f"]) / len(last["f"]))
    now = (name, size, f) if known else (name, UNDEFINED, UNDEFINED)
    if doubled is None:
        return (*now, TOO_FEW if course["too_few"] else UNDEFINED, UNDEFINED, UNDEFINED)
    interval = interval_in_words(doubled["gain_interval"], signed, " to ")
    return (*now, percent(doubled["f"]), signed(doubled["gain"]), interval)


if __name__ == "__main__":
    run_step(app)
