"""Mentions without offsets: placed where that is clear, and else counted."""

import pytest
import spacy

from scripts.annotation.text import AnnotatedText, UnlocatedEntity
from scripts.conversion.locating import in_text

NLP = spacy.blank("en")


def located(text, mentions, policy="unique"):
    """Return (mention, label) of the spans found, what became of the others, and the unknown areas."""
    record = AnnotatedText(text, (), "f", "1", unlocated=tuple(UnlocatedEntity(*m) for m in mentions))
    found, changes = in_text(record, NLP.make_doc(text), policy)
    spans = [(text[span.start : span.end], span.start, span.label) for span in found.spans]
    return spans, [(change.mention, change.outcome) for change in changes], found.missing


def test_mention_that_stands_once_is_found():
    assert located("Ada met Li.", [("Li", "PER")]) == ([("Li", 8, "PER")], [], ())


def test_mention_named_as_often_as_it_stands_is_found():
    assert located("Ada met Ada.", [("Ada", "A"), ("Ada", "B")])[0] == [("Ada", 0, "A"), ("Ada", 8, "B")]


@pytest.mark.parametrize(("quoted", "start"), [("new  york", 3), ("NEW\nYORK", 3)])
def test_case_and_white_space_come_after_the_exact_match(quoted, start):
    assert located("In New York.", [(quoted, "GPE")])[0] == [("New York", start, "GPE")]


def test_mention_inside_of_a_token_is_not_found():
    assert located("Adam left.", [("Ada", "PER")]) == ([], [("Ada", "not_found")], ())


def test_mention_that_stands_several_times_is_ambiguous_and_its_places_unknown():
    spans, changes, missing = located("Ada met Ada.", [("Ada", "PER")])
    assert (spans, changes, missing) == ([], [("Ada", "ambiguous")], ((0, 3), (8, 11)))


@pytest.mark.parametrize(("policy", "starts"), [("next", [0]), ("all", [0, 8])])
def test_policy_takes_the_next_place_or_every_one(policy, starts):
    assert [start for _, start, _ in located("Ada met Ada.", [("Ada", "PER")], policy)[0]] == starts
