"""Counts of a conversion as sums: every term that is needed, and none that is 0."""

from scripts.conversion.sums import outcomes_of, sum_of_records, sum_of_spans

RECORDS = {"read": 1200, "accepted": 1192, "ignored": 0, "rejected": 0, "merged": 8, "pieces": 0}
SPANS = {"read": 30, "kept": 20, "misaligned": 0, "not_found": 2, "trimmed": 3, "adjusted": 0}


def test_records_that_were_accepted_and_rejected_are_always_named():
    assert sum_of_records(RECORDS) == "1,200 read = 1,192 accepted + 8 merged + 0 rejected"
    assert outcomes_of(RECORDS) == ["accepted", "merged", "rejected"]


def test_pieces_of_long_texts_are_added_to_what_was_read():
    found = sum_of_records({**RECORDS, "accepted": 1194, "pieces": 2})
    assert found.startswith("1,200 read (+ 2 pieces of long texts) = 1,194 accepted")


def test_spans_that_were_changed_are_among_those_that_were_kept():
    spans = {**SPANS, "excluded": 8}
    assert sum_of_spans(spans) == "30 read = 20 kept (3 trimmed) + 2 not found + 8 excluded"
    assert sum_of_spans({**spans, "trimmed": 0}).startswith("30 read = 20 kept + ")


def test_conversion_that_lost_nothing_has_one_term():
    assert sum_of_spans({"read": 5, "kept": 5, "misaligned": 0}) == "5 read = 5 kept"
