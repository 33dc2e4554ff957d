"""The embedding layer with word clusters: what it looks up and saves, that it learns and predicts."""

import numpy as np
import pytest
import spacy
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.vectors import Vectors
from spacy.vocab import Vocab
from thinc.api import Model, Ragged, fix_random_seed

from scripts.training.cluster_embed import (
    cluster_embed,
    clusters_in,
    clusters_of,
    compact,
    layers_of,
    load_clusters,
    look_up,
    once_a_type,
    paths_of,
)
from tests.pipelines import update

PATHS = {"Quay": 0b101101, "quay": 0b1, "harbour": 0b11, "1999": 0b10}
WORDS = ("Quay", "quay", "harbour", "HARBOUR", "x", "1999", ".")
TEXTS = ("The Quay is no quay.", "HARBOUR and Harbour", "", "old 1999")


def clusters(paths: dict[str, int]) -> dict[str, np.ndarray]:
    """Return the clusters of a few words, as a file has them."""
    words = [get_string_id(word) for word in paths]
    return {
        "words": np.array(words, dtype="uint64"),
        "paths": np.array(list(paths.values()), dtype="uint32"),
    }


@pytest.fixture
def file(tmp_path):
    """Return the path of a file with clusters."""
    path = tmp_path / "clusters.msgpack"
    srsly.write_msgpack(path, clusters(PATHS))
    return path


def pipeline(files: dict[str, str], limit: int = 0, **changes: object) -> Language:
    """Return a pipeline with `ner` on this layer, trained for a moment."""
    values = {"width": 8, "attrs": ["NORM", "SHAPE"], "rows": [50, 20], "prefixes": [1, 4]}
    values |= {"prefix_rows": [5, 20], "clusters": ["mine"], "include_static_vectors": False, **changes}
    encode = {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 8, "depth": 1}
    encode |= {"window_size": 1, "maxout_pieces": 2}
    embed = {"@architectures": "ner_template.ClusterEmbed.v1", **values}
    tok2vec = {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}
    parser = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "nO": None}
    parser |= {"extra_state_tokens": False, "hidden_width": 8, "maxout_pieces": 2, "use_upper": True}
    nlp = spacy.blank("xx")
    nlp.add_pipe("ner", config={"model": {**parser, "tok2vec": tok2vec}})
    before = {"@callbacks": "ner_template.load_clusters.v1", "files": files, "limit": limit}
    nlp.config["initialize"]["before_init"] = before
    gold = [nlp.make_doc(text) for text in TEXTS if text]
    for doc in gold:
        doc.set_ents([doc.char_span(0, len(doc[:2].text), "PLACE")])
    update(nlp, gold, 30)
    return nlp


def test_exact_form_is_preferred_to_the_lower_case_form():
    nlp = spacy.blank("xx")
    docs = [nlp.make_doc(text) for text in TEXTS]
    layer = layers_of(type("Pipe", (), {"model": small()}))[0]
    layer.attrs["clusters"]["mine"] = compact(**clusters(PATHS))
    found, _ = look_up(layer, docs, is_train=False)
    by_word = dict(
        zip((token.text for doc in docs for token in doc), found.data[:, 2:].tolist(), strict=True)
    )
    assert by_word == {
        "The": [0, 0], "Quay": [1, 0b1101], "is": [0, 0], "no": [0, 0], "quay": [1, 1], ".": [0, 0],
        "HARBOUR": [1, 3], "and": [0, 0], "Harbour": [1, 3], "old": [0, 0], "1999": [0, 2],
    }  # fmt: skip
    assert list(found.lengths) == [6, 3, 0, 2]


def small(include_static_vectors=False, tables=("mine",)):
    """Return a small layer."""
    return cluster_embed(
        4, ["NORM", "SHAPE"], [20, 10], list(tables), [1, 4], [3, 9], include_static_vectors
    )


def test_a_word_is_looked_up_in_each_table():
    nlp = spacy.blank("xx")
    layer = layers_of(type("Pipe", (), {"model": small(tables=("one", "absent", "two"))}))[0]
    layer.attrs["clusters"] |= {"one": compact(**clusters(PATHS)), "two": compact(**clusters({"is": 9}))}
    found, _ = look_up(layer, [nlp.make_doc("Quay is")], is_train=True)
    assert found.data[:, 2:].tolist() == [[1, 0b1101, 0, 0, 0, 0], [0, 0, 0, 0, 1, 9]]


def with_vectors(kind):
    """Return a vocabulary with word vectors of a kind, by which some words are found."""
    vocab = Vocab()
    data = np.arange(40, dtype="f").reshape(10, 4) / 40
    if kind == "floret":
        vocab.vectors = Vectors(
            strings=vocab.strings, data=data, mode="floret", hash_count=2, minn=2, maxn=3
        )
    elif kind != "none":
        attr = "ORTH" if kind == "default" else kind
        vocab.vectors = Vectors(strings=vocab.strings, data=data[:2], keys=["quay", "Quay"], attr=attr)
    return vocab


@given(
    st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1), max_size=20),
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), max_size=20),
)
def test_paths_are_those_of_a_dictionary(known, tokens):
    tokens += [(word, 0) for word in known]
    words = np.array([*known], dtype="uint64")
    found = compact(words, np.array([*known.values()], dtype="uint32"))
    exact, lower = (np.array(column, dtype="uint64") for column in zip(*tokens or [(0, 0)], strict=True))
    expected = [known.get(a) or known.get(b, 0) for a, b in (tokens or [(0, 0)])]
    assert paths_of(found, exact, lower).tolist() == expected


@pytest.mark.parametrize("vectors", ["none", "default", "LOWER", "floret"])
@settings(max_examples=20)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=9), min_size=1, max_size=4))
def test_prediction_gives_what_training_gives(vectors, words):
    fix_random_seed(0)
    vocab = with_vectors(vectors)
    docs = [Doc(vocab, words=each) for each in words]
    layer = small(include_static_vectors=vectors != "none")
    layer.initialize([Doc(vocab, words=["a", "few"])])
    predicted, learned = (layer(docs, is_train)[0] for is_train in (False, True))
    assert [array.shape for array in predicted] == [(len(doc), 4) for doc in docs]
    assert all(np.allclose(*pair, atol=1e-6) for pair in zip(predicted, learned, strict=True))


def test_each_distinct_token_is_embedded_once_and_gets_the_gradients_of_all():
    seen, learned = [], []

    def forward(_, docs, is_train):
        seen.append(sum(map(len, docs)))
        found = np.array([[row[0] % 7] for doc in docs for row in doc.to_array(["ORTH", "NORM"])], "f")
        return Ragged(found, np.array([len(doc) for doc in docs], "i")), learned.append

    layer = once_a_type(Model("recorder", forward), 1, ["NORM"])
    docs = [Doc(Vocab(), words=words) for words in (["a", "b", "a"], [], ["A", "a"])]
    for is_train in (False, True):
        found, backprop = layer(docs, is_train)
        assert found.data[:, 0].tolist() == [
            docs[i][j].orth % 7 for i, j in ((0, 0), (0, 1), (0, 2), (2, 0), (2, 1))
        ]
        assert found.lengths.tolist() == [3, 0, 2]
    assert seen == [3, 3]
    assert backprop(Ragged(np.array([[1], [2], [4], [8], [16]], "f"), found.lengths)) == []
    assert sorted(learned[0].data[:, 0].tolist()) == [2, 8, 21]


def test_clusters_are_saved_with_the_pipeline(file, tmp_path):
    nlp = pipeline({"mine": str(file)})
    nlp.to_disk(tmp_path / "saved")
    file.unlink()
    again = spacy.load(tmp_path / "saved")
    saved = layers_of(again.get_pipe("ner"))[0].attrs["clusters"]
    assert saved.keys() == {"mine"}
    for name, values in compact(**clusters(PATHS)).items():
        assert np.array_equal(saved["mine"][name], values)
        assert saved["mine"][name].dtype == values.dtype
    for text in TEXTS:
        assert [(e.text, e.label_) for e in again(text).ents] == [
            (e.text, e.label_) for e in nlp(text).ents
        ]
    assert again(TEXTS[0]).ents[0].text == "The Quay"


def test_training_with_word_vectors_too(file):
    nlp = spacy.blank("xx")
    nlp.vocab.set_vector("Quay", np.ones(3, dtype="f"))
    layer = cluster_embed(4, ["NORM"], [20], ["mine"], [2], [3], include_static_vectors=True)
    docs = [nlp.make_doc(text) for text in TEXTS]
    layer.initialize(docs)
    vectors, backprop = layer(docs, is_train=True)
    assert [array.shape for array in vectors] == [(6, 4), (3, 4), (0, 4), (2, 4)]
    backprop(vectors)


def test_clusters_come_from_the_lookups_of_the_language():
    words, paths = clusters_of("en")
    assert len(words) == len(paths) > 100_000
    found = compact(words, paths)
    assert len(words) * 6 < sum(array.nbytes for array in found.values()) < len(words) * 6.1
    forms = np.array([get_string_id(word) for word in ("London", "Paris", "of")], dtype="uint64")
    london, paris, of = paths_of(found, forms, forms).tolist()
    assert london % 2**6 == paris % 2**6 != of % 2**6


@pytest.mark.parametrize(
    ("files", "where"),
    [({}, "is in spacy-lookups-data"), ({"is": "nowhere.msgpack"}, "is in nowhere.msgpack")],
)
def test_training_goes_on_without_clusters_and_says_so(files, where, caplog):
    with caplog.at_level("WARNING", logger="spacy"):
        nlp = pipeline(files, clusters=["is"])
    assert layers_of(nlp.get_pipe("ner"))[0].attrs["clusters"] == {}
    assert f"No word clusters {where}" in caplog.text
    assert "training goes on without" in caplog.text


def test_pipeline_without_the_layer_loads_no_clusters():
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    assert load_clusters({}, 0)(nlp) is nlp


def test_the_most_frequent_words_are_kept(file):
    nlp = pipeline({"mine": str(file)}, limit=2)
    (layer,) = layers_of(nlp.get_pipe("ner"))
    kept = compact(*(values[:2] for values in clusters_in(file)))
    assert np.array_equal(layer.attrs["clusters"]["mine"]["words"], kept["words"])


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="needs a number of rows for each"):
        cluster_embed(4, ["NORM"], [20], ["en"], [1, 4], [3], include_static_vectors=False)
