"""Rows about one text: binary answers, several annotators, and how far they agree."""

from dataclasses import replace

import pytest

from scripts.annotation.text import AnnotatedText, CharSpan, UnlocatedEntity
from scripts.conversion.agreement import Agreement
from scripts.conversion.merged import OTHER_ROWS, ContradictionError
from scripts.conversion.merging import merge
from scripts.conversion.waiting import WaitingRows

ADA, LI = CharSpan(0, 3, "PERSON"), CharSpan(8, 10, "PERSON")
TEXT = "Ada met Li."


def row(place, spans=(), *, wrong=(), annotator=None, exhaustive=True, text=TEXT):
    """Return one row of a file."""
    return AnnotatedText(
        text, tuple(spans), "f", place, annotator=annotator, exhaustive=exhaustive, wrong=tuple(wrong)
    )


def merged(rows, annotators="majority", contradictions="unknown", agreement=None):
    """Return what rows of one text make."""
    agreement = agreement or Agreement()
    return merge(rows, annotators=annotators, contradictions=contradictions, agreement=agreement)


def answers(*spans_and_wrong):
    """Return binary rows."""
    return [
        row(f"line {n}", spans, wrong=wrong, exhaustive=False)
        for n, (spans, wrong) in enumerate(spans_and_wrong)
    ]


def test_rows_wait_on_disk_and_come_back_by_text_in_the_order_of_the_texts(tmp_path):
    full = AnnotatedText(
        "🙂 Ada",
        (CharSpan(2, 5, "X", "layer", ((2, 3), (4, 5)), "Ada"),),
        "f",
        "line 9",
        missing=((0, 1),),
        wrong=(ADA,),
        tokens=((0, 1), (2, 5)),
        unlocated=(UnlocatedEntity("Ada", "X"),),
        notes=("fixed",),
        meta={"n": [1, None]},
    )
    rows = [row("1"), full, row("2", [ADA]), row("3", text="Other.")]
    with WaitingRows(tmp_path) as waiting:
        for each in rows:
            waiting.add(each)
        assert list(waiting.texts()) == [[rows[0], rows[2]], [full], [rows[3]]]
    assert list(tmp_path.iterdir()) == []


def test_nothing_waits_without_rows(tmp_path):
    with WaitingRows(tmp_path) as waiting:
        assert list(waiting.texts()) == []


def test_accepted_spans_are_joined_rejected_ones_are_wrong_and_the_rest_stays_unknown():
    found = merged(answers(([ADA], ()), ((), [LI]), ([ADA], ())))
    assert (found.record.spans, found.record.wrong, found.record.exhaustive) == ((ADA,), (LI,), False)
    assert (found.rows, dict(found.excluded)) == (3, {"repeated": 1})


@pytest.mark.parametrize(
    ("policy", "spans", "wrong", "excluded"),
    [("unknown", (), (), 2), ("accept", (ADA,), (), 1), ("reject", (), (ADA,), 1)],
)
def test_span_both_accepted_and_rejected_follows_the_policy(policy, spans, wrong, excluded):
    found = merged(answers(([ADA], ()), ((), [ADA])), contradictions=policy)
    assert (found.record.spans, found.record.wrong) == (spans, wrong)
    assert found.excluded["contradictory"] == excluded


def test_contradiction_can_be_an_error_that_names_it():
    with pytest.raises(ContradictionError, match="PERSON 'Ada' is both accepted and rejected"):
        merged(answers(([ADA], ()), ((), [ADA])), contradictions="error")


def annotators(*spans):
    """Return the rows of as many annotators."""
    return [row(f"line {n}", marks, annotator=f"a{n}") for n, marks in enumerate(spans)]


@pytest.mark.parametrize(
    ("policy", "spans"),
    [("first", (ADA,)), ("last", (ADA, LI)), ("a1", (LI,)), ("majority", (ADA, LI))],
)
def test_policy_says_whose_annotation_counts(policy, spans):
    found = merged(annotators([ADA], [LI], [ADA, LI]), policy)
    assert set(found.record.spans) == set(spans)
    assert len(found.record.spans) + found.excluded.total() == 4


def test_draw_between_two_annotators_is_unknown():
    found = merged(annotators([ADA], [ADA, LI]))
    assert (found.record.spans, found.record.missing) == ((ADA,), ((8, 10),))


def test_several_annotators_can_be_an_error_that_names_them():
    with pytest.raises(ContradictionError, match="several annotators, 'a0', 'a1'"):
        merged(annotators([ADA], [LI]), "error")


def test_text_that_the_named_annotator_did_not_see_is_ignored():
    found = merged(annotators([ADA], [LI]), "somebody")
    assert found.record.answer == "other annotators"
    assert found.excluded["other annotators"] == 2


@pytest.mark.parametrize("annotator", [None, "a"])
def test_rows_without_several_names_vote_each(annotator):
    rows = [
        row(f"line {n}", marks, annotator=annotator) for n, marks in enumerate(([ADA], [ADA, LI], [ADA]))
    ]
    agreement = Agreement()
    found = merged(rows, agreement=agreement)
    assert (found.record.spans, found.rows) == ((ADA,), 3)
    assert len(found.record.spans) + found.excluded.total() == 4
    assert (found.excluded["outvoted"], agreement.texts) == (1, 0)


def test_row_without_a_name_votes_beside_those_with_one():
    rows = [*annotators([ADA], [LI]), row("line 9", [LI])]
    assert merged(rows).record.spans == (LI,)


@pytest.mark.parametrize(("policy", "spans"), [("first", (ADA,)), ("last", (LI,)), ("somebody", (LI,))])
def test_policy_says_which_row_without_a_name_counts(policy, spans):
    assert merged([row("1", [ADA]), row("2", [LI]), row("3", [LI])], policy).record.spans == spans


def test_rows_without_names_that_differ_can_be_an_error():
    rows = [row("1", [ADA]), row("2", [ADA]), row("3", [LI])]
    assert merged(rows[:2], "error").record.spans == (ADA,)
    with pytest.raises(ContradictionError, match="f, 1: its text has 3 rows that differ"):
        merged(rows, "error")


BO = CharSpan(12, 14, "PERSON")


@pytest.mark.parametrize("annotator", [None, "a"])
def test_rows_that_mark_other_places_each_are_put_together(annotator):
    rows = [row(str(n), [span], annotator=annotator) for n, span in enumerate((LI, ADA, BO))]
    found = merged([replace(rows[0], missing=((5, 7),)), *rows[1:]])
    assert found.complementary
    assert (found.record.spans, found.record.missing) == ((LI, ADA, BO), ((5, 7),))
    assert (found.record.exhaustive, found.rows, found.excluded.total()) == (True, 3, 0)
    assert merged(rows, "last").record.spans == (BO,)


@pytest.mark.parametrize(
    "marks",
    [
        ([ADA], [ADA, LI]),  # one in common
        ([ADA], [replace(ADA, label="ORG")]),  # one place with two labels
        ([ADA], [CharSpan(0, 10, "ORG")]),  # places that overlap
        ([ADA], [LI], [ADA]),
    ],
)
def test_rows_that_share_a_place_vote(marks):
    found = merged([row(str(n), spans) for n, spans in enumerate(marks)])
    assert not found.complementary
    assert len(found.record.spans) + found.excluded.total() == sum(map(len, marks))
    assert len(found.record.spans) < len({span for spans in marks for span in spans})


def test_row_that_says_somebody_found_nothing_votes_and_one_that_says_nothing_abstains():
    marked, unannotated = row("1", [ADA]), row("2")
    looked = replace(unannotated, annotated=True)
    found = merged([unannotated, unannotated, marked])
    assert (found.record, found.unannotated, found.rows) == (marked, 2, 3)
    assert merged([unannotated, marked, unannotated], "error").record == marked
    assert merged([unannotated, unannotated]).record == unannotated
    assert merged([looked, marked, looked]).record.spans == ()
    assert merged([*annotators([], [], [ADA])]).record.spans == ()


def test_row_that_says_nothing_leaves_open_what_answers_about_single_spans_say():
    record = merged([row("1"), *answers(([ADA], ()), ((), [LI]))]).record
    assert (record.spans, record.wrong, record.exhaustive) == ((ADA,), (LI,), False)


def test_mentions_of_rows_that_name_others_each_are_put_together_and_lost_ones_are_counted():
    rows = [replace(row(name), unlocated=(UnlocatedEntity(name, "X"),)) for name in ("Ada", "Li")]
    assert merged(rows).record.unlocated == (UnlocatedEntity("Ada", "X"), UnlocatedEntity("Li", "X"))
    assert dict(+merged([*rows, rows[1]]).excluded) == {OTHER_ROWS: 2}


def test_mentions_without_offsets_are_voted_on_as_often_as_they_are_named():
    named = [("Ada", "Ada", "Li"), ("Ada", "Ada"), ("Ada",), ()]
    rows = [
        replace(row("1"), annotated=True, unlocated=tuple(UnlocatedEntity(n, "X") for n in names))
        for names in named
    ]
    record = merged(rows[:3]).record
    assert (record.unlocated, record.exhaustive) == ((UnlocatedEntity("Ada", "X"),) * 2, True)
    record = merged(rows).record
    assert (record.unlocated, record.exhaustive) == ((UnlocatedEntity("Ada", "X"),), False)


def test_agreement_is_the_f_score_of_one_annotator_against_the_other():
    agreement = Agreement()
    merged(annotators([ADA], [ADA, LI]), agreement=agreement)
    assert agreement.report() == {"texts": 1, "f": 0.6667, "f_by_label": {"PERSON": 0.6667}}
    assert Agreement().report() is None
