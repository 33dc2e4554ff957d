"""`fast_ner` predicts what `ner` predicts, whatever the documents and the weights."""

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import fix_random_seed

from scripts.training.fast_ner import FastEntityRecognizer
from tests.pipelines import update

LABELS = ("CITY", "PERSON")
WORDS = ("Ada", "in", "Paris", "\n", " ", "Lovelace", ".")


def pipeline(**changes: object) -> Language:
    """Return a pipeline with a small `fast_ner`. changes: of its model."""
    tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 8, "depth": 1, "embed_size": 50}
    tok2vec |= {
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": True,
        "pretrained_vectors": None,
    }
    model = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "nO": None}
    model |= {"extra_state_tokens": False, "hidden_width": 6, "maxout_pieces": 2, "use_upper": True}
    nlp = spacy.blank("en")
    pipe = nlp.add_pipe(
        "fast_ner", name="ner", config={"model": {**model, "tok2vec": tok2vec, **changes}}
    )
    for label in LABELS:
        pipe.add_label(label)
    doc = Doc(nlp.vocab, words=["Ada", "Lovelace", "in", "Paris"])
    doc.set_ents([Span(doc, 0, 2, "PERSON"), Span(doc, 3, 4, "CITY")])
    nlp.initialize(lambda: [Example(Doc(nlp.vocab, words=[t.text for t in doc]), doc)])
    return nlp


def randomized(nlp: Language, seed: int) -> FastEntityRecognizer:
    """Return the component with random weights in place of the last layer's, which begin as zeros."""
    pipe = nlp.get_pipe("ner")
    random = np.random.default_rng(seed)
    for layer, names in (("upper", "Wb"), ("lower", ("b", "pad"))):
        node = pipe.model.get_ref(layer)
        for name in names:
            shape = node.get_param(name).shape
            node.set_param(name, random.normal(size=shape).astype("float32"))
    return pipe


def took_the_short_way(pipe, docs) -> bool:
    """Say so. A wheel that another test loads brings a class Found of its own."""
    return type(pipe.predict(docs)).__name__ == "Found"


def found_by(predict, set_annotations, docs):
    """Return what a component marks in copies of some docs."""
    copies = [doc.copy() for doc in docs]
    set_annotations(copies, predict(copies))
    return [[(t.ent_iob_, t.ent_type_) for t in doc] for doc in copies]


def both(pipe, docs):
    """Return what `fast_ner` and what `ner` marks."""
    fast = found_by(pipe.predict, pipe.set_annotations, docs)
    slow = found_by(
        lambda docs: EntityRecognizer.predict(pipe, docs),
        lambda docs, states: EntityRecognizer.set_annotations(pipe, docs, states),
        docs,
    )
    return fast, slow


@st.composite
def documents(draw):
    """Return the words of a document, and for each whether a sentence starts there: None, yes or no."""
    words = draw(st.lists(st.sampled_from(WORDS), max_size=12))
    starts = st.sampled_from([None, None, None, True, False])
    return words, draw(st.lists(starts, min_size=len(words), max_size=len(words)))


@pytest.mark.parametrize("pieces", [1, 2])
def test_predicts_what_ner_predicts(pieces):
    nlp = pipeline(maxout_pieces=pieces)
    marked = set()

    def check(drawn, seed):
        pipe = randomized(nlp, seed)
        docs = [Doc(nlp.vocab, words=words, sent_starts=starts) for words, starts in drawn]
        fast, slow = both(pipe, docs)
        assert fast == slow
        marked.update(mark for doc in fast for mark in doc)

    given(st.lists(documents(), min_size=1, max_size=5), st.integers(0, 1000))(check)()
    for seed in range(20):  # so that each mark is there, whatever was drawn
        check([(WORDS, [None] * len(WORDS))], seed)
    assert {(iob, label) for iob in "BI" for label in LABELS} <= marked


def test_the_short_way_is_taken():
    nlp = pipeline()
    assert took_the_short_way(nlp.get_pipe("ner"), [nlp.make_doc("Ada in Paris")])
    assert took_the_short_way(nlp.get_pipe("ner"), nlp.make_doc("Ada in Paris"))


@pytest.mark.parametrize("changes", [{"use_upper": False}, {"extra_state_tokens": True}])
def test_model_of_another_kind_is_left_to_ner(changes):
    nlp = pipeline(**changes)
    pipe = nlp.get_pipe("ner")
    docs = [nlp.make_doc("Ada Lovelace in Paris")]
    assert not took_the_short_way(pipe, docs)
    fast, slow = both(pipe, docs)
    assert fast == slow


def test_entities_that_are_there_already_are_kept():
    nlp = pipeline()
    pipe = randomized(nlp, 1)
    docs = [Doc(nlp.vocab, words=list(WORDS)) for _ in range(2)]
    docs[0].set_ents([Span(docs[0], 1, 3, "OTHER")], default="missing")
    fast, slow = both(pipe, docs)
    assert fast == slow
    assert [token[1] for token in fast[0][1:3]] == ["OTHER", "OTHER"]


def test_documents_without_tokens():
    nlp = pipeline()
    assert [doc.ents for doc in nlp.pipe(["", ""])] == [(), ()]
    assert len(list(nlp.pipe(["", "Ada in Paris", ""]))) == 3


def test_it_learns_and_is_saved_as_ner_is(tmp_path):
    nlp = pipeline()
    gold = [nlp.make_doc("Ada Lovelace was in Paris"), nlp.make_doc("She saw Ada")]
    gold[0].set_ents([gold[0].char_span(0, 12, "PERSON"), gold[0].char_span(20, 25, "CITY")])
    gold[1].set_ents([gold[1].char_span(8, 11, "PERSON")])
    fix_random_seed(0)
    update(nlp, gold, 300)
    expected = [[(e.text, e.label_) for e in doc.ents] for doc in gold]
    nlp.to_disk(tmp_path)
    for trained in (nlp, spacy.load(tmp_path)):
        assert [[(e.text, e.label_) for e in trained(doc.text).ents] for doc in gold] == expected
    config = nlp.config
    config["components"]["ner"]["factory"] = "ner"
    same = type(nlp).from_config(config).from_disk(tmp_path)
    assert [[(e.text, e.label_) for e in same(doc.text).ents] for doc in gold] == expected
