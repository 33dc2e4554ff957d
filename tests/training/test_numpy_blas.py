"""The callback that lets NumPy multiply matrices: which layers, what they compute, and what is saved."""

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.training import Example
from spacy.util import load_config
from thinc.api import Model, NumpyOps, Ops, get_current_ops
from threadpoolctl import threadpool_info, threadpool_limits

from scripts.training.numpy_blas import numpy_blas
from scripts.training.stand_alone import NUMPY_BLAS, alone, stand_alone
from tests.corpora import CONFIG

BLOCK = {"@callbacks": NUMPY_BLAS, "threads": 1}


class OtherOps(NumpyOps):
    """Operations of another package."""


@pytest.fixture(autouse=True)
def threads_as_before():
    """Begin with two threads, and undo the limit, which holds for the whole process."""
    with threadpool_limits(2, "blas"):
        yield


def pipeline(**nlp: object) -> Language:
    """Return a pipeline that was created with some values of [nlp]."""
    values = {"lang": "en", "pipeline": ["tok2vec", "ner"], **nlp}
    factories = {name: {"factory": name} for name in ("tok2vec", "ner")}
    created: Language = spacy.util.load_model_from_config(
        {"nlp": values, "components": factories}, auto_fill=True
    )
    return created


def operations(nlp: Language) -> list[Ops]:
    """Return the operations of every layer."""
    return [layer.ops for name in ("tok2vec", "ner") for layer in nlp.get_pipe(name).model.walk()]  # type: ignore[attr-defined]


def test_every_layer_multiplies_with_numpy_in_one_thread_and_other_pipelines_stay_as_they_are():
    layers = operations(pipeline(after_pipeline_creation=BLOCK))
    assert len(layers) > 10
    assert not any(ops.use_blis for ops in layers)  # type: ignore[attr-defined]
    found = [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]
    assert set(found) <= {1}  # Accelerate of macOS is not listed
    assert all(ops.use_blis for ops in operations(pipeline()))  # type: ignore[attr-defined]
    assert get_current_ops().use_blis  # type: ignore[attr-defined]


def test_layers_with_operations_of_another_package_stay_as_they_are():
    nlp = pipeline()
    model: Model = nlp.get_pipe("tok2vec").model  # type: ignore[attr-defined]
    model.layers[0].ops = OtherOps()
    component_without_model = nlp.add_pipe("sentencizer")
    assert not hasattr(component_without_model, "model")
    numpy_blas(1)(nlp)
    assert type(model.layers[0].ops) is OtherOps
    assert not model.layers[1].ops.use_blis  # type: ignore[attr-defined]


def test_both_compute_the_same_up_to_the_last_digits():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(700, 192)).astype("f"), rng.normal(size=(50, 192)).astype("f")
    blis, numpy = NumpyOps(), NumpyOps(use_blis=False)
    assert np.allclose(blis.gemm(x, y, trans2=True), numpy.gemm(x, y, trans2=True), atol=1e-4)


def test_pipeline_learns_and_is_saved_without_it(tmp_path):
    nlp = pipeline(after_pipeline_creation=BLOCK)
    example = Example.from_dict(nlp.make_doc("Ada left"), {"entities": [(0, 3, "PERSON")]})
    nlp.initialize(lambda: [example])
    for _ in range(50):
        nlp.update([example])
    stand_alone()(nlp).to_disk(tmp_path / "saved")
    assert "ner_template" not in (tmp_path / "saved/config.cfg").read_text(encoding="utf8")
    loaded = spacy.load(tmp_path / "saved")
    assert all(ops.use_blis for ops in operations(loaded))  # type: ignore[attr-defined]
    assert [ent.text for ent in loaded("Ada left").ents] == ["Ada"]


def test_callback_of_the_users_own_is_kept():
    config = load_config(CONFIG)
    config["nlp"]["after_pipeline_creation"] = {"@callbacks": "mine.v1"}
    assert alone(config)["nlp"]["after_pipeline_creation"] == {"@callbacks": "mine.v1"}
