"""Where a pipeline is good and where it is not: counts by a property of the mention or the document.

In: documents, one after the other. Out: TP, FP and FN by bucket: length of the mention, length of the
document, each field of the metadata, and whether train had the mention.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scripts.scoring.counts import FN, FP, TP, figures
from scripts.scoring.document import MODEL, Document, Mention, scored
from scripts.scoring.known import NOVELTY, Known

MENTION_WORDS = ((1, "1"), (2, "2"), (3, "3"), (5, "4–5"))  # highest number of words, and its name
LONG_MENTION = "6 or more"
DOCUMENT_TOKENS = ((25, "to 25"), (50, "26–50"), (100, "51–100"), (200, "101–200"), (500, "201–500"))
LONG_DOCUMENT = "over 500"
VALUES = 50  # a field of the metadata with more values than this is an identifier, not a kind of text
SHARED = 5  # and one with a value on fewer documents than this may hold words of them
SOURCE = "file"  # the name under which files stand beside the fields of the metadata

Cells = dict[str, list[int]]


def new_cells() -> Cells:
    """Return empty counts by bucket."""
    return defaultdict(lambda: [0, 0, 0])


@dataclass(slots=True)
class Breakdown:
    """Counts of the model's predictions by bucket, filled document by document."""

    known: Known
    mention_words: Cells = field(default_factory=new_cells)
    document_tokens: Cells = field(default_factory=new_cells)
    fields: dict[str, Cells] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    novelty: dict[str, Cells] = field(default_factory=lambda: defaultdict(new_cells))
    _documents: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, document: Document) -> None:
        """Count the mentions of one document in every bucket that it belongs to."""
        gold, found = set(document.gold), set(scored(document, MODEL))
        outcomes = [(TP, gold & found), (FP, found - gold), (FN, gold - found)]
        buckets = [self.document_tokens[bucket(document.tokens, DOCUMENT_TOKENS, LONG_DOCUMENT)]]
        buckets += self.of_fields(document)
        for kind, mentions in outcomes:
            for cell in buckets:
                cell[kind] += len(mentions)
            for mention in mentions:
                words = len(document.text[mention.start : mention.end].split())
                self.mention_words[bucket(words, MENTION_WORDS, LONG_MENTION)][kind] += 1
                if kind != FP:
                    self.count_novelty(document.text, mention, kind)

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

    def is_kind(self, name: str, cells: Cells) -> bool:
        """Say whether every value of a field stands on so many documents that it names none of them."""
        return all(self._documents[name, value] >= SHARED for value in cells)

    def count_novelty(self, text: str, mention: Mention, kind: int) -> None:
        """Count a gold mention, found or not, by what train says about it, in all and for its label."""
        kind_of = self.known.novelty(text[mention.start : mention.end], mention.label)
        for name in ("", mention.label):
            self.novelty[name][kind_of][kind] += 1

    def report(self) -> dict[str, Any]:
        """Return the figures of every bucket, as analysis.json has them."""
        order = [name for _, name in MENTION_WORDS] + [LONG_MENTION]
        sizes = [name for _, name in DOCUMENT_TOKENS] + [LONG_DOCUMENT]
        fields = {
            name: cells
            for name, cells in sorted(self.fields.items())
            if len(cells) > 1 and self.is_kind(name, cells)
        }
        novelty = {name: novelty_figures(cells) for name, cells in sorted(self.novelty.items()) if name}
        return {
            "mention_words": in_order(self.mention_words, order),
            "document_tokens": in_order(self.document_tokens, sizes),
            "fields": {name: in_order(cells, sorted(cells)) for name, cells in fields.items()},
            "novelty": {"all": novelty_figures(self.novelty[""]), "labels": novelty},
        }


def bucket(size: int, bounds: Iterable[tuple[int, str]], beyond: str) -> str:
    """Return the name of the bucket that a size falls into."""
    return next((name for highest, name in bounds if size <= highest), beyond)


def in_order(cells: Mapping[str, list[int]], order: Iterable[str]) -> dict[str, Any]:
    """Return the figures of the buckets that hold anything, in the given order."""
    return {name: figures(np.array(cells[name])) for name in order if name in cells and any(cells[name])}


def novelty_figures(cells: Mapping[str, list[int]]) -> dict[str, Any]:
    """Return recall, support and share of gold mentions by what train says about them."""
    total = sum(map(sum, cells.values()))
    found = {}
    for name in NOVELTY:
        true, _, missed = cells.get(name, (0, 0, 0))
        support = true + missed
        found[name] = {
            "r": true / support if support else None,
            "support": support,
            "share": support / total if total else None,
        }
    return found
