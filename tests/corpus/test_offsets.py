"""Offsets in characters, UTF-16 units and UTF-8 bytes: there and back, and noticing which they are."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from scripts.corpus.offsets import ENCODINGS, NAMES, OffsetEvidence, in_characters
from scripts.corpus.settings import OFFSETS
from scripts.corpus.text import CharSpan, Unusable

NLP = spacy.blank("en")
UNITS = sorted(ENCODINGS)
TEXT = "Zoë 🙂 李雷 left"  # 🙂 is one character, two UTF-16 units and four bytes


def counted(text, start, end, unit):
    """Return a span of characters as a tool that counts in `unit` would write it."""
    if unit == "characters":
        return CharSpan(start, end, "X")
    encoding, size = {"utf16": ("utf-16-le", 2), "bytes": ("utf8", 1)}[unit]
    first, last = (len(text[:offset].encode(encoding)) // size for offset in (start, end))
    return CharSpan(first, last, "X")


def test_every_unit_has_a_name_and_all_but_characters_an_encoding():
    assert set(NAMES) == set(OFFSETS) == {"characters", *ENCODINGS}


@pytest.mark.parametrize(
    ("unit", "start", "end"), [("characters", 6, 8), ("utf16", 7, 9), ("bytes", 10, 16)]
)
def test_span_behind_a_smiley_is_found_in_every_unit(unit, start, end):
    (span,) = in_characters(TEXT, [CharSpan(start, end, "PER")], unit)
    assert TEXT[span.start : span.end] == "李雷"
    assert span.label == "PER"


@pytest.mark.parametrize("unit", UNITS)
def test_reversed_span_stays_reversed_for_the_check_that_comes_later(unit):
    (span,) = in_characters("Ada left", [CharSpan(3, 0, "X")], unit)
    assert (span.start, span.end) == (3, 0)


def test_characters_are_taken_as_they_are_even_where_they_can_not_be():
    spans = (CharSpan(-1, 99, "X"),)
    assert in_characters("Ada", spans, "characters") == spans


@pytest.mark.parametrize(
    ("unit", "span", "reason"),
    [
        ("utf16", (0, 15), "offset 15 is beyond the text's 14 UTF-16 units"),
        ("utf16", (15, 0), "offset 15 is beyond the text's 14 UTF-16 units"),
        ("bytes", (0, 22), "offset 22 is beyond the text's 21 UTF-8 bytes"),
        ("bytes", (-1, 3), "offset -1 is beyond the text's 21 UTF-8 bytes"),
        ("utf16", (0, 5), "offset 5, counted in UTF-16 units, lies inside a character"),
        ("bytes", (0, 3), "offset 3, counted in UTF-8 bytes, lies inside a character"),
        ("bytes", (7, 9), "offset 7, counted in UTF-8 bytes, lies inside a character"),
    ],
)
def test_offset_that_is_no_boundary_of_a_character_is_refused(unit, span, reason):
    with pytest.raises(Unusable) as caught:
        in_characters(TEXT, [CharSpan(*span, "X")], unit)
    assert caught.value.reason == reason
    assert "vars.offsets" in caught.value.mend


# Surrogates are left out: UTF-8 can't hold them, and no reader lets them through.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def texts_with_spans(draw):
    """Draw a text and offsets of characters in it, in either order."""
    text = draw(TEXTS)
    offset = st.integers(0, len(text))
    return text, draw(st.lists(st.tuples(offset, offset), max_size=4))


@given(texts_with_spans(), st.sampled_from(OFFSETS))
def test_offsets_counted_in_any_unit_come_back_as_characters(drawn, unit):
    text, offsets = drawn
    foreign = [counted(text, start, end, unit) for start, end in offsets]
    found = in_characters(text, foreign, unit)
    assert [(span.start, span.end, span.label) for span in found] == [(*o, "X") for o in offsets]


@given(TEXTS, st.integers(-3, 130), st.sampled_from(UNITS))
def test_any_offset_is_a_boundary_of_a_character_or_refused(text, offset, unit):
    try:
        (span,) = in_characters(text, [CharSpan(0, offset, "X")], unit)
    except Unusable:
        boundaries = {counted(text, 0, end, unit).end for end in range(len(text) + 1)}
        assert offset not in boundaries
    else:
        assert counted(text, 0, span.end, unit).end == offset


def evidence(unit, texts, wrong=0):
    """Return the evidence of texts whose word `Ada` is marked in `unit`, the first few one off."""
    found = OffsetEvidence()
    for number, text in enumerate(texts):
        start = text.index("Ada") + (number < wrong)
        found.add(NLP.make_doc(text), [counted(text, start, start + 3, unit)])
    return found


WIDE = [f"🙂 {'x' * n} Ada left" for n in range(1, 21)]


@pytest.mark.parametrize("real", OFFSETS)
@pytest.mark.parametrize("used", OFFSETS)
def test_verdict_names_the_unit_that_fits_when_another_is_in_use(real, used):
    verdict = evidence(real, WIDE).verdict(used)
    if real == used:
        assert verdict is None
    else:
        assert verdict.startswith(
            f"offsets seem to count {NAMES[real]}, not {NAMES[used]}: of 20 spans behind characters "
            "that tell these apart, 20 begin and end at a token when read so, "
        )
        assert verdict.endswith(f" as it is; set vars.offsets to {real}")


def test_texts_in_ascii_tell_nothing():
    found = evidence("characters", ["x Ada left"] * 5)
    assert (found.spans, found.verdict("utf16"), found.verdict("bytes")) == (0, None, None)


def test_spans_before_the_first_wide_character_tell_nothing():
    assert evidence("characters", ["Ada 🙂"] * 5).spans == 0


def test_letter_with_an_accent_tells_bytes_from_the_other_two():
    found = evidence("bytes", ["Zoë met Ada there"] * 5)
    assert found.fits == {"characters": 0, "utf16": 0, "bytes": 5}


def test_few_spans_that_fit_no_unit_do_not_hide_the_verdict():
    assert evidence("utf16", WIDE, wrong=2).verdict("characters") is not None


def test_more_than_a_tenth_that_fits_no_unit_leaves_it_open():
    assert evidence("utf16", WIDE, wrong=3).verdict("characters") is None


def test_spans_that_can_not_be_in_any_unit_are_evidence_for_none():
    found = OffsetEvidence()
    wrong = [CharSpan(-5, 2, "X"), CharSpan(7, 3, "X"), CharSpan(500, 900, "X"), CharSpan(6, 6, "X")]
    found.add(NLP.make_doc("🙂🙂 Ada left"), wrong)
    assert set(found.fits.values()) == {0}
    assert [found.verdict(unit) for unit in OFFSETS] == [None] * 3
