"""The plot of a training: score and loss, the best step, round axes, and long curves."""

import pytest

from scripts.reporting.training_plot import POINTS, thinned, ticks, training_plot
from scripts.scoring.curve import course
from tests.reporting.test_plots import SVG, parse


def points(*scores: float) -> list[dict]:
    return [
        {"step": 10 * n, "score": score, "losses": {"ner": 40.0 / (n + 1)}}
        for n, score in enumerate(scores)
    ]


def line_of(root, kind: str) -> list[tuple[float, float]]:
    """Return the points of a line, across and down from 0 to 1000."""
    words = root.find(f".//{SVG}polyline[@class='{kind}']").get("points").split()
    return [tuple(map(float, word.split(","))) for word in words]


def test_score_and_loss_are_lines_over_the_steps() -> None:
    root = parse(training_plot(course(points(0.0, 0.4, 0.8, 0.6))))
    assert line_of(root, "course") == [(0.0, 1000.0), (333.3, 500.0), (666.7, 0.0), (1000.0, 250.0)]
    loss = line_of(root, "loss")
    assert [x for x, _ in loss] == [333.3, 666.7, 1000.0]  # none before the first step
    assert loss[0][1] < loss[1][1] < loss[2][1]  # it falls, and y runs down


def test_best_step_is_marked_and_named() -> None:
    root = parse(training_plot(course(points(0.0, 0.4, 0.7, 0.6))))
    assert root.find(f"{SVG}circle[@class='best']").get("cx") == "66.67%"
    assert "Best: 70.0 at step 20" in [text.text for text in root.iter(f"{SVG}text")]


def test_plot_has_a_role_a_title_and_its_figures_in_words() -> None:
    root = parse(training_plot(course(points(0.0, 0.4, 0.7, 0.6))))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "training-title training-desc"
    described = root.find(f"{SVG}desc").text
    assert described == (
        "4 evaluations on the dev set. Best score: 70.0 at step 20. At the last step, 30: 60.0."
    )


@pytest.mark.parametrize("rows", [[], points(0.1, 0.2), [{"step": 0, "score": 0.5, "losses": {}}] * 4])
def test_training_of_too_few_steps_is_not_drawn(rows: list[dict]) -> None:
    assert training_plot(course(rows)) is None


def test_pipeline_that_learned_nothing_has_a_flat_line() -> None:
    root = parse(training_plot(course(points(0.0, 0.0, 0.0, 0.0))))
    assert {y for _, y in line_of(root, "course")} == {1000.0}


def test_training_without_losses_is_drawn_all_the_same() -> None:
    rows = [{"step": 10 * n, "score": 0.1 * n, "losses": {}} for n in range(5)]
    assert {y for _, y in line_of(parse(training_plot(course(rows))), "loss")} == {1000.0}


def test_long_curve_is_thinned_and_keeps_the_best_and_the_last_point() -> None:
    rows = course(points(*(n / 10000 if n != 777 else 0.9 for n in range(5000))))
    kept = thinned(rows["points"], rows["best"])
    assert len(kept) < 2 * POINTS
    assert rows["best"] in kept
    assert rows["last"] in kept


@pytest.mark.parametrize(
    ("highest", "most", "expected"),
    [
        (0.635, 4, [0, 0.2, 0.4, 0.6, 0.8]),
        (1.0, 4, [0, 0.25, 0.5, 0.75, 1.0]),
        (600, 6, [0, 100, 200, 300, 400, 500, 600]),
        (6846.1, 3, [0, 2500, 5000, 7500]),
        (0, 3, [0, 1]),
    ],
)
def test_axis_has_round_values_up_to_the_highest(highest, most, expected) -> None:
    assert ticks(highest, most) == pytest.approx(expected)
