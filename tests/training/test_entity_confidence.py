"""The share of an entity is what spaCy's own moves give; scores are there only with a calibration."""

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import NumpyOps

from scripts.training.entity_confidence import FILE, LEAST, SMALLEST, VECTORS, EntityConfidence

LABELS = ("CITY", "PERSON")
TEXTS = [
    "Ada Lovelace in Paris .",
    "in Paris . Ada Lovelace in Rome",
    "",
    "Lovelace in in Ada Paris Paris",
]
CALIBRATION = {"slope": 0.5, "bias": 0.1, "offsets": {"CITY": 1.0}, "thresholds": {"PERSON": 0.4}}


def pipeline(factory: str = "ner", seed: int = 0, **changes: object) -> Language:
    """Return a pipeline with random weights that scores its entities. changes: of the parser's model."""
    tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 8, "depth": 1, "embed_size": 50}
    tok2vec |= {"window_size": 1, "maxout_pieces": 2, "subword_features": True}
    model = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "nO": None}
    model |= {"extra_state_tokens": False, "hidden_width": 6, "maxout_pieces": 2, "use_upper": True}
    model |= {"tok2vec": {**tok2vec, "pretrained_vectors": None}, **changes}
    nlp = spacy.blank("en")
    ner = nlp.add_pipe(factory, name="ner", config={"model": model})
    doc = Doc(nlp.vocab, words=["Ada", "Lovelace", "in", "Paris"])
    doc.set_ents([Span(doc, 0, 2, "PERSON"), Span(doc, 3, 4, "CITY")])
    for label in LABELS:
        ner.add_label(label)
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc)])
    random = np.random.default_rng(seed)
    for layer in ("upper", "lower"):
        node = ner.model.get_ref(layer)
        for name in sorted({*node.param_names} - ({"W"} if layer == "lower" else set())):
            values = random.normal(size=node.get_param(name).shape)
            node.set_param(name, values.astype("float32"))
    nlp.add_pipe("entity_confidence", name="confidence")
    return nlp


def chances(ner: EntityRecognizer, model: object, state: object) -> dict[str, float]:
    """Return the chance of each valid move in a state, as spaCy's own model scores it."""
    names = [ner.moves.get_class_name(number) for number in range(ner.moves.n_moves)]
    scores = model.predict([state])[0].astype("float64")
    raised = {
        name: np.exp(score - scores.max())
        for name, score in zip(names, scores, strict=True)
        if ner.moves.is_valid(state, name)
    }
    return {name: value / sum(raised.values()) for name, value in raised.items()}


def share(ner: EntityRecognizer, doc: Doc, start: int, end: int, label: str) -> float:
    """Return the share of an entity, move by move."""
    model = ner.model.predict([doc])

    def product(first: int, moves: list[str]) -> tuple[float, float]:
        (state,) = ner.moves.init_batch([doc])
        for _ in range(first):
            ner.moves.apply_transition(state, "O")
        found = []
        for move in moves:
            found.append(chances(ner, model, state).get(move, 0.0))
            if found[-1]:
                ner.moves.apply_transition(state, move)
        return float(np.prod(found)), found[0]

    inner = [f"I-{label}"] * (end - start - 2)
    moves = [f"U-{label}"] if end == start + 1 else [f"B-{label}", *inner, f"L-{label}"]
    opened = [
        product(first, [f"B-{other}", *[f"I-{other}"] * (start - first - 1)])
        for first in range(max(0, start - 4), start)
        for other in LABELS
    ]
    still_open = sum(whole for whole, began in opened if began > LEAST)
    return product(start, moves)[0] * max(1 - still_open, SMALLEST)


@pytest.mark.parametrize("changes", [{}, {"extra_state_tokens": True}, {"use_upper": False}])
@pytest.mark.parametrize("seed", [0, 1])
def test_share_of_an_entity_is_the_product_of_the_parsers_own_moves(changes, seed):
    nlp = pipeline(seed=seed, **changes)
    ner, scoring = nlp.get_pipe("ner"), nlp.get_pipe("confidence")
    docs = [nlp.make_doc(text) for text in TEXTS]
    places = [(0, 0, 2, "PERSON"), (0, 3, 4, "CITY"), (1, 2, 6, "CITY"), (1, 6, 7, "PERSON")]
    places += [(3, 1, 4, "PERSON"), (3, 4, 6, "CITY")]
    expected = [share(ner, docs[number], *place) for number, *place in places]
    for number, doc in enumerate(docs):
        doc.set_ents([Span(doc, *place) for at, *place in places if at == number])
    np.testing.assert_allclose(scoring.shares(docs), expected, rtol=1e-3, atol=1e-7)


class OnAGpu:
    """An array that a layer on the CPU can't take."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        return self.values


class GpuOps(NumpyOps):
    """What the layers of a parser have on a GPU, as far as their arrays are concerned."""

    def asarray(self, data: np.ndarray, dtype: object = None) -> OnAGpu:
        return OnAGpu(super().asarray(data, dtype=dtype))


def test_shares_are_the_same_if_the_parser_is_on_a_gpu_and_its_upper_layer_is_not():
    nlp = pipeline()
    ner, scoring = nlp.get_pipe("ner"), nlp.get_pipe("confidence")
    docs = [nlp.make_doc(TEXTS[0])]
    docs[0].set_ents([Span(docs[0], 0, 2, "PERSON"), Span(docs[0], 3, 4, "CITY")])
    expected = scoring.shares(docs)
    ner.model.ops = GpuOps()
    np.testing.assert_array_equal(scoring.shares(docs), expected)


def scores(nlp: Language, batch_size: int) -> list[float]:
    return [ent._.score for doc in nlp.pipe(TEXTS, batch_size=batch_size) for ent in doc.ents]


@pytest.mark.parametrize("factory", ["ner", "fast_ner"])
def test_score_of_an_entity_is_the_same_in_every_batch(factory):
    nlp = pipeline(factory)
    nlp.get_pipe("confidence").calibration = CALIBRATION
    alone = [ent._.score for text in TEXTS for ent in nlp(text).ents]
    assert len(alone) > 3
    assert all(0 < score < 1 for score in alone)
    for size in (1, 3, 100):
        np.testing.assert_allclose(scores(nlp, size), alone, rtol=1e-4)


def test_vectors_are_computed_once_and_left_in_no_doc():
    nlp = pipeline()
    nlp.get_pipe("confidence").calibration = CALIBRATION
    layer, calls = nlp.get_pipe("ner").model.get_ref("tok2vec").layers[0], []
    forward = layer._func
    layer._func = lambda *arguments, **named: calls.append(1) or forward(*arguments, **named)
    docs = list(nlp.pipe(TEXTS, batch_size=2))
    assert len(calls) == 2
    assert not any(VECTORS in doc.user_data for doc in docs)


def test_entity_is_sure_if_its_score_reaches_the_threshold_of_its_label():
    nlp = pipeline()
    nlp.get_pipe("confidence").calibration = CALIBRATION
    doc = nlp.make_doc(TEXTS[1])
    doc.set_ents([Span(doc, 0, 2, "CITY"), Span(doc, 3, 5, "PERSON"), Span(doc, 6, 7, "PERSON")])
    ents = nlp.get_pipe("confidence")(doc).ents
    assert all(ent._.sure == (ent.label_ == "PERSON" and ent._.score >= 0.4) for ent in ents)


def test_label_that_was_not_calibrated_has_no_score():
    nlp = pipeline()
    nlp.get_pipe("confidence").calibration = {**CALIBRATION, "unscored": ["PERSON"]}
    doc = nlp.make_doc(TEXTS[1])
    doc.set_ents([Span(doc, 0, 2, "CITY"), Span(doc, 3, 5, "PERSON")])
    city, person = nlp.get_pipe("confidence")(doc).ents
    assert 0 < city._.score < 1
    assert (person._.score, person._.sure) == (None, None)


def test_pipeline_with_the_component_is_evaluated_as_without_it():
    nlp = pipeline()
    examples = [Example.from_dict(nlp.make_doc(text), {"entities": []}) for text in TEXTS]
    with nlp.select_pipes(disable=["confidence"]):
        expected = nlp.evaluate(examples)
    found = nlp.evaluate(examples)
    assert found["ents_per_type"] == expected["ents_per_type"]


def test_without_calibration_there_is_no_score():
    doc = pipeline()(TEXTS[1])
    assert doc.ents
    assert {(ent._.score, ent._.sure) for ent in doc.ents} == {(None, None)}


def test_calibration_is_saved_with_the_pipeline(tmp_path):
    nlp = pipeline()
    nlp.get_pipe("confidence").calibration = CALIBRATION
    nlp.to_disk(tmp_path)
    assert (tmp_path / "confidence" / FILE).is_file()
    for other in (spacy.load(tmp_path), pipeline(seed=1).from_bytes(nlp.to_bytes())):
        assert scores(other, 10) == scores(nlp, 10)


def test_label_that_the_parser_does_not_know_has_the_lowest_score():
    nlp = pipeline()
    doc = nlp.make_doc(TEXTS[0])
    doc.set_ents([Span(doc, 0, 2, "BIRD"), Span(doc, 3, 4, "CITY")])
    bird, city = nlp.get_pipe("confidence").shares([doc])
    assert bird == 0 < city


def test_pipeline_without_a_parser_is_refused():
    nlp = spacy.blank("en")
    scoring = EntityConfidence(nlp, "confidence")
    with pytest.raises(ValueError, match="'confidence' needs `ner`, `fast_ner` or `beam_ner`"):
        scoring.shares([nlp("Ada")])
