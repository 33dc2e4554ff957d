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
    for group in range(60):
        yield [f"word{group}a{number} Name{group}b{number}" for number in range(50)]


def test_the_tables_stay_small_and_the_pipeline_the_same(nlp: Language) -> None:
    before, alive = seen(nlp), nlp(TEXT)  # the latter outside of any block
    strings = set(nlp.vocab.strings)
    sizes = []
    for group in texts():
        with forgetting(nlp):
            assert [doc.text for doc in nlp.pipe(group)] == group
        sizes.append(len(nlp.vocab))
    words = 60 * 50 * 2
    assert words > max(sizes) * 2  # far more words were read than there are places in the end
    assert sum(after < size for size, after in pairwise(sizes)) >= 2
    assert set(nlp.vocab.strings) == strings
    assert seen(nlp) == before
    assert [(token.text, token.norm_, token.ent_type_) for token in alive] == [
        (text, norm, label) for text, norm, _, label, _ in before
    ]
    assert any(label == "ORG" for *_, label, _ in before)
    assert ("colour", "color") in [row[:2] for row in before]


def test_normal_forms_are_not_wrapped_again(nlp: Language) -> None:
    getters = dict(nlp.vocab.lex_attr_getters)
    for _ in range(3):
        new_words.clear_tables(nlp.vocab)
    assert dict(nlp.vocab.lex_attr_getters) == getters


def test_tables_with_many_strings_that_stay_are_cleared_less_often(nlp: Language) -> None:
    """Clearing takes longer there."""
    for number in range(5000):
        nlp.vocab.strings.add(f"stays{number}")
    for group in texts():
        with forgetting(nlp):
            list(nlp.pipe(group))
    assert len(nlp.vocab) > 6000  # nothing was cleared


def test_an_error_inside_is_raised(nlp: Language) -> None:
    with pytest.raises(RuntimeError, match="of the block"), forgetting(nlp):
        raise RuntimeError("of the block")
    assert seen(nlp)
