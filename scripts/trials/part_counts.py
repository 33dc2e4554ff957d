"""What is in a part of a training set, as `convert` counts it: what training plans its length by.

In: the Docs of the part, one after the other. Out: the contents of counts.json for it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc

from scripts.conversion.outcome import Counts
from scripts.corpus.marks import MISSING, WRONG


class PartCounts:
    """What training plans its length by, counted document by document."""

    def __init__(self) -> None:
        self.labels: Counter[str] = Counter()
        self.lengths: Counter[int] = Counter()
        self.span_lengths: Counter[int] = Counter()
        self.without_entities = self.partly = self.unannotated = 0

    def add(self, doc: Doc) -> None:
        """Count a document."""
        groups = [doc.ents, *(group for key, group in doc.spans.items() if key != WRONG)]
        spans = {(span.start, span.end, span.label_) for group in groups for span in group}
        missing = sum(token.ent_iob == MISSING for token in doc)
        self.labels.update(label for _, _, label in spans)
        self.lengths[len(doc)] += 1
        self.span_lengths.update(end - start for start, end, _ in spans)
        self.without_entities += not spans
        self.partly += 0 < missing < len(doc)
        self.unannotated += missing == len(doc)

    def counted(self, docs: Iterable[Doc]) -> Iterator[Doc]:
        """Pass documents on, and count them."""
        for doc in docs:
            self.add(doc)
            yield doc

    @property
    def documents(self) -> int:
        """How many documents were counted."""
        return self.lengths.total()

    def of_part(self, whole: Counts) -> Counts:
        """Return the counts of the corpus with those of this training set."""
        train = {
            **whole["splits"]["train"],
            "documents": self.documents,
            "tokens": sum(length * count for length, count in self.lengths.items()),
            "entities": self.labels.total(),
            "without_entities": self.without_entities,
            "partly_annotated": self.partly,
            "without_annotation": self.unannotated,
            "labels": dict(sorted(self.labels.items())),
        }
        found: Counts = {
            **whole,
            "splits": {**whole["splits"], "train": train},  # type: ignore[dict-item]
            "lengths": by_number(self.lengths.items()),
            "span_lengths": by_number(self.span_lengths.items()),
        }
        return found


def by_number(counts: Iterable[tuple[int, int]]) -> dict[str, int]:
    """Return counts in the order of what was counted, with keys as JSON has them."""
    return {str(number): count for number, count in sorted(counts)}
