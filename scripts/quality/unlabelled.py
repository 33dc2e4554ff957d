"""Mentions that are entities in some places and nothing in others.

In: a survey, and the Docs once more. Out: in the survey's mentions, where each is unlabelled.
"""

from collections.abc import Iterable

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from scripts.corpus.docs import source_of
from scripts.quality.statistics import Survey


class UnlabelledFinder:
    """Find the survey's mentions outside entities: the same tokens, letter by letter."""

    def __init__(self, survey: Survey, vocab: Vocab, least: int) -> None:
        """Prepare for mentions that are an entity at least `least` times (a stray one proves little)."""
        self.mentions = survey.mentions
        self.matcher = PhraseMatcher(vocab, attr="ORTH")
        for text, mention in self.mentions.items():
            if mention.labelled >= least:
                self.matcher.add(text, [Doc(vocab, words=list(mention.words))])

    def add(self, doc: Doc) -> None:
        """Note where a Doc has mentions that are known not to be entities there."""
        for text, start, end in self._matches(doc):
            if all(token.ent_iob_ == "O" for token in doc[start:end]):
                self.mentions[text].unlabelled.add(source_of(doc))

    def _matches(self, doc: Doc) -> Iterable[tuple[str, int, int]]:
        if len(self.matcher):
            for key, start, end in self.matcher(doc):
                yield doc.vocab.strings[key], start, end
