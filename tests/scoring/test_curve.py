"""What the course of a training says: for curves that are known, and how often for noise alone."""

import random

import pytest

from scripts.scoring.curve import NOTHING, PEAKED, RISING, SETTLED, UNKNOWN, course

EVALUATIONS = 10


def rows(scores: dict[int, float]) -> list[dict]:
    """Return rows as curve.jsonl has them, from scores by step."""
    losses = {"tok2vec": 1.5, "ner": 2.0}
    return [{"step": step, "score": score, "losses": losses} for step, score in scores.items()]


def result(*scores: float, first: float = 0.0) -> str:
    """Return the result for scores in per cent, evaluated every 60 steps after the `first`."""
    percent = enumerate((first, *scores))
    return course(rows({60 * at: score / 100 for at, score in percent}))["result"]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        # The best score at the last step, as a learning rate that runs down to zero usually brings it.
        ((15, 44, 46, 57, 61, 62, 62.4, 62.7, 62.0, 63.0), SETTLED),
        ((0, 15.1, 43.6, 45.5, 57.1, 60.8, 62.6, 61.7, 62.7, 63.5), SETTLED),
        ((20, 40, 50, 55, 60, 60.0, 60.5, 61.0, 61.5, 62.0), SETTLED),  # sure, but too little
        ((20, 40, 50, 55, 60, 55, 62, 56, 63, 62), SETTLED),  # much, but not sure
        # Trainings that were cut off, which went on to rise.
        ((0, 0, 0, 14.7, 30.2, 43.0, 39.3, 50.2, 53.3, 54.5), RISING),
        ((0, 0, 0, 0, 0, 0, 4.0, 19.0, 22.7, 31.8), RISING),
        ((20, 40, 50, 55, 60, 60.0, 61.0, 62.0, 63.0, 64.0), RISING),
        ((20, 40, 50, 55, 60, 60.0, 61.0, 63.0, 64.2, 64.0), RISING),  # the best isn't the last
        ((30, 70, 80, 79, 78, 77.4, 77.6, 77.2, 77.4, 77.3), PEAKED),
        ((30, 70, 77.8, 79, 78, 77.4, 77.6, 77.2, 77.4, 77.3), PEAKED),
        ((30, 70, 78.2, 77.5, 78, 77.4, 77.6, 77.2, 77.4, 77.3), SETTLED),  # hardly anything is lost
        ((30, 70, 78, 75, 77, 74, 77, 73, 77.9, 76), SETTLED),  # within what scores scatter
        ((30, 40, 50, 60, 80, 77.3, 77.6, 77.2, 77.4, 77.3), SETTLED),  # not early
        ((0,) * EVALUATIONS, NOTHING),
        ((50,) * EVALUATIONS, SETTLED),
        ((10, 20, 30, 40), UNKNOWN),
        ((10, 20, 30, 40, 50), RISING),
    ],
)
def test_result_goes_by_the_line_through_the_last_evaluations(scores, expected):
    assert result(*scores) == expected


def test_evaluation_before_training_is_no_part_of_the_line():
    assert result(60, 60, 60, 60, first=0) == UNKNOWN
    assert result(60, 60, 60, 60, 60, first=0) == SETTLED


def test_scale_of_the_steps_makes_no_difference():
    scores = [0.3, 0.4, 0.5, 0.55, 0.6, 0.61, 0.63, 0.65, 0.66, 0.68]
    for scale in (1, 7, 2000):
        found = course(rows({scale * at: score for at, score in enumerate(scores, 1)}))
        assert found["result"] == RISING
        assert found["trend"]["rise"] == pytest.approx(0.068)


@pytest.mark.parametrize("evaluations", [5, EVALUATIONS, 40])
@pytest.mark.parametrize("noise", [0.2, 0.5, 1, 2, 5])  # points
def test_noise_around_a_level_is_rarely_called_a_rise_or_a_peak(evaluations, noise):
    drawn = random.Random(evaluations)
    found = [result(*(drawn.gauss(60, noise) for _ in range(evaluations))) for _ in range(400)]
    assert found.count(RISING) / len(found) < 0.05
    assert found.count(PEAKED) / len(found) < 0.05


@pytest.mark.parametrize("noise", [0.2, 0.5, 1, 2])
def test_clear_rise_is_called_one_through_noise(noise):
    """Six points from one evaluation to the next up to the end."""
    drawn = random.Random(0)
    rising = [[drawn.gauss(6 * at, noise) for at in range(1, EVALUATIONS + 1)] for _ in range(200)]
    assert [result(*scores) for scores in rising].count(RISING) / len(rising) > 0.95


def test_points_have_the_sum_of_losses_and_best_and_last_are_named():
    assert course(rows({0: 0.1, 50: 0.8, 100: 0.8}))["best"]["step"] == 100  # spaCy saves this one
    found = course(rows({0: 0.1, 50: 0.8, 100: 0.7}))
    assert found["points"][0] == {"step": 0, "score": 0.1, "loss": 3.5}
    assert found["best"] == {"step": 50, "score": 0.8, "loss": 3.5}
    assert found["last"] == {"step": 100, "score": 0.7, "loss": 3.5}
    assert found["result"] == UNKNOWN
    assert "best" not in course(rows({0: 0.1, 50: 0.8}))
    assert course([]) == {"points": [], "result": UNKNOWN}
