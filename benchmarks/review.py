"""How well `review` finds wrong annotations: errors are planted into a corpus, and looked for.

    python -m benchmarks.review assets/starter --config fast.cfg --seeds 2
    python -m benchmarks.review assets/starter --config fast.cfg --seeds 2 --cleanlab

Out: precision among the first 50 flags, and how many of the planted errors are in the first 5% of the
documents. Everything is kept in .benchmarks/review: what is trained is not trained again. With
--cleanlab, the same votes are ranked by cleanlab's token classification as well (pip install cleanlab).
A flag counts if it overlaps what was planted. Errors that were in the corpus before count as wrong
flags.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

import srsly
import typer

from benchmarks.cleanlab_ranking import by_cleanlab
from benchmarks.costs import PROJECT, cost
from benchmarks.planting import CLASSES, Planted, Tokens, plant
from benchmarks.training import prepare
from scripts.annotation.splits import SPLITS
from scripts.corpus.docs import SOURCE, read_docs
from scripts.files import atomic
from scripts.files.rows import json_line, read_rows
from scripts.files.terminal import say
from scripts.scoring.crossvalidation import ABOUT, About
from scripts.scoring.document import Document, from_row
from scripts.scoring.review import DocumentName, ranked_documents, review

FOLDER = PROJECT / ".benchmarks/review"
FLAGS, DOCUMENTS = 50, 0.05

Place = tuple[DocumentName, int, int]  # a document, and where in it

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
    cleanlab: bool = typer.Option(False, help="Rank the same votes with cleanlab as well"),
) -> None:
    """Plant errors, cross-validate, review, and say how many of the errors are found."""
    folder = FOLDER / f"{Path(annotations).name}-{share:g}-seed-{seed}"
    planted = prepared(folder, annotations, lang, share, seed)
    predictions = crossvalidated(folder, config, folds, seeds)
    about: About = atomic.read_json(predictions / ABOUT)
    documents = list(documents_in(predictions))
    flags = review(lambda: documents, about["members"])
    places = [(flag.document, flag.dispute.start, flag.dispute.end) for flag in flags]
    kinds = Counter(error.kind for error in planted)
    say(f"{len(documents)} documents; planted: {', '.join(f'{n} {kind}' for kind, n in kinds.items())}")
    show("review", places, ranked_documents(flags), planted, len(documents))
    for kind in CLASSES:
        own = [place for place, flag in zip(places, flags, strict=True) if flag.dispute.kind == kind]
        right = sum(hit(place, planted) is not None for place in own[:FLAGS])
        say(f"review: precision among the first {FLAGS} flags of the kind {kind} {right / FLAGS:.2f}")
    if cleanlab:
        show(
            "cleanlab",
            *by_cleanlab(folder / "corpus", documents, about["members"]),
            planted,
            len(documents),
        )


def crossvalidated(folder: Path, config: str, folds: int, seeds: int) -> Path:
    """Cross-validate in a copy of the project; return the folder of predictions. Raises Failure."""
    settings = srsly.read_yaml(PROJECT / "configs/experiments.yml")
    asked = {"config": config, "folds": folds, "seeds": list(range(seeds))}
    changed = {**settings, "jobs": 1, "crossvalidation": asked}
    srsly.write_yaml(folder / "configs/experiments.yml", changed)
    cost("weasel", "run", "crossvalidate", ".", folder=folder)
    return folder / "training/crossvalidation/predictions"


def documents_in(predictions: Path) -> Iterator[tuple[str, int, Document]]:
    """Yield all documents with their predictions."""
    for split in SPLITS:
        for number, row in enumerate(read_rows(predictions / split)):
            yield split, number, from_row(row)


def show(
    name: str,
    places: Sequence[Place],
    ranked: Sequence[DocumentName],
    planted: Sequence[Planted],
    documents: int,
) -> None:
    """Print how many of the first places are planted errors, and how many of these the first texts have.

    places, ranked: places and documents, those first that are most likely wrong.
    """
    first = [hit(place, planted) for place in places[:FLAGS]]
    right = Counter(error.kind for error in first if error)
    by_kind = ", ".join(f"{count} {kind}" for kind, count in right.most_common())
    say(f"{name}: precision among the first {FLAGS} flags {right.total() / FLAGS:.2f} ({by_kind})")
    per_document = Counter(error.document for error in planted)
    few = round(DOCUMENTS * documents)
    found = sum(per_document[one] for one in ranked[:few])
    best = sum(count for _, count in per_document.most_common(few))
    share, most = found / len(planted), best / len(planted)
    say(
        f"{name}: recall among the first {few} documents {share:.3f} "
        f"(the best order has {most:.3f}, chance {few / documents:.3f})"
    )
    all_hits = {hit(place, planted) for place in places} - {None}
    say(f"{name}: {len(all_hits)} of {len(planted)} planted errors are flagged at all")


def hit(place: Place, planted: Sequence[Planted]) -> Planted | None:
    """Return the planted error that a flag overlaps, if any."""
    document, start, end = place
    fitting = (e for e in planted if e.document == document and e.start < end and start < e.end)
    return next(fitting, None)


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
