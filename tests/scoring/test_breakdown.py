"""Counts by bucket, by hand, and that no mention is in two buckets of a kind or in none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.scoring.breakdown import (
    DOCUMENT_TOKENS,
    ENTITY_WORDS,
    LONG_DOCUMENT,
    LONG_ENTITY,
    SHARED,
    VALUES,
    Breakdown,
    bucket,
)
from scripts.scoring.document import MODEL, Document, Entity, scored
from scripts.scoring.known import NONE, Known
from tests.scoring.documents import doc_pairs, document, from_docs

KNOWN = Known({"Ada": {"PERSON": 2}, "May": {"DATE": 1, NONE: 9}})


def report(*documents: Document) -> dict:
    breakdown = Breakdown(KNOWN)
    for each in documents:
        breakdown.add(each)
    return breakdown.report()


def counts(row: dict) -> tuple[int, int, int]:
    return row["tp"], row["fp"], row["fn"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (0, "1"),
        (1, "1"),
        (2, "2"),
        (3, "3"),
        (4, "4–5"),
        (5, "4–5"),
        (6, "6 or more"),
        (40, "6 or more"),
    ],
)
def test_mention_falls_into_the_bucket_of_its_words(words, name):
    assert bucket(words, ENTITY_WORDS, LONG_ENTITY) == name


@pytest.mark.parametrize(
    ("tokens", "name"),
    [(1, "to 25"), (25, "to 25"), (26, "26–50"), (100, "51–100"), (101, "101–200"), (500, "201–500")],
)
def test_document_falls_into_the_bucket_of_its_tokens(tokens, name):
    assert bucket(tokens, DOCUMENT_TOKENS, LONG_DOCUMENT) == name
    assert bucket(501, DOCUMENT_TOKENS, LONG_DOCUMENT) == "over 500"


def test_mentions_are_counted_by_their_own_words_found_ones_missed_ones_and_spurious_ones():
    found = report(
        document(
            "[Ada](PERSON) met [Bo Lind](PERSON) at [Old Mill Lane 4](LOC).",
            "[Ada](PERSON) met Bo Lind at [Old Mill](LOC) Lane 4.",
        )
    )["entity_words"]
    assert {name: counts(row) for name, row in found.items()} == {
        "1": (1, 0, 0),
        "2": (0, 1, 1),
        "4–5": (0, 0, 1),
    }
    assert list(found) == ["1", "2", "4–5"]
    assert found["2"]["f"] == 0.0


def test_documents_are_counted_by_length_with_all_their_mentions():
    short = document("[Ada](PERSON) and [Bo](PERSON).", "[Ada](PERSON) and Bo.")
    long = Document("Ada", 700, (Entity(0, 3, "A"),), {MODEL: (Entity(0, 3, "B"),)})
    found = report(long, short, short)["document_tokens"]
    assert {name: counts(row) for name, row in found.items()} == {
        "to 25": (2, 0, 2),
        "over 500": (0, 1, 1),
    }


def test_fields_with_several_values_are_counted_and_those_with_one_are_not():
    documents = [
        document(
            "[Ada](PERSON) left.", meta={"kind": "mail", "year": 2020, "signed": True, "team": "x"}
        ),
        document("[Ada](PERSON) left.", "Ada left.", meta={"kind": "note", "year": 2021, "team": "x"}),
        document("[Ada](PERSON) left.", "Ada left.", meta={"kind": "note", "signed": False}),
    ]
    found = report(*documents * SHARED)["fields"]
    shown = {name: {value: counts(row) for value, row in cells.items()} for name, cells in found.items()}
    assert shown == {
        "kind": {"mail": (5, 0, 0), "note": (0, 0, 10)},
        "signed": {"False": (0, 0, 5), "True": (5, 0, 0)},
        "year": {"2020": (5, 0, 0), "2021": (0, 0, 5)},
    }


def test_files_are_counted_beside_the_fields():
    documents = [document("[Ada](PERSON)."), document("[Ada](PERSON).", "Ada.", file="b.jsonl")]
    found = report(*documents * SHARED)
    assert {name: counts(row) for name, row in found["fields"]["file"].items()} == {
        "a.jsonl": (5, 0, 0),
        "b.jsonl": (0, 0, 5),
    }


def test_field_that_names_nearly_every_document_is_left_out():
    """A title is text of test, which the analysis of test does not hold."""
    titles = [document("[Ada](PERSON).", meta={"title": f"About {n}", "kind": n % 2}) for n in range(10)]
    assert set(report(*titles)["fields"]) == {"kind"}


def test_values_that_say_no_kind_of_text_are_left_out():
    """Lists, fractions and long texts; and fields with a value for nearly every document."""
    many = [
        document(
            "[Ada](PERSON).",
            meta={"number": number, "tags": [number % 2], "size": number % 2 / 2, "note": "x" * 81},
        )
        for number in range(VALUES + 5)
    ]
    assert report(*many * SHARED)["fields"] == {}
    assert set(report(*many[:VALUES] * SHARED)["fields"]) == {"number"}


def test_gold_mentions_are_counted_by_what_train_has():
    found = report(
        document("[Ada](PERSON) met [May](PERSON) and [Bo](PERSON).", "[Ada](PERSON) met May and Bo."),
        document("In [May](DATE), [Bo](PERSON) left.", "[In](X) [May](DATE), [Bo](PERSON) left."),
    )["novelty"]
    assert found["all"] == {
        "seen": {"r": 1.0, "support": 2, "share": 2 / 5},
        "other label": {"r": 0.0, "support": 1, "share": 1 / 5},
        "new": {"r": 1 / 2, "support": 2, "share": 2 / 5},
    }
    assert found["labels"]["DATE"]["seen"] == {"r": 1.0, "support": 1, "share": 1.0}
    assert found["labels"]["DATE"]["new"] == {"r": None, "support": 0, "share": 0.0}
    assert found["labels"]["PERSON"]["other label"] == {"r": 0.0, "support": 1, "share": 1 / 4}


def test_no_documents_have_no_buckets_and_no_shares():
    nothing = {"r": None, "support": 0, "share": None}
    assert report() == {
        "entity_words": {},
        "document_tokens": {},
        "fields": {},
        "novelty": {"all": dict.fromkeys(("seen", "other label", "new"), nothing), "labels": {}},
    }


@given(st.lists(doc_pairs(), max_size=4))
def test_every_judged_mention_stands_in_one_bucket_of_each_kind(pairs):
    made = [from_docs(*pair, number) for number, pair in enumerate(pairs)]
    found = report(*made)
    support = sum(len(each.gold) for each in made)
    for kind in ("entity_words", "document_tokens"):
        assert sum(row["support"] for row in found[kind].values()) == support
    assert sum(row["support"] for row in found["novelty"]["all"].values()) == support
    by_label = found["novelty"]["labels"].values()
    assert sum(row["support"] for kinds in by_label for row in kinds.values()) == support
    judged = sum(len(scored(each, MODEL)) for each in made)
    for kind in ("entity_words", "document_tokens"):
        assert sum(row["predicted"] for row in found[kind].values()) == judged


def test_field_with_a_value_on_a_single_document_is_left_out():
    """Notes that are mostly empty would else carry words of test into the analysis."""
    empty = [document("[Ada](PERSON).", meta={"note": ""}) for _ in range(50)]
    assert report(*empty, document("[Ada](PERSON).", meta={"note": "asked about x"}))["fields"] == {}
