"""Step `analyze`: what the predictions say, in figures with intervals, errors and advice.

In: the predictions, the training curve, and the counts of conversion. Out: `analysis.json` in the run's
folder. Test measures: its figures are there, without a text. Dev explains: its examples, its work list
and the advice that follows from it, so that nobody tunes on test. Errors of test can be asked for; that
is noted in run.json, for good.
"""

import json
from pathlib import Path
from typing import Any

import typer

from scripts.files import atomic
from scripts.files.rows import read_rows
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.scoring.advice import advise
from scripts.scoring.analysis import Choices, analyse
from scripts.scoring.curve import course
from scripts.scoring.document import from_row
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.known import Known
from scripts.scoring.metrics import TOO_FEW, UNDEFINED, ends, percent, with_level, with_lost
from scripts.settings.base import read_settings
from scripts.settings.report import AnalyzeSettings
from scripts.training.shown import note_shown

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def analyze_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with predictions", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    seed: int = typer.Option(0, help="Seed of the resampling"),
) -> None:
    """Write figures with intervals, error classes, breakdowns and advice."""
    settings = read_settings(corpus, "analyze", AnalyzeSettings)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    choices = Choices(bootstrap, settings.examples, settings.context)
    test_errors = settings.errors_of == "dev,test"
    try:
        analysis = analyze(run, corpus, choices, settings.few_examples, test_errors=test_errors)
    except FileNotFoundError as error:
        hint = f"Make the predictions: weasel run predict . --vars.run {run.name}"
        msg.fail(f"{error.filename} is not there", hint, exits=1)
    atomic.write_json(run / "analysis.json", analysis)
    micro = analysis["test"]["scores"]["micro"]
    interval = ends(micro["intervals"].get("f"), percent, "–")
    sure = TOO_FEW if interval == UNDEFINED else with_level(interval, settings.confidence)
    msg.text(f"F on test {percent(micro['f'])} ({sure})")
    msg.good(f"Analysis written to {(run / 'analysis.json').as_posix()}")


def analyze(
    run: Path, corpus: Path, choices: Choices, few_examples: int, *, test_errors: bool
) -> dict[str, Any]:
    """Return what analysis.json says; with `test_errors`, note in run.json that they were shown."""
    about = atomic.read_json(run / "predictions" / "about.json")
    counts = atomic.read_json(corpus / "counts.json")
    known = Known(atomic.read_json(run / "predictions" / "known.json"))
    shown = note_shown(run / "run.json", about["fingerprints"]["test"], asked=test_errors)
    analysis: dict[str, Any] = {
        "spans_key": about["spans_key"],
        "fingerprints": about["fingerprints"],
        "bootstrap": {
            "resamples": choices.bootstrap.resamples,
            "confidence": choices.bootstrap.confidence,
            "seed": choices.bootstrap.seed,
        },
        "test_errors_shown": shown,
    }
    for split in ("test", "dev"):
        rows = read_rows(run / "predictions" / split)
        found = analyse(
            map(from_row, rows),
            about["systems"],
            known,
            choices,
            overlapping=about["spans_key"] is not None,
            texts=split == "dev" or test_errors,
        )
        found["lost"] = lost_mentions(found["scores"]["micro"], counts["splits"][split])
        analysis[split] = found
    analysis["train"] = {**counts["splits"]["train"], "labels": known.labels()}
    analysis["curve"] = course(read_curve(run / "curve.jsonl"))
    analysis["advice"] = advise(analysis, few_examples)
    return analysis


def lost_mentions(micro: dict[str, Any], split: dict[str, Any]) -> dict[str, Any]:
    """Return recall and F with the mentions that tokenisation lost counted as missed."""
    lost = split.get("lost_labels", {})
    metrics = {"ents_p": micro["p"], "ents_r": micro["r"], "support": micro["support"]}
    found = with_lost(metrics, lost)
    return {
        "mentions": found["lost_in_tokenisation"],
        "labels": lost,
        "r": found["ents_r_with_lost"],
        "f": found["ents_f_with_lost"],
    }


def read_curve(path: Path) -> list[dict[str, Any]]:
    """Return the evaluations on dev during training; none for a pipeline trained elsewhere."""
    if not path.is_file():
        return []
    with path.open(encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    run_step(app)
