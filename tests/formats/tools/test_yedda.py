"""YEDDA: brackets that are nested, over several lines, recommended, or that pair up with none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText
from scripts.formats.detection import detect
from scripts.formats.tools import yedda
from tests.formats.reading import mentions, read, written

PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="[]#＃*"), max_size=12)


@given(
    st.lists(st.tuples(PLAIN, PLAIN.filter(str.strip), st.sampled_from(["PER", "b-c", "地点"]))), PLAIN
)
def test_text_and_mentions_are_what_was_marked(parts, rest):
    line = "".join(f"{text}[@{mention}#{label}*]" for text, mention, label in parts) + rest
    text, spans, unknown = yedda.parsed(line)
    assert text == "".join(text + mention for text, mention, _ in parts) + rest
    assert [(text[s.start : s.end], s.label) for s in spans] == [(m, label) for _, m, label in parts]
    assert unknown == ()


@pytest.mark.parametrize("begin", ["[@Ada#PER*] left.", "[$Ada#PER*] left.", "It rained."])
def test_file_is_found_however_it_begins(tmp_path, begin):
    assert detect(written(tmp_path, f"{begin}\n[@Bo#PER*] came.\n")).name == "yedda"


def test_recommended_span_is_unknown_and_counted(tmp_path):
    (record,) = read(tmp_path, "yedda", "[$Ada#PER*] met [@Bo#PER*]\n")
    assert (record.text, mentions(record)) == ("Ada met Bo", [("Bo", "PER")])
    assert (record.missing, record.notes) == (((0, 3),), (yedda.RECOMMENDED,))


def test_bracket_over_several_lines_makes_them_one_text(tmp_path):
    one, two = read(tmp_path, "yedda", "[@Ada\nLee#PER*] left.\n[@Bo#PER*] came.\n")
    assert (one.place, mentions(one)) == ("lines 1 to 2", [("Ada\nLee", "PER")])
    assert (two.place, mentions(two)) == ("line 3", [("Bo", "PER")])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Ada#PER*] left", "'#PER*]' closes a bracket that was never opened"),
        ("[@#PER*]", "the line has no text apart from its brackets"),
    ],
)
def test_line_whose_brackets_do_not_pair_up_is_a_fault(tmp_path, line, reason):
    fault, record = read(tmp_path, "yedda", f"{line}\n[@Ada#PER*] left\n")
    assert fault.reason == reason
    assert isinstance(record, AnnotatedText)


def test_bracket_that_is_never_closed_takes_no_more_than_some_lines(tmp_path):
    rest = "It rained.\n" * yedda.LONGEST
    fault, *records = read(tmp_path, "yedda", f"[@Ada left.\n{rest}[@Bo#PER*] came.\n")
    assert (fault.place, fault.reason) == (f"lines 1 to {yedda.LONGEST}", "[@ is never closed")
    assert mentions(records[-1]) == [("Bo", "PER")]


@pytest.mark.parametrize(
    "data", ['{"text": "[@Ada#PER*]"}\n', '["[@Ada#PER*]"]', "See [@doe99] and #tag*.\n"]
)
def test_other_files_with_brackets_are_not_taken_for_it(tmp_path, data):
    try:
        assert detect(written(tmp_path, data)).name != "yedda"
    except ValueError:
        return
