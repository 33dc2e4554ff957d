"""Add a label to a trained pipeline with configs/update.cfg, and see what becomes of the old labels.

    python -m benchmarks.update --seeds 3

In: the starter corpus. One half of its training set has the old labels only and trains the default
config; the other half has the new label only and updates that pipeline. Out: a table with F on the test
set, of the old labels and of the new one, before the update, after it, and after one without rehearsal.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import typer
from spacy.scorer import PRFScore
from spacy.tokens import Doc
from spacy.util import load_config, load_model

from benchmarks.costs import PROJECT, cost
from benchmarks.training import CONFIG, prepared, spread, table, train
from scripts.corpus.docs import stored_docs
from scripts.files import atomic
from scripts.training.stand_alone import without_rehearsal

STARTER = PROJECT / "assets/starter"
LABELS = ("PERSON", "ORG", "DATE")
LANG = "en"
OLD = "training/default/model-best"  # source in configs/update.cfg
UPDATE = "training/update/config.cfg"
NAIVE = "training/update/naive.cfg"
ROWS = ("The old pipeline", "Updated", "Updated without rehearsal")

Figures = tuple[float, float]  # F of the old labels and of the new one, as percentages

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def update_cli(
    new: str = typer.Option("DATE", help="The label that is added"),
    seeds: int = typer.Option(3, help="Number of seeds (0, 1, …)", min=1),
    steps: int = typer.Option(300, help="Training steps of the old pipeline", min=100),
) -> None:
    """Measure what an update does to old labels, with and without rehearsal."""
    found = [measured(new, seed, steps) for seed in range(seeds)]
    rows = []
    for name, figures in zip(ROWS, zip(*found, strict=True), strict=True):
        lost = [figure[0] - before[0][0] for figure, before in zip(figures, found, strict=True)]
        old, added = (spread([figure[n] for figure in figures]) for n in (0, 1))
        rows.append((name, old, spread(lost), added))
    others = " and ".join(label for label in LABELS if label != new)
    print(table(("", f"F, {others}", "Change", f"F, {new}"), rows))  # noqa: T201


def measured(new: str, seed: int, steps: int) -> tuple[Figures, Figures, Figures]:
    """Return the figures of the old pipeline, of the update, and of one without rehearsal."""
    with tempfile.TemporaryDirectory() as temporary:
        first, second = Path(temporary, "first"), Path(temporary, "second")
        write(first, 0, [label for label in LABELS if label != new])
        write(second, 1, [new])
        with prepared(str(first), LANG) as folder:
            short = ("training.max_steps", "training.optimizer.learn_rate.total_steps")
            options = [each for name in short for each in (f"--{name}", str(steps))]
            found = [trained(folder, CONFIG, seed, new, *options)]
            shutil.copytree(folder / "training/run/model-best", folder / OLD)
            given = ("--vars.annotations", str(second), "--vars.config", "update.cfg")
            for step in ("inputs", "convert", "config", "labels"):
                cost("weasel", "run", step, ".", *given, "--vars.run", "update", folder=folder)
            naive = load_config(folder / UPDATE)
            without_rehearsal(naive)
            naive.to_disk(folder / NAIVE)
            found += [trained(folder, config, seed, new) for config in (UPDATE, NAIVE)]
    before, updated, forgot = found
    return before, updated, forgot


def write(folder: Path, half: int, labels: Iterable[str]) -> None:
    """Write every other training text of the starter corpus, and its dev set, with some of the labels.

    The test set has all labels.
    """
    folder.mkdir()
    for split in ("train", "dev", "test"):
        lines = (STARTER / f"{split}.jsonl").read_text(encoding="utf8").splitlines()
        kept = [json.loads(line) for line in (lines[half::2] if split == "train" else lines)]
        for record in kept if split != "test" else ():
            record["spans"] = [span for span in record["spans"] if span["label"] in labels]
        texts = [json.dumps(record, ensure_ascii=False) + "\n" for record in kept]
        atomic.write_text(folder / f"{split}.jsonl", "".join(texts))


def trained(folder: Path, config: str, seed: int, new: str, *overrides: str) -> Figures:
    """Train a config and return its figures on the test set."""
    nlp = load_model(train(folder, config, seed, "training/run", *overrides).pipeline)
    golds = list(stored_docs(folder / "corpus/test.spacy", nlp.vocab))
    docs = [
        Doc(nlp.vocab, words=[t.text for t in gold], spaces=[bool(t.whitespace_) for t in gold])
        for gold in golds
    ]
    old_score, new_score = PRFScore(), PRFScore()
    for gold, doc in zip(golds, nlp.pipe(docs), strict=True):
        for score, is_new in ((old_score, False), (new_score, True)):
            score.score_set(entities(doc, new, is_new=is_new), entities(gold, new, is_new=is_new))
    return 100 * old_score.fscore, 100 * new_score.fscore


def entities(doc: Doc, new: str, *, is_new: bool) -> set[tuple[int, int, str]]:
    """Return the entities of the new label, or of all others."""
    return {(span.start, span.end, span.label_) for span in doc.ents if (span.label_ == new) is is_new}


if __name__ == "__main__":
    app()
