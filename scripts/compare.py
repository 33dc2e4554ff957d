"""Step `compare`: this run against others on the same test set: what differs by more than noise.

In: the predictions of the runs. Out: `comparison.json` in this run's folder, with an empty list of runs
where no reference is named. It runs every time, since weasel can't depend on runs that may not exist;
its output changes only when what it says changes.
"""

from pathlib import Path
from typing import Any

import typer

from scripts.files import atomic
from scripts.files.rows import read_rows
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.scoring.comparison import (
    DifferentTests,
    compare,
    count_both,
    errors,
    names_of,
    zip_same,
)
from scripts.scoring.document import from_row
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.metrics import TOO_FEW, ends, percent, short, signed
from scripts.settings.base import read_settings
from scripts.settings.report import CompareSettings

NAMED = 50  # documents of dev that changed sides and are named

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def compare_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with predictions", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    reference: str = typer.Option("", help="Runs to compare with, by name, with commas between"),
    seed: int = typer.Option(0, help="Seed of resampling and permutations"),
) -> None:
    """Compare runs on the same test set: differences, intervals, p-values and a verdict."""
    names = names_of(reference)
    settings = read_settings(corpus, "compare", CompareSettings)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    others = [run.parent / name for name in names]
    if run.name in names:
        msg.fail(f"vars.reference names {run.name!r}, this run itself", "Name another run.", exits=1)
    try:
        found = [compare_with(other, run, bootstrap, settings.permutations) for other in others]
    except DifferentTests as error:
        msg.fail("The runs can't be compared", str(error), exits=1)
    atomic.write_json_if_changed(run / "comparison.json", {"run": run.name, "runs": found})
    if not names:
        msg.info("No run to compare with (vars.reference names one)")
    for row in found:
        show(row)


def compare_with(reference: Path, run: Path, bootstrap: Bootstrap, permutations: int) -> dict[str, Any]:
    """Return what comparison.json says about one reference run.

    Raises DifferentTests when it has no predictions, or they are for other documents or other gold.
    """
    prints = []
    for folder in (reference, run):
        about = folder / "predictions" / "about.json"
        again = f"weasel run predict . --vars.run {folder.name}"
        if not about.is_file():
            raise DifferentTests(f"{folder.as_posix()} has no predictions; make them: {again}")
        prints.append(atomic.read_json(about)["fingerprints"])
    if prints[0]["test"] != prints[1]["test"]:
        raise DifferentTests(
            f"{reference.name} was scored on another test set than {run.name}; score both anew: "
            f"weasel run predict . --vars.run {reference.name}, and the same for {run.name}"
        )
    found = compare(count_both(*documents(reference, run, "test")), bootstrap, permutations)
    same_dev = prints[0]["dev"] == prints[1]["dev"]
    changed = changed_sides(reference, run) if same_dev else None
    return {"run": reference.name, **found, "changed_on_dev": changed}


def documents(reference: Path, run: Path, split: str) -> tuple[Any, Any]:
    """Return the documents of both runs, as streams."""
    return tuple(map(from_row, read_rows(folder / "predictions" / split)) for folder in (reference, run))  # type: ignore[return-value]


def changed_sides(reference: Path, run: Path) -> dict[str, list[str]]:
    """Return the first documents of dev with fewer and with more errors than in the reference run."""
    better: list[str] = []
    worse: list[str] = []
    for old, young in zip_same(*documents(reference, run, "dev")):
        before, after = errors(old), errors(young)
        if before != after:
            rows = better if after < before else worse
            rows.append(f"{young.where}: {before} → {after} errors")
    return {"better": better[:NAMED], "worse": worse[:NAMED]}


def show(row: dict[str, Any]) -> None:
    """Print the table of one comparison and its verdict."""
    table = []
    for label, figures in row["labels"].items():
        if figures["difference"] is None:
            continue
        change = signed(figures["difference"])
        interval = figures["interval"]
        between = TOO_FEW if interval[0] is None else ends(interval, signed, " to ")
        cells = (percent(figures["reference_f"]), percent(figures["f"]), change, between)
        table.append((short(label), *cells, f"{figures['p_holm']:.3f}"))
    header = ("Label", row["run"], "This run", "Difference", "Interval", "p (Holm)")
    msg.table(table, header=header, divider=True, aligns=("l", "r", "r", "r", "r", "r"))
    sides = row["documents"]
    msg.text(
        f"Documents of test: {sides['better']} better, {sides['worse']} worse, {sides['same']} the same"
    )
    msg.info(row["verdict"])


if __name__ == "__main__":
    run_step(app)
