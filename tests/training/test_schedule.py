"""How long to train and how often to evaluate, from the lengths of the documents."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from spacy.training.loop import create_train_batches
from spacy.util import load_config, registry

from scripts.files import atomic
from scripts.training.schedule import Schedule, steps_of
from tests.corpora import CONFIG, make_corpus

LONG = {3000: 12}  # each of them a batch by itself, though it is three times as long
HUGE = {30_000: 1}
SHORT = {17: 2000}
MIXED = {5: 300, 40: 200, 90: 100, 700: 40, 1100: 20, 5000: 10}
GROWN = {400: 3000, 30: 9000, 2000: 200}  # so many that the steps are not all counted


def batcher(block: dict[str, Any] | None = None) -> Any:
    """Return a batcher by its block of a config; without one, that of the default config."""
    found = block or load_config(CONFIG, interpolate=True)["training"]["batcher"]
    return registry.resolve({"batcher": found})["batcher"]


def planned(lengths: dict[int, int], passes: float = 5.0, **bounds: int) -> int:
    """Return the number of steps for documents of these lengths."""
    schedule = Schedule(passes=passes, **bounds)
    return schedule.numbers({str(length): n for length, n in lengths.items()}, batcher())["max_steps"]


@pytest.mark.parametrize(("lengths", "steps"), [(LONG, 60), (HUGE, 5), ({}, 1)])
def test_document_longer_than_a_batch_is_one_step(lengths, steps):
    assert planned(lengths) == steps


@pytest.mark.parametrize("lengths", [LONG, HUGE, SHORT, MIXED, GROWN])
def test_steps_are_the_batches_that_spacy_makes_of_five_passes(lengths):
    documents = [range(tokens) for tokens, count in lengths.items() for _ in range(count)]
    random.seed(1)
    made = sum(1 for _ in create_train_batches(None, lambda _: documents, batcher(), 5))
    assert planned(lengths) == pytest.approx(made, rel=0.02, abs=1)


def test_half_a_pass_and_several_are_in_proportion():
    found = [planned({2000: 40}, passes) for passes in (0.0, 0.5, 1.0, 2.25, 250.0)]
    assert found == [1, 20, 40, 90, 10_000]


def test_another_batcher_is_asked_in_its_own_terms():
    by_documents = batcher({"@batchers": "spacy.batch_by_sequence.v1", "size": 10, "get_length": None})
    lengths = [length for length, count in MIXED.items() for _ in range(count)]
    assert steps_of(lengths, 5.0, by_documents) == 5 * 67


@pytest.mark.parametrize(
    ("lengths", "steps"), [(LONG, 600), ({2000: 120}, 600), ({2000: 121}, 610), ({2000: 9000}, 20_000)]
)
def test_steps_are_within_the_bounds(lengths, steps):
    assert planned(lengths, minimum=600, maximum=20_000) == steps


def test_lengths_are_those_that_convert_counts(tmp_path):
    train = ["Ada left.", "[Bo](PERSON) sang.", "It rained and rained and nobody came."]
    corpus = make_corpus(tmp_path, train=train, dev=["[Al](PERSON)."], test=["[Al](PERSON) ran."])
    assert atomic.read_json(corpus / "counts.json")["lengths"] == {"3": 2, "8": 1}


@given(
    low=st.integers(1, 3000), room=st.integers(0, 3000), passes=st.floats(0, 9), times=st.integers(1, 50)
)
def test_last_step_is_evaluated_if_the_bounds_allow_it(low, room, passes, times):
    schedule = Schedule(passes=passes, minimum=low, maximum=low + room, evaluations=times)
    steps, every = schedule.numbers({"2000": 300}, batcher()).values()
    asked = max(low, min(low + room, steps_of([2000] * 300, passes, batcher())))
    assert low <= steps <= low + room
    assert abs(steps - asked) < times
    if room >= times:
        assert steps % every == 0
        assert steps // every == min(steps, times)


@pytest.mark.parametrize(
    ("steps", "times", "every"),
    [(600, 10, 60), (605, 10, 60), (9, 10, 1), (1, 10, 1), (20_000, 10, 2000)],
)
def test_dev_set_is_evaluated_about_as_often_as_asked(steps, times, every):
    schedule = Schedule(passes=0, minimum=steps, maximum=steps, evaluations=times)
    assert schedule.numbers({"9": 1}, batcher()) == {"max_steps": steps, "eval_frequency": every}


@pytest.mark.parametrize(
    "wrong", [{}, {"passes": -1}, {"passes": 5, "maximun": 9}, {"passes": 5, "minimum": 0}]
)
def test_section_that_is_wrong_is_refused(wrong):
    with pytest.raises(ValidationError):
        Schedule.model_validate(wrong)


@pytest.mark.parametrize("bounds", [{"minimum": 5000, "maximum": 100}, {"minimum": 30_000}])
def test_minimum_larger_than_maximum_is_refused(bounds):
    with pytest.raises(ValidationError, match=r"minimum \(.*0\) is larger than maximum \(.*0\)"):
        Schedule.model_validate({"passes": 5, **bounds})


@pytest.mark.parametrize(
    ("coverage", "longest", "suggested"),
    [
        (0.9, 20, (2, 0.9)),
        (0.91, 20, (7, 1.0)),
        (0.91, 5, (5, 0.9)),
        (1.0, 20, (7, 1.0)),
        (None, 20, None),
    ],
)
def test_spans_are_suggested_that_are_as_long_as_those_of_the_training_set(coverage, longest, suggested):
    asked = Schedule(passes=1, span_coverage=coverage, longest_span=longest)
    assert asked.suggested({"1": 60, "2": 30, "7": 10}) == suggested
    assert asked.suggested({}) is None
