"""Folders of runs for steps that read predictions: made by hand, in the form that `predict` writes."""

from collections.abc import Sequence
from pathlib import Path

from scripts.files import atomic, fingerprint
from scripts.files.rows import write_rows
from scripts.scoring.document import Document, to_row
from tests.corpora import write_settings

SPLIT = {"documents": 0, "tokens": 0, "entities": 0, "labels": {}, "lost_labels": {}}


def write_predictions(
    run: Path, test: Sequence[Document], dev: Sequence[Document] = (), spans_key: str | None = None
) -> Path:
    """Write the predictions of a run anew, and return the run's folder."""
    splits = {"test": test, "dev": dev}
    atomic.remove(run / "predictions")
    for split, documents in splits.items():
        write_rows(run / "predictions" / split, map(to_row, documents))
    gold = {split: repr([(each.text, each.gold) for each in docs]) for split, docs in splits.items()}
    about = {
        "spans_key": spans_key,
        "systems": ["model", "dictionary"],
        "fingerprints": {split: fingerprint.of_text(text) for split, text in gold.items()},
    }
    atomic.write_json(run / "predictions" / "about.json", about)
    atomic.write_json(run / "predictions" / "known.json", {"Ada": {"PERSON": 3}})
    return run


def write_counts(corpus: Path, **lost: int) -> Path:
    """Write what conversion counted, with mentions of test that were lost, and quick settings."""
    splits = {split: dict(SPLIT) for split in ("train", "dev", "test")}
    splits["test"]["lost_labels"] = lost
    splits["train"]["labels"] = {"PERSON": 500}
    atomic.write_json(corpus / "counts.json", {"splits": splits})
    write_settings(corpus, resamples=100, permutations=100)
    return corpus
