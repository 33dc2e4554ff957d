"""What takes a tokenizer long: many characters without a space between them.

spaCy's tokenizer looks for punctuation at both ends of what is between two spaces, takes off a character
and looks again: for a hundred thousand brackets, that takes ten minutes, and nothing can stop it.
"""

from spacy.language import Language
from spacy.tokenizer import Tokenizer


def splits_at_spaces(nlp: Language) -> bool:
    """Say whether a pipeline has that tokenizer; languages that have no spaces have others."""
    return isinstance(nlp.tokenizer, Tokenizer)


def has_longer_word(text: str, most: int) -> bool:
    """Say whether a text has more than so many characters without a space between them."""
    return len(text) > most and any(len(word) > most for word in text.split())
