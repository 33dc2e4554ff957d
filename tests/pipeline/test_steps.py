"""How long to train and how often to look at dev, from the number of tokens."""

import pytest
from spacy.util import registry

from scripts.files import atomic
from scripts.pipeline.steps import epochs_for_corpus, interval, steps_for_corpus


@pytest.mark.parametrize(
    ("tokens", "steps"),
    [
        (0, 600),
        (120_000, 600),  # 5 passes of 120 steps: the minimum itself
        (120_001, 601),  # what does not fill a step needs one more
        (1_000_000, 5000),
        (4_000_000, 20_000),
        (50_000_000, 20_000),
    ],
)
def test_steps_pass_over_train_within_the_bounds(tmp_path, tokens, steps):
    path = tmp_path / "counts.json"
    atomic.write_json(path, {"splits": {"train": {"tokens": tokens}, "dev": {"tokens": 10**9}}})
    bounds = {"passes": 5.0, "tokens_per_step": 1000, "minimum": 600, "maximum": 20_000}
    assert steps_for_corpus(path, **bounds) == steps
    assert steps_for_corpus(str(path), **bounds) == steps  # as a config hands it over


def test_steps_are_the_minimum_without_counts(tmp_path):
    assert steps_for_corpus(tmp_path / "none.json", 5.0, 1000, 600, 20_000) == 600


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


def test_config_computes_the_interval_from_the_steps(tmp_path):
    atomic.write_json(tmp_path / "counts.json", {"splits": {"train": {"tokens": 400_000}}})
    steps = {"@misc": "ner_template.steps.v1", "counts": str(tmp_path / "counts.json"), "passes": 5.0}
    steps |= {"tokens_per_step": 1000, "minimum": 600, "maximum": 20_000}
    every = {"@misc": "ner_template.interval.v1", "steps": steps, "times": 10}
    assert registry.resolve({"every": every}) == {"every": 200}
