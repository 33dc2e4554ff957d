"""Offsets in characters, UTF-16 units and UTF-8 bytes: there and back, and noticing which they are."""

from random import Random

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.offset_units import (
    FORMS,
    SHIFTS,
    UNIT_NAMES,
    UNITS,
    OffsetConverter,
    in_characters,
    same_mention,
)
from scripts.annotation.text import CharSpan, Unusable
from scripts.conversion.offset_evidence import OffsetEvidence

NLP = spacy.blank("en")
OFFSETS = ("characters", "utf16", "bytes")
WIDER = ("bytes", "utf16")
TEXT = "Zoë 🙂 李雷 left"  # 🙂 is one character, two UTF-16 units and four bytes


def counted(text, start, end, unit):
    """Return a span of characters as a tool that counts in `unit` would write it."""
    if unit == "characters":
        return CharSpan(start, end, "X")
    encoding, size = {"utf16": ("utf-16-le", 2), "bytes": ("utf8", 1)}[unit]
    first, last = (len(text[:offset].encode(encoding)) // size for offset in (start, end))
    return CharSpan(first, last, "X")


def test_every_reading_has_a_name_for_people():
    assert set(UNIT_NAMES) == set(UNITS) == {"characters", *FORMS, *SHIFTS}


@pytest.mark.parametrize(
    ("unit", "start", "end"), [("characters", 6, 8), ("utf16", 7, 9), ("bytes", 10, 16)]
)
def test_span_behind_a_smiley_is_found_in_every_unit(unit, start, end):
    (span,) = in_characters(TEXT, [CharSpan(start, end, "PER")], unit)
    assert TEXT[span.start : span.end] == "李雷"
    assert span.label == "PER"


@pytest.mark.parametrize("unit", WIDER)
def test_reversed_span_stays_reversed_for_the_check_that_comes_later(unit):
    (span,) = in_characters("Ada left", [CharSpan(3, 0, "X")], unit)
    assert (span.start, span.end) == (3, 0)


def test_characters_are_taken_as_they_are_even_where_they_can_not_be():
    spans = (CharSpan(-1, 99, "X"),)
    assert in_characters("Ada", spans, "characters") == spans


@pytest.mark.parametrize(
    ("unit", "span", "reason"),
    [
        ("utf16", (0, 15), "offset 15 is outside the text (offsets: utf16, length: 14)"),
        ("utf16", (15, 0), "offset 15 is outside the text (offsets: utf16, length: 14)"),
        ("bytes", (0, 22), "offset 22 is outside the text (offsets: bytes, length: 21)"),
        ("bytes", (-1, 3), "offset -1 is outside the text (offsets: bytes, length: 21)"),
        ("utf16", (0, 5), "offset 5 is inside a character (offsets: utf16)"),
        ("bytes", (0, 3), "offset 3 is inside a character (offsets: bytes)"),
        ("bytes", (7, 9), "offset 7 is inside a character (offsets: bytes)"),
    ],
)
def test_offset_that_is_no_boundary_of_a_character_is_refused(unit, span, reason):
    with pytest.raises(Unusable) as caught:
        in_characters(TEXT, [CharSpan(*span, "X")], unit)
    assert caught.value.reason == reason
    assert "offsets in configs/convert.cfg" in caught.value.hint


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


@given(TEXTS, st.integers(-3, 130), st.sampled_from(WIDER))
def test_any_offset_is_a_boundary_of_a_character_or_refused(text, offset, unit):
    try:
        (span,) = in_characters(text, [CharSpan(0, offset, "X")], unit)
    except Unusable:
        boundaries = {counted(text, 0, end, unit).end for end in range(len(text) + 1)}
        assert offset not in boundaries
    else:
        assert counted(text, 0, span.end, unit).end == offset


def evidence(unit, texts, used="characters", wrong=0):
    """Return the evidence of texts whose word `Ada` is marked in `unit`, the first few one off."""
    found = OffsetEvidence(used)
    for number, text in enumerate(texts):
        start = text.index("Ada") + (number < wrong)
        found.add(NLP.make_doc(text), text, [counted(text, start, start + 3, unit)])
    return found


WIDE = [f"🙂 {'x' * n} Ada left" for n in range(1, 21)]


@pytest.mark.parametrize("real", OFFSETS)
@pytest.mark.parametrize("used", OFFSETS)
def test_proposal_names_the_unit_that_fits_when_another_is_in_use(real, used):
    proposal = evidence(real, WIDE, used).proposal()
    if real == used:
        assert proposal is None
    else:
        assert proposal.startswith(
            f"offsets seem to count {UNIT_NAMES[real]}: of the 20 spans that this would move, 20 "
            "would begin "
        )
        assert f" now; set offsets in configs/convert.cfg to {real}" in proposal


def test_texts_in_ascii_tell_no_units_apart():
    found = evidence("characters", ["x Ada left"] * 5)
    assert [found.moved[unit] for unit in OFFSETS] == [0, 0, 0]
    assert found.proposal() is None


def test_spans_that_fit_no_unit_do_not_hide_the_result():
    assert evidence("utf16", WIDE, wrong=15).proposal() is not None


def test_two_spans_are_too_few_for_a_result():
    assert evidence("utf16", WIDE[:2]).proposal() is None
    assert evidence("utf16", WIDE[:3]).proposal() is not None


def test_spans_that_fit_as_they_are_speak_against_another_unit():
    found = evidence("utf16", WIDE)
    found.merge(evidence("characters", WIDE[:3]))
    assert found.proposal() is None


def test_span_that_ends_beyond_its_text_is_evidence():
    found = OffsetEvidence()
    for name in ("Ada", "Bo", "Li"):
        text = f"🙂🙂 met {name}"
        found.add(NLP.make_doc(text), text, [counted(text, 7, len(text), "utf16")])
    assert "set offsets in configs/convert.cfg to utf16" in found.proposal()
    assert found.only_as_is["utf16"] == 0


@pytest.mark.parametrize("end", [9, 10])
def test_white_space_at_the_end_of_a_span_is_no_misfit(end):
    text = "🙂 so Ada  left"
    right, wide = OffsetEvidence(), OffsetEvidence()
    for _ in range(3):
        right.add(NLP.make_doc(text), text, [CharSpan(5, end, "X")])
        wide.add(NLP.make_doc(text), text, [CharSpan(6, end + 1, "X")])
    assert (right.only_as_is["utf16"], wide.only_so["utf16"]) == (3, 3)
    assert "utf16" not in (right.proposal() or "")
    assert "set offsets in configs/convert.cfg to utf16" in wide.proposal()


WORDS = (
    "🙂",
    "Zoë",
    "10km",
    "e\u0301t",
    "a&b",
    "x\r\ny",
    "met",
    "Ada",
    "Okafor,",
    "(Li)",
    "  ",
    "1x400m",
)


def noisy(random, share):
    """Return the evidence of texts whose offsets are right, but for a share that is off at random."""
    found = OffsetEvidence()
    for _ in range(random.randrange(1, 30)):
        text = " ".join(random.choices(WORDS, k=12))
        doc = NLP.make_doc(text)
        spans = []
        for at in random.sample(range(len(doc)), k=3):
            start, end = doc[at].idx, doc[at].idx + len(doc[at])
            if random.random() < share:
                start, end = start + random.randrange(-2, 3), end + random.randrange(-2, 3)
            spans.append(CharSpan(start, end, "X"))
        found.add(doc, text, spans)
    return found


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2])
def test_right_offsets_with_random_noise_are_not_called_another_unit(share):
    proposals = [noisy(Random(f"{share} {seed}"), share).proposal() for seed in range(60)]
    assert [proposal for proposal in proposals if proposal] == []


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.data())
def test_spans_of_whole_tokens_are_never_called_another_unit(words, data):
    text = " ".join(words)
    doc = NLP.make_doc(text)
    chosen = data.draw(st.lists(st.sampled_from(list(doc)), max_size=6))
    found = OffsetEvidence()
    found.add(doc, text, [CharSpan(t.idx, t.idx + len(t), "X") for t in chosen if not t.is_space])
    assert found.proposal() is None


def test_spans_that_can_not_be_in_any_unit_are_evidence_for_none():
    found = OffsetEvidence()
    wrong = [CharSpan(-5, 2, "X"), CharSpan(7, 3, "X"), CharSpan(500, 900, "X"), CharSpan(6, 6, "X")]
    found.add(NLP.make_doc("🙂🙂 Ada left"), "🙂🙂 Ada left", wrong)
    assert found.proposal() is None


# What a tool counted: the text that it saw, and how its offsets differ from those of the text as it is.
SEEN = {
    "crlf_as_two": ("one\ntwo Ada left\n", lambda text: text.replace("\n", "\r\n")),
    "crlf_as_one": ("one\r\ntwo Ada left\r\n", lambda text: text.replace("\r\n", "\n")),
    "unescaped": ("A &amp; B met Ada here", lambda text: text.replace("&amp;", "&")),
    "escaped": ("A & B met Ada here", lambda text: text.replace("&", "&amp;")),
    "stripped": ("  so Ada left", str.lstrip),
    "collapsed": ("so  then   Ada left", lambda text: " ".join(text.split())),
    "composed": ("Zoe\u0308 met Ada here", lambda text: text.replace("e\u0308", "ë")),
    "decomposed": ("Zoë met Ada here", lambda text: text.replace("ë", "e\u0308")),
    "graphemes": (
        "Zoe\u0308 👩\u200d🚀 met Ada here",
        lambda text: text.replace("e\u0308", "ë")[:5] + text[8:],
    ),
}


@pytest.mark.parametrize("unit", SEEN)
def test_text_that_was_changed_after_annotation_is_noticed_and_read_right(unit):
    text, change = SEEN[unit]
    start = change(text).index("Ada")
    marked = CharSpan(start, start + 3, "X", mention="Ada")
    (span,) = in_characters(text, [marked], unit)
    assert text[span.start : span.end] == "Ada"
    found = OffsetEvidence()
    found.add(NLP.make_doc(text), text, [marked] * 3)
    assert unit in found.proposal().split("set offsets in configs/convert.cfg to ")[1]


@pytest.mark.parametrize(
    ("unit", "start", "end"),
    [("inclusive", 0, 2), ("end_late", 0, 4), ("late", 1, 4), ("early", -1, 2)],
)
def test_offsets_that_are_off_by_a_constant_are_noticed_and_read_right(unit, start, end):
    found = OffsetEvidence()
    for _ in range(5):
        found.add(NLP.make_doc("Ada left"), "Ada left", [CharSpan(start, end, "X", mention="Ada")])
    assert found.proposal().endswith(f"set offsets in configs/convert.cfg to {unit}")
    (span,) = in_characters("Ada left", [CharSpan(start, end, "X")], unit)
    assert (span.start, span.end) == (0, 3)


def test_two_readings_are_joined_and_parts_are_read_with_their_span():
    marked = CharSpan(3, 9, "X", parts=((3, 5), (7, 9)))
    (span,) = in_characters("🙂 Ada met", [marked], "utf16+inclusive")
    assert (span.start, span.end, span.parts) == (2, 9, ((2, 5), (6, 9)))


@given(TEXTS, st.sampled_from(sorted(FORMS)))
def test_every_boundary_of_the_text_is_a_boundary_under_every_reading(text, form):
    converter = OffsetConverter(text, form)
    assert converter.character(0) in range(len(text) + 1)
    assert converter.character(converter.theirs[-1]) == len(text)


@pytest.mark.parametrize("quoted", ["New York", "New  York", "New\nYork", "NewYork"])
def test_mention_is_the_same_but_for_white_space(quoted):
    assert same_mention(quoted, "New York")
    assert not same_mention(quoted, "New Yorker")
