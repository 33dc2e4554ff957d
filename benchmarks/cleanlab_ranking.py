"""The order in which cleanlab puts annotations that may be wrong, from the same votes as `review` has.

In: documents with the predictions of several pipelines. Out: places and documents, those first that are
most likely wrong. A token's probability of a tag is the share of the pipelines that give it this tag,
smoothed, as cleanlab wants probabilities above 0. Tokens next to one another are one place.
Source: https://docs.cleanlab.ai, `cleanlab.token_classification`; pip install cleanlab.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from scripts.annotation.splits import SPLITS
from scripts.corpus.docs import read_docs
from scripts.scoring.document import Document, Entity
from scripts.scoring.review import DocumentName

SMOOTHING = 0.1
Place = tuple[DocumentName, int, int]
Offsets = tuple[int, int]


def by_cleanlab(
    corpus: Path, documents: Sequence[tuple[str, int, Document]], members: Sequence[str]
) -> tuple[list[Place], list[DocumentName]]:
    """Return the places and the documents in cleanlab's order."""
    names = [(split, number) for split, number, _ in documents]
    labels = sorted({entity.label for _, _, document in documents for entity in document.gold})
    tags = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
    tokens = [
        [(token.idx, token.idx + len(token)) for token in doc]
        for split in SPLITS
        for doc in read_docs(corpus / f"{split}.spacy")
    ]
    given, probabilities = [], []
    for offsets, (_, _, document) in zip(tokens, documents, strict=True):
        given.append(tags_of(offsets, document.gold, tags))
        votes = np.full((len(offsets), len(tags)), SMOOTHING)
        for member in members:
            votes[np.arange(len(offsets)), tags_of(offsets, document.predicted[member], tags)] += 1
        probabilities.append(votes / votes.sum(axis=1, keepdims=True))
    filtering: Any = import_module("cleanlab.token_classification.filter")
    ranking: Any = import_module("cleanlab.token_classification.rank")
    issues = filtering.find_label_issues(given, probabilities, n_jobs=1)
    scores, _ = ranking.get_label_quality_scores(given, probabilities)
    taken: set[tuple[int, int]] = set()
    places = []
    for text, token in issues:
        if not {(text, token - 1), (text, token + 1)} & taken:
            places.append((names[text], *tokens[text][token]))
        taken.add((text, token))
    return places, [names[at] for at in np.argsort(scores, kind="stable")]


def tags_of(offsets: Sequence[Offsets], entities: Sequence[Entity], tags: Sequence[str]) -> list[int]:
    """Return the number of each token's tag."""
    found = [0] * len(offsets)
    for entity in entities:
        inside = [
            n for n, (start, end) in enumerate(offsets) if start < entity.end and entity.start < end
        ]
        for at, number in enumerate(inside):
            found[number] = tags.index(f"{'I' if at else 'B'}-{entity.label}")
    return found
