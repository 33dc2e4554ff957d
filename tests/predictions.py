"""Folders of runs and corpora for steps that read them: made by hand, in the form that steps write."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.conversion.outcome import Conversion, Counts, SplitCounts
from scripts.files import atomic, fingerprint
from scripts.files.rows import write_rows
from scripts.scoring.document import About, Document, to_row
from tests.corpora import write_settings

SPLIT: SplitCounts = {
    "documents": 0,
    "tokens": 0,
    "entities": 0,
    "without_entities": 0,
    "partly_annotated": 0,
    "without_annotation": 0,
    "not_exhaustive": 0,
    "wrong_spans": 0,
    "labels": {},
    "lost_labels": {},
}


def write_predictions(
    run: Path, test: Sequence[Document], dev: Sequence[Document] = (), spans_key: str | None = None
) -> Path:
    """Write the predictions of a run from the beginning, and return the run's folder."""
    splits = {"test": test, "dev": dev}
    atomic.remove(run / "predictions")
    for split, documents in splits.items():
        write_rows(run / "predictions" / split, map(to_row, documents))
    gold = {split: repr([(each.text, each.gold) for each in docs]) for split, docs in splits.items()}
    about: About = {
        "spans_key": spans_key,
        "systems": ["model", "dictionary"],
        "fingerprints": {split: fingerprint.of_text(text) for split, text in gold.items()},
        "documents": {split: len(documents) for split, documents in splits.items()},
    }
    atomic.write_json(run / "predictions" / "about.json", about)
    atomic.write_json(run / "predictions" / "known.json", {"Ada": {"PERSON": 3}})
    return run


def write_counts(corpus: Path, **lost: int) -> Path:
    """Write what conversion counted, with entities of the test set that were lost; return the folder."""
    splits: dict[str, SplitCounts] = {
        "train": {**SPLIT, "labels": {"PERSON": 500}},
        "dev": SPLIT,
        "test": {**SPLIT, "lost_labels": lost},
    }
    atomic.write_json(corpus / "counts.json", counts(splits))
    write_settings(corpus, resamples=100, permutations=100)
    return corpus


def counts(splits: dict[str, SplitCounts]) -> Counts:
    """Return the contents of counts.json."""
    total = sum(split["documents"] for split in splits.values())
    entities = sum(split["entities"] for split in splits.values())
    outcomes = dict.fromkeys(("ignored", "rejected", "merged", "pieces"), 0)
    return {
        "records": {"read": total, "accepted": total, **outcomes},
        "spans": {"read": entities, "kept": entities, "misaligned": 0, "dropped": 0, "excluded": 0},
        "splits": splits,
        "lengths": {},
        "span_lengths": {},
        "streamed": False,
        "spans_key": "",
    }


def conversion(splits: dict[str, SplitCounts], **changes: Any) -> Conversion:
    """Return the contents of conversion.json, in which nothing is noted but for the changes."""
    found: Conversion = {
        **counts(splits),
        "ignored": {},
        "fixed": {},
        "excluded": {},
        "files": {},
        "unknown_labels": [],
        "split_by": "hash",
        "pieces_apart": None,
        "segment_helps": False,
        "offsets": None,
        "agreement": None,
        "repeated": {"identical": 0, "unannotated": 0, "complementary": None, "different": None},
        "tags_in_labels": [],
        "question": None,
        "read_along": {},
        "skipped_files": {},
        "rejected": {},
        "unusable_spans": {},
        "problems": [],
    }
    return {**found, **changes}  # type: ignore[typeddict-item]
