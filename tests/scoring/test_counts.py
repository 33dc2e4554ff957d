"""Counts by group against spaCy's own, and the figures that follow from them, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.scorer import PRFScore

from scripts.scoring.counts import GroupCounts, defined, f_score, figures, precision, recall
from scripts.scoring.document import DICTIONARY, MODEL, Document, Entity
from tests.scoring.documents import document

numbers = st.integers(0, 10**6)


@given(numbers, numbers, numbers)
def test_figures_of_any_counts_are_those_of_spacys_own_score_to_the_last_digit(tp, fp, fn):
    theirs = PRFScore(tp=tp, fp=fp, fn=fn)
    counts = np.array([tp, fp, fn])
    assert float(precision(counts)) == theirs.precision
    assert float(recall(counts)) == theirs.recall
    assert float(f_score(counts)) == theirs.fscore


def test_counts_are_kept_by_group_system_and_label():
    counts = GroupCounts([MODEL, DICTIONARY])
    gold = "[Ada](PERSON) met [Bo](PERSON) in [Oslo](GPE)."
    counts.add(document(gold, "[Ada](PERSON) met Bo in [Oslo](ORG).", "Ada met Bo in Oslo.", group="x"))
    counts.add(document("[Lea](PERSON) left.", None, "[Lea](PERSON) [left](GPE).", group="y"))
    counts.add(document("[Lea](PERSON) left.", "Lea left.", "[Lea](PERSON) left.", group="x"))
    assert counts.groups == ["group x", "group y"]
    assert counts.labels == ["GPE", "ORG", "PERSON"]
    x_model, x_dictionary, y_model, y_dictionary = counts.table().reshape(4, 3, 3).tolist()
    assert x_model == [[0, 0, 1], [0, 1, 0], [1, 0, 2]]
    assert x_dictionary == [[0, 0, 1], [0, 0, 0], [1, 0, 2]]
    assert y_model == [[0, 0, 0], [0, 0, 0], [1, 0, 0]]
    assert y_dictionary == [[0, 1, 0], [0, 0, 0], [1, 0, 0]]


def test_documents_without_a_group_are_groups_of_their_own_also_when_nothing_is_in_them():
    counts = GroupCounts([MODEL])
    for number in (1, 2, 3):
        counts.add(document("Nobody came.", place=f"line {number}"))
    assert counts.groups == ["a.jsonl, line 1", "a.jsonl, line 2", "a.jsonl, line 3"]
    assert counts.table().shape == (3, 1, 0, 3)


def test_mention_that_stands_twice_counts_once():
    twice = (Entity(0, 3, "PERSON"), Entity(0, 3, "PERSON"))
    counts = GroupCounts([MODEL])
    counts.add(Document("Ada left.", 3, twice, {MODEL: twice}))
    assert counts.table().tolist() == [[[[1, 0, 0]]]]


def test_prediction_on_unknown_tokens_is_neither_right_nor_wrong():
    counts = GroupCounts([MODEL])
    counts.add(document("Ada met [Bo](PERSON).", "[Ada](ORG) met [Bo](PERSON).", unknown=((0, 3),)))
    assert counts.labels == ["PERSON"]
    assert counts.table().tolist() == [[[[1, 0, 0]]]]


@pytest.mark.parametrize(
    ("counts", "p", "r", "f"),
    [
        ((2, 1, 3), 2 / 3, 2 / 5, 1 / 2),
        ((0, 0, 3), 0.0, 0.0, 0.0),  # only in gold
        ((0, 2, 0), 0.0, None, None),  # only predicted
        ((0, 0, 0), None, None, None),
    ],
)
def test_figures_without_gold_or_predictions_are_undefined_not_zero(counts, p, r, f):
    found = figures(np.array(counts))
    assert [found["p"], found["r"], found["f"]] == [
        value if value is None else pytest.approx(value) for value in (p, r, f)
    ]
    tp, fp, fn = counts
    assert (found["tp"], found["fp"], found["fn"]) == counts
    assert (found["support"], found["predicted"]) == (tp + fn, tp + fp)


def test_precision_is_defined_by_predictions_recall_and_f_by_gold():
    counts = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)])
    assert defined("p", counts).tolist() == [True, True, False, False]
    assert defined("r", counts).tolist() == defined("f", counts).tolist() == [True, False, True, False]
