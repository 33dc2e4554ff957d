"""Intervals and p-values: by hand where groups are few, by full enumeration, and the same every time."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.scoring import intervals
from scripts.scoring.counts import f_score
from scripts.scoring.intervals import Bootstrap, Interval, chunks, holm, permutation_p

# TP, FP and FN of one label in eight groups, for two systems.
FIRST = np.array(
    [(3, 1, 0), (2, 0, 2), (0, 1, 1), (4, 0, 0), (1, 2, 1), (2, 2, 0), (0, 0, 3), (5, 1, 1)]
)
SECOND = np.array(
    [(2, 1, 1), (2, 0, 2), (1, 1, 0), (3, 2, 1), (0, 2, 2), (2, 0, 0), (0, 2, 3), (3, 1, 3)]
)


def test_groups_are_drawn_whole_and_as_many_as_there_are():
    """Each group has a digit of its own, so that a total tells how often each was drawn."""
    counts = np.array([(1, 1), (100, 100), (10_000, 10_000)])
    totals = Bootstrap(resamples=500).totals(counts)
    assert totals.shape == (500, 2)
    times = np.array([[int(total) // 100**place % 100 for place in range(3)] for total in totals[:, 0]])
    assert (times.sum(axis=1) == 3).all()
    assert (totals[:, 0] == totals[:, 1]).all()
    assert times.max() == 3  # with replacement
    # 27 draws of 3 groups are equally likely; a group is in none of them 8 times
    assert (times == 0).mean() == pytest.approx(8 / 27, abs=0.03)


def test_resamples_are_the_same_for_a_seed_and_others_for_another():
    one, again, other = (Bootstrap(seed=seed).totals(FIRST) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


@pytest.mark.parametrize("cells", [1, 8, 25, 10_000])
def test_nothing_depends_on_how_much_is_held_at_once(cells, monkeypatch):
    totals = Bootstrap(resamples=100).totals(FIRST)
    p = permutation_p(FIRST, SECOND, f_score, permutations=101, seed=3)
    monkeypatch.setattr(intervals, "CHUNK", cells)
    assert (Bootstrap(resamples=100).totals(FIRST) == totals).all()
    assert (permutation_p(FIRST, SECOND, f_score, permutations=101, seed=3) == p).all()


@given(st.integers(1, 10**4), st.integers(0, 10**8))
def test_chunks_add_up(rows, width):
    assert sum(chunks(rows, width)) == rows


def test_totals_keep_systems_and_labels_apart():
    counts = np.arange(8 * 2 * 4 * 3).reshape(8, 2, 4, 3)
    totals = Bootstrap(resamples=20).totals(counts)
    alone = Bootstrap(resamples=20).totals(counts[:, 1, 2])
    assert totals.shape == (20, 2, 4, 3)
    assert (totals[:, 1, 2] == alone).all()


def test_one_group_has_an_interval_of_one_point():
    bootstrap = Bootstrap(resamples=100)
    found = bootstrap.interval(f_score(bootstrap.totals(FIRST[:1])))
    assert found == Interval(6 / 7, 6 / 7, 0)


def test_interval_is_the_middle_of_the_values_without_the_undefined_ones():
    values = np.array([*range(101), *[np.nan] * 7], dtype=float)
    assert Bootstrap(confidence=0.9).interval(values) == Interval(pytest.approx(5), pytest.approx(95), 7)
    assert Bootstrap(confidence=0.5).interval(values) == Interval(25, 75, 7)
    assert Bootstrap().interval(values).as_list() == [pytest.approx(2.5), pytest.approx(97.5)]


def test_interval_of_undefined_values_alone_has_no_ends():
    assert Bootstrap().interval(np.full(4, np.nan)) == Interval(None, None, 4)


def test_interval_covers_the_truth_about_as_often_as_it_says():
    """The mean of 40 groups of a known kind: 90 % intervals of 300 samples hold it nearly as often."""
    rng = np.random.default_rng(0)
    hits = 0
    for seed in range(300):
        counts = rng.binomial(1, 0.6, size=(40, 1))
        bootstrap = Bootstrap(resamples=200, confidence=0.9, seed=seed)
        found = bootstrap.interval(bootstrap.totals(counts)[:, 0] / 40)
        hits += found.low <= 0.6 <= found.high
    assert 0.84 <= hits / 300 <= 0.95


def enumerated_p(first, second):
    """Return the p-value over all ways to swap groups."""
    observed = abs(f_score(second.sum(axis=0)) - f_score(first.sum(axis=0)))
    swaps = list(product([False, True], repeat=len(first)))
    larger = 0
    for swapped in swaps:
        mask = np.array(swapped)[:, None]
        one, other = np.where(mask, second, first), np.where(mask, first, second)
        larger += abs(f_score(other.sum(axis=0)) - f_score(one.sum(axis=0))) >= observed - 1e-12
    return larger / len(swaps)


@pytest.mark.parametrize("groups", [3, 5, 8])
def test_p_value_is_that_of_all_permutations(groups):
    first, second = FIRST[:groups], SECOND[:groups]
    found = permutation_p(first, second, f_score, permutations=20_000, seed=0)
    assert float(found) == pytest.approx(enumerated_p(first, second), abs=0.015)


def test_p_values_of_labels_are_those_of_each_label_alone():
    first, second = np.stack([FIRST, SECOND], axis=1), np.stack([SECOND, SECOND], axis=1)
    both = permutation_p(first, second, f_score, permutations=500, seed=0)
    alone = permutation_p(FIRST, SECOND, f_score, permutations=500, seed=0)
    assert both.tolist() == [float(alone), 1.0]


def test_p_value_has_no_direction_and_is_the_same_for_a_seed():
    there, back = (
        permutation_p(*pair, f_score, permutations=200, seed=1)
        for pair in ((FIRST, SECOND), (SECOND, FIRST))
    )
    assert float(there) == float(back)


def test_p_value_of_identical_systems_is_one():
    assert float(permutation_p(FIRST, FIRST, f_score, permutations=99, seed=0)) == 1.0


def test_p_value_is_never_below_one_in_permutations_and_the_observed():
    """In 60 groups one system is right and the other wrong: no drawn permutation is as extreme."""
    right, wrong = np.tile((1, 0, 0), (60, 1)), np.tile((0, 1, 1), (60, 1))
    assert float(permutation_p(right, wrong, f_score, permutations=99, seed=0)) == 1 / 100


def test_holm_corrects_by_the_number_of_values_that_are_left():
    # sorted: 0.005 × 4, 0.01 × 3, 0.03 × 2, 0.04 × 1 raised to the value before it
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_raises_values_and_keeps_their_order(values):
    found = holm(values)
    assert all(value <= corrected <= 1 for value, corrected in zip(values, found, strict=True))
    assert [corrected for _, corrected in sorted(zip(values, found, strict=True))] == sorted(found)
