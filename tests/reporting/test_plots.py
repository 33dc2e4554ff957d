"""Plots: what they show and say, where their marks stand, and labels that are too long or foreign."""

from xml.etree import ElementTree

import pytest

from scripts.reporting.plots import POINTS, Dot, at, bars, curve, dots, fit, thinned
from scripts.scoring.curve import course

SVG = "{http://www.w3.org/2000/svg}"


def parse(svg: str) -> ElementTree.Element:
    named = str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(named)  # noqa: S314


def points(*scores: float) -> list[dict]:
    return [{"step": 10 * n, "score": score, "losses": {"ner": 1.0}} for n, score in enumerate(scores)]


def test_dot_interval_and_dictionary_stand_where_their_figures_are() -> None:
    plot = dots("a", "F by label", [Dot("ORG", 0.5, (0.4, 0.75), 0.25, False)])
    root = parse(plot)
    assert root.find(f"{SVG}circle[@class='dot']").get("cx") == "50.00%"
    interval = root.find(f"{SVG}line[@class='interval']")
    assert (interval.get("x1"), interval.get("x2")) == ("40.00%", "75.00%")
    assert root.find(f"{SVG}svg[@class='shape']").get("x") == "25.00%"


def test_plot_has_a_role_a_title_and_its_figures_in_words() -> None:
    root = parse(dots("a", "F by label", [Dot("ORG", 0.5, (0.4, 0.75), 0.25, False)]))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "a-title a-desc"
    assert root.find(f"{SVG}title").text == "F by label"
    assert root.find(f"{SVG}desc").text == "ORG: F 50.0, interval 40.0 to 75.0, dictionary 25.0"


def test_label_with_too_little_behind_it_says_too_few() -> None:
    assert "50.0 (too few)" in dots("a", "F", [Dot("ORG", 0.5, (0.1, 0.9), None, True)])


def test_label_without_interval_or_figure_has_no_marks() -> None:
    root = parse(dots("a", "F", [Dot("ORG", None, (None, None), None, True)]))
    assert root.find(f"{SVG}circle") is None
    assert root.find(f"{SVG}line[@class='interval']") is None


def test_label_that_looks_like_markup_stays_text() -> None:
    plot = dots("a", "F", [Dot("<b>{x}&\"'", 0.5, (0.4, 0.6), None, False)])
    labels = [text.text for text in parse(plot).iter(f"{SVG}text")]
    assert "<b>{x}&\"'" in labels


@pytest.mark.parametrize(
    ("words", "ems", "shown"),
    [
        ("person", 19, "person"),
        ("two\nlines\tand \u202emore", 19, r"two lines and \u202emore"),
        ("x" * 100, 5.8, "x" * 10 + "…"),
        ("名" * 20, 11, "名" * 10 + "…"),
        ("e" + "\u0301" * 50, 5, "e" + "\u0301" * 4),
        ("", 5, ""),
    ],
)
def test_label_is_cut_to_its_room(words: str, ems: float, shown: str) -> None:
    assert fit(words, ems) == shown


@pytest.mark.parametrize(
    ("share", "place"), [(0, "0.00%"), (1, "100.00%"), (-0.1, "0.00%"), (2, "100.00%")]
)
def test_marks_stay_inside_the_plot(share: float, place: str) -> None:
    assert at(share) == place


def test_curve_marks_the_best_step_and_says_it() -> None:
    root = parse(curve("c", "Score", course(points(0.0, 0.4, 0.7, 0.6))))
    assert root.find(f"{SVG}circle[@class='best']").get("cx") == "66.67%"
    assert "best: 70.0 at step 20" in [text.text for text in root.iter(f"{SVG}text")]
    assert len(root.findall(f"{SVG}line[@class='course']")) == 3


@pytest.mark.parametrize("rows", [[], points(0.1, 0.2), [{"step": 0, "score": 0.5, "losses": {}}] * 4])
def test_curve_of_too_few_steps_is_not_drawn(rows: list[dict]) -> None:
    assert curve("c", "Score", course(rows)) is None


def test_curve_of_a_pipeline_that_learned_nothing_is_flat() -> None:
    root = parse(curve("c", "Score", course(points(0.0, 0.0, 0.0, 0.0))))
    heights = {line.get("y1") for line in root.iter(f"{SVG}line") if line.get("class") == "course"}
    assert len(heights) == 1


def test_long_curve_is_thinned_and_keeps_the_best_and_the_last_point() -> None:
    rows = course(points(*(n / 10000 if n != 777 else 0.9 for n in range(5000))))
    kept = thinned(rows["points"], rows["best"])
    assert len(kept) < 2 * POINTS
    assert rows["best"] in kept
    assert rows["last"] in kept


def test_bars_leave_out_kinds_without_mentions() -> None:
    kinds = {
        "seen": {"r": 0.9, "support": 1200},
        "other label": {"r": None, "support": 0},
        "new": {"r": 0.25, "support": 8},
    }
    root = parse(bars("b", "Recall", {"ORG": kinds}))
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words == ["ORG", "seen · 1,200", "90.0", "new · 8", "25.0"]
    assert [bar.get("width") for bar in root.iter(f"{SVG}rect")] == ["90.00%", "25.00%"]
