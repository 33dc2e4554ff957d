"""A reader of two corpora: the training set, and texts that `teach` has annotated.

In: both corpora. Out: in each pass over the training set, all of its documents and a random sample of
the others, shuffled. With `max_epochs = -1` each pass has another sample, and memory is flat.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Corpus, Example
from spacy.training.augment import dont_augment
from spacy.training.corpus import walk_corpus
from spacy.util import registry

Augmenter = Callable[[Language, Example], Iterator[Example]]
Reader = Callable[[Language], Iterator[Example]]


@registry.readers("ner_template.GoldAndSilver.v1")
def gold_and_silver(
    path: Path | None,
    gold_preproc: bool,
    max_length: int = 0,
    limit: int = 0,
    augmenter: Augmenter | None = None,
    silver: str = "corpus/silver.spacy",
    ratio: float = 1.0,
    shuffled: int = 5000,
) -> Reader:
    """Return a reader of the training set and of a sample of the silver documents.

    path, gold_preproc, max_length, limit, augmenter: of the training set, as in spacy.Corpus.v1.
    gold_preproc and max_length apply to the silver documents, too. silver: a corpus that `teach` wrote.
    ratio: how many silver documents each pass has for each document of the training set. shuffled: how
    many documents are held in memory to shuffle them. Training sets the seed of Python's random numbers.
    Raises ValueError without a path.
    """
    if path is None:
        raise ValueError("GoldAndSilver needs the path of the training set")
    gold = Corpus(
        path,
        gold_preproc=gold_preproc,
        max_length=max_length,
        limit=limit,
        augmenter=augmenter or dont_augment,
    )
    others = Corpus(silver, gold_preproc=gold_preproc, max_length=max_length)

    def read(nlp: Language) -> Iterator[Example]:
        documents, there = size_of(gold), size_of(others)
        wanted = min(round(ratio * documents), there)
        chosen = set(random.sample(range(there), wanted))
        docs = others.read_docbin(nlp.vocab, walk_corpus(others.path, ".spacy"))
        sample = (doc for place, doc in enumerate(docs) if place in chosen)
        make = others.make_examples_gold_preproc if gold_preproc else others.make_examples
        mixed = interleaved(gold(nlp), make(nlp, sample), documents, wanted)
        yield from in_random_order(mixed, shuffled)

    return read


def size_of(corpus: Corpus) -> int:
    """Return how many documents a corpus has; spaCy reads none without tokens."""
    files = walk_corpus(corpus.path, ".spacy")
    there = sum(sum(len(tokens) > 0 for tokens in DocBin().from_disk(path).tokens) for path in files)
    return min(there, corpus.limit) if corpus.limit else there


def interleaved(
    gold: Iterable[Example], silver: Iterable[Example], golden: int, silvery: int
) -> Iterator[Example]:
    """Yield the examples of two streams, those of the second one spread among those of the first.

    golden, silvery: about how many examples the streams have.
    """
    first, second = iter(gold), iter(silver)
    share = silvery / max(1, golden + silvery)
    while True:
        is_silver = random.random() < share  # noqa: S311 (no cryptography)
        stream, other = (second, first) if is_silver else (first, second)
        example = next(stream, None)
        if example is None:
            yield from other
            return
        yield example


def in_random_order(examples: Iterable[Example], held: int) -> Iterator[Example]:
    """Yield examples, so many of them in random order at a time."""
    stream = iter(examples)
    while part := list(islice(stream, max(1, held))):
        random.shuffle(part)
        yield from part
