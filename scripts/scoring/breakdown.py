"""Where a pipeline is good and where it is not: counts by a property of the entity or the document.

In: documents, one after the other. Out: TP, FP and FN by bucket: length of the entity, length of the
document, each field of the metadata, and whether the training set has the name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from typing_extensions import TypedDict

from scripts.scoring.counts import FN, FP, TP, Figures, figures
from scripts.scoring.document import MODEL, Document, Entity, scored
from scripts.scoring.known import NOVELTY, Known

ENTITY_WORDS = ((1, "1"), (2, "2"), (3, "3"), (5, "4–5"))  # highest number of words, and its name
LONG_ENTITY = "6 or more"
DOCUMENT_TOKENS = ((25, "to 25"), (50, "26–50"), (100, "51–100"), (200, "101–200"), (500, "201–500"))
LONG_DOCUMENT = "over 500"
VALUES = 50  # a field of the metadata with more values is an identifier, not a kind of text
SHARED = 5  # a field with a value on fewer documents may contain words of them
SOURCE = "file"  # the name of the file among the fields of the metadata

BucketCounts = dict[str, list[int]]
Buckets = dict[str, Figures]


class Recall(TypedDict):
    """Recall of one kind of gold entities: how many there are, and their share of all."""

    r: float | None
    support: int
    share: float | None


class Novelty(TypedDict):
    """Recall by what the training set has (a key of NOVELTY), in all and by label."""

    all: dict[str, Recall]
    labels: dict[str, dict[str, Recall]]


class Breakdowns(TypedDict):
    """Figures by words of the entity, tokens of the document, fields of the metadata, and novelty."""

    entity_words: Buckets
    document_tokens: Buckets
    fields: dict[str, Buckets]
    novelty: Novelty


def new_cells() -> BucketCounts:
    """Return empty counts by bucket."""
    return defaultdict(lambda: [0, 0, 0])


@dataclass(slots=True)
class Breakdown:
    """Counts of the model's predictions by bucket, filled document by document."""

    known: Known
    entity_words: BucketCounts = field(default_factory=new_cells)
    document_tokens: BucketCounts = field(default_factory=new_cells)
    fields: dict[str, BucketCounts] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    novelty: dict[str, BucketCounts] = field(default_factory=lambda: defaultdict(new_cells))
    _documents: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, document: Document) -> None:
        """Count the entities of one document in every bucket that they belong to."""
        gold, found = set(document.gold), set(scored(document, MODEL))
        outcomes = [(TP, gold & found), (FP, found - gold), (FN, gold - found)]
        buckets = [self.document_tokens[bucket(document.tokens, DOCUMENT_TOKENS, LONG_DOCUMENT)]]
        buckets += self.of_fields(document)
        for kind, entities in outcomes:
            for cell in buckets:
                cell[kind] += len(entities)
            for entity in entities:
                words = len(document.text[entity.start : entity.end].split())
                self.entity_words[bucket(words, ENTITY_WORDS, LONG_ENTITY)][kind] += 1
                if kind != FP:
                    self.count_novelty(document.text, entity, kind)

    def of_fields(self, document: Document) -> list[list[int]]:
        """Return the buckets of a document's file and of its metadata's short values."""
        found = []
        for name, value in {**document.meta, SOURCE: document.file}.items():
            if name in self.dropped or not isinstance(value, str | int | bool) or len(str(value)) > 80:
                continue
            cells = self.fields.setdefault(name, new_cells())
            found.append(cells[str(value)])
            self._documents[name, str(value)] += 1
            if len(cells) > VALUES:
                self.dropped.add(name)
                del self.fields[name]
        return found

    def is_kind(self, name: str, cells: BucketCounts) -> bool:
        """Say whether every value of a field is on so many documents that it identifies none of them."""
        return all(self._documents[name, value] >= SHARED for value in cells)

    def count_novelty(self, text: str, entity: Entity, kind: int) -> None:
        """Count a gold entity, found or not, by whether its name is known, in all and for its label."""
        kind_of = self.known.novelty(text[entity.start : entity.end], entity.label)
        for name in ("", entity.label):
            self.novelty[name][kind_of][kind] += 1

    def report(self) -> Breakdowns:
        """Return the figures of every bucket, as analysis.json has them."""
        order = [name for _, name in ENTITY_WORDS] + [LONG_ENTITY]
        sizes = [name for _, name in DOCUMENT_TOKENS] + [LONG_DOCUMENT]
        fields = {
            name: cells
            for name, cells in sorted(self.fields.items())
            if len(cells) > 1 and self.is_kind(name, cells)
        }
        novelty = {name: novelty_figures(cells) for name, cells in sorted(self.novelty.items()) if name}
        return {
            "entity_words": in_order(self.entity_words, order),
            "document_tokens": in_order(self.document_tokens, sizes),
            "fields": {name: in_order(cells, sorted(cells)) for name, cells in fields.items()},
            "novelty": {"all": novelty_figures(self.novelty[""]), "labels": novelty},
        }


def bucket(size: int, bounds: Iterable[tuple[int, str]], beyond: str) -> str:
    """Return the name of the bucket that a size falls into."""
    return next((name for highest, name in bounds if size <= highest), beyond)


def in_order(cells: Mapping[str, list[int]], order: Iterable[str]) -> Buckets:
    """Return the figures of the buckets that are not empty, in the given order."""
    return {name: figures(np.array(cells[name])) for name in order if name in cells and any(cells[name])}


def novelty_figures(cells: Mapping[str, list[int]]) -> dict[str, Recall]:
    """Return recall, support and share of gold entities by what the training set says about them."""
    total = sum(map(sum, cells.values()))
    found: dict[str, Recall] = {}
    for name in NOVELTY:
        true, _, missed = cells.get(name, (0, 0, 0))
        support = true + missed
        found[name] = {
            "r": true / support if support else None,
            "support": support,
            "share": support / total if total else None,
        }
    return found
