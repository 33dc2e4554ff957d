"""Calibration: what is fitted, how well it holds, and where the thresholds are."""

import numpy as np
import pytest

from scripts.scoring.calibration import (
    Judged,
    area_under_curve,
    bins_of,
    calibration_error,
    fit,
    reliability,
    sure,
    threshold,
    thresholds,
)

RANDOM = np.random.default_rng(1)
START = RANDOM.bit_generator.state


@pytest.fixture(autouse=True)
def same_numbers():
    """Let a test draw the same numbers, whichever tests ran before it."""
    RANDOM.bit_generator.state = START


def drawn(count: int, slope: float, bias: float, label: str = "A") -> Judged:
    """Return entities whose numbers are logits of being right, but for slope and bias."""
    values = RANDOM.normal(size=count) * 2
    chances = 1 / (1 + np.exp(-(slope * values + bias)))
    return Judged(values, [label] * count, (RANDOM.random(count) < chances).astype(float))


def joined(first: Judged, second: Judged) -> Judged:
    values, right = (np.concatenate(pair) for pair in zip(first[::2], second[::2], strict=True))
    return Judged(values, first.labels + second.labels, right)


def test_slope_and_bias_of_many_entities_are_found():
    found = fit(drawn(20_000, slope=0.5, bias=1.0))
    assert found["slope"] == pytest.approx(0.5, abs=0.05)
    assert found["bias"] + found["offsets"]["A"] == pytest.approx(1.0, abs=0.05)


def test_label_with_few_entities_stays_near_all_of_them():
    many = drawn(2000, slope=1.0, bias=2.0)
    few, more = (
        fit(joined(many, drawn(count, slope=1.0, bias=-2.0, label="B")))["offsets"]["B"]
        for count in (3, 1000)
    )
    assert more < -1.5 < few < 0


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_entities_that_are_all_right_or_all_wrong_have_finite_scores(right):
    found = fit(Judged(RANDOM.normal(size=60), ["A"] * 60, np.full(60, right)))
    assert all(abs(found[name]) < 10 for name in ("slope", "bias"))
    assert (found["bias"] > 0) == bool(right)


def test_entities_that_a_number_separates_have_finite_scores():
    values = np.linspace(-13, 13, 60)
    assert 0 < fit(Judged(values, ["A"] * 60, (values > 0).astype(float)))["slope"] < 10


def test_calibration_error_is_the_mean_distance_of_score_and_share_right():
    scores = np.array([0.2, 0.2, 0.9, 0.9])
    assert calibration_error(scores, np.array([0, 1, 1, 1]), 2) == pytest.approx((0.3 + 0.1) / 2)
    assert calibration_error(scores, np.array([0, 1, 1, 1]), 100) == pytest.approx(
        (0.2 + 0.8 + 0.1 + 0.1) / 4
    )


def test_bins_have_about_the_same_number_of_entities_in_the_order_of_their_scores():
    found = bins_of(np.linspace(1, 0, 25), np.ones(25), 4)
    assert [each["entities"] for each in found] == [7, 6, 6, 6]
    assert [each["low"] for each in found] == sorted(each["low"] for each in found)
    assert (found[0]["low"], found[-1]["high"]) == (0, 1)


def test_perfect_scores_have_the_error_that_chance_gives():
    scores = RANDOM.random(1000)
    found = reliability(scores, (RANDOM.random(1000) < scores).astype(float), 10)
    assert found["ece"] == pytest.approx(found["by_chance"], abs=0.02)
    assert found["interval"][0] < found["ece"] < found["interval"][1]


def test_area_under_the_curve_counts_ties_half():
    assert area_under_curve(np.array([0.1, 0.5, 0.5, 0.9]), np.array([0, 0, 1, 1])) == 0.875
    assert area_under_curve(np.array([0.1, 0.5]), np.array([1, 1])) is None


def test_threshold_is_the_lowest_score_whose_entities_have_the_precision_on_average():
    scores = np.array([0.99, 0.95, 0.9, 0.8, 0.2])
    assert threshold(scores, 0.9, least=1) == 0.8  # the mean of the first four is 0.91
    assert threshold(scores, 0.92, least=1) == 0.9
    assert threshold(scores, 0.92, least=4) is None
    assert threshold(scores, 0.999, least=1) is None
    assert threshold(scores[:0], 0.5, least=1) is None


def test_reason_why_a_label_has_no_threshold_is_the_real_one():
    def reason(*scores: float, least: int = 10) -> str | None:
        judged = Judged(np.array(scores), ["LOC"] * len(scores), np.ones(len(scores)))
        return thresholds(judged, judged, 0.9, least, ["LOC"])["LOC"]["reason"]

    assert reason(*[0.97] * 8) == (
        "fewer than 10 entities of the dev set have a score that is high enough"
    )
    assert reason(*[0.85] * 20) == "no score is high enough"
    assert reason() == "no entity is predicted on the dev set"
    assert reason(*[0.97] * 8, least=8) is None


def test_what_a_threshold_gives_is_counted_by_label_on_both_sets():
    dev = Judged(np.array([0.9, 0.4, 0.95]), ["A", "A", "B"], np.array([1.0, 0.0, 1.0]))
    test = Judged(np.array([0.95, 0.9, 0.2]), ["A", "A", "A"], np.array([1.0, 0.0, 1.0]))
    found = thresholds(dev, test, 0.9, 1, ["A", "B", "C"])
    assert found["A"] == {
        "threshold": 0.9,
        "reason": None,
        "dev": {"entities": 2, "sure": 1, "right": 1},
        "test": {"entities": 3, "sure": 2, "right": 1},
    }
    assert found["B"]["test"] == {"entities": 0, "sure": 0, "right": 0}
    assert found["C"]["threshold"] is None
    assert found["C"]["reason"] == "no entity is predicted on the dev set"
    assert sure(test.values, test.right, None)["sure"] == 0
