"""A Doc of the corpus as an annotated text: what was known of it, and nothing more."""

import pytest
import spacy
from spacy.tokens import Span

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.corpus.annotated import annotated
from scripts.corpus.docs import SOURCE

TEXT = "🙂 Ada met\n李雷 ."
ADA = (1, 2, "PERSON")


def doc_of(ents=(), *, default="outside", missing=(), wrong=None, spans=None):
    """Return a Doc with its source, entities as (first token, token after the last, label)."""
    doc = spacy.blank("en")(TEXT)
    doc.user_data[SOURCE] = {
        "file": "a",
        "place": "b",
        "id": "7",
        "group": "g",
        "meta": {"kind": "mail"},
    }
    found = [Span(doc, *ent) for ent in ents]
    doc.set_ents(found, missing=[doc[i : i + 1] for i in missing], default=default)
    if wrong is not None:
        doc.spans["incorrect_spans"] = [Span(doc, *span) for span in wrong]
    if spans is not None:
        doc.spans["sc"] = [Span(doc, *span) for span in spans]
    return doc


def test_text_tokens_and_source_are_those_of_the_doc():
    record = annotated(doc_of([ADA]), "dev")
    assert record == AnnotatedText(
        text=TEXT,
        spans=(CharSpan(2, 5, "PERSON"),),
        file="a",
        place="b",
        id="7",
        group="g",
        split="dev",
        annotated=True,
        tokens=record.tokens,
        meta={"kind": "mail"},
    )
    assert [TEXT[start:end] for start, end in record.tokens or ()] == [t.text for t in doc_of()]


def test_unknown_tokens_are_missing_ranges():
    record = annotated(doc_of([ADA], missing=(2, 3)), "dev")
    assert [TEXT[start:end] for start, end in record.missing] == ["met\n"]
    assert record.exhaustive


def test_text_of_which_only_the_entities_are_known_is_not_exhaustive():
    record = annotated(doc_of([ADA], default="missing", wrong=[(2, 3, "ORG")]), "dev")
    assert (record.exhaustive, record.missing) == (False, ())
    assert record.wrong == (CharSpan(6, 9, "ORG"),)


def test_text_that_is_all_entity_is_exhaustive():
    assert annotated(doc_of([(0, 6, "PERSON")]), "dev").exhaustive


def test_spans_of_a_key_come_once_each_in_the_order_of_the_text():
    spans = [(1, 3, "B"), ADA, ADA, (0, 1, "A")]
    record = annotated(doc_of([ADA], spans=spans), "dev", "sc")
    assert record.spans == (CharSpan(0, 1, "A"), CharSpan(2, 5, "PERSON"), CharSpan(2, 9, "B"))


def test_key_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match=r"leave spans_key in .* empty"):
        annotated(doc_of([ADA]), "dev", "sc")
