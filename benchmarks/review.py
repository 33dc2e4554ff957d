"""How well `review` finds wrong annotations: errors are planted into a corpus, and looked for.

    python -m benchmarks.review assets/starter --config fast.cfg --seeds 2
    python -m benchmarks.review assets/starter --config fast.cfg --seeds 2 --cleanlab

Out: precision among the first 50 flags, and how many of the planted errors are in the first 5% of the
documents. Everything is kept in .benchmarks/review: what is trained is not trained again. With
--cleanlab, the same votes are ranked by cleanlab's token classification as well (pip install cleanlab).
A flag counts if it overlaps what was planted. Errors that were in the corpus before count as wrong flags.
"""

from dataclasses import astuple
from pathlib import Path

import srsly
import typer

from benchmarks.costs import PROJECT, cost
from benchmarks.planting import Planted, Tokens, plant
from benchmarks.training import prepare
from scripts.annotation.splits import SPLITS
from scripts.corpus.docs import SOURCE, read_docs
from scripts.files import atomic
from scripts.files.rows import json_line

FOLDER = PROJECT / ".benchmarks/review"
FLAGS, DOCUMENTS = 50, 0.05

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def review_cli(
    annotations: str = typer.Argument("assets/starter", help="File or folder with annotations"),
    config: str = typer.Option("fast.cfg", help="The config of the committee"),
    folds: int = typer.Option(5, help="Number of folds"),
    seeds: int = typer.Option(2, help="Pipelines for each fold (seeds 0, 1, …)"),
    share: float = typer.Option(0.05, help="Planted errors of each class, as a share of the entities"),
    seed: int = typer.Option(0, help="Seed of planting"),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Plant errors, cross-validate, review, and say how many of the errors are found."""
    folder = FOLDER / f"{Path(annotations).name}-{share:g}-seed-{seed}"
    planted = prepared(folder, annotations, lang, share, seed)
    settings = srsly.read_yaml(PROJECT / "configs/experiments.yml")
    asked = {"config": config, "folds": folds, "seeds": list(range(seeds))}
    srsly.write_yaml(
        folder / "configs/experiments.yml", {**settings, "jobs": 1, "crossvalidation": asked}
    )
    cost("weasel", "run", "crossvalidate", ".", folder=folder)


def prepared(folder: Path, annotations: str, lang: str, share: float, seed: int) -> list[Planted]:
    """Make a copy of the project in which the corpus has errors, and return these."""
    sound = folder / "sound"
    prepare(sound, annotations, lang, ("inputs", "convert"))
    docs = [
        Tokens.of((split, number), doc)
        for split in SPLITS
        for number, doc in enumerate(read_docs(sound / f"corpus/{split}.spacy"))
    ]
    errors = plant(docs, share, seed)
    sources = {
        (split, number): doc.user_data[SOURCE]
        for split in SPLITS
        for number, doc in enumerate(read_docs(sound / f"corpus/{split}.spacy"))
    }
    raw = folder / "planted"
    for split in SPLITS:
        rows = [
            {
                "text": doc.text,
                "spans": [
                    dict(zip(("start", "end", "label"), ent, strict=True)) for ent in doc.entities
                ],
                "id": f"{split}-{doc.name[1]}",
                **({"group": group} if (group := sources[doc.name]["group"]) else {}),
            }
            for doc in docs
            if doc.name[0] == split
        ]
        atomic.write_text_if_changed(raw / f"{split}.jsonl", "".join(map(json_line, rows)))
    atomic.write_json(folder / "errors.json", [astuple(error) for error in errors])
    prepare(folder, raw.as_posix(), lang)
    return errors


if __name__ == "__main__":
    app()
