"""Views of errors: what is marked on which side, overlapping mentions, texts that look like markup."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.reporting.views import Highlight, in_training, nested, side, times, view

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


class Reader(HTMLParser):
    """What a reader of a view sees: the text without names of labels, and each mark with its words.

    found: kind, words and label of every mark, a part of one without a label. covers: how many marks are
    around each character. ends: where each label is named.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.found: list[tuple[str, str, str]] = []
        self.covers: list[int] = []
        self.ends: list[tuple[int, str]] = []
        self.open: list[tuple[str, int]] = []
        self.label = ""
        self.naming = False
        self.feed(str(html))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark":
            self.open.append(((dict(attrs)["class"] or "").split()[1], len(self.text)))
        self.naming = tag == "bdi"

    def handle_endtag(self, tag: str) -> None:
        self.naming = False
        if tag == "mark":
            kind, start = self.open.pop()
            self.found.append((kind, self.text[start:], self.label))
            self.label = ""

    def handle_data(self, data: str) -> None:
        if self.naming:
            self.label += data.removeprefix("\u00a0")
            self.ends.append((len(self.text), self.label))
        else:
            self.text += data
            self.covers += [len(self.open)] * len(data)


def marks(html: str) -> list[tuple[str, str, str]]:
    """Return kind, words and label of every mark, in the order of their ends."""
    return Reader(html).found


def test_both_sides_show_their_mentions_and_the_one_in_question() -> None:
    shown = view(EXAMPLE, 4)
    assert marks(shown.gold_html) == [("focus", "Ada", "PERSON"), ("beside", "Bo", "PERSON")]
    assert marks(shown.predicted_html) == [("focus", "Ada", "ORG")]
    assert (shown.kind, shown.label_number, shown.id) == ("wrong label", 4, "")
    assert shown.in_training == "3 times as annotated, never as predicted"


def test_side_that_has_nothing_there_says_so() -> None:
    example = {**EXAMPLE, "predicted": None, "predicted_marks": []}
    assert marks(side(example, "predicted")) == [("ghost", "Ada", "no entity")]


@pytest.mark.parametrize(
    ("gold", "predicted", "words"),
    [
        ("PERSON: Ada", None, "3 times as annotated, never unmarked"),
        (None, "PERSON: Ada", "3 times unmarked, never as predicted"),
    ],
)
def test_side_without_an_entity_is_unmarked_in_the_training_set(gold, predicted, words: str) -> None:
    assert in_training(EXAMPLE["train"], gold, predicted) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "never"), (1, "once"), (2, "twice"), (1200, "1,200 times")]
)
def test_counts_of_the_training_set_are_words(count: int, words: str) -> None:
    assert times(count) == words


def test_text_that_goes_on_has_an_ellipsis_and_marks_stay_on_their_words() -> None:
    html = side({**EXAMPLE, "cut": [True, True]}, "gold")
    assert marks(html)[0] == ("focus", "Ada", "PERSON")
    assert Reader(html).text == "…Ada met Bo.…"


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
    assert Reader(html).text == "University of Oslo"


def test_mention_within_another_is_marked_in_it_and_one_across_its_end_in_two_parts() -> None:
    found = nested(
        [
            Highlight(0, 9, "A", ""),
            Highlight(2, 4, "B", ""),
            Highlight(4, 12, "C", ""),
            Highlight(12, 13, "D", ""),
        ]
    )
    assert [(mark.start, mark.end, mark.label, mark.goes_on) for mark in found] == [
        (0, 9, "A", False),
        (2, 4, "B", False),
        (4, 9, "C", True),
        (9, 12, "C", False),
        (12, 13, "D", False),
    ]


def test_place_of_a_missing_mention_may_overlap_a_mention_of_this_side() -> None:
    """The text was shown twice: once with the prediction, once with the place of what is missing."""
    example = {
        **EXAMPLE,
        "text": "Bank of Oslo Ltd closed.",
        "gold": "ORG: Bank of Oslo",
        "focus": [0, 12],
        "predicted": None,
        "predicted_marks": [[8, 16, "GPE"]],
    }
    html = side(example, "predicted")
    assert Reader(html).text == "Bank of Oslo Ltd closed."
    whole, part, rest = (
        ("ghost", "Bank of Oslo", "no entity"),
        ("beside", "Oslo", ""),
        ("beside", " Ltd", "GPE"),
    )
    assert marks(html) == [part, whole, rest]


@st.composite
def examples(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an example: any text, with any spans on both sides, and any place in question."""
    text = draw(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), min_size=1))

    def spans() -> st.SearchStrategy[list[list[Any]]]:
        place = st.integers(0, len(text))
        ends = st.tuples(place, place).filter(lambda ends: ends[0] != ends[1]).map(sorted)
        return st.lists(st.tuples(ends, st.sampled_from("A<&")).map(lambda one: [*one[0], one[1]]))

    gold, predicted, ((start, end, _), *_) = draw(spans()), draw(spans()), draw(spans().filter(bool))
    return {
        **EXAMPLE,
        "text": text,
        "cut": draw(st.tuples(st.booleans(), st.booleans())),
        "focus": [start, end],
        "gold": draw(st.sampled_from([None, f"A: {text[start:end]}"])),
        "predicted": draw(st.sampled_from([None, f"<: {text[start:end]}"])),
        "gold_marks": gold,
        "predicted_marks": predicted,
    }


@given(examples())
def test_text_is_there_once_with_every_mark_on_its_words_whatever_overlaps(example) -> None:
    before, after = example["cut"]
    text = "…" * before + example["text"] + "…" * after
    for name in ("gold", "predicted"):
        read = Reader(side(example, name))
        assert read.text == text
        expected = list(example[f"{name}_marks"])
        if example[name] is None:
            expected.append([*example["focus"], "no entity"])
        around = [
            sum(start + before <= at < end + before for start, end, _ in expected)
            for at in range(len(text))
        ]
        assert read.covers == around
        assert sorted(read.ends) == sorted((end + before, label) for _, end, label in expected)


def test_text_without_a_mention_is_still_there() -> None:
    assert Reader(side({**EXAMPLE, "gold_marks": []}, "gold")).text == "Ada met Bo."


@pytest.mark.parametrize("label", ["<b>{x}", '"><script>', "{0}", "a&b"])
def test_labels_are_escaped_and_braces_are_no_format(label: str) -> None:
    example = {**EXAMPLE, "gold": f"{label}: Ada", "gold_marks": [[0, 3, label]]}
    html = side(example, "gold")
    assert marks(html)[0][2] == label
    assert label not in html or label == "{0}"


def test_text_that_is_markup_stays_text() -> None:
    text = "<script>alert(1)</script> {x}"
    example = {**EXAMPLE, "text": text, "gold": f"X: {text}", "gold_marks": [[0, len(text), "X"]]}
    html = side({**example, "focus": [0, len(text)]}, "gold")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {x}" in html


def test_direction_comes_from_the_text() -> None:
    html = side({**EXAMPLE, "text": "שלום עולם ועוד", "gold": "X: שלו", "gold_marks": []}, "gold")
    assert '<div class="view" dir="auto">' in html
    assert "direction" not in html


def test_marks_outside_the_text_are_cut_or_left_out() -> None:
    example = {**EXAMPLE, "gold_marks": [[0, 99, "PERSON"], [5, 5, "X"], [50, 60, "X"]]}
    assert [found[1] for found in marks(side(example, "gold"))] == ["Ada met Bo."]
