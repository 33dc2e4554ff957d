"""The fields that nearly every format has, and the lines of text files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.fields import (
    as_name,
    label_of,
    names_a_class,
    number,
    shown,
    sound_spans,
    span_of,
    text_of,
    usable_text,
    whole,
)
from scripts.formats.shared.lines import lines, whole_text
from tests.formats.reading import written


def reason(function, *arguments):
    """Return the reason for which a function finds its arguments unusable."""
    with pytest.raises(Unusable) as caught:
        function(*arguments)
    assert caught.value.hint
    return caught.value.reason


@pytest.mark.parametrize("text", [None, "", " \r\n\t\u3000", 5, ["a"]])
def test_text_that_is_missing_or_blank_is_unusable(text):
    assert reason(text_of, {"text": text}) == "the record has no text"
    assert reason(text_of, {}) == "the record has no text"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\0", "the text contains a NUL character"),
        ("a\udcff", "the text contains bytes that are not UTF-8"),
        ("a\udc80", "the text contains bytes that are not UTF-8"),
        ("a\ud83d", "the text contains half of a surrogate pair"),
        ("a\ude00", "the text contains half of a surrogate pair"),
    ],
)
def test_text_that_no_pipeline_could_be_given_is_unusable(text, why):
    assert reason(usable_text, text) == why


def test_text_is_never_normalised():
    text = " e\u0301\u200d\r\n\ufeff \x85"
    assert text_of({"body": text}, "body") == text


@pytest.mark.parametrize("label", [None, "", " ", 1.5, True, [], {}])
def test_label_must_be_a_visible_string_or_a_number(label):
    assert reason(label_of, label, "0-3") == "span 0-3 has no label"
    assert label_of(7, "") == "7"


@pytest.mark.parametrize(
    "mark", [[0, 3, "P"], (0, 3, "P"), {"start": 0, "end": 3, "label": "P", "text": 5, "x": 1}]
)
def test_span_is_a_triple_or_an_object(mark):
    assert span_of(mark) == CharSpan(0, 3, "P")


def test_mention_of_a_span_is_kept():
    assert span_of({"start": 0, "end": 3, "label": "P", "text": "Ada"}).mention == "Ada"


@pytest.mark.parametrize("mark", [None, 5, "abc", [0, 3], [0, 3, "P", 4], set()])
def test_anything_else_is_no_span(mark):
    assert reason(span_of, mark) == f"{mark!r} is not a span"


@pytest.mark.parametrize("offset", [None, "0", 1.5, True, [], float("nan"), float("inf")])
def test_offset_must_be_a_whole_number(offset):
    assert reason(whole, offset) == f"offset {offset!r} is not a whole number"


@pytest.mark.parametrize(
    ("marks", "spans"), [(None, ()), ([], ()), ([[0, 1, "P"]], (CharSpan(0, 1, "P"),))]
)
def test_spans_are_a_list_or_nothing(marks, spans):
    assert sound_spans(marks).spans == spans
    assert reason(sound_spans, {"a": 1}) == "spans are a dict, not a list"


@given(st.integers(-(10**16), 10**16))
def test_offset_may_stand_as_digits(offset):
    assert number(f" {offset}\n") == offset


@pytest.mark.parametrize("text", ["", "-", "1.0", "1_0", "١", "²", "+1", "1e3", "9" * 19, "0x1"])
def test_digits_of_an_offset_are_ascii_and_not_too_many(text):
    assert reason(number, text).endswith("is not a whole number")


@pytest.mark.parametrize(
    ("value", "name"), [(None, None), (5, "5"), ("a", "a"), ([1], None), ({}, None), (True, "True")]
)
def test_name_is_whatever_is_no_container(value, name):
    assert as_name(value) == name


@pytest.mark.parametrize(
    ("label", "answer"),
    [("news", True), (["a", "b"], True), ([], False), ([[0, 1, "P"]], False), (None, False), (5, False)],
)
def test_class_of_a_text_is_a_string_or_several(label, answer):
    assert names_a_class(label) is answer


def test_value_in_a_message_is_cut():
    assert shown("a" * 500) == "'" + "a" * 79 + "…"
    assert shown([1]) == "[1]"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xef\xbb\xbfa\r\nb\n", [(1, "a"), (2, "b")]),
        (b"a\rb\x0bc\xe2\x80\xa8d\nlast", [(1, "a\rb\x0bc\u2028d"), (2, "last")]),
        (b"\n\r\n", [(1, ""), (2, "")]),
        (b"Zo\xeb\n", [(1, "Zo\udceb")]),
        (b"", []),
    ],
)
def test_lines_end_at_line_feeds_only(tmp_path, data, found):
    assert list(lines(written(tmp_path, data))) == found


def test_whole_text_keeps_its_line_ends(tmp_path):
    assert whole_text(written(tmp_path, b"\xef\xbb\xbfa\r\nb\r\xff")) == "a\r\nb\r\udcff"


@given(st.integers(-(2**53), 2**53))
def test_offset_may_be_a_float_that_is_whole(offset):
    assert whole(float(offset)) == offset
    assert type(whole(float(offset))) is int


GOOD = CharSpan(0, 3, "P")


def test_spans_that_can_not_be_read_stand_apart_from_the_others():
    found = sound_spans([[0, None, "P"], [0, 3, "P"], [1.5, 3, "P"], [0, 3, ""]])
    assert (found.spans, list(found.marks)) == ((GOOD,), [[0, 3, "P"]])
    assert [span.reason for span in found.unread] == [
        "offset None is not a whole number",
        "offset 1.5 is not a whole number",
        "span 0-3 has no label",
    ]
    assert all(span.shown and span.hint for span in found.unread)
    assert [span.place for span in found.unread] == [None, None, (0, 3)]


def test_place_of_a_label_that_can_not_be_used_is_known():
    (unread,) = sound_spans([[0, 3, "P"], [4, 9, "a\0"]]).unread
    assert (unread.reason, unread.place) == ("the label contains a NUL character", (4, 9))
    assert unread.hint == "rename the label"


def test_record_of_which_no_span_can_be_read_is_unusable_for_the_first():
    assert reason(sound_spans, [[0, None, "P"], 5]) == "offset None is not a whole number"
