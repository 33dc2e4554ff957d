"""Step `analyze`: what the predictions show, in figures with intervals, errors and advice.

In: the predictions, the training curve, the counts of conversion, and the ledgers of all runs. Out:
`analysis.json` in the run's folder. For the test set it has scores but no texts. Examples of errors,
suspicious annotations and advice come from the dev set, so that nobody tunes on the test set. Errors in
the test set are shown only if `errors_of` asks for them, and `ledger.jsonl` records that permanently.
"""

import json
from pathlib import Path

import typer

from scripts.conversion.outcome import Counts
from scripts.files import atomic
from scripts.files.contract import read, read_if_there
from scripts.files.ledger import GATHERED, Entry, hashes, note, were_shown
from scripts.files.rows import read_rows
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.scoring.advice import advise
from scripts.scoring.analysis import Analysis, Choices, Measured, SplitAnalysis, analyse
from scripts.scoring.curve import Evaluation, course
from scripts.scoring.document import About, from_row
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.known import Known
from scripts.scoring.metrics import TOO_FEW, UNDEFINED, interval_in_words, percent, with_level
from scripts.settings.base import read_settings
from scripts.settings.report import AnalyzeSettings

KnownNames = dict[str, dict[str, int]]  # the contents of predictions/known.json

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def analyze_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with predictions", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    seed: int = typer.Option(0, help="Seed of the resampling"),
) -> None:
    """Compute scores with intervals, error classes, breakdowns and advice."""
    settings = read_settings(corpus, "analyze", AnalyzeSettings)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    choices = Choices(bootstrap, settings.examples, settings.context)
    test_errors = settings.errors_of == "dev,test"
    analysis = analyze(run, corpus, choices, settings.few_examples, test_errors=test_errors)
    atomic.write_json(run / "analysis.json", analysis)
    micro = analysis["test"]["scores"]["micro"]
    interval = interval_in_words(micro["intervals"].get("f"), percent, "–")
    sure = TOO_FEW if interval == UNDEFINED else with_level(interval, settings.confidence)
    msg.text(f"F on the test set {percent(micro['f'])} ({sure})")
    msg.good(f"Analysis written to {(run / 'analysis.json').as_posix()}")


def analyze(
    run: Path, corpus: Path, choices: Choices, few_examples: int, *, test_errors: bool
) -> Analysis:
    """Return the contents of analysis.json.

    test_errors: whether errors of the test set are shown, which the ledger notes.
    """
    predictions, predict = run / "predictions", f"predict . --vars.run {run.resolve().name}"
    about = read(predictions / "about.json", About, predict)
    known = Known(read(predictions / "known.json", KnownNames, predict))
    splits = read(corpus / "counts.json", Counts, "convert")["splits"]
    ledgers = read_if_there(corpus / GATHERED, list[Entry], "inputs") or []
    texts = hashes(row["text"] for row in read_rows(predictions / "test"))
    ledgers = ledgers + note(run, texts if test_errors else ())

    def of(split: str, *, texts: bool) -> SplitAnalysis:
        return analyse(
            map(from_row, read_rows(predictions / split)),
            about["systems"],
            known,
            choices,
            overlapping=about["spans_key"] is not None,
            texts=texts,
            lost=splits[split]["lost_labels"],
        )

    measured: Measured = {
        "spans_key": about["spans_key"],
        "fingerprints": about["fingerprints"],
        "bootstrap": {
            "resamples": choices.bootstrap.resamples,
            "confidence": choices.bootstrap.confidence,
            "seed": choices.bootstrap.seed,
        },
        "test_errors_shown": were_shown(ledgers, texts, about["fingerprints"]["test"]),
        "test": of("test", texts=test_errors),
        "dev": of("dev", texts=True),
        "train": {
            "documents": splits["train"]["documents"],
            "tokens": splits["train"]["tokens"],
            "entities": splits["train"]["entities"],
            "labels": known.labels(),
        },
        "curve": course(read_curve(run / "curve.jsonl")),
    }
    return {**measured, "advice": advise(measured, few_examples)}


def read_curve(path: Path) -> list[Evaluation]:
    """Return the evaluations on the dev set; none for a pipeline that was trained elsewhere."""
    if not path.is_file():
        return []
    with path.open(encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    run_step(app)
