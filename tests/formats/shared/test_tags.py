"""Schemes of tags: found from tags, decoded one after another, and what is fixed."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import Unusable
from scripts.formats.columns.bare_tags import with_prefixes
from scripts.formats.shared.tags import (
    BEGINS,
    BEGINS_IOB1,
    BILUO,
    IOB1,
    IOB2,
    NAMELESS,
    NOT_CLOSED,
    NOT_CLOSED_AT_END,
    OTHER_SCHEME,
    RAW,
    RAW_OTHER,
    TagSummary,
    decode_tags,
    is_tag,
    split_tag,
)

X, Y = [(0, 0, "X")], [(1, 1, "Y")]
X2, XX = [(1, 1, "X")], [(0, 1, "X")]
# The spans of two tokens for every tag before and after, whatever the scheme; notes by scheme below.
PAIRS = {
    ("O", "O"): [],
    ("O", "B-X"): X2,
    ("O", "I-X"): X2,
    ("O", "L-X"): X2,
    ("O", "U-X"): X2,
    ("B-X", "O"): X,
    ("B-X", "B-X"): X + X2,
    ("B-X", "B-Y"): X + Y,
    ("B-X", "I-X"): XX,
    ("B-X", "I-Y"): X + Y,
    ("B-X", "L-X"): XX,
    ("B-X", "L-Y"): X + Y,
    ("B-X", "U-X"): X + X2,
    ("B-X", "U-Y"): X + Y,
    ("I-X", "O"): X,
    ("I-X", "B-X"): X + X2,
    ("I-X", "B-Y"): X + Y,
    ("I-X", "I-X"): XX,
    ("I-X", "I-Y"): X + Y,
    ("I-X", "L-X"): XX,
    ("I-X", "L-Y"): X + Y,
    ("I-X", "U-X"): X + X2,
    ("I-X", "U-Y"): X + Y,
    ("L-X", "O"): X,
    ("L-X", "B-X"): X + X2,
    ("L-X", "B-Y"): X + Y,
    ("L-X", "I-X"): X + X2,
    ("L-X", "I-Y"): X + Y,
    ("L-X", "L-X"): X + X2,
    ("L-X", "L-Y"): X + Y,
    ("L-X", "U-X"): X + X2,
    ("L-X", "U-Y"): X + Y,
    ("U-X", "O"): X,
    ("U-X", "B-X"): X + X2,
    ("U-X", "B-Y"): X + Y,
    ("U-X", "I-X"): X + X2,
    ("U-X", "I-Y"): X + Y,
    ("U-X", "L-X"): X + X2,
    ("U-X", "L-Y"): X + Y,
    ("U-X", "U-X"): X + X2,
    ("U-X", "U-Y"): X + Y,
}
# What a scheme allows, as (tag before, tag after); `^` and `$` are the ends of the sentence.
ALLOWED = {
    IOB2: {("^", "B"), ("O", "B"), ("B", "B"), ("I", "B"), ("B", "=I"), ("I", "=I")},
    IOB1: {("^", "I"), ("O", "I"), ("B", "I"), ("I", "I"), ("B", "B"), ("I", "B")},
    BILUO: {("B", "=I"), ("B", "=L"), ("I", "=I"), ("I", "=L")} | set(product("^OLU", "BU")),
}
by_scheme = pytest.mark.parametrize("scheme", [IOB1, IOB2, BILUO])


def notes_of(scheme, previous, tag):
    """Return the notes that two tags must give in a scheme, from the table of what it allows."""
    notes = []
    tags = ["^", previous, tag]
    for before, now in pairwise(tags):
        kind, last = now[0], before[0]
        same = now[1:] == before[1:]
        if scheme == BILUO and last in "BI" and not (kind in "IL" and same):
            notes.append(NOT_CLOSED)
        elif kind in "IL" and scheme != IOB1 and not (last in "BI" and same):
            notes.append(BEGINS)
        elif scheme == IOB1 and kind == "B" and last in "^O":
            notes.append(BEGINS_IOB1)
        elif scheme in (IOB1, IOB2) and kind in "LU":
            notes.append(OTHER_SCHEME)
    if scheme == BILUO and tag[0] in "BI":
        notes.append(NOT_CLOSED_AT_END)
    return notes


def is_allowed(scheme, before, now):
    """Say whether a scheme allows a tag after another."""
    same = now[1:] == before[1:]
    return now == "O" or any(
        kind.removeprefix("=") == now[0] and last == before[0] and (same or kind[0] != "=")
        for last, kind in ALLOWED[scheme]
    )


@by_scheme
@pytest.mark.parametrize(("previous", "tag"), PAIRS)
def test_tag_after_tag_is_decoded_as_conlleval_does_and_noted(scheme, previous, tag):
    spans, notes = decode_tags([previous, tag], scheme)
    assert spans == PAIRS[previous, tag]
    assert notes == notes_of(scheme, previous, tag)


def test_table_holds_every_pair():
    kinds = ["O", *(f"{letter}-X" for letter in "BILU")]
    others = [f"{letter}-Y" for letter in "BILU"]
    pairs = {*product(kinds, kinds), *product(kinds[1:], others)}
    assert set(PAIRS) == pairs


@by_scheme
@pytest.mark.parametrize(("previous", "tag"), PAIRS)
def test_what_a_scheme_allows_is_not_noted(scheme, previous, tag):
    allowed = is_allowed(scheme, "^", previous) and is_allowed(scheme, previous, tag)
    closed = scheme != BILUO or (tag[0] not in "BI" and not (previous[0] in "BI" and tag == "O"))
    if allowed and closed:
        assert decode_tags([previous, tag], scheme)[1] == []


LABELS = st.sampled_from(["PER", "creative-work", "Ort", "B-52", "I"])
sentences = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), LABELS), max_size=6)


def encoded(sentence, scheme):
    """Return spans of (tokens before, tokens in it, label) as tags of a scheme, and as spans."""
    tags, spans = [], []
    for before, size, label in sentence:
        tags.extend("O" * before)
        start = len(tags)
        touching = bool(spans) and spans[-1][1] == start - 1
        if scheme == IOB1:
            first = "B" if touching and spans[-1][2] == label else "I"
            tags.extend(f"{letter}-{label}" for letter in (first + "I" * size)[:size])
        elif scheme == IOB2:
            tags.extend(f"{letter}-{label}" for letter in ("B" + "I" * size)[:size])
        else:
            letters = "U" if size == 1 else "B" + "I" * (size - 2) + "L"
            tags.extend(f"{letter}-{label}" for letter in letters)
        spans.append((start, start + size - 1, label))
    return tags, spans


@by_scheme
@given(sentence=sentences)
def test_valid_tags_give_their_spans_back_without_a_note(scheme, sentence):
    tags, spans = encoded(sentence, scheme)
    assert decode_tags(tags, scheme) == (spans, [])


@pytest.mark.parametrize("letters", ["BILU", "BIES", "BMEW", "BIEU"])
@given(sentence=sentences)
def test_letters_of_biluo_differ_from_tool_to_tool(letters, sentence):
    tags, spans = encoded(sentence, BILUO)
    other = dict(zip("BILU", letters, strict=True))
    assert decode_tags([other.get(tag[0], tag[0]) + tag[1:] for tag in tags], BILUO) == (spans, [])


@by_scheme
@given(sentence=st.lists(sentences.filter(bool), min_size=1, max_size=4))
def test_scheme_of_valid_tags_decodes_them(scheme, sentence):
    summary = TagSummary()
    for one in sentence:
        summary.add(encoded(one, scheme)[0])
    for one in sentence:
        tags, spans = encoded(one, scheme)
        assert decode_tags(tags, summary.scheme) == (spans, [])


@given(tags=st.lists(st.sampled_from(["O", "B-X", "I-X", "L-X", "U-X", "B-Y", "I-Y", "L-Y", "U-Y"])))
def test_spans_do_not_depend_on_the_scheme_and_cover_the_marked_tokens(tags):
    spans = decode_tags(tags, IOB2)[0]
    assert decode_tags(tags, IOB1)[0] == spans == decode_tags(tags, BILUO)[0]
    covered = [number for first, last, _ in spans for number in range(first, last + 1)]
    assert covered == [number for number, tag in enumerate(tags) if tag != "O"]


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("", IOB2),
        ("O O", IOB2),
        ("B-X I-X O", IOB2),
        ("I-X I-X O", IOB1),
        ("I-X B-X I-X", IOB1),
        ("B-X O I-Y O I-Y", IOB1),
        ("B-X O B-Y O I-Y", IOB2),
        ("B-X L-X", BILUO),
        ("O U-X", BILUO),
        ("B-X E-X", BILUO),
        ("S-X", BILUO),
        ("B-X M-X E-X W-Y", BILUO),
        ("B-X O B-Y O B-X I-X O S-Y", IOB2),
        ("B I O B", NAMELESS),
        ("B I E O S", NAMELESS),
        ("O I I", NAMELESS),
        ("PER PER _", RAW),
        ("PER OTHER OTHER", RAW),
        ("PER O OTHER", RAW_OTHER),
        ("PER_B PER_I O", IOB2),
        ("B_PER I_PER O", IOB2),
        ("b-PER i-PER o", IOB2),
        ("hepatitis-B O virus_B", RAW),
        ("PER O B-x LOC", RAW),
    ],
)
def test_scheme_is_the_one_that_fewest_tags_contradict(tags, scheme):
    summary = TagSummary()
    summary.add(tags.split())
    assert summary.scheme == scheme


def test_neighbours_of_one_label_without_prefix_are_one_span():
    tags = ["Work of Art", "Work of Art", "PER/ORG", "OTHER", "PER/ORG", "_", "O"]
    expected = [(0, 1, "Work of Art"), (2, 2, "PER/ORG"), (4, 4, "PER/ORG")]
    assert decode_tags(tags, RAW) == (expected, [])


def test_other_beside_an_outside_tag_is_a_label():
    assert decode_tags(["O", "OTHER", "O"], RAW_OTHER)[0] == [(1, 1, "OTHER")]


def test_letters_alone_mark_entities_without_a_name():
    assert decode_tags(["B", "I", "B", "O", "I"], NAMELESS)[0] == [
        (0, 1, "ENTITY"),
        (2, 2, "ENTITY"),
        (4, 4, "ENTITY"),
    ]


@pytest.mark.parametrize("outside", ["O", "o", "_", "", "-", "*", "0", "OTHER", "NONE"])
def test_every_spelling_of_outside_ends_a_span(outside):
    assert decode_tags(["B-X", outside, "B-X"], IOB2) == ([(0, 0, "X"), (2, 2, "X")], [])


@pytest.mark.parametrize("tag", ["PER", "B", "I", "I-", "B- ", "X-PER", "I+D446-DISEASE"])
def test_tag_of_no_scheme_is_refused(tag):
    with pytest.raises(Unusable) as caught:
        decode_tags(["B-PER", tag], IOB2)
    assert caught.value.reason == f"the tag {tag.strip()!r} is not in the file's scheme (IOB2)"
    label = "PER" if tag == "PER" else "LABEL"
    assert caught.value.hint == f"write B-{label} where a span begins, I-{label} inside it, O outside"


def test_label_beside_letters_alone_is_refused():
    with pytest.raises(Unusable):
        decode_tags(["B", "I-PER"], NAMELESS)


def test_label_that_no_pipeline_could_hold_is_refused():
    with pytest.raises(Unusable, match="the tag contains a NUL character"):
        decode_tags(["B-P\0R"], IOB2)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("B-creative-work", ("B", "creative-work")),
        ("E-mail", ("L", "mail")),
        ("B_EVENT", ("B", "EVENT")),
        ("PER-I", ("I", "PER")),
        ("B-PER-I", ("B", "PER-I")),
        ("PERSON", ("", "PERSON")),
        ("-B", ("", "-B")),
    ],
)
def test_tag_is_cut_at_its_first_hyphen(tag, expected):
    assert split_tag(tag) == expected


@pytest.mark.parametrize(("tag", "expected"), [("O", True), ("B-X", True), ("_", False), ("X", False)])
def test_only_prefix_and_plain_outside_make_a_tag_for_sure(tag, expected):
    assert is_tag(tag) is expected


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O DAY O", [(1, 1, "DAY")]),
        ("DAY DAY O DAY", [(0, 1, "DAY"), (3, 3, "DAY")]),
        ("DAY I-DAY O", [(0, 1, "DAY")]),
        ("B-PER DAY I-PER", [(0, 0, "PER"), (1, 1, "DAY"), (2, 2, "PER")]),
    ],
)
@pytest.mark.parametrize("scheme", [IOB2, BILUO])
def test_label_without_prefix_among_tags_that_have_one_is_a_span(tags, spans, scheme):
    given = with_prefixes(tags.split(), frozenset({"DAY"}), scheme)
    assert decode_tags(given, scheme)[0] == spans


def test_label_without_prefix_after_a_span_of_its_label_stays_as_it_is():
    assert with_prefixes(["B-DAY", "DAY"], frozenset({"DAY"}), IOB2) == ["B-DAY", "DAY"]


@pytest.mark.parametrize(
    ("tags", "bare"),
    [
        ("B-PER I-PER O TIM O TIM O", {"TIM"}),
        ("B-PER I-PER O PER O PER", {"PER"}),
        ("B-PER I-PER O PER O", set()),  # perhaps a slip of the pen
        ("B-PER I-PER O X-PER O X-PER I- I- OO_1 OO_1", set()),
        ("TIM TIM O O PER O", set()),  # the file's scheme has no prefixes
    ],
)
def test_bare_labels_of_a_file_are_those_that_are_there_more_than_once(tags, bare):
    summary = TagSummary()
    summary.add(tags.split())
    assert summary.bare == bare


@given(sentence=sentences)
def test_tags_without_a_bare_one_stay_as_they_are(sentence):
    tags, _ = encoded(sentence, IOB2)
    assert with_prefixes(tags, frozenset({"TIM"}), IOB2) == tags
