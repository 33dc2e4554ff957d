"""Entities are replaced by others of the same label, and everything else stays as it was."""

import random
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Corpus, Example

from scripts.training.replace_entities import is_replaceable, names_in, replace_entities, replaced

NLP = spacy.blank("en")
TEXTS = [
    ("Ada Okafor joined Acme.", [(0, 10, "PERSON"), (18, 22, "ORG")]),
    ("It was Bo, of Mill & Sons.", [(7, 9, "PERSON"), (14, 25, "ORG")]),
    ("Nobody came.", []),
]


def doc_of(text: str, entities: list[tuple[int, int, str]]) -> Doc:
    """Return a Doc that is completely annotated."""
    doc = NLP.make_doc(text)
    doc.set_ents([doc.char_span(*entity) for entity in entities], default="outside")
    return doc


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A corpus of the texts."""
    DocBin(docs=[doc_of(*text) for text in TEXTS]).to_disk(tmp_path / "train.spacy")
    return tmp_path / "train.spacy"


def augmented(path: Path, level: float) -> list[Example]:
    """Return the examples of a corpus that spaCy reads with our augmenter."""
    random.seed(0)
    return list(Corpus(path, augmenter=replace_entities(level, path))(NLP))


def test_each_document_stays_and_its_copy_has_names_of_the_same_labels(path):
    found = augmented(path, 1.0)
    assert len(found) == 5  # the text without entities has no copy
    assert [found[n].text for n in (0, 2, 4)] == [text for text, _ in TEXTS]
    names = {"PERSON": {"Ada Okafor", "Bo"}, "ORG": {"Acme", "Mill & Sons"}}
    for example in found:
        assert example.predicted.text == example.reference.text
        assert example.reference.has_annotation("ENT_IOB", require_complete=True)
        for entity in example.reference.ents:
            assert entity.text in names[entity.label_]


def test_level_is_the_share_of_documents_that_get_a_copy(path):
    assert len(augmented(path, 0.0)) == 3
    more = [len(augmented(path, 0.5)) for _ in range(2)]
    assert more[0] == more[1]  # the seed decides


def test_document_that_is_not_completely_annotated_gets_no_copy():
    doc = doc_of(*TEXTS[0])
    assert is_replaceable(doc)
    partly = NLP.make_doc(TEXTS[0][0])
    partly.set_ents([partly[0:2]], missing=[partly[3:4]], default="outside")
    assert not is_replaceable(partly)
    doc.spans["incorrect_spans"] = [Span(doc, 2, 3, "ORG")]
    assert not is_replaceable(doc)


def test_label_without_names_keeps_its_entity():
    assert replaced(doc_of(*TEXTS[0]), {}).text == TEXTS[0][0]


WORDS = st.tuples(st.sampled_from(["ab", "c", "—", "def"]), st.booleans(), st.sampled_from("OAB"))


@settings(max_examples=30)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=4))
def test_text_around_the_entities_and_their_labels_stay(rows):
    docs = []
    for row in rows:
        words, spaces, tags = (list(column) for column in zip(*row, strict=True))
        doc = Doc(NLP.vocab, words=words, spaces=spaces)
        entities = [Span(doc, n, n + 1, tag) for n, tag in enumerate(tags) if tag != "O"]
        doc.set_ents(entities, default="outside")
        docs.append(doc)
    names = names_in(docs)
    known = {entity.text for doc in docs for entity in doc.ents}
    for doc in docs:
        copy = replaced(doc, names)
        assert [entity.label_ for entity in copy.ents] == [entity.label_ for entity in doc.ents]
        assert {entity.text for entity in copy.ents} <= known
        assert [t.text_with_ws for t in copy if not t.ent_type] == [
            t.text_with_ws for t in doc if not t.ent_type
        ]
        for one, other in zip(copy.ents, doc.ents, strict=True):
            assert one[-1].whitespace_ == other[-1].whitespace_


def test_copy_of_a_document_with_the_tokens_of_its_file_has_such_tokens(tmp_path):
    made = Doc(NLP.vocab, words=["Acme-based", "firms"], spaces=[True, False])
    made.has_unknown_spaces = True
    made.set_ents([Span(made, 0, 1, label="ORG")], default="outside")
    DocBin(docs=[made]).to_disk(tmp_path / "train.spacy")
    _, copy = augmented(tmp_path / "train.spacy", 1.0)
    assert [token.text for token in copy.predicted] == ["Acme-based", "firms"]
