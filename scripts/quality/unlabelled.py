"""Mentions that are entities in some places and nothing in others.

In: statistics of a corpus, and its Docs once more. Out: where each name in the former is
unlabelled.
"""

from collections.abc import Iterable

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from scripts.corpus.docs import source_of
from scripts.corpus.marks import OUTSIDE, marked_spans
from scripts.quality.statistics import CorpusStatistics


class UnlabelledFinder:
    """Find the names of a corpus outside entities: the same tokens, letter by letter."""

    def __init__(self, statistics: CorpusStatistics, vocab: Vocab, least: int) -> None:
        """Prepare for mentions that are an entity at least `least` times (a stray one proves little)."""
        self.names = statistics.names
        self.key = statistics.key
        self.matcher = PhraseMatcher(vocab, attr="ORTH")
        for text, name in self.names.items():
            if name.labelled >= least:
                self.matcher.add(text, [Doc(vocab, words=list(name.words))])

    def add(self, doc: Doc) -> None:
        """Note where a Doc has mentions that are known not to be entities there."""
        marked = {token.i for span in marked_spans(doc, self.key) for token in span}
        for text, start, end in self._matches(doc):
            if all(token.ent_iob == OUTSIDE and token.i not in marked for token in doc[start:end]):
                self.names[text].unlabelled.add(source_of(doc))

    def _matches(self, doc: Doc) -> Iterable[tuple[str, int, int]]:
        if len(self.matcher):
            for key, start, end in self.matcher(doc):
                yield doc.vocab.strings[key], start, end
