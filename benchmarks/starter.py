"""The default pipeline on the starter corpus: its score, that of a dictionary, and each genre left out.

    python -m benchmarks.starter --seeds 3

In: `assets/starter/`. Out: two tables. For each seed: F on the test set with its bootstrap interval, and
F of a dictionary of the training set's entities. For each genre (seed 0): F on its part of the test set,
when the genre is in the training set, and when it is left out of the training and dev set. This shows
how much one genre teaches about another.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import typer

from benchmarks.costs import PROJECT, cost
from benchmarks.training import CONFIG, prepared, table, train
from scripts.annotation.splits import SPLITS
from scripts.files import atomic
from scripts.scoring.metrics import percent

CORPUS = PROJECT / "assets/starter"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def starter_cli(
    seeds: int = typer.Option(3, help="Number of seeds (0, 1, …)"),
    genres: bool = typer.Option(True, help="Also leave out each genre in turn"),
) -> None:
    """Print the figures about models of the starter corpus."""
    rows = []
    by_genre: dict[str, Any] = {}
    with prepared(str(CORPUS), "en") as folder:
        for seed in range(seeds):
            analysis = analysed(folder, seed)
            by_genre = by_genre or analysis["test"]["fields"]["genre"]
            rows.append(figures(seed, analysis["test"]))
    header = ("Seed", "F on the test set", "Interval", "Dictionary", "Gain", "Interval")
    print(table(header, rows), flush=True)  # noqa: T201
    if not genres:
        return
    left_out = []
    for genre in by_genre:
        with tempfile.TemporaryDirectory() as temporary:
            without(genre, Path(temporary))
            with prepared(temporary, "en") as folder:
                micro = analysed(folder, 0)["test"]["scores"]["micro"]
        known = percent(by_genre[genre]["f"])
        left_out.append((genre, micro["support"], known, percent(micro["f"])))
    by = ("Genre", "Entities in the test set", "F", "F when left out")
    print(table(by, left_out), flush=True)  # noqa: T201


def analysed(folder: Path, seed: int, *overrides: str) -> dict[str, Any]:
    """Train in a prepared folder and return the contents of analysis.json."""
    train(folder, CONFIG, seed, "training/run", *overrides)
    for step in ("confidence", "predict", "analyze"):
        cost(f"scripts.{step}", "training/run", "corpus", folder=folder)
    found: dict[str, Any] = atomic.read_json(folder / "training/run/analysis.json")
    return found


def figures(seed: int, test: dict[str, Any]) -> tuple[Any, ...]:
    """Return one row of the table of seeds."""
    micro, dictionary = test["scores"]["micro"], test["baselines"]["dictionary"]
    return (
        seed,
        percent(micro["f"]),
        between(*micro["intervals"]["f"]),
        percent(dictionary["micro"]["f"]),
        percent(dictionary["gain"]["f"]),
        between(*dictionary["gain"]["interval"]),
    )


def without(genre: str, folder: Path) -> None:
    """Write the corpus, with a genre in the test set alone and all others in the other two alone."""
    for split in SPLITS:
        lines = (CORPUS / f"{split}.jsonl").read_text(encoding="utf8").splitlines(keepends=True)
        kept = [line for line in lines if (json.loads(line)["genre"] == genre) == (split == "test")]
        (folder / f"{split}.jsonl").write_text("".join(kept), encoding="utf8", newline="\n")


def between(low: float, high: float) -> str:
    """Return an interval as percentages."""
    return f"{percent(low)}–{percent(high)}"


if __name__ == "__main__":
    app()
