"""What the training set says about a name, from counts by hand."""

import pytest

from scripts.scoring.known import NEW, NONE, OTHER, SEEN, Known

KNOWN = Known(
    {
        "Ada": {"PERSON": 3, NONE: 1},
        "May": {"PERSON": 1, "DATE": 2, NONE: 4},
        "Paris": {"GPE": 2, "PERSON": 2},
        "Lea": {"PERSON": 2, NONE: 2},
    }
)


def test_times_counts_a_label_and_places_without_one():
    assert KNOWN.times("May", "DATE") == 2
    assert KNOWN.times("May", None) == 4
    assert KNOWN.times("May", "ORG") == KNOWN.times("Bo", "PERSON") == KNOWN.times("Bo", None) == 0


@pytest.mark.parametrize(
    ("name", "label", "novelty"),
    [("Ada", "PERSON", SEEN), ("Ada", "ORG", OTHER), ("Bo", "PERSON", NEW), ("ada", "PERSON", NEW)],
)
def test_name_is_seen_or_has_another_label_or_is_new(name, label, novelty):
    assert KNOWN.novelty(name, label) == novelty


def test_name_that_the_training_set_has_without_a_label_only_is_new():
    assert Known({"Bo": {NONE: 2}}).novelty("Bo", "PERSON") == NEW


def test_dictionary_takes_the_commonest_label_and_the_first_by_name_of_two():
    assert KNOWN.dictionary()["Ada"] == "PERSON"
    assert KNOWN.dictionary()["Paris"] == "GPE"


def test_dictionary_leaves_out_names_that_are_more_often_without_a_label():
    assert "May" not in KNOWN.dictionary()  # 2 as DATE, 4 as nothing
    assert "Lea" in KNOWN.dictionary()  # 2 and 2


def test_entities_of_the_training_set_are_counted_by_label():
    known = Known({"Ada": {"PERSON": 2, "ORG": 1, NONE: 5}, "Bo": {"PERSON": 1}})
    assert known.labels() == {"ORG": 1, "PERSON": 3}
