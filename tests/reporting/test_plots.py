"""Plots in cells of tables: what they show, and where their marks are."""

from xml.etree import ElementTree

import pytest

from scripts.reporting.plots import at, axis, bar, difference, stack
from scripts.scoring.matching import CORRECT, ERRORS

SVG = "{http://www.w3.org/2000/svg}"


def parse(svg: str) -> ElementTree.Element:
    named = str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(named)  # noqa: S314


def lines(root: ElementTree.Element, kind: str) -> list[tuple[str | None, str | None]]:
    """Return the ends of all lines of a kind, from left to right."""
    return [(line.get("x1"), line.get("x2")) for line in root.findall(f"{SVG}line[@class='{kind}']")]


def test_score_interval_and_other_score_are_where_their_figures_are() -> None:
    root = parse(bar(0.5, (0.4, 0.75), 0.25))
    assert root.find(f"{SVG}rect[@class='fill']").get("width") == "50%"
    assert lines(root, "interval") == [("40%", "75%"), ("40%", "40%"), ("75%", "75%")]
    assert root.find(f"{SVG}svg[@class='shape']").get("x") == "25%"


def test_plots_that_repeat_the_numbers_of_their_row_are_hidden_from_screen_readers() -> None:
    for plot in (bar(0.5), axis(), stack({"correct": 1}), difference(0.1, None, 1.0)):
        assert parse(plot).get("aria-hidden") == "true"


@pytest.mark.parametrize("interval", [None, (None, None), (0.5, 0.5)])
def test_score_without_interval_has_no_line(interval) -> None:
    assert lines(parse(bar(0.5, interval)), "interval") == []


def test_score_that_is_undefined_has_an_empty_bar() -> None:
    root = parse(bar(None))
    assert root.find(f"{SVG}rect[@class='fill']") is None
    assert root.find(f"{SVG}rect[@class='track']") is not None


@pytest.mark.parametrize(("share", "place"), [(0, "0%"), (1, "100%"), (-0.1, "0%"), (2, "100%")])
def test_marks_stay_inside_the_plot(share: float, place: str) -> None:
    assert at(share) == place


def test_errors_are_stacked_by_class_and_leave_room_for_what_is_correct() -> None:
    counts = {CORRECT: 5, **dict.fromkeys(ERRORS, 0), ERRORS[0]: 3, ERRORS[2]: 2}
    pieces = parse(stack(counts)).findall(f"{SVG}rect")[1:]
    assert [(piece.get("class"), piece.get("x"), piece.get("width")) for piece in pieces] == [
        ("error-0", "0%", "30%"),
        ("error-2", "30%", "20%"),
    ]


def test_label_without_entities_has_no_bar_of_errors() -> None:
    assert not list(parse(stack({CORRECT: 0, ERRORS[0]: 0})))


def test_difference_of_nothing_is_in_the_middle_and_its_interval_around_it() -> None:
    root = parse(difference(0.0, (-0.1, 0.2), 0.2))
    assert root.find(f"{SVG}circle").get("cx") == "50%"
    assert lines(root, "interval")[0] == ("25%", "100%")


def test_difference_that_is_undefined_has_no_dot() -> None:
    assert parse(difference(None, (None, None), 0.2)).find(f"{SVG}circle") is None
