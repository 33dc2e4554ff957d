"""Words of the texts that were read leave nothing behind, and nothing else changes."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
import spacy
from spacy.language import Language

from scripts.corpus import new_words
from scripts.corpus.new_words import forgetting


@pytest.fixture
def nlp(monkeypatch: pytest.MonkeyPatch) -> Language:
    """Return a pipeline with a pattern, a normal form, a vector and an abbreviation."""
    monkeypatch.setattr(new_words, "WORDS", 500)
    pipeline = spacy.blank("en")
    pipeline.vocab.lookups.add_table("lexeme_norm", {"colour": "color"})
    pipeline.vocab.from_bytes(pipeline.vocab.to_bytes())  # as a pipeline that is loaded
    pipeline.vocab.reset_vectors(width=2)
    pipeline.vocab.set_vector("Acme", [1.0, 2.0])
    ruler = pipeline.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "ORG", "pattern": "Acme Corp"}, {"label": "ORG", "pattern": "Zeta"}])
    return pipeline


TEXT = "Mr. Smith left acme corp. for Zeta's colour department in St. Louis; Acme didn't mind."


def seen(nlp: Language) -> list[tuple[object, ...]]:
    """Return what the pipeline makes of a text."""
    with nlp.memory_zone():
        return [
            (token.text, token.norm_, token.shape_, token.ent_type_, tuple(token.vector.tolist()))
            for token in nlp(TEXT)
        ]


def texts() -> Iterator[list[str]]:
    """Yield texts of words that occur once each, in groups."""
    for group in range(30):
        yield [f"word{group}a{number} Name{group}b{number}" for number in range(50)]


def test_the_tables_stay_small_and_the_pipeline_the_same(nlp: Language) -> None:
    before, strings = seen(nlp), set(nlp.vocab.strings)
    sizes = []
    for group in texts():
        with forgetting(nlp):
            assert [doc.text for doc in nlp.pipe(group)] == group
        sizes.append(len(nlp.vocab))
    assert max(sizes) <= 500
    assert any(after < size for size, after in pairwise(sizes))
    assert set(nlp.vocab.strings) == strings
    assert seen(nlp) == before
    assert any(label == "ORG" for *_, label, _ in before)
    assert ("colour", "color") in [row[:2] for row in before]


def test_normal_forms_are_not_wrapped_again(nlp: Language) -> None:
    getters = dict(nlp.vocab.lex_attr_getters)
    for _ in range(3):
        new_words.clear_tables(nlp.vocab)
    assert dict(nlp.vocab.lex_attr_getters) == getters


def test_without_many_words_nothing_is_made_anew(nlp: Language) -> None:
    with forgetting(nlp):
        nlp("A few words")
    assert len(nlp.vocab) >= 3


def test_an_error_inside_is_raised(nlp: Language) -> None:
    with pytest.raises(RuntimeError, match="of the block"), forgetting(nlp):
        raise RuntimeError("of the block")
    assert seen(nlp)
