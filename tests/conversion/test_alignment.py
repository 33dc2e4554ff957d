"""Spans laid over tokens: every policy by example, and what holds for any text and any spans."""

from collections import Counter
from typing import get_args

import pytest
import spacy
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, CharSpan, Unusable
from scripts.conversion.alignment import align
from scripts.conversion.changes import touched
from scripts.conversion.policies import PolicyError
from scripts.conversion.span_alignment import misfit
from scripts.conversion.span_outcomes import ADJUSTED, LOST, TRIMMED
from scripts.settings.convert import Misaligned, Overlapping

EN = spacy.blank("en")
ZH = spacy.blank("zh")  # its default segmenter makes each character a token


def aligned(text, *triples, nlp=EN, missing=(), exhaustive=True, **policies):
    """Return what becomes of spans given as (start, end, label)."""
    spans = tuple(CharSpan(*triple) for triple in triples)
    record = AnnotatedText(text, spans, "f", "p", missing=tuple(missing), exhaustive=exhaustive)
    return align(record, nlp.make_doc(text), **policies)


def entities(result):
    """Return the entities of a result as (text, label)."""
    return [(ent.text, ent.label_) for ent in result.doc.ents]


def tags(result):
    """Return for each token `B`, `I`, `O` or `?` (not annotated)."""
    return "".join("?IOB"[token.ent_iob] for token in result.doc)


def outcomes(result):
    """Return the outcome of every span that did not go through as marked, in order."""
    return [change.outcome for change in result.changes]


# --- by example ---


def test_spans_on_tokens_become_entities_without_a_note():
    result = aligned("Ada Okafor met Bo.", (15, 17, "PER"), (0, 10, "PER"))
    assert entities(result) == [("Ada Okafor", "PER"), ("Bo", "PER")]
    assert tags(result) == "BIOBO"
    assert (result.changes, result.lost_labels) == ([], [])


def test_text_without_spans_is_outside_throughout():
    assert tags(aligned("Nothing here.")) == "OOO"


@pytest.mark.parametrize(("start", "end"), [(0, 4), (3, 7), (3, 8), (2, 9)])
def test_span_with_white_space_at_its_ends_is_trimmed_and_counted(start, end):
    text = "a  \tAda\n\u3000 b" if start else "Ada b"
    result = aligned(text, (start, end, "PER"))
    assert entities(result) == [("Ada", "PER")]
    (change,) = result.changes
    assert change.outcome == TRIMMED
    assert (change.span, change.mention) == (CharSpan(start, end, "PER"), text[start:end])
    assert change.reason == "white space at its ends was removed"
    assert result.lost_labels == []


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 3), (3, 4), (8, 8)])
def test_span_without_a_visible_character_is_empty_and_touches_nothing(start, end):
    result = aligned("Ada left", (start, end, "PER"))
    assert (entities(result), tags(result)) == ([], "OO")
    (change,) = result.changes
    assert (change.outcome, change.reason, change.hint) == (
        "empty",
        "it has no visible character",
        "delete it",
    )


def test_same_span_twice_is_an_entity_and_a_duplicate():
    result = aligned("Ada left", (0, 3, "PER"), (0, 3, "PER"))
    assert entities(result) == [("Ada", "PER")]
    assert outcomes(result) == ["duplicate"]


def test_same_span_but_for_white_space_is_a_duplicate():
    result = aligned("Ada left", (0, 3, "PER"), (0, 4, "PER"))
    assert outcomes(result) == ["duplicate"]
    assert result.changes[0].span == CharSpan(0, 4, "PER")


@pytest.mark.parametrize("ends", [(12, 11), (12, 13), (13, 12)])
@pytest.mark.parametrize("spans_key", ["", "sc"])
def test_spans_that_are_the_same_on_whole_tokens_are_one_span_and_a_duplicate(ends, spans_key):
    marked = [(0, end, "ORG") for end in ends]
    result = aligned("Siemens-Werke in Berlin", *marked, misaligned="expand", spans_key=spans_key)
    assert [span.text for span in result.kept] == ["Siemens-Werke"]
    assert outcomes(result).count("duplicate") == 1
    assert result.lost_labels == []


def test_same_offsets_with_two_labels_overlap_and_the_first_is_kept():
    result = aligned("Ada left", (0, 3, "PER"), (0, 3, "ORG"))
    assert entities(result) == [("Ada", "PER")]
    assert outcomes(result) == ["overlapping"]
    assert result.changes[0].reason == "it overlaps PER 'Ada' 0-3"
    assert result.changes[0].span.label == "ORG"


CUT = ("Siemens-Werke in Berlin", (0, 12, "ORG"), (17, 23, "LOC"))  # Siemens - Werke, cut at Werk


def test_span_that_cuts_a_token_leaves_what_it_touches_unannotated():
    result = aligned(*CUT)
    assert [token.text for token in result.doc][:3] == ["Siemens", "-", "Werke"]
    assert tags(result) == "???OB"
    (change,) = result.changes
    assert (change.outcome, change.mention) == ("misaligned", "Siemens-Werk")
    assert change.tokens == ("Siemens", "-", "Werke", "in", "Berlin")
    assert change.reason == "it cuts through a token"
    assert result.lost_labels == ["ORG"]


def test_span_that_cuts_a_token_expands_to_whole_tokens():
    result = aligned(*CUT, misaligned="expand")
    assert entities(result) == [("Siemens-Werke", "ORG"), ("Berlin", "LOC")]
    assert (tags(result), outcomes(result)) == ("BIIOB", [ADJUSTED])
    assert result.changes[0].reason == "it cut through a token; it is now 'Siemens-Werke'"
    assert result.lost_labels == []


def test_span_that_cuts_a_token_contracts_to_whole_tokens():
    result = aligned("the New Yorker", (4, 12, "LOC"), misaligned="contract")
    assert (entities(result), outcomes(result)) == ([("New", "LOC")], [ADJUSTED])


def test_span_inside_one_token_can_not_contract_and_is_left_unannotated():
    result = aligned("a Yorker b", (2, 6, "LOC"), misaligned="contract")
    assert (tags(result), outcomes(result), result.lost_labels) == ("O?O", ["misaligned"], ["LOC"])


def test_dropped_span_leaves_its_tokens_outside():
    result = aligned(*CUT, misaligned="drop")
    assert (tags(result), outcomes(result), result.lost_labels) == ("OOOOB", ["misaligned"], ["ORG"])


def test_span_that_cuts_a_token_stops_under_the_policy_error():
    with pytest.raises(PolicyError) as caught:
        aligned(*CUT, misaligned="error")
    assert str(caught.value) == "ORG 'Siemens-Werk' 0-12 cuts through a token"


def test_entity_wins_over_an_unknown_token():
    result = aligned(*CUT, (0, 7, "ORG"))
    assert tags(result) == "B??OB"


def test_trimming_is_no_error_under_any_policy():
    for policy in get_args(Misaligned):
        assert entities(aligned("Ada left", (0, 4, "PER"), misaligned=policy)) == [("Ada", "PER")]


# a b c d e f: two short spans, and a long one over both
NESTED = ("a b c d e f", (0, 1, "A"), (4, 5, "B"), (0, 5, "C"), (10, 11, "D"))


@pytest.mark.parametrize(
    ("policy", "kept", "lost"),
    [
        ("longest", ["C", "D"], {"A": "C 'a b c' 0-5", "B": "C 'a b c' 0-5"}),
        ("shortest", ["A", "B", "D"], {"C": "A 'a' 0-1"}),
        ("first", ["A", "B", "D"], {"C": "A 'a' 0-1"}),
        ("drop", ["D"], {"A": "C 'a b c' 0-5", "B": "C 'a b c' 0-5", "C": "A 'a' 0-1"}),
    ],
)
def test_policy_chooses_among_overlapping_spans_and_names_the_rival(policy, kept, lost):
    result = aligned(*NESTED, overlapping=policy)
    assert [label for _, label in entities(result)] == kept
    assert outcomes(result) == ["overlapping"] * len(lost)
    assert {change.span.label: change.reason for change in result.changes} == {
        label: f"it overlaps {rival}" for label, rival in lost.items()
    }
    assert result.lost_labels == []  # nothing was lost to tokenisation


def test_first_is_the_first_in_the_source_and_not_in_the_text():
    assert entities(aligned("a b c", (2, 5, "X"), (0, 3, "Y"), overlapping="first")) == [("b c", "X")]


@pytest.mark.parametrize("policy", ["longest", "shortest"])
def test_spans_of_one_length_go_from_left_to_right(policy):
    assert entities(aligned("a b c", (2, 5, "X"), (0, 3, "Y"), overlapping=policy)) == [("a b", "Y")]


def test_dropping_spares_no_span_of_a_chain():
    chain = [(0, 3, "A"), (2, 7, "B"), (6, 9, "C")]  # a b, b c d, d e: A and C do not meet
    result = aligned("a b c d e", *chain, overlapping="drop")
    assert (entities(result), len(result.changes)) == ([], 3)


def test_dropping_spares_neither_of_two_labels_that_expanded_to_the_same_tokens():
    both = [(2, 6, "LOC"), (4, 7, "ORG")]
    result = aligned("a Yorkers b", *both, misaligned="expand", overlapping="drop")
    assert (entities(result), outcomes(result)) == ([], ["overlapping"] * 2)
    assert [(change.span.start, change.span.end) for change in result.changes] == [(2, 6), (4, 7)]


def test_overlap_stops_under_the_policy_error():
    with pytest.raises(PolicyError) as caught:
        aligned("Ada Okafor left", (0, 3, "A"), (0, 10, "B"), overlapping="error")
    assert str(caught.value) == "B 'Ada Okafor' 0-10 overlaps A 'Ada' 0-3"


def test_neighbours_do_not_overlap():
    for policy in get_args(Overlapping):
        result = aligned("Ada Bo", (0, 3, "X"), (4, 6, "X"), overlapping=policy)
        assert (tags(result), result.changes) == ("BB", [])


def test_trimmed_span_that_gives_way_is_counted_once_as_overlapping():
    result = aligned("Ada Okafor left", (0, 4, "A"), (0, 10, "B"))
    assert outcomes(result) == ["overlapping"]
    assert result.changes[0].span == CharSpan(0, 4, "A")


def test_all_spans_on_tokens_are_kept_under_a_key_that_is_asked_for():
    result = aligned(*NESTED, spans_key="sc")
    assert [span.label_ for span in result.doc.spans["sc"]] == ["A", "B", "C", "D"]


@pytest.mark.parametrize("policy", get_args(Overlapping))
def test_no_span_is_lost_under_a_key_whatever_becomes_the_entity(policy):
    result = aligned(*NESTED, spans_key="sc", overlapping=policy)
    assert (result.kept, result.changes) == (list(result.doc.spans["sc"]), [])
    as_entities = "longest" if policy == "error" else policy
    assert entities(result) == entities(aligned(*NESTED, overlapping=as_entities))


def test_trimmed_span_under_a_key_is_kept_as_trimmed_though_another_one_is_the_entity():
    result = aligned("Ada Okafor left", (0, 4, "A"), (0, 10, "B"), spans_key="sc")
    assert (entities(result), outcomes(result)) == ([("Ada Okafor", "B")], [TRIMMED])


def test_no_spans_are_kept_beside_the_entities_unless_asked_for():
    assert dict(aligned(*NESTED).doc.spans) == {}


def test_ranges_that_the_source_calls_unknown_are_unannotated():
    result = aligned("Ada met Bo there", (8, 10, "PER"), missing=[(0, 3), (3, 4), (9, 16)])
    assert tags(result) == "?OB?"


def test_text_that_is_not_annotated_throughout_is_unknown_but_for_its_entities():
    assert tags(aligned("Ada met Bo", (0, 3, "PER"), exhaustive=False)) == "B??"


def test_record_of_which_nothing_is_known_is_unusable():
    for spans in ([(0, 2, "PER")], []):
        with pytest.raises(Unusable) as caught:
            aligned("Ada", *spans, exhaustive=bool(spans))
        assert caught.value.reason == (
            "no token in it is annotated, or spans cut through all of its tokens"
        )


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        ((-1, 2, "X"), "span -1-2 'X' has a negative offset"),
        ((-3, -1, "X"), "span -3--1 'X' has a negative offset"),
        ((2, -1, "X"), "span 2--1 'X' has a negative offset"),
        ((3, 1, "X"), "span 3-1 'X' ends before it begins"),
        ((9, 3, "X"), "span 9-3 'X' ends before it begins"),
        ((0, 5, "X"), "span 0-5 'X' reaches beyond the text, which has 4 characters"),
        ((9, 9, "X"), "span 9-9 'X' reaches beyond the text, which has 4 characters"),
    ],
)
def test_offsets_that_can_not_be_are_said_as_the_source_has_them(span, reason):
    found = misfit("Ada.", CharSpan(*span))
    assert found.reason == reason
    assert found.hint
    with pytest.raises(Unusable) as caught:
        aligned("Ada.", span)
    assert caught.value.reason == reason


@pytest.mark.parametrize("bad", [(-1, 2, "X"), (9, 3, "X"), (12, 99, "X")])
def test_span_that_has_no_place_in_the_text_costs_no_other_and_leaves_the_rest_unknown(bad):
    result = aligned("Ada met Bo here", (0, 3, "PER"), bad, (8, 10, "PER"))
    assert entities(result) == [("Ada", "PER"), ("Bo", "PER")]
    assert tags(result) == "B?B?"
    assert (outcomes(result), result.lost_labels) == (["out_of_text"], ["X"])
    assert not result.exhaustive(AnnotatedText("Ada met Bo here", (), "f", "p"))


def test_offsets_at_the_very_ends_are_fine():
    spans = [CharSpan(0, 0, "X"), CharSpan(0, 4, "X"), CharSpan(4, 4, "X")]
    assert [misfit("Ada.", span) for span in spans] == [None, None, None]


@pytest.mark.parametrize(
    ("start", "end", "tokens"),
    [(0, 3, "Ada"), (1, 2, "Ada"), (2, 5, "Ada met"), (3, 4, None), (3, 5, "met"), (4, 4, None)],
)
def test_touched_are_the_tokens_that_share_a_visible_character(start, end, tokens):
    found = touched(EN.make_doc("Ada met Bo"), "Ada met Bo", start, end)
    assert (found.text if found else None) == tokens


@pytest.mark.parametrize(
    ("nlp", "text", "mention"),
    [
        (EN, "🙂🙂 Ada left", "Ada"),
        (EN, "Zoe\u0308 left", "Zoe\u0308"),
        (EN, "אדה הלכה", "אדה"),
        (ZH, "昨天李雷去了北京", "李雷"),
    ],
)
def test_offsets_are_characters_in_every_script(nlp, text, mention):
    start = text.index(mention)
    result = aligned(text, (start, start + len(mention), "PER"), nlp=nlp)
    assert entities(result) == [(mention, "PER")]


# --- for any text and any spans ---

# Characters that make tokenisers and offsets go wrong. Left out are NUL and surrogates: no reader lets
# a text with either through (`formats.base.usable_text`).
CHARACTERS = st.one_of(
    st.sampled_from("abcXYZ019.,-'/@#$%()"),
    st.sampled_from(" \t\n\u00a0\u3000\u2028\u200b"),
    st.sampled_from("🙂👩‍💻🇩🇪é\u0301\u0308李雷北京אבגمرحب\u200f\ufeff"),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
# Left out are texts with nothing visible: no reader lets them through (`formats.base.text_of`).
TEXTS = st.text(CHARACTERS, min_size=1, max_size=40).filter(str.strip)
# `error` is left out: it raises instead of keeping or losing a span; examples above cover it.
CUT_POLICIES = st.sampled_from([policy for policy in get_args(Misaligned) if policy != "error"])
OVERLAP_POLICIES = st.sampled_from([policy for policy in get_args(Overlapping) if policy != "error"])


@st.composite
def marked_texts(draw):
    """Draw a text and spans that lie inside it, empty, overlapping, equal and cutting ones too."""
    text = draw(TEXTS)
    offsets = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    drawn = draw(st.lists(st.tuples(offsets, st.sampled_from("XY")), max_size=6))
    return text, [(start, end, label) for (start, end), label in drawn]


@st.composite
def aligned_texts(draw):
    """Draw what becomes of a marked text, with its spans and the policy for spans that cut.

    Left out are records of which nothing is known: they have no Doc; an example above covers them.
    """
    text, spans = draw(marked_texts())
    misaligned = draw(CUT_POLICIES)
    policies = {"misaligned": misaligned, "overlapping": draw(OVERLAP_POLICIES)}
    policies["spans_key"] = draw(st.sampled_from(["", "sc"]))
    try:
        result = aligned(text, *spans, nlp=draw(st.sampled_from([EN, ZH])), **policies)
    except Unusable as error:
        assert error.reason.startswith("no token in it is annotated")
        assert misaligned != "drop"
        reject()
    return text, spans, misaligned, result


def trimmed(text, start, end):
    """Return the positions from the first visible character of a stretch to its last."""
    seen = [i for i in range(start, end) if not text[i].isspace()]
    return range(seen[0], seen[-1] + 1) if seen else range(0)


def places(spans):
    """Return spans of a Doc as (start, end, label)."""
    return [(span.start_char, span.end_char, span.label_) for span in spans]


PROPERTY = settings(max_examples=150)


@PROPERTY
@given(aligned_texts())
def test_every_span_has_one_outcome_and_the_counts_add_up(drawn):
    _, spans, _, result = drawn
    lost = sum(result.count(outcome) for outcome in LOST)
    changed = result.count(TRIMMED) + result.count(ADJUSTED)
    assert lost + changed == len(result.changes)
    assert len(spans) == len(result.kept) + lost
    assert len(result.lost_labels) == result.count("misaligned")
    assert len(result.spans) == len(result.kept) + result.count("overlapping")


@PROPERTY
@given(aligned_texts())
def test_kept_are_the_spans_under_the_key_or_the_entities_without_one(drawn):
    result = drawn[-1]
    stored = result.doc.spans["sc"] if result.spans_key else result.doc.ents
    assert sorted(places(result.kept)) == sorted(places(stored))
    assert not Counter(places(result.doc.ents)) - Counter(places(result.kept))


@PROPERTY
@given(aligned_texts())
def test_kept_span_without_a_note_stands_where_it_was_marked(drawn):
    text, spans, _, result = drawn
    assert result.doc.text == text
    found = Counter(places(result.kept))
    for change in result.changes:
        if change.outcome == TRIMMED:  # the mention is the same but for white space
            area = trimmed(text, change.span.start, change.span.end)
            found[area.start, area.stop, change.span.label] -= 1
    unnoted = found.total() - result.count(ADJUSTED)
    assert min(found.values(), default=0) >= 0
    assert (found & Counter(spans)).total() >= unnoted


@PROPERTY
@given(aligned_texts())
def test_entities_neither_overlap_nor_begin_or_end_with_white_space(drawn):
    doc = drawn[-1].doc
    inside = [token.i for ent in doc.ents for token in ent]
    assert len(inside) == len(set(inside))
    assert {token.i for token in doc if token.ent_iob in (1, 3)} == set(inside)
    assert all(ent.text == ent.text.strip() != "" for ent in doc.ents)


@PROPERTY
@given(aligned_texts())
def test_missing_are_the_tokens_of_spans_that_cut_and_all_others_are_known(drawn):
    text, _, misaligned, result = drawn
    unknown = set()
    for change in result.changes:
        if change.outcome == "misaligned" and misaligned != "drop":
            unknown.update(trimmed(text, change.span.start, change.span.end))
    inside = {token.i for ent in result.doc.ents for token in ent}
    for token in result.doc:
        touched_by_one = not unknown.isdisjoint(range(token.idx, token.idx + len(token)))
        expected = (1, 3) if token.i in inside else (0,) if touched_by_one else (2,)
        assert token.ent_iob in expected


@PROPERTY
@given(marked_texts())
def test_expanding_keeps_every_visible_character_of_a_lone_span(marked):
    text, spans = marked
    for start, end, label in spans:
        doc = aligned(text, (start, end, label), misaligned="expand").doc
        area = trimmed(text, start, end)
        covered = {i for first, last, _ in places(doc.ents) for i in range(first, last)}
        assert covered.issuperset(area)
        assert len(doc.ents) == bool(area)


@PROPERTY
@given(marked_texts())
def test_contracting_never_marks_a_character_that_was_not_marked(marked):
    text, spans = marked
    for start, end, label in spans:
        try:
            doc = aligned(text, (start, end, label), misaligned="contract").doc
        except Unusable:
            continue
        assert all(start <= first < last <= end for first, last, _ in places(doc.ents))
