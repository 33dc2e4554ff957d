"""The pipeline of conversion: it leaves out what words do not need; its tokens are those of spaCy."""

import json
from collections.abc import Callable

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from scripts.conversion.making import loaded

HARD = "Dr. O'Neill can't pay £3.50/h, see http://a.example/?q=1 :-) or a@b.example... 10km!\n\n U.K."
PIECES = st.sampled_from(
    [*HARD.split(" "), "\u00a0", "\u200b", "e\u0301", "don't", "(a)", "\t", "\U0001f600"]
)


def block(lang: str) -> str:
    """Return the [nlp] block of a language, as the pipeline of conversion is asked for."""
    return json.dumps(dict(spacy.blank(lang).config["nlp"]))


ENGLISH = spacy.blank("en")
ENGLISH_BLOCK = block("en")


@given(text=st.one_of(st.text(), st.lists(PIECES).map(" ".join)))
def test_tokens_are_those_of_spacy(text: str) -> None:
    ours = loaded(ENGLISH_BLOCK).make_doc(text)
    theirs = ENGLISH.make_doc(text)
    assert [(t.text, t.whitespace_) for t in ours] == [(t.text, t.whitespace_) for t in theirs]


@pytest.mark.parametrize("lang", ["de", "fr", "ru", "tr", "xx"])
def test_tokens_of_other_languages(lang: str) -> None:
    nlp = loaded(block(lang))
    assert [t.text for t in nlp.make_doc(HARD)] == [t.text for t in spacy.blank(lang).make_doc(HARD)]
    assert nlp.vocab.lang == lang


def test_tokenizer_that_asks_for_flags_gets_them() -> None:
    @spacy.registry.tokenizers("without_numbers.test")
    def create() -> Callable[[Language], Callable[[str], Doc]]:
        def made(nlp: Language) -> Callable[[str], Doc]:
            def tokens(text: str) -> Doc:
                kept = [word for word in text.split() if not nlp.vocab[word].like_num]
                return Doc(nlp.vocab, words=kept)

            return tokens

        return made

    config = dict(spacy.blank("en").config["nlp"]) | {
        "tokenizer": {"@tokenizers": "without_numbers.test"}
    }
    doc = loaded(json.dumps(config)).make_doc("Ada has 3 cats")
    assert [token.text for token in doc] == ["Ada", "has", "cats"]
