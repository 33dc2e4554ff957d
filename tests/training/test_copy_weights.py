"""Training that starts from another pipeline: what is copied, what is not, what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from thinc.api import fix_random_seed

from scripts.training.copy_weights import (
    columns_in,
    copied,
    copy_weights,
    encoders_in,
    tables_in,
    weighted,
)
from tests.pipelines import update

TEXTS = ("Ada Okafor left the quay.", "Nobody came in 1999.")
SIZES: dict[str, Any] = {"width": 8, "attrs": ["NORM", "SHAPE"], "rows": [50, 20]}
SIZES |= {"include_static_vectors": False}
EVERYTHING = "2 of 2 embedding tables, 2 of 2 inputs of the layer that mixes them"


def embedding(*prefixes: int, **changes: Any) -> dict[str, Any]:
    """Return the block of an embedding with word clusters."""
    clusters = {"clusters": ["en"], "prefixes": list(prefixes), "prefix_rows": [5] * len(prefixes)}
    return {"@architectures": "ner_template.ClusterEmbed.v1", **SIZES, **clusters, **changes}


def tok2vec(embed: dict[str, Any], width: int = 8) -> dict[str, Any]:
    """Return the block of a tok2vec layer."""
    encode = {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": width, "depth": 2}
    encode |= {"window_size": 1, "maxout_pieces": 2}
    return {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}


def pipeline(model: dict[str, Any], *, seed: int = 0, shared: bool = False, **init: Any) -> Language:
    """Return a pipeline with `ner` and a tok2vec, its own or a shared one, trained for a moment."""
    parser = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "nO": None}
    parser |= {"extra_state_tokens": False, "hidden_width": 8, "maxout_pieces": 2, "use_upper": True}
    nlp = spacy.blank("en")
    if shared:
        nlp.add_pipe("tok2vec", config={"model": model})
        model = {"@architectures": "spacy.Tok2VecListener.v1", "width": 8, "upstream": "*"}
    nlp.add_pipe("ner", config={"model": {**parser, "tok2vec": model}})
    nlp.config["initialize"] |= init
    gold = [nlp.make_doc(text) for text in TEXTS]
    for doc in gold:
        doc.set_ents([doc.char_span(0, len(doc[:1].text), "PERSON")])
    fix_random_seed(seed)
    update(nlp, gold, 0 if init else 3)
    return nlp


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a pipeline with spaCy's own embedding."""
    folder = tmp_path_factory.mktemp("source")
    pipeline(tok2vec({"@architectures": "spacy.MultiHashEmbed.v2", **SIZES})).to_disk(folder)
    return folder


def start(source: Path, component: str = "ner") -> dict[str, Any]:
    """Return the block that a config has for it."""
    return {
        "after_init": {
            "@callbacks": "ner_template.copy_weights.v1",
            "source": str(source),
            "component": component,
        }
    }


def layer(nlp: Language) -> Any:
    """Return the tok2vec layer of a pipeline."""
    (found,) = [layer for _, pipe in nlp.pipeline for layer in encoders_in(pipe)]
    return found


def vectors(nlp: Language) -> np.ndarray:
    """Return the vectors of all tokens."""
    return np.vstack(layer(nlp).predict([nlp.make_doc(text) for text in TEXTS]))


@pytest.mark.parametrize("shared", [False, True])
def test_without_clusters_the_copy_gives_the_vectors_of_the_source(source, shared, capsys):
    nlp = pipeline(tok2vec(embedding()), shared=shared, **start(source))
    assert np.allclose(vectors(nlp), vectors(spacy.load(source)), atol=1e-6)
    assert f"copied from ner of {source}: {EVERYTHING}" in " ".join(capsys.readouterr().out.split())


def test_seeds_are_those_of_spacys_own_embedding(source):
    nlp = pipeline(tok2vec(embedding()))
    for each in (nlp, spacy.load(source)):
        assert [table.attrs["seed"] for table in tables_in(layer(each)).values()] == [8, 9]


def test_attributes_in_another_order_are_copied_to_their_places(source):
    other = embedding(attrs=["SHAPE", "NORM"], rows=[20, 50])
    nlp = pipeline(tok2vec(other), **start(source))
    assert np.allclose(vectors(nlp), vectors(spacy.load(source)), atol=1e-6)


def test_columns_of_word_clusters_keep_their_random_start(source):
    random = pipeline(tok2vec(embedding(1, 4)), after_init=None, seed=0)
    nlp = pipeline(tok2vec(embedding(1, 4)), **start(source), seed=0)
    at_random, ours, theirs = (
        weighted(layer(each).get_ref("embed"), ("hashembed",))[0].get_param("W")
        for each in (random, nlp, spacy.load(source))
    )
    columns = columns_in(layer(nlp).get_ref("embed"))
    assert list(columns) == ["NORM", "SHAPE", "prefix 1 of en", "prefix 4 of en"]
    assert np.array_equal(ours[..., :16], theirs)
    assert np.array_equal(ours[..., 16:], at_random[..., 16:])


def test_weights_come_from_the_tok2vec_that_the_component_listens_to(tmp_path):
    shared = pipeline(tok2vec(embedding(1)), shared=True)
    shared.to_disk(tmp_path / "shared")
    nlp = pipeline(tok2vec(embedding(1)), **start(tmp_path / "shared"))
    assert np.allclose(vectors(nlp), vectors(shared), atol=1e-6)


def test_layers_that_do_not_fit_are_counted(source, capsys):
    pipeline(tok2vec(embedding(1, rows=[50, 30])), **start(source))
    told = " ".join(capsys.readouterr().out.split())
    assert "1 of 3 embedding tables, 1 of 3 inputs" in told
    assert "4 of 4 layers of the encoder; the rest starts at random" in told


def test_deeper_encoder_gets_the_first_layers(source):
    deep = tok2vec(embedding())
    deep["encode"]["depth"] = 3
    nlp = pipeline(deep, after_init=None)
    assert copied(layer(nlp), layer(spacy.load(source)))[-1] == ("layers of the encoder", 4, 6)


def test_source_in_which_nothing_fits_is_refused(source, capsys):
    with pytest.raises(SystemExit):
        pipeline(tok2vec(embedding(width=6), 6), **start(source))
    told = " ".join(capsys.readouterr().out.split())
    assert "No layer of this pipeline has the kind and size of one in ner of" in told
    assert "[components.tok2vec.model]" in told


@pytest.mark.parametrize(
    ("folder", "component", "told"),
    [("", "tagger", "it can be: ner"), ("none", "ner", "python -m spacy download")],
)
def test_source_or_component_that_is_not_there_is_refused(source, folder, component, told, capsys):
    with pytest.raises(SystemExit):
        copy_weights(str(source / folder), component)(spacy.blank("en"))
    assert told in " ".join(capsys.readouterr().out.split())
