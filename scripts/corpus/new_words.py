"""Forget the words of the texts that a pipeline has read.

spaCy's `nlp.memory_zone` frees the words of the texts that are read inside of it, but not their places
in two tables of the vocabulary: some 30 bytes for each new word, for as long as the program runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from spacy.language import Language
from spacy.vocab import Vocab

WORDS = 100_000  # whose places are kept at most; making the tables anew takes about a tenth of a second
LARGE = ("vectors", "lookups")  # what else a vocabulary has, which stays as it is


@contextmanager
def forgetting(nlp: Language) -> Iterator[None]:
    """Forget what is read in this block; no Doc of it may be used afterwards."""
    with nlp.memory_zone():
        yield
    if len(nlp.vocab) > WORDS:
        clear_tables(nlp.vocab)


def clear_tables(vocab: Vocab) -> None:
    """Make the tables of strings and words of a vocabulary anew, with the strings that stay.

    Words are looked up again when they occur. The tokenizer keeps those that it has in its own cache.
    `from_bytes` would put another function for normal forms around the one that is there.
    """
    getters = dict(vocab.lex_attr_getters)  # type: ignore[attr-defined]
    vocab.from_bytes(vocab.to_bytes(exclude=LARGE), exclude=LARGE)
    vocab.lex_attr_getters.update(getters)  # type: ignore[attr-defined]
