"""Views of errors: what is marked on which side, overlapping mentions, texts that look like markup."""

import re

import pytest

from scripts.reporting.views import Mark, lines, side, view

EXAMPLE = {
    "where": "texts.jsonl, line 3",
    "id": None,
    "kind": "wrong label",
    "label": "PERSON",
    "gold": "PERSON: Ada",
    "predicted": "ORG: Ada",
    "train": {"as_gold": 3, "as_predicted": 0},
    "text": "Ada met Bo.",
    "cut": [False, False],
    "focus": [0, 3],
    "gold_marks": [[0, 3, "PERSON"], [8, 10, "PERSON"]],
    "predicted_marks": [[0, 3, "ORG"]],
}


def marks(html: str) -> list[tuple[str, str, str]]:
    """Return kind, words and label of every mark."""
    found = re.findall(
        r'<mark class="entity (\w+)">.*?>(.*?)</span>.*?>\u00a0(.*?)</bdi></mark>', html, re.S
    )
    return [tuple(found_one) for found_one in found]


def test_both_sides_show_their_mentions_and_the_one_in_question() -> None:
    shown = view(EXAMPLE, 4)
    assert marks(shown.gold_html) == [("focus", "Ada", "PERSON"), ("beside", "Bo", "PERSON")]
    assert marks(shown.predicted_html) == [("focus", "Ada", "ORG")]
    assert (shown.kind, shown.label_number, shown.id, shown.as_gold) == ("wrong label", 4, "", 3)


def test_side_that_has_nothing_there_says_so() -> None:
    example = {**EXAMPLE, "predicted": None, "predicted_marks": []}
    assert marks(side(example, "predicted")) == [("ghost", "Ada", "nothing")]
    assert view(example, 0).predicted == "nothing"


def test_text_that_goes_on_has_an_ellipsis_and_marks_stay_on_their_words() -> None:
    html = side({**EXAMPLE, "cut": [True, True]}, "gold")
    assert marks(html)[0] == ("focus", "Ada", "PERSON")
    text = re.sub("<[^>]*>", "", re.sub("<bdi.*?</bdi>", "", html)).strip()
    assert text == "…Ada met Bo.…"


def test_mention_beside_the_one_in_question_is_not_outlined_though_it_overlaps() -> None:
    example = {
        **EXAMPLE,
        "text": "University of Oslo",
        "gold": "GPE: Oslo",
        "focus": [14, 18],
        "gold_marks": [[0, 18, "ORG"], [14, 18, "GPE"]],
    }
    html = side(example, "gold")
    assert sorted(marks(html)) == [("beside", "University of Oslo", "ORG"), ("focus", "Oslo", "GPE")]
    assert html.count('class="view"') == 2


def test_overlapping_mentions_are_drawn_on_lines_of_their_own() -> None:
    found = lines([Mark(0, 9, "A", ""), Mark(2, 4, "B", ""), Mark(4, 6, "C", ""), Mark(9, 12, "D", "")])
    assert [[mark.label for mark in line] for line in found] == [["A", "D"], ["B", "C"]]


def test_text_without_a_mention_is_still_drawn_once() -> None:
    assert lines([]) == [[]]


@pytest.mark.parametrize("label", ["<b>{x}", '"><script>', "{0}", "a&b"])
def test_labels_are_escaped_and_braces_are_no_format(label: str) -> None:
    example = {**EXAMPLE, "gold": f"{label}: Ada", "gold_marks": [[0, 3, label]]}
    html = side(example, "gold")
    escaped = label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    assert marks(html)[0][2] in (escaped, escaped.replace("&#34;", "&quot;"))


def test_text_that_is_markup_stays_text() -> None:
    text = "<script>alert(1)</script> {x}"
    example = {**EXAMPLE, "text": text, "gold": f"X: {text}", "gold_marks": [[0, len(text), "X"]]}
    html = side({**example, "focus": [0, len(text)]}, "gold")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {x}" in html


def test_direction_comes_from_the_text() -> None:
    html = side({**EXAMPLE, "text": "שלום עולם ועוד", "gold": "X: שלו", "gold_marks": []}, "gold")
    assert '<div class="view" dir="auto">' in html
    assert "direction: inherit" in html


def test_marks_outside_the_text_are_cut_or_left_out() -> None:
    example = {**EXAMPLE, "gold_marks": [[0, 99, "PERSON"], [5, 5, "X"], [50, 60, "X"]]}
    assert [found[1] for found in marks(side(example, "gold"))] == ["Ada met Bo."]
