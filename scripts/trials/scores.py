"""What a pipeline finds in one split of the corpus, counted by document group and label.

In: a trained pipeline and a split. Out: counts, the figures that follow from them, and the speed.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np
from spacy.language import Language
from spacy.vocab import Vocab

from scripts.corpus.docs import read_docs, unannotated
from scripts.corpus.documents import as_entities, document
from scripts.corpus.marks import marked_spans, spans_key_of
from scripts.scoring.counts import Figures, GroupCounts, figures
from scripts.scoring.document import MODEL, Document
from scripts.trials.trial import ALL

BATCH = 500  # documents whose strings are held at once

Counts = dict[
    str, dict[str, list[int]]
]  # by group and label: true positives, false positives, negatives


def counts_on(nlp: Language, path: Path) -> tuple[Counts, int]:
    """Return the counts of a pipeline on a split, and how many words it predicts a second.

    Raises ValueError when the split lacks the spans that the pipeline predicts.
    """
    timer = Timer()
    counts = GroupCounts([MODEL])
    for one in predicted(nlp, path, timer):
        counts.add(one)
    table, labels = counts.table()[:, 0], counts.labels
    found: Counts = {
        group: {label: row.tolist() for label, row in zip(labels, rows, strict=True) if row.any()}
        for group, rows in zip(counts.groups, table, strict=True)
    }
    return found, round(timer.words / timer.seconds) if timer.seconds else 0


class Timer:
    """How many words were predicted, and in what time."""

    words: int = 0
    seconds: float = 0.0


def predicted(nlp: Language, path: Path, timer: Timer) -> Iterator[Document]:
    """Yield the documents of a split with what a pipeline predicts for them."""
    key = spans_key_of(nlp.config)
    docs = read_docs(path, Vocab())
    while batch := list(islice(docs, BATCH)):
        with nlp.memory_zone():
            started = perf_counter()
            found = list(nlp.pipe([unannotated(doc, nlp) for doc in batch]))
            timer.seconds += perf_counter() - started
            timer.words += sum(map(len, found))
            entities = [as_entities(marked_spans(doc, key)) for doc in found]
        for doc, marks in zip(batch, entities, strict=True):
            yield document(doc, key, {MODEL: marks})


def figures_of(counts: Mapping[str, Mapping[str, list[int]]]) -> dict[str, Figures]:
    """Return precision, recall and F by label, and of all labels under `ALL`."""
    labels = sorted({label for row in counts.values() for label in row})
    totals = {
        label: np.array([row[label] for row in counts.values() if label in row]).sum(axis=0)
        for label in labels
    }
    whole = np.array([[0, 0, 0], *totals.values()]).sum(axis=0)
    return {ALL: figures(whole), **{label: figures(total) for label, total in totals.items()}}
