"""Two annotators compared: exact, relaxed and boundary agreement, kinds of disagreement, intervals."""

import pytest

from scripts.scoring.agreement import Comparison, disputed, in_words, shared
from scripts.scoring.document import MODEL, Document, Entity
from scripts.scoring.intervals import Bootstrap

BOOTSTRAP = Bootstrap(resamples=200)


def document(first, second, **rest) -> Document:
    entities = [tuple(Entity(*entity) for entity in side) for side in (first, second)]
    text = "Ada Okafor left Acme Ltd in May."
    return Document(text, 0, entities[0], {MODEL: entities[1]}, **rest)


def compared(*documents: Document):
    comparison = Comparison(examples=3, context=20)
    for each in documents:
        comparison.add(each)
    return comparison.report(BOOTSTRAP)


def test_exact_agreement_is_f_of_one_against_the_other():
    found = compared(document([(0, 10, "PERSON"), (16, 24, "ORG")], [(0, 10, "PERSON")]))
    assert found["all"]["f"] == pytest.approx(2 * 1 / (2 + 1))
    assert (found["all"]["first"], found["all"]["second"], found["all"]["shared"]) == (2, 1, 1)
    assert found["labels"]["PERSON"]["f"] == pytest.approx(1)
    assert found["labels"]["ORG"]["f"] == 0
    assert found["all"]["too_few"]


def test_agreement_is_the_same_whoever_is_first():
    one, two = (
        [(0, 10, "PERSON"), (16, 20, "ORG")],
        [(0, 3, "PERSON"), (16, 24, "ORG"), (28, 31, "DATE")],
    )
    there, back = compared(document(one, two)), compared(document(two, one))
    for key in ("f", "relaxed", "shared"):
        assert there["all"][key] == back["all"][key]
    assert there["kinds"]["the second is longer"] == back["kinds"]["the second is shorter"] == 1


def test_relaxed_agreement_takes_overlapping_entities_of_one_label_as_the_same():
    found = compared(
        document([(0, 10, "PERSON"), (16, 24, "ORG")], [(0, 3, "PERSON"), (16, 20, "DATE")])
    )
    assert found["all"]["f"] == 0
    assert found["all"]["relaxed"] == pytest.approx(0.5)
    assert found["labels"]["PERSON"]["relaxed"] == pytest.approx(1)
    assert found["kinds"]["other label and boundary"] == 1


def test_boundaries_agree_whatever_the_label_and_labels_are_confused():
    found = compared(document([(0, 10, "PERSON")], [(0, 10, "ORG")]))
    assert (found["all"]["f"], found["boundaries"]) == (0, pytest.approx(1))
    assert found["confusion"]["PERSON"]["ORG"] == 1
    assert found["kinds"]["other label"] == 1


def test_what_one_annotator_leaves_unknown_counts_for_neither():
    found = compared(
        document([(0, 10, "PERSON"), (16, 24, "ORG")], [(0, 10, "PERSON")], unknown=((16, 20),))
    )
    assert found["all"]["f"] == pytest.approx(1)
    assert found["different"] == 0


def test_interval_comes_from_resampled_texts_and_texts_without_entities_define_nothing():
    texts = [
        document([(0, 10, "PERSON")], [(0, 10, "PERSON")] * (n % 4 > 0), place=str(n)) for n in range(40)
    ]
    found = compared(*texts, document([], [], place="empty"))
    low, high = found["all"]["interval"]
    assert low < found["all"]["f"] < high
    assert not found["all"]["too_few"]
    assert found["texts"] == 41
    assert found["different"] == 10


def test_nothing_marked_has_no_agreement():
    found = compared(document([], []))
    assert found["all"]["f"] is None
    assert found["all"]["interval"] == [None, None]


def test_examples_show_what_either_has():
    (example,) = compared(document([(0, 10, "PERSON")], [(0, 3, "PERSON")]))["examples"]
    assert (example["gold"], example["predicted"]) == ("PERSON: Ada Okafor", "PERSON: Ada")


def test_entities_of_all_are_shared_and_those_of_some_are_disputed_in_words():
    ada, acme, may = Entity(0, 10, "PERSON"), Entity(16, 24, "ORG"), Entity(28, 31, "DATE")
    sides = {"Ann": [ada, acme], "Bo": [ada, may], "Cy": [acme, ada]}
    assert shared(sides) == [ada]
    assert disputed(sides) == {acme: ("Ann", "Cy"), may: ("Bo",)}
    assert in_words(document([], []).text, acme, ("Ann", "Cy")) == "ORG 'Acme Ltd' 16–24: Ann, Cy"
