"""The default pipeline on the starter corpus: its score, the dictionary's, and each genre left out.

    python -m benchmarks.starter --seeds 3

In: `assets/starter/`. Out: tables: F on test with its bootstrap interval beside that of a dictionary of
train's mentions, for each seed; and F on each genre's part of test, with the genre in train and with it
left out of train and dev (seed 0), which shows how far one genre teaches another.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import typer

from benchmarks.training import CONFIG, PROJECT, prepared, run, table, train
from scripts.conversion.splitting import SPLITS
from scripts.files import atomic
from scripts.scoring.metrics import percent

CORPUS = PROJECT / "assets/starter"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def starter_cli(
    seeds: int = typer.Option(3, help="Seeds, from 0 on"),
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
    print(table(("Seed", "F on test", "interval", "dictionary", "gain", "interval"), rows), flush=True)  # noqa: T201
    if not genres:
        return
    left_out = []
    for genre in by_genre:
        with tempfile.TemporaryDirectory() as temporary:
            without(genre, Path(temporary))
            with prepared(temporary, "en") as folder:
                micro = analysed(folder, 0)["test"]["scores"]["micro"]
        low, high = micro["intervals"]["f"]
        known = percent(by_genre[genre]["f"])
        left_out.append((genre, micro["support"], known, percent(micro["f"]), between(low, high)))
    header = ("Genre", "Mentions in test", "F", "F when left out of train", "interval")
    print(table(header, left_out), flush=True)  # noqa: T201


def analysed(folder: Path, seed: int) -> dict[str, Any]:
    """Train in a prepared folder and return what analysis.json says."""
    train(folder, CONFIG, seed, "en")
    for step in ("predict", "analyze"):
        run(folder, f"scripts.{step}", "training/run", "corpus")
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
    """Write the corpus with a genre left out of train and dev, and nothing else in test."""
    for split in SPLITS:
        lines = (CORPUS / f"{split}.jsonl").read_text(encoding="utf8").splitlines(keepends=True)
        kept = [line for line in lines if (json.loads(line)["genre"] == genre) == (split == "test")]
        (folder / f"{split}.jsonl").write_text("".join(kept), encoding="utf8", newline="\n")


def between(low: float, high: float) -> str:
    """Return an interval as percentages."""
    return f"{percent(low)}–{percent(high)}"


if __name__ == "__main__":
    app()
