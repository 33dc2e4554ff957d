from hypothesis import given
from hypothesis import strategies as st

from scripts.files.terminal import is_seen, printable


def test_what_a_terminal_would_obey_is_written_as_an_escape():
    assert printable("\x1b[31mred\x07\r\nnext\tcell") == r"\x1b[31mred\x07\r\nnext\tcell"


def test_bidirectional_overrides_and_zero_width_characters_become_visible():
    assert printable("abc\u202edef\u200b\ufeff\u2066\u2028") == r"abc\u202edef\u200b\ufeff\u2066\u2028"


def test_scripts_and_emoji_that_need_joiners_are_left_as_they_are():
    for text in ("می‌خواهم", "क्‍ष", "👩‍💻", "Größe", "人物", "é", "e\u0301"):
        assert printable(text) == text


def test_half_of_a_surrogate_pair_can_be_printed():
    assert printable("a\ud800").encode("utf8") == rb"a\ud800"


def test_a_long_string_is_shortened():
    assert printable("x" * 100) == "x" * 100
    assert printable("x" * 101) == "x" * 99 + "…"
    assert printable("abcdef", longest=3) == "ab…"


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_no_string_gets_an_unseen_character_through(text):
    shown = printable(text)
    assert all(is_seen(character) for character in shown)
    assert shown.splitlines() in ([], [shown])
    shown.encode("utf8")
