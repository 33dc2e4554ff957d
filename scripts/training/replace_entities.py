"""Augmentation: copies of documents in which each entity is replaced by another one of the same label.

In: examples of the training set. Out: the same, and for a share of them a copy with other names, so that
a pipeline learns more from the context of a name and less from the name. The method is the "mention
replacement" of Dai and Adel (2020), "An Analysis of Simple Data Augmentation for Named Entity
Recognition".
"""

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Corpus, Example
from spacy.util import registry

from scripts.corpus.docs import unannotated

Augmenter = Callable[[Language, Example], Iterator[Example]]
Tokens = tuple[tuple[str, bool], ...]  # of a name: each word, and whether a space follows it
Names = dict[str, list[Tokens]]  # by label


@registry.augmenters("ner_template.replace_entities.v1")
def replace_entities(level: float, path: Path | None) -> Augmenter:
    """Return an augmenter that yields each example, and a copy with other names of some.

    level: the share of documents that get a copy. path: the corpus whose entities are the names.
    Documents that are not completely annotated get no copy, and neither do those without entities and
    those with spans. The choice is random; training sets the seed of Python's random numbers.
    Raises ValueError without a path.
    """
    if path is None:
        raise ValueError("replace_entities needs the path of a corpus with names")
    names: Names = {}

    def augment(nlp: Language, example: Example) -> Iterator[Example]:
        if not names:
            corpus = Corpus(path)
            names.update(names_in(eg.reference for eg in corpus(nlp)))
        yield example
        if random.random() < level and is_replaceable(example.reference):  # noqa: S311
            reference = replaced(example.reference, names)
            yield Example(unannotated(reference, nlp), reference)

    return augment


def names_in(docs: Iterable[Doc]) -> Names:
    """Return the different names in some documents by label, in the order in which they first occur."""
    found: dict[str, dict[Tokens, None]] = {}
    for doc in docs:
        for entity in doc.ents:
            found.setdefault(entity.label_, {})[tokens_of(entity)] = None
    return {label: list(names) for label, names in found.items()}


def tokens_of(entity: Span) -> Tokens:
    """Return the words of an entity; what follows the last one is no part of it."""
    *first, last = entity
    return (*((token.text, bool(token.whitespace_)) for token in first), (last.text, False))


def is_replaceable(doc: Doc) -> bool:
    """Say whether it is known of each token of a document whether it is in an entity, and some are."""
    complete = doc.has_annotation("ENT_IOB", require_complete=True)
    return bool(complete and doc.ents and not any(doc.spans.values()))


def replaced(doc: Doc, names: Names) -> Doc:
    """Return a copy of a document in which each entity is a random name of its label.

    The copy has nothing but words and entities. An entity whose label has no names stays as it is.
    """
    pieces: list[Tokens] = []
    entities: list[tuple[int, int, str]] = []
    length = end = 0
    for entity in doc.ents:
        before = words_of(doc[end : entity.start])
        known = names.get(entity.label_) or [tokens_of(entity)]
        *first, (word, _) = random.choice(known)  # noqa: S311
        name = (*first, (word, bool(entity[-1].whitespace_)))
        start = length + len(before)
        entities.append((start, start + len(name), entity.label_))
        pieces += [before, name]
        length, end = start + len(name), entity.end
    pieces.append(words_of(doc[end:]))
    words, spaces = zip(*chain.from_iterable(pieces), strict=True)
    copy = Doc(doc.vocab, words=list(words), spaces=list(spaces))
    copy.has_unknown_spaces = doc.has_unknown_spaces
    copy.set_ents([Span(copy, *place) for place in entities], default="outside")
    return copy


def words_of(span: Span) -> Tokens:
    """Return each word of a part of a document, and whether a space follows it."""
    return tuple((token.text, bool(token.whitespace_)) for token in span)
