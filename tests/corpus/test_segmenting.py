"""Long texts in pieces: nothing is cut through, nothing is lost, and the pieces are the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.corpus.segmenting import ENDS, segment
from scripts.corpus.text import AnnotatedText, CharSpan, Mention

TEXT = "Ada left. Bo came\nin the rain.\n\nCy slept. 李雷来了。Dee woke."


@st.composite
def records(draw):
    """Draw a long text with spans anywhere in it."""
    text = "".join(
        draw(st.lists(st.sampled_from(["Ada ", "left. ", "\n", "\n\n", "。", "x"]), min_size=1))
    )
    offsets = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(offsets, offsets), max_size=4))
    spans = tuple(CharSpan(min(pair), max(pair), "X") for pair in pairs)
    return AnnotatedText(text, spans, "f", "line 1")


@given(records(), st.sampled_from(sorted(ENDS)), st.integers(1, 30))
def test_every_span_is_in_one_piece_and_reads_as_before(record, where, longest):
    pieces = list(segment(record, where, longest))
    assert "".join(piece.text for piece in pieces).split() == record.text.split()
    found = [piece.text[span.start : span.end] for piece in pieces for span in piece.spans]
    assert sorted(found) == sorted(record.text[span.start : span.end] for span in record.spans)
    assert len({piece.place for piece in pieces}) == len(pieces)
    assert {piece.group for piece in pieces} <= {"f, line 1"}


@pytest.mark.parametrize(
    ("where", "first"),
    [
        ("lines", "Ada left. Bo came\n"),
        ("paragraphs", "Ada left. Bo came\nin the rain.\n\n"),
        ("sentences", "Ada left. "),
    ],
)
def test_text_is_cut_where_it_was_said(where, first):
    pieces = list(segment(AnnotatedText(TEXT, (), "f", "line 1"), where, 1))
    assert pieces[0].text == first
    assert "".join(piece.text for piece in pieces) == TEXT


def test_pieces_are_as_long_as_they_may_be():
    pieces = list(segment(AnnotatedText("a.\n" * 10, (), "f", "line 1"), "lines", 9))
    assert [len(piece.text) for piece in pieces] == [9, 9, 9, 3]


def test_mention_without_offsets_goes_where_it_stands_and_else_to_the_first_piece():
    record = AnnotatedText(TEXT, (), "f", "1", mentions=(Mention("cy", "X"), Mention("Eve", "X")))
    pieces = list(segment(record, "paragraphs", 1))
    assert [[mention.text for mention in piece.mentions] for piece in pieces] == [["Eve"], ["cy"]]


def test_record_with_a_span_outside_of_its_text_is_left_whole():
    record = AnnotatedText(TEXT, (CharSpan(0, 999, "X"),), "f", "1")
    assert list(segment(record, "lines", 1)) == [record]
