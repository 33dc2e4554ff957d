"""Folds for cross-validation: which one a document is in, and the data for the training without one.

In: the corpus. Out: a folder like it, in which the training set and the dev set are what a fold leaves
of both. The fold of a document depends on the contents of its group or its text, as its split does, so
that adding documents moves none. The test set is in folds, too, but nothing is learned from it.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from spacy.tokens import Doc, DocBin

from scripts.annotation.normalising import position
from scripts.conversion.outcome import Counts
from scripts.corpus.docs import ATTRIBUTES, SOURCE, SUFFIX, DocSource, read_docs, sources_path
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.rows import SHARD, json_line
from scripts.training.filling import Refusal
from scripts.trials.part_counts import PartCounts

LEARNED_FROM = ("train", "dev")
LABELS = "labels"
CHOOSING = 0.1  # share of what is left that chooses the best pipeline, in place of the dev set
# What is hashed besides the text, so that neither depends on the other or on the split.
FOLD, CHOICE = "fold", "choice"


def unit_of(doc: Doc) -> str:
    """Return what no fold cuts: the group of a document, or its text where it has none."""
    source: DocSource = doc.user_data[SOURCE]
    return source["group"] or doc.text


def fold_of(doc: Doc, folds: int) -> int:
    """Return the fold of a document that `read_docs` read, from 0."""
    return int(position(f"{FOLD} {unit_of(doc)}") * folds)


def choice_of(doc: Doc) -> float:
    """Return what decides whether a document helps to choose the best pipeline; the same in its unit."""
    return position(f"{CHOICE} {unit_of(doc)}")


def write_without(corpus: Path, folder: Path, fold: int, folds: int) -> None:
    """Write to a new folder what a training without one fold reads.

    Of what is left of the training set and the dev set, a tenth is the new dev set. There is no label
    file, so that spaCy collects the labels itself; only a training set that is read as a stream, of
    which spaCy sees the first 100 documents, has those of the corpus. Raises Refusal where too little is
    left.
    """
    folder.mkdir()
    choosing = choices(corpus, fold, folds)
    counts = PartCounts()
    learned = (doc for doc in left(corpus, fold, folds) if choice_of(doc) not in choosing)
    write(folder / f"train{SUFFIX}", counts.counted(learned))
    write(
        folder / f"dev{SUFFIX}",
        (doc for doc in left(corpus, fold, folds) if choice_of(doc) in choosing),
    )
    if not (choosing and counts.documents):
        reason = f"Without fold {fold + 1} of {folds}, too few documents are left to train on"
        raise Refusal(reason, "Cross-validation needs more documents or groups, or fewer folds.")
    whole = read(corpus / "counts.json", Counts, "convert")
    atomic.write_json(folder / "counts.json", counts.of_part(whole))
    atomic.write_json(folder / "inputs.json", atomic.read_json(corpus / "inputs.json"))
    if whole["streamed"] and (corpus / LABELS).is_dir():
        shutil.copytree(corpus / LABELS, folder / LABELS)


def left(corpus: Path, fold: int, folds: int) -> Iterator[Doc]:
    """Yield the documents to learn from that are not in a fold."""
    for split in LEARNED_FROM:
        for doc in read_docs(corpus / f"{split}{SUFFIX}"):
            if fold_of(doc, folds) != fold:
                yield doc


def choices(corpus: Path, fold: int, folds: int) -> set[float]:
    """Return `choice_of` the units that choose the best pipeline: the lowest, at least one."""
    sizes = Counter(map(choice_of, left(corpus, fold, folds)))
    room = CHOOSING * sizes.total()
    found: set[float] = set()
    for choice, size in sorted(sizes.items()):
        if found and size > room:
            break
        found.add(choice)
        room -= size
    return found


def write(path: Path, docs: Iterable[Doc]) -> None:
    """Write documents as a corpus of numbered files in a folder, and their sources."""
    path.mkdir()
    remaining = iter(docs)
    number = 0
    with atomic.open_text(sources_path(path)) as sources:
        while batch := list(islice(remaining, SHARD)):
            DocBin(attrs=ATTRIBUTES, docs=batch).to_disk(path / f"{number:05}{SUFFIX}")
            sources.writelines(json_line(doc.user_data[SOURCE]) for doc in batch)
            number += 1
