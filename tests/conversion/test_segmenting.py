"""Long texts in pieces: nothing is cut through, nothing is lost, and the pieces are the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, CharSpan, UnlocatedEntity
from scripts.conversion.cutting import Cutter
from scripts.conversion.segmenting import ENDS, segment
from scripts.conversion.tally import Tally

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
    record = AnnotatedText(
        TEXT, (), "f", "1", unlocated=(UnlocatedEntity("cy", "X"), UnlocatedEntity("Eve", "X"))
    )
    pieces = list(segment(record, "paragraphs", 1))
    assert [[mention.text for mention in piece.unlocated] for piece in pieces] == [["Eve"], ["cy"]]


def test_span_without_a_place_in_a_long_text_costs_no_other():
    spans = (CharSpan(0, 3, "PERSON"), CharSpan(4, 999, "PLACE"))
    cutter = Cutter("lines", 5, "characters", Tally())
    pieces = list(cutter.pieces(AnnotatedText(TEXT, spans, "f", "line 1")))
    assert len(pieces) > 1
    assert [span for piece in pieces for span in piece.spans] == [CharSpan(0, 3, "PERSON")]
    (lost,) = (span for piece in pieces for span in piece.unread)
    assert lost.shown == "PLACE 4-999"
    assert "reaches beyond the text" in lost.reason
    assert not any(piece.exhaustive for piece in pieces)


def test_long_text_whose_offsets_count_utf16_units_is_cut_between_its_spans():
    text = "😀 Ada left.\nBo came."
    spans = (CharSpan(3, 6, "PERSON"), CharSpan(13, 15, "PERSON"), CharSpan(1, 2, "PLACE"))
    cutter = Cutter("lines", 5, "utf16", Tally())
    pieces = list(cutter.pieces(AnnotatedText(text, spans, "f", "line 1")))
    found = [piece.text[span.start : span.end] for piece in pieces for span in piece.spans]
    assert found == ["Ada", "Bo"]
    assert [span.shown for piece in pieces for span in piece.unread] == ["PLACE 1-2"]
