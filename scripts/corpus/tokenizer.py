"""The tokenizer of the config that will be trained, and no other.

In: the config's [nlp] block. Out: a blank pipeline that makes Docs as the trained one will.
"""

import re
from typing import Any

from spacy.language import Language
from spacy.util import load_model_from_config

# What a language needs beyond spaCy, under the names that pip knows, by spaCy's own documentation
# (https://spacy.io/usage/models#languages).
PACKAGES = {
    "ja": ("sudachipy", "sudachidict-core"),
    "th": ("pythainlp",),
    "vi": ("pyvi",),
    "zh": ("jieba", "spacy-pkuseg"),
}
# MeCab and its Korean dictionary are no Python packages, so that no command of pip's is enough.
# spaCy's own Korean pipelines (ko_core_news_sm and others) have the tokenizer that is advised here.
KOREAN = (
    'set lang = "ko" in [nlp] of the config, and @tokenizers = "spacy.Tokenizer.v1" in its '
    "[nlp.tokenizer]; or install MeCab with its Korean dictionary (macOS: brew install mecab-ko "
    "mecab-ko-dic), then: python -m pip install natto-py"
)
# In spaCy's error E958, for a code such as eng: its own code of the language.
OTHER_CODE = re.compile(r"E958.* subclass \S+ \((\w+)\)")
PROBE = "1"  # a text that every tokenizer takes
CACHED = 1_000_000  # words between spaces that a tokenizer remembers; spaCy's 10,000 are soon reached


class LanguageError(ValueError):
    """Raised when a language's tokenizer can't be made; `hint` says what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


def blank_pipeline(nlp_block: dict[str, Any]) -> Language:
    """Return a pipeline without components that tokenises as the config says.

    nlp_block: the config's [nlp] section. Raises LanguageError for a language that spaCy does not
    have, or whose tokenizer needs a package that is not installed.
    """
    lang = nlp_block["lang"]
    try:
        nlp = load_model_from_config({"nlp": {**nlp_block, "pipeline": []}}, auto_fill=True)
        nlp.make_doc(PROBE)  # some tokenizers look for what they need no sooner
    except ImportError as error:
        said = " ".join(str(error).split())
        if "E048" in said:
            hint = "set vars.lang to a language code that spaCy supports, or to xx (https://spacy.io/usage/models)"
            raise LanguageError(f"spaCy doesn't support the language {lang!r}", hint) from None
        raise LanguageError(f"the tokenizer of {lang!r} needs a package: {said}", advice(lang)) from None
    except Exception as error:  # errors of a tokenizer's own, such as natto's when it finds no MeCab
        said = " ".join(str(error).split())
        if other := OTHER_CODE.search(said):
            hint = f"set vars.lang to {other[1]}"
            raise LanguageError(f"spaCy's code of this language is not {lang!r}", hint) from None
        raise LanguageError(f"the tokenizer of {lang!r} can't be used: {said}", advice(lang)) from error
    if hasattr(nlp.tokenizer, "max_cache_size"):  # spaCy's own has, which nearly every language uses
        nlp.tokenizer.max_cache_size = CACHED
    return nlp


def advice(lang: str) -> str:
    """Return what to install, or to write into the config, for the tokenizer of a language."""
    if lang == "ko":
        return KOREAN
    if packages := PACKAGES.get(lang):
        return f"python -m pip install {' '.join(packages)}"
    return "install the package that the message names, or set another [nlp.tokenizer] in the config"
