"""Pipelines that are asked: what they find for certain, and what else a beam search considers."""

import pytest
import spacy

from scripts.training.committee import shares_of
from tests.corpora import make_corpus
from tests.pipelines import all_spans, fixed, trained

TRAIN = ["[Ada](PERSON) left [Acme](ORG).", "Nobody came.", "[Bo](PERSON) saw [Ada](PERSON)."]


@pytest.fixture(scope="module")
def ner(tmp_path_factory):
    """A pipeline with `ner` that was trained for a moment."""
    folder = tmp_path_factory.mktemp("project")
    corpus = make_corpus(folder, train=TRAIN, dev=["[Bo](PERSON) left."], test=["[Cy](PERSON) left."])
    return trained(corpus, updates=12)


def test_one_analysis_gives_what_the_pipeline_finds():
    nlp = fixed({"Ada": "PERSON"})
    assert shares_of(nlp, ["Hi Ada!", "", "No"], 1) == [{(3, 6, "PERSON"): 1.0}, {}, {}]
    assert shares_of(nlp, ["Hi Ada!"], 8) == [{(3, 6, "PERSON"): 1.0}]  # no `ner`, so no beam


def test_beam_gives_shares_of_all_that_was_considered(ner):
    texts = ["Ada left Acme.", "", "Zed left Zork."]
    found = shares_of(ner, texts, 8)
    assert found[1] == {}
    assert all(0 <= share <= 1.0001 for shares in found for share in shares.values())
    assert any(0.001 < share < 0.999 for share in found[2].values())
    (best,) = shares_of(ner, texts[:1], 1)
    assert all(found[0][entity] > 0.3 for entity in best)


def test_beam_of_a_fast_ner_is_that_of_ner(ner):
    fast = spacy.blank("en")
    fast.add_pipe("fast_ner")
    for label in ner.get_pipe("ner").labels:
        fast.get_pipe("fast_ner").add_label(label)
    fast.initialize()
    fast.get_pipe("fast_ner").from_bytes(ner.get_pipe("ner").to_bytes())
    one, two = (shares_of(nlp, ["Ada left Acme."], 4)[0] for nlp in (ner, fast))
    assert one.keys() == two.keys()
    assert one == pytest.approx(two, abs=1e-4)


def test_share_of_a_span_is_its_score(tmp_path):
    texts = {name: ["[Ada](PERSON) left [Acme](ORG)."] for name in ("train", "dev", "test")}
    nlp = all_spans(make_corpus(tmp_path, **texts, spans_key="sc"), "sc")
    (found,) = shares_of(nlp, ["Ada left"], 4)
    assert sorted({key[:2] for key in found}) == [(0, 3), (0, 8), (4, 8)]
    group = nlp("Ada left").spans["sc"]
    assert sorted(found.values()) == sorted(float(score) for score in group.attrs["scores"])
    assert all(0 < share < 1 for share in found.values())
