"""Forget the words of the texts that a pipeline has read.

spaCy's `nlp.memory_zone` frees the words of the texts that are read inside of it, but not their places
in two tables of the vocabulary: some 30 bytes for each new word, for as long as the program runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from spacy.language import Language
from spacy.vocab import Vocab

WORDS = 500_000  # that are made, again and again if they are forgotten, until the tables are cleared
LARGE = ("vectors", "lookups")  # what else a vocabulary has, which stays as it is


@contextmanager
def forgetting(nlp: Language) -> Iterator[None]:
    """Forget what is read in this block; no Doc of it may be used afterwards."""
    with nlp.memory_zone():
        yield
    # The time that clearing takes grows with the strings that stay: seconds for a million of them.
    if len(nlp.vocab) > max(WORDS, 2 * len(nlp.vocab.strings)):
        clear_tables(nlp.vocab)


def clear_tables(vocab: Vocab) -> None:
    """Make the tables of strings and words of a vocabulary anew, with the strings that stay.

    Words are made again when they occur; the tokenizer keeps those that it has in its own cache. An
    attribute that was set on a word by hand is lost (`nlp.vocab["x"].is_stop = True`), as spaCy doesn't
    save it with a pipeline either. `from_bytes` would put another function for normal forms around the
    one that is there.
    """
    getters = dict(vocab.lex_attr_getters)  # type: ignore[attr-defined]
    vocab.from_bytes(vocab.to_bytes(exclude=LARGE), exclude=LARGE)
    vocab.lex_attr_getters.update(getters)  # type: ignore[attr-defined]
