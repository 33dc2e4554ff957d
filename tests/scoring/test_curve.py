"""The verdict on a training's course, on each side of its bounds."""

import pytest

from scripts.scoring.curve import PEAKED, RISING, SETTLED, UNKNOWN, course


def rows(*scores: tuple[int, float]) -> list[dict]:
    """Return rows as curve.jsonl has them."""
    losses = {"tok2vec": 1.5, "ner": 2.0}
    return [{"step": step, "epoch": 0, "score": score, "losses": losses} for step, score in scores]


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ([(0, 0.1), (89, 0.7), (90, 0.8), (100, 0.7)], RISING),
        ([(0, 0.1), (89, 0.8), (100, 0.7)], SETTLED),
        ([(0, 0.1), (40, 0.8), (100, 0.78)], PEAKED),
        ([(0, 0.1), (41, 0.8), (100, 0.78)], SETTLED),
        ([(0, 0.1), (40, 0.8), (100, 0.795)], SETTLED),  # early, but nothing is lost again
        ([(0, 0.1), (50, 0.8), (100, 0.8)], SETTLED),  # the first of equal scores is the best
        ([(0, 0.0), (50, 0.0), (100, 0.0)], SETTLED),
        ([(0, 0.1), (100, 0.8)], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_verdict_by_where_the_best_score_stands(scores, verdict):
    assert course(rows(*scores))["verdict"] == verdict


def test_points_have_the_sum_of_losses_and_best_and_last_are_named():
    found = course(rows((0, 0.1), (50, 0.8), (100, 0.7)))
    assert found["points"][0] == {"step": 0, "score": 0.1, "loss": 3.5}
    assert found["best"] == {"step": 50, "score": 0.8, "loss": 3.5}
    assert found["last"] == {"step": 100, "score": 0.7, "loss": 3.5}
    assert "best" not in course(rows((0, 0.1)))
