"""Error classes, confusions, examples and suspicious gold: small cases by hand, counts by hypothesis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.scoring.document import MODEL, Document, Entity, scored
from scripts.scoring.errors import LONGEST, NO_LABEL, ErrorCollector
from scripts.scoring.known import NONE, Known
from tests.scoring.documents import doc_pairs, document, from_docs

NOTHING = Known({})


def errors_of(
    *documents: Document, known: Known = NOTHING, examples: int = 5, context: int = 100
) -> dict:
    found = ErrorCollector(known, examples, context)
    for each in documents:
        found.add(each)
    return found.report()


def above_zero(row: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in row.items() if count}


MIXED = (
    document("[Ada](A) met [Bo](A) at [Old Mill](B).", "[Ada](A) met [Bo](B) at Old [Mill](B)."),
    document("[Lea](A) left; Ivan stayed.", "Lea left; [Ivan](A) stayed."),
)


def test_classes_are_counted_in_all_and_by_the_label_of_gold_or_else_of_the_prediction():
    found = errors_of(*MIXED)
    assert above_zero(found["classes"]) == {
        "correct": 1,
        "wrong label": 1,
        "too short": 1,
        "missed": 1,
        "spurious": 1,
    }
    assert above_zero(found["labels"]["A"]) == {
        "correct": 1,
        "wrong label": 1,
        "missed": 1,
        "spurious": 1,
    }
    assert above_zero(found["labels"]["B"]) == {"too short": 1}


def test_confusions_count_gold_by_row_and_predictions_by_column():
    assert errors_of(*MIXED)["confusion"] == {
        "A": {"A": 1, "B": 1, NO_LABEL: 1},
        "B": {"A": 0, "B": 1, NO_LABEL: 0},
        NO_LABEL: {"A": 1, "B": 0, NO_LABEL: 0},
    }


@given(st.lists(doc_pairs(overlapping=True) | doc_pairs(), max_size=4))
def test_classes_and_confusions_add_up_to_support_and_predictions(pairs):
    made = [from_docs(*pair, number) for number, pair in enumerate(pairs)]
    found = errors_of(*made, examples=0)
    support = sum(len(each.gold) for each in made)
    judged = sum(len(scored(each, MODEL)) for each in made)
    classes = found["classes"]
    assert sum(classes.values()) - classes["spurious"] == support
    assert sum(classes.values()) - classes["missed"] == judged
    for name in classes:
        assert sum(row[name] for row in found["labels"].values()) == classes[name]
    table = found["confusion"]
    assert sum(sum(row.values()) for gold, row in table.items() if gold != NO_LABEL) == support
    assert (
        sum(count for row in table.values() for name, count in row.items() if name != NO_LABEL) == judged
    )


def test_predictions_that_are_known_to_be_wrong_are_counted():
    wrong = (Entity(0, 3, "A"), Entity(4, 8, "A"))
    assert errors_of(document("May left.", "[May](A) left.", wrong=wrong))["known_wrong_predicted"] == 1
    assert errors_of(document("May left.", "[May](B) left.", wrong=wrong))["known_wrong_predicted"] == 0


def test_without_examples_there_are_counts_and_no_text():
    found = errors_of(*MIXED, examples=0)
    assert set(found) == {"classes", "labels", "confusion", "known_wrong_predicted"}
    assert not any(word in str(found) for word in ("Ada", "Bo", "Mill", "Ivan", "line 1"))


def test_example_shows_both_sides_what_train_has_and_the_text_around():
    known = Known({"Bo": {"A": 1, "B": 4}})
    (row,) = errors_of(
        document("[Ada](A) met [Bo](A) in May.", "[Ada](A) met [Bo](B) in May.", id="x"),
        known=known,
        context=5,
    )["examples"]
    assert row == {
        "where": "a.jsonl, line 1",
        "id": "x",
        "kind": "wrong label",
        "label": "A",
        "gold": "A: Bo",
        "predicted": "B: Bo",
        "train": {"as_gold": 1, "as_predicted": 4},
        "text": " met Bo in M",
        "cut": [True, True],
        "focus": [5, 7],
        "gold_marks": [(5, 7, "A")],
        "predicted_marks": [(5, 7, "B")],
    }


def test_mentions_in_the_window_move_along_and_are_cut_at_its_edges():
    (row,) = errors_of(document("[Ada Lee](A) met [Bo](A).", "[Ada Lee](A) met Bo."), context=7)[
        "examples"
    ]
    assert row["text"] == "ee met Bo."
    assert row["text"][slice(*row["focus"])] == "Bo"
    assert row["gold_marks"] == [(0, 2, "A"), (7, 9, "A")]
    assert (row["predicted_marks"], row["cut"]) == ([(0, 2, "A")], [True, False])


def test_very_long_error_is_cut():
    text = "x" * 1000
    (row,) = errors_of(
        Document(text, 1, (Entity(0, 1000, "A"),), {MODEL: ()}, file="a", place="b"), context=10
    )["examples"]
    assert len(row["text"]) == 2 * LONGEST + 10
    assert row["focus"] == [0, len(row["text"])]
    assert row["gold"] == "A: " + "x" * LONGEST + "…"


def test_examples_that_train_contradicts_come_first_then_those_that_come_first():
    known = Known({"Bo": {"A": 5}, "Lea": {"A": 1, NONE: 4}})
    texts = ("[Ivan](A) left.", "[Bo](A) left.", "[Lea](A) left.", "[Mei](A) left.")
    made = [
        document(text, text.replace("[", "").replace("](A)", ""), place=f"line {number}")
        for number, text in enumerate(texts, 1)
    ]
    rows = errors_of(*made, known=known)["examples"]
    assert [row["gold"] for row in rows] == ["A: Lea", "A: Ivan", "A: Mei", "A: Bo"]
    assert errors_of(*made, known=known, examples=2)["examples"] == rows[:2]


def test_examples_are_kept_for_each_class_and_label_apart():
    made = [
        document("[Ada](A) and [Oslo](B) [X](A)", "Ada and Oslo [X](B)", place=f"line {n}")
        for n in range(9)
    ]
    rows = errors_of(*made, examples=2)["examples"]
    assert [(row["kind"], row["label"]) for row in rows] == [
        ("missed", "A"),
        ("missed", "A"),
        ("missed", "B"),
        ("missed", "B"),
        ("wrong label", "A"),
        ("wrong label", "A"),
    ]


def test_documents_with_most_errors_are_named_first():
    made = [
        document("[Ada](A).", "Ada.", place="line 1"),
        document("[Ada](A) [Bo](A).", "Ada [Bo](B).", place="line 2", id="x"),
        document("[Ada](A).", "Ada.", place="line 3"),
        document("[Ada](A).", place="line 4"),
    ]
    rows = errors_of(*made, examples=2)["worst_documents"]
    assert rows == [
        {"where": "a.jsonl, line 2", "id": "x", "errors": 2, "entities": 2, "tokens": 2},
        {"where": "a.jsonl, line 1", "id": None, "errors": 1, "entities": 1, "tokens": 1},
    ]
    assert len(errors_of(*made)["worst_documents"]) == 3


SPURIOUS = [document("Ada left.", "[Ada](A) left.", place=f"line {n}") for n in range(3)]
MISSED = [document("[Ada](A) left.", "Ada left.", place=f"line {n}") for n in range(3)]


@pytest.mark.parametrize(
    ("documents", "counts", "suspicious"),
    [
        (SPURIOUS[:1], {"A": 2}, True),  # train has it twice as predicted and never as nothing
        (SPURIOUS[:1], {"A": 1}, False),
        (SPURIOUS[:1], {"A": 4, NONE: 2}, False),  # not more than twice as often
        (SPURIOUS[:1], {"A": 5, NONE: 2}, True),
        (SPURIOUS, {}, True),  # three documents contradict gold, and train says nothing
        (SPURIOUS[:2], {}, False),
        (SPURIOUS, {NONE: 1}, False),
        (SPURIOUS[:1] * 3, {}, False),  # three times, but in one document
        (MISSED, {}, False),  # missed often: no evidence
        (MISSED[:1], {"A": 1, NONE: 3}, True),
        (MISSED[:1], {"A": 2, NONE: 3}, False),
    ],
)
def test_gold_is_suspicious_when_train_or_several_documents_contradict_it(documents, counts, suspicious):
    found = errors_of(*documents, known=Known({"Ada": counts}))["suspicious_gold"]
    assert bool(found) is suspicious


def test_suspicious_gold_is_listed_with_its_places_the_likeliest_first():
    known = Known({"Ada": {"A": 2}, "Bo": {"B": 9, "A": 1}})
    made = [*SPURIOUS, document("[Bo](A) left.", "[Bo](B) left.", place="line 9")]
    assert errors_of(*made, known=known, examples=2)["suspicious_gold"] == [
        {
            "mention": "Bo",
            "gold": "A: Bo",
            "predicted": "B: Bo",
            "train": {"as_gold": 1, "as_predicted": 9},
            "times": 1,
            "documents": 1,
            "places": ["a.jsonl, line 9"],
        },
        {
            "mention": "Ada",
            "gold": None,
            "predicted": "A: Ada",
            "train": {"as_gold": 0, "as_predicted": 2},
            "times": 3,
            "documents": 3,
            "places": ["a.jsonl, line 0", "a.jsonl, line 1"],
        },
    ]
