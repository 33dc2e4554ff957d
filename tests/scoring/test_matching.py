"""Pairs of gold and predicted mentions: every mention in exactly one, and each class by hand."""

from collections import Counter

import pytest
from hypothesis import given

from scripts.scoring.document import Entity
from scripts.scoring.matching import CORRECT, ERRORS, Pair, pair_up
from tests.scoring.documents import ranges


def spans(*given: tuple[int, int, str]) -> list[Entity]:
    return [Entity(*each) for each in given]


@pytest.mark.parametrize(
    ("gold", "predicted", "kind"),
    [
        ((3, 7, "A"), (3, 7, "A"), "correct"),
        ((3, 7, "A"), (3, 7, "B"), "wrong label"),
        ((3, 7, "A"), (3, 9, "A"), "too long"),
        ((3, 7, "A"), (1, 9, "A"), "too long"),
        ((3, 7, "A"), (3, 6, "A"), "too short"),
        ((3, 7, "A"), (4, 6, "A"), "too short"),
        ((3, 7, "A"), (5, 9, "A"), "shifted"),
        ((3, 7, "A"), (1, 4, "A"), "shifted"),
        ((3, 7, "A"), (1, 4, "B"), "wrong label and boundary"),
        ((3, 7, "A"), None, "missed"),
        (None, (3, 7, "A"), "spurious"),
    ],
)
def test_each_difference_has_its_class(gold, predicted, kind):
    pairs = pair_up(spans(gold) if gold else [], spans(predicted) if predicted else [])
    assert [pair.kind for pair in pairs] == [kind]
    assert kind in (CORRECT, *ERRORS)


def test_mentions_that_only_touch_are_no_pair():
    one, other = spans((0, 3, "A")), spans((3, 6, "A"))
    assert [pair.kind for pair in pair_up(one, other)] == ["missed", "spurious"]
    assert [pair.kind for pair in pair_up(other, one)] == ["spurious", "missed"]


def test_equal_mentions_are_paired_before_those_that_share_more():
    nested = spans((0, 9, "A"), (2, 4, "A"))
    assert pair_up(nested, spans((2, 4, "A"))) == [Pair(nested[0], None), Pair(nested[1], nested[1])]


def test_largest_overlap_is_paired_first():
    gold, predicted = spans((0, 4, "A"), (5, 20, "A")), spans((3, 19, "B"))
    assert pair_up(gold, predicted) == [Pair(gold[0], None), Pair(gold[1], predicted[0])]


def test_of_equal_overlaps_the_one_with_the_same_label_is_paired_then_the_first():
    gold = spans((0, 4, "A"), (4, 8, "B"))
    assert pair_up(gold, spans((2, 6, "B"))) == [
        Pair(gold[0], None),
        Pair(gold[1], Entity(2, 6, "B")),
    ]
    assert pair_up(gold, spans((2, 6, "C"))) == [
        Pair(gold[0], Entity(2, 6, "C")),
        Pair(gold[1], None),
    ]


def test_pair_reaches_from_the_first_to_the_last_of_its_characters():
    pair = Pair(Entity(3, 7, "A"), Entity(5, 9, "A"))
    assert (pair.start, pair.end) == (3, 9)
    assert (Pair(None, Entity(5, 9, "A")).start, Pair(Entity(3, 7, "A"), None).end) == (5, 7)


overlapping = ranges(12, overlapping=True)


@given(overlapping, overlapping)
def test_every_mention_stands_in_exactly_one_pair_and_classes_add_up(gold, predicted):
    gold, predicted = spans(*gold), spans(*predicted)
    pairs = pair_up(gold, predicted)
    assert sorted(pair.gold for pair in pairs if pair.gold) == sorted(gold)
    assert sorted(pair.predicted for pair in pairs if pair.predicted) == sorted(predicted)
    kinds = Counter(pair.kind for pair in pairs)
    assert kinds["correct"] == len(set(gold) & set(predicted))
    assert sum(kinds.values()) - kinds["spurious"] == len(gold)
    assert sum(kinds.values()) - kinds["missed"] == len(predicted)
    assert [pair.start for pair in pairs] == sorted(pair.start for pair in pairs)


@given(overlapping, overlapping)
def test_nothing_is_missed_where_a_free_prediction_overlaps_it(gold, predicted):
    pairs = pair_up(spans(*gold), spans(*predicted))
    missed = [pair.gold for pair in pairs if pair.predicted is None]
    spurious = [pair.predicted for pair in pairs if pair.gold is None]
    assert not [(m, s) for m in missed for s in spurious if m.start < s.end and s.start < m.end]


@given(overlapping, overlapping)
def test_pairs_do_not_depend_on_the_order_in_which_mentions_come(gold, predicted):
    backwards = pair_up(reversed(spans(*gold)), reversed(spans(*predicted)))
    assert backwards == pair_up(spans(*gold), spans(*predicted))
