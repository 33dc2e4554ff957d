"""What takes a tokenizer very long: thousands of signs without a space between them.

spaCy's tokenizer looks for punctuation at both ends of what is between two spaces, takes off a sign and
looks again at the rest. A hundred thousand brackets would take about ten minutes, and nothing can stop
it then.
"""

from spacy.language import Language
from spacy.tokenizer import Tokenizer


def takes_signs_off(nlp: Language) -> bool:
    """Say whether a pipeline has that tokenizer; it has another one for Chinese, for example."""
    return isinstance(nlp.tokenizer, Tokenizer)


def has_more_signs(text: str, most: int) -> bool:
    """Say whether a text has more signs than that without a space between them.

    A sign is what is neither a letter nor a digit.
    """
    if len(text) <= most:
        return False
    return any(len(word) > most and signs_in(word) > most for word in text.split())


def signs_in(word: str) -> int:
    """Return how many signs there are."""
    return len(word) - sum(map(str.isalnum, word))
