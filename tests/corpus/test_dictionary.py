"""What is learnt from train's Docs, counted by hand, and what the pipeline made of it marks."""

import sys

import pytest
import spacy
from spacy.tokens import Doc, Span

from scripts.corpus.dictionary import learn, ruler
from scripts.scoring.known import NONE, Known
from tests.corpora import record

NLP = spacy.blank("en")


def doc(marked: str, unknown: tuple[int, ...] = ()) -> Doc:
    """Return the Doc of a text with entities in brackets; `unknown` tokens have no annotation."""
    made = record(marked)
    found = NLP.make_doc(made["text"])
    spans = [found.char_span(span["start"], span["end"], span["label"]) for span in made["spans"]]
    found.set_ents(spans, missing=[found[at : at + 1] for at in unknown], default="outside")
    return found


def learnt(*docs: Doc) -> dict[str, dict[str, int]]:
    return learn(lambda: docs, lambda each: list(each.ents), NLP)[0].counts


def marks(counts: dict[str, dict[str, int]], text: str) -> list[tuple[str, str]]:
    """Return the entities that the dictionary of these counts finds in a text."""
    found = ruler(Known(counts), NLP, None, NLP.make_doc)(text)
    return [(ent.text, ent.label_) for ent in found.ents]


def test_mentions_are_counted_by_label_and_where_nothing_is_marked():
    found = learnt(
        doc("[May](DATE) came, and [May](PERSON) left; May I? I May."),
        doc("[New York](GPE) is not New York City."),
        doc("In [May](DATE)."),
    )
    assert found == {"May": {"DATE": 2, "PERSON": 1, NONE: 2}, "New York": {"GPE": 1, NONE: 1}}


def test_place_inside_of_another_mention_is_not_unlabelled():
    found = learnt(doc("[York](GPE) and [New York](GPE)."), doc("York is not new."))
    assert found == {"York": {"GPE": 1, NONE: 1}, "New York": {"GPE": 1}}


def test_unknown_tokens_are_not_unlabelled():
    found = learnt(doc("[New York](GPE) is far."), doc("New York and New York.", unknown=(1,)))
    assert found == {"New York": {"GPE": 1, NONE: 1}}


def test_place_with_other_spaces_counts_for_the_mention_whose_tokens_stand_there():
    found = learnt(doc("He ran [5km](LENGTH)."), doc("He ran 5 km."))
    assert found == {"5km": {"LENGTH": 1, NONE: 1}}


def test_overlapping_spans_are_all_learnt():
    made = NLP.make_doc("the new york times")
    made.spans["sc"] = [Span(made, 1, 3, label="GPE"), Span(made, 1, 4, label="ORG")]
    made.set_ents([], default="outside")
    found, make_name = learn(lambda: [made], lambda each: list(each.spans["sc"]), NLP)
    assert found.counts == {"new york": {"GPE": 1}, "new york times": {"ORG": 1}}
    read = ruler(found, NLP, "sc", make_name)("the new york times")
    marked = sorted((span.text, span.label_) for span in read.spans["sc"])
    assert marked == [("new york", "GPE"), ("new york times", "ORG")]


@pytest.mark.filterwarnings("ignore:.*W036")  # spaCy says that there are no patterns, which is so
def test_train_without_mentions_makes_a_dictionary_that_marks_nothing():
    assert learnt(doc("Nobody came.")) == {}
    assert marks({}, "Nobody came.") == []


def test_pipeline_marks_mentions_by_their_tokens_the_longest_first():
    counts = {"York": {"GPE": 1}, "New York": {"GPE": 2}, "New York Times": {"ORG": 1}}
    assert marks(counts, "The New York Times, Yorkshire, York") == [
        ("New York Times", "ORG"),
        ("York", "GPE"),
    ]


def test_pipeline_leaves_out_what_stands_more_often_without_a_label():
    assert marks({"May": {"DATE": 1, NONE: 2}, "Ada": {"PERSON": 1, NONE: 1}}, "May Ada") == [
        ("Ada", "PERSON")
    ]


def test_tokenizer_of_the_pipeline_is_used_where_that_of_its_language_cannot_be_made(monkeypatch):
    monkeypatch.setitem(sys.modules, "natto", None)  # which Korean's own needs
    tokenizer = {"@tokenizers": "spacy.Tokenizer.v1"}
    korean = spacy.blank("ko", config={"nlp": {"tokenizer": tokenizer}})
    found = ruler(Known({"서울": {"GPE": 1}}), korean, None, korean.make_doc)
    assert [(entity.text, entity.label_) for entity in found("서울 역").ents] == [("서울", "GPE")]
