from hypothesis import given
from hypothesis import strategies as st

from scripts.files.terminal import harmless, is_seen, listed, printable


def test_what_a_terminal_would_obey_is_written_as_an_escape():
    assert printable("\x1b[31mred\x07\r\nnext\tcell") == r"\x1b[31mred\x07\r\nnext\tcell"


def test_bidirectional_overrides_and_zero_width_characters_become_visible():
    assert printable("abc\u202edef\u200b\ufeff\u2066\u2028") == r"abc\u202edef\u200b\ufeff\u2066\u2028"


def test_scripts_and_emoji_that_need_joiners_are_left_as_they_are():
    for text in ("می‌خواهم", "क्‍ष", "👩‍💻", "Größe", "人物", "é", "e\u0301"):
        assert printable(text) == text


def test_signs_of_numbers_are_left_as_they_are_though_their_category_is_that_of_formats():
    for sign in (*map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"):
        assert printable(f"{sign}1") == harmless(f"{sign}1\n").strip() == f"{sign}1"
    assert printable("\u061c\u202e\U000110c2") == "\\u061c\\u202e\U000110c2"


def test_half_of_a_surrogate_pair_can_be_printed():
    assert printable("a\ud800").encode("utf8") == rb"a\ud800"


def test_a_long_string_is_shortened():
    assert printable("x" * 100) == "x" * 100
    assert printable("x" * 101) == "x" * 99 + "…"
    assert printable("abcdef", longest=3) == "ab…"


def test_a_list_is_shortened_and_says_how_many_more_there_are():
    assert listed(["a", "b\n"], most=2) == r"a, b\n"
    labels = [f"LABEL_{number:05}" for number in range(5000)]
    assert listed(labels, most=2) == "LABEL_00000, LABEL_00001 and 4,998 more"
    assert len(listed(["x" * 1000] * 5000)) < 1100
    assert listed([]) == ""


def test_a_message_keeps_its_own_line_breaks_and_nothing_else_that_is_unseen():
    assert harmless("one\n\ttwo\r\x1b[2J\u2028") == "one\n\ttwo\\r\\x1b[2J\\u2028"


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_no_string_gets_an_unseen_character_through(text):
    shown = printable(text)
    assert all(is_seen(character) for character in shown)
    assert shown.splitlines() in ([], [shown])
    shown.encode("utf8")
