"""One pass over the Docs of a corpus: labels, entities, edges and lengths, with where each was seen.

In: Docs, split by split. Out: a `CorpusStatistics`, from which the findings are drawn.
"""

import heapq
from array import array
from collections import defaultdict
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from scripts.corpus.docs import SOURCE, source_of
from scripts.corpus.marks import gold
from scripts.quality.finding import Occurrences

SEVERAL = " + "  # between the labels of one span that has several
LONGEST = 100  # of the longest documents, how many are remembered by name


@dataclass(slots=True)
class EntityName:
    """Words that are an entity somewhere: their tokens, where they have each label, and where none.

    labels: a place where the words have several labels counts under these labels together.
    quotable: whether they are an entity outside the test set, so that a message may quote them.
    """

    words: tuple[str, ...]
    quotable: bool = False
    labels: dict[str, Occurrences] = field(default_factory=lambda: defaultdict(Occurrences))
    unlabelled: Occurrences = field(default_factory=Occurrences)

    @property
    def labelled(self) -> int:
        """How often the words are an entity."""
        return sum(places.count for places in self.labels.values())


@dataclass(slots=True)
class CorpusStatistics:
    """What one pass over a corpus saw; words of the test set are for comparing, not for showing.

    key: of the spans in `doc.spans` that count as entities, None for `doc.ents`.
    documents: by split. groups: by name and split, the documents of a group.
    labels: by label and split, the documents with it (counted once for each entity).
    edges: entities that begin or end in white space or punctuation, by their first or last token.
    lengths: tokens of every document; longest: the longest of them, with their names.
    """

    key: str | None = None
    documents: dict[str, Occurrences] = field(default_factory=lambda: defaultdict(Occurrences))
    groups: dict[str, dict[str, Occurrences]] = field(default_factory=lambda: defaultdict(dict))
    labels: dict[str, dict[str, Occurrences]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[str, EntityName] = field(default_factory=dict)
    edges: dict[str, Occurrences] = field(default_factory=lambda: defaultdict(Occurrences))
    lengths: "array[int]" = field(default_factory=lambda: array("L"))
    longest: list[tuple[int, str]] = field(default_factory=list)

    def add(self, doc: Doc, split: str) -> None:
        """Take in one Doc. Raises ValueError when it lacks the key."""
        source = source_of(doc)
        self.documents[split].add(source)
        if group := doc.user_data[SOURCE].get("group"):
            self.groups[group].setdefault(split, Occurrences()).add(source)
        self.lengths.append(len(doc))
        heapq.heappush(self.longest, (len(doc), source))
        if len(self.longest) > LONGEST:
            heapq.heappop(self.longest)
        labels: dict[tuple[int, int], set[str]] = defaultdict(set)
        for ent in gold(doc, self.key):
            self.labels[ent.label_].setdefault(split, Occurrences()).add(source)
            labels[ent.start, ent.end].add(ent.label_)
            outer = (token for token in (ent[0], ent[-1]) if token.is_punct or token.is_space)
            for edge in {token.text for token in outer}:
                words = "" if split == "test" else f": {ent.label_} {ent.text!r}"
                self.edges[edge].add(f"{source}{words}")
        for (start, end), several in labels.items():
            self._add_name(doc[start:end], SEVERAL.join(sorted(several)), split, source)

    def _add_name(self, ent: Span, label: str, split: str, source: str) -> None:
        name = self.names.get(ent.text)
        if name is None:
            words = tuple(token.text for token in ent)
            name = self.names.setdefault(ent.text, EntityName(words))
        name.quotable |= split != "test"
        name.labels[label].add(source)

    @property
    def median_length(self) -> int:
        """The median number of tokens of a document."""
        return sorted(self.lengths)[len(self.lengths) // 2] if self.lengths else 0
