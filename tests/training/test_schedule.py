"""How long to train and how often to look at dev, from the lengths of the documents."""

import random
from pathlib import Path
from typing import Any

import pytest
from spacy.training.loop import create_train_batches
from spacy.util import load_config, registry

from scripts.files import atomic
from scripts.training.steps import epochs_for_corpus, interval, steps_for_corpus
from tests.corpora import CONFIG, make_corpus

LONG = {3000: 12}  # each of them a batch by itself, though it is three times as long
HUGE = {30_000: 1}
SHORT = {17: 2000}
MIXED = {5: 300, 40: 200, 90: 100, 700: 40, 1100: 20, 5000: 10}
GROWN = {400: 3000, 30: 9000, 2000: 200}  # so many that the steps are not all counted


def default(folder: Path, lengths: dict[int, int], **bounds: float) -> dict[str, Any]:
    """Return [training] of the default config for documents of these lengths."""
    atomic.write_json(folder / "counts.json", {"lengths": lengths})
    overrides = {f"training.max_steps.{key}": value for key, value in {"minimum": 0, **bounds}.items()}
    overrides["paths.counts"] = str(folder / "counts.json")
    training: dict[str, Any] = load_config(CONFIG, overrides=overrides).interpolate()["training"]
    return training


def planned(training: dict[str, Any]) -> int:
    """Return the number of steps that a config computes."""
    steps: int = registry.resolve({"steps": training["max_steps"]})["steps"]
    return steps


@pytest.mark.parametrize(("lengths", "steps"), [(LONG, 60), (HUGE, 5), ({}, 0)])
def test_document_longer_than_a_batch_is_one_step(tmp_path, lengths, steps):
    assert planned(default(tmp_path, lengths)) == steps


@pytest.mark.parametrize("lengths", [LONG, HUGE, SHORT, MIXED, GROWN])
def test_steps_are_the_batches_that_spacy_makes_of_five_passes(tmp_path, lengths):
    training = default(tmp_path, lengths)
    batcher = registry.resolve({"batcher": training["batcher"]})["batcher"]
    documents = [range(tokens) for tokens, count in lengths.items() for _ in range(count)]
    random.seed(1)
    made = sum(1 for _ in create_train_batches(None, lambda _: documents, batcher, 5))
    assert planned(training) == pytest.approx(made, rel=0.02, abs=1)


def test_half_a_pass_and_several_are_in_proportion(tmp_path):
    training = default(tmp_path, {2000: 40}, passes=0.5)
    assert [
        planned(training | {"max_steps": {**training["max_steps"], "passes": n}})
        for n in (0.0, 0.5, 1.0, 2.25, 250.0)
    ] == [0, 20, 40, 90, 10_000]


def test_another_batcher_is_asked_in_its_own_terms(tmp_path):
    training = default(tmp_path, MIXED)
    by_documents = {"@batchers": "spacy.batch_by_sequence.v1", "size": 10, "get_length": None}
    assert planned({"max_steps": {**training["max_steps"], "batcher": by_documents}}) == 5 * 67


@pytest.mark.parametrize(
    ("lengths", "steps"), [(LONG, 600), ({2000: 120}, 600), ({2000: 121}, 605), ({2000: 9000}, 20_000)]
)
def test_steps_are_within_the_bounds(tmp_path, lengths, steps):
    assert planned(default(tmp_path, lengths, minimum=600, maximum=20_000)) == steps


def test_steps_are_the_minimum_without_counts(tmp_path):
    assert steps_for_corpus(tmp_path / "none.json", 5.0, iter, 600, 20_000) == 600


def test_lengths_of_train_are_those_that_convert_counts(tmp_path):
    train = ["Ada left.", "[Bo](PERSON) sang.", "It rained and rained and nobody came."]
    corpus = make_corpus(tmp_path, train=train, dev=["[Al](PERSON)."], test=["[Al](PERSON) ran."])
    assert atomic.read_json(corpus / "counts.json")["lengths"] == {"3": 2, "8": 1}


@pytest.mark.parametrize(
    ("counts", "epochs"), [({"streamed": True}, -1), ({"streamed": False}, 0), ({}, 0), (None, 0)]
)
def test_train_is_read_as_a_stream_where_convert_says_so(tmp_path, counts, epochs):
    if counts is not None:
        atomic.write_json(tmp_path / "counts.json", counts)
    assert epochs_for_corpus(tmp_path / "counts.json") == epochs
    assert epochs_for_corpus(str(tmp_path / "counts.json")) == epochs


@pytest.mark.parametrize(
    ("steps", "times", "every"),
    [(600, 10, 60), (605, 10, 60), (9, 10, 1), (1, 10, 1), (20_000, 10, 2000)],
)
def test_dev_is_looked_at_about_as_often_as_asked(steps, times, every):
    assert interval(steps, times) == every


def test_config_computes_the_interval_and_the_learning_rate_from_the_steps(tmp_path):
    training = default(tmp_path, {2000: 400})
    rate = training["optimizer"]["learn_rate"]["total_steps"]
    found = registry.resolve({"every": training["eval_frequency"], "rate": rate})
    assert found == {"every": 200, "rate": 2000}
