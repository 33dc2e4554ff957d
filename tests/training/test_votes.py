"""Votes on a text: what enough pipelines say is annotated, and what they disagree about is not."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from scripts.training.votes import annotate, vote_on

NLP = spacy.blank("en")
TEXT = "Ada Okafor joined Acme on Monday."
ADA, OKAFOR, BOTH = (0, 3, "PERSON"), (4, 10, "PERSON"), (0, 10, "PERSON")
ACME = (18, 22, "ORG")


def tags(agreement: float, *found: list[tuple[int, int, str]]) -> list[str]:
    """Return the annotation of each token: `PERSON`, `-` for outside, `?` for none."""
    doc = NLP.make_doc(TEXT)
    annotate(doc, [vote_on(doc, each) for each in found], agreement)
    return [token.ent_type_ or ("?" if token.ent_iob == 0 else "-") for token in doc]


def test_what_all_say_is_annotated_completely():
    assert tags(1.0, [BOTH, ACME], [ACME, BOTH]) == ["PERSON", "PERSON", "-", "ORG", "-", "-", "-"]


def test_single_teacher_decides_alone():
    assert tags(0.6, [ACME]) == ["-", "-", "-", "ORG", "-", "-", "-"]


def test_majority_decides_and_the_rest_is_ignored():
    found = tags(0.6, [BOTH], [BOTH, ACME], [BOTH])
    assert found == ["PERSON", "PERSON", "-", "-", "-", "-", "-"]


def test_tokens_about_which_they_disagree_are_left_unannotated():
    assert tags(0.6, [BOTH], [ADA], []) == ["?", "-", "-", "-", "-", "-", "-"]
    assert tags(0.6, [ACME], [(18, 22, "PERSON")]) == ["-", "-", "-", "?", "-", "-", "-"]
    assert tags(1.0, [BOTH, ACME], [BOTH]) == ["PERSON", "PERSON", "-", "?", "-", "-", "-"]


def test_other_border_than_that_of_the_majority_changes_nothing_inside_the_entity():
    assert tags(0.6, [BOTH], [BOTH], [OKAFOR])[:3] == ["PERSON", "PERSON", "-"]
    assert tags(0.6, [ADA], [ADA], [BOTH])[:3] == ["PERSON", "-", "-"]
    assert tags(0.7, [ADA], [ADA], [ADA], [BOTH], [BOTH])[:3] == ["?", "?", "-"]


def test_entity_that_cuts_a_token_is_a_vote_for_nothing():
    assert tags(0.6, [(0, 2, "PERSON")]) == ["?", "-", "-", "-", "-", "-", "-"]


@settings(max_examples=30)
@given(
    st.lists(st.lists(st.sampled_from(["O", "A", "B"]), min_size=8, max_size=8), min_size=1, max_size=5),
    st.floats(0.51, 1.0),
)
def test_annotation_is_never_what_most_deny(rows, agreement):
    doc = Doc(Vocab(), words=list("abcdefgh"), spaces=[True] * 8)
    entities = [[(2 * n, 2 * n + 1, tag) for n, tag in enumerate(row) if tag != "O"] for row in rows]
    annotate(doc, [vote_on(doc, row) for row in entities], agreement)
    for n, token in enumerate(doc):
        said = [row[n] for row in rows]
        decided = [tag for tag in "OAB" if said.count(tag) >= round(agreement * len(rows), 9)]
        expected = decided[0] if decided else "?"
        found = token.ent_type_ or ("?" if token.ent_iob == 0 else "O")
        assert found == expected


@pytest.mark.parametrize("count", [1, 2, 3])
def test_empty_text_has_no_annotation(count):
    doc = NLP.make_doc("")
    annotate(doc, [vote_on(doc, [])] * count, 0.6)
    assert not doc.ents
