"""Step `compare`: this run against others on the same test set, and which differences are significant.

In: the predictions of the runs. Out: `comparison.json` in this run's folder, with an empty list of runs
where no reference is named. It runs every time, since weasel can't depend on runs that may not exist;
its output changes only when the comparison does.
"""

from collections.abc import Iterator
from pathlib import Path

import typer

from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.names import runs_in
from scripts.files.rows import read_rows
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.scoring.comparison import (
    ChangedDocuments,
    Comparison,
    DifferentTests,
    RunComparison,
    compare,
    count_both,
    errors,
    zip_same,
)
from scripts.scoring.document import About, Document, from_row
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.metrics import TOO_FEW, WIDEST, interval_in_words, percent, short, signed
from scripts.settings.base import read_settings
from scripts.settings.report import CompareSettings

NAMED = 50  # documents of the dev set that got better, or worse, and are named

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def compare_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with predictions", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    reference: str = typer.Option("", help="Names of the runs to compare with, separated by commas"),
    seed: int = typer.Option(0, help="Seed of resampling and permutations"),
) -> None:
    """Compare runs on the same test set: differences, intervals, p-values and a conclusion."""
    names = runs_in(reference)
    settings = read_settings(corpus, "compare", CompareSettings)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    others = [run.parent / name for name in names]
    if run.name in names:
        msg.fail(f"vars.reference names this run itself ({run.name!r})", "Name another run.", exits=1)
    try:
        found = [compare_with(other, run, bootstrap, settings.permutations) for other in others]
    except DifferentTests as error:
        msg.fail("The runs can't be compared", str(error), exits=1)
    comparison: Comparison = {"run": run.name, "runs": found}
    atomic.write_json_if_changed(run / "comparison.json", comparison)
    if not names:
        msg.info("No run to compare with (set vars.reference to name one)")
    for row in found:
        show(row)


def compare_with(reference: Path, run: Path, bootstrap: Bootstrap, permutations: int) -> RunComparison:
    """Return how this run differs from one reference run.

    Raises DifferentTests when their predictions are for other documents or other gold.
    """
    old, young = fingerprints(reference), fingerprints(run)
    if old["test"] != young["test"]:
        raise DifferentTests(
            f"{reference.name} and {run.name} were scored on different test sets; score both again: "
            f"weasel run predict . --vars.run {reference.name}, and the same for {run.name}"
        )
    found = compare(count_both(*documents(reference, run, "test")), bootstrap, permutations)
    changed = changed_documents(reference, run) if old["dev"] == young["dev"] else None
    return {"run": reference.name, **found, "changed_on_dev": changed}


def fingerprints(run: Path) -> dict[str, str]:
    """Return the fingerprints of the test set and the dev set that a run has predictions for."""
    step = f"predict . --vars.run {run.resolve().name}"
    return read(run / "predictions" / "about.json", About, step)["fingerprints"]


def documents(reference: Path, run: Path, split: str) -> tuple[Iterator[Document], Iterator[Document]]:
    """Return the documents of both runs, as streams."""
    first, second = (read_rows(folder / "predictions" / split) for folder in (reference, run))
    return map(from_row, first), map(from_row, second)


def changed_documents(reference: Path, run: Path) -> ChangedDocuments:
    """Return the first documents of the dev set that got better, and those that got worse."""
    better: list[str] = []
    worse: list[str] = []
    for old, young in zip_same(*documents(reference, run, "dev")):
        before, after = errors(old), errors(young)
        if before != after:
            rows = better if after < before else worse
            rows.append(f"{young.where}: {before} → {after} errors")
    return {"better": better[:NAMED], "worse": worse[:NAMED]}


def show(row: RunComparison) -> None:
    """Print the table of one comparison and its conclusion."""
    table = []
    for label, figures in row["labels"].items():
        if figures["difference"] is None or figures["p_holm"] is None:
            continue
        change = signed(figures["difference"])
        interval = figures["interval"]
        between = TOO_FEW if interval[0] is None else interval_in_words(interval, signed, " to ")
        cells = (percent(figures["reference_f"]), percent(figures["f"]), change, between)
        table.append((short(label), *cells, f"{figures['p_holm']:.3f}"))
    header = ("Label", row["run"], "This run", "Difference", "Interval", "p (Holm)")
    msg.table(table, header=header, divider=True, max_col=WIDEST, aligns=("l", "r", "r", "r", "r", "r"))
    sides = row["documents"]
    msg.text(
        f"Documents of the test set: {sides['better']} better, {sides['worse']} worse, "
        f"{sides['same']} the same"
    )
    msg.info(row["conclusion"])


if __name__ == "__main__":
    run_step(app)
