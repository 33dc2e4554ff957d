"""What can be compared of two annotators' records, and what is left out."""

from pathlib import Path

import spacy

from scripts.annotation.text import AnnotatedText
from scripts.conversion.comparable import ComparableTexts
from tests.corpora import record, settings, write_records


def read(tmp_path: Path, *rows: dict, **changes) -> tuple[list[AnnotatedText], dict[str, int]]:
    write_records(tmp_path / "a.jsonl", rows)
    place = (tmp_path / "a.jsonl").as_posix()
    found = ComparableTexts(place, "annotations", tmp_path, settings(**changes), spacy.blank("en"))
    records = list(found)
    return records, dict(+found.left_out)


def marks(records: list[AnnotatedText]) -> list[list[tuple[str, str]]]:
    return [[(one.text[s.start : s.end], s.label) for s in one.spans] for one in records]


def test_spans_are_trimmed_mapped_and_cleaned(tmp_path):
    row = {**record("[ Ada ](PER) left [Acme](ORG)."), "group": "g"}
    row["spans"][1]["label"] = "O\u200bRG"
    records, left_out = read(tmp_path, row, label_map={"PER": "PERSON"})
    assert marks(records) == [[("Ada", "PERSON"), ("Acme", "ORG")]]
    assert (records[0].group, left_out) == ("g", {})


def test_label_that_the_map_drops_is_not_compared(tmp_path):
    records, _ = read(tmp_path, record("[Ada](PERSON) left in [May](DATE)."), label_map={"DATE": None})
    assert marks(records) == [[("Ada", "PERSON")]]


def test_span_beyond_the_text_is_counted(tmp_path):
    row = {
        "text": "Ada",
        "spans": [{"start": 0, "end": 9, "label": "ORG"}, *record("[Ada](ORG)")["spans"]],
    }
    records, left_out = read(tmp_path, row)
    assert marks(records) == [[("Ada", "ORG")]]
    assert left_out == {"entity without a place in its text": 1}


def test_rejected_empty_and_broken_records_are_counted(tmp_path):
    rejected = {**record("[Ada](ORG) left."), "answer": "reject"}
    rows = ({"text": "", "spans": []}, {"text": "Nothing."}, rejected, record("[Bo](PERSON)"))
    records, left_out = read(tmp_path, *rows, unmarked="skip")
    assert [one.text for one in records] == ["Bo"]
    assert left_out["not annotated"] == 1
    assert (left_out["reject"], left_out["can't be read"]) == (1, 1)


def test_offsets_in_other_units_count_characters(tmp_path):
    row = {"text": "😀 Ada", "spans": [{"start": 3, "end": 6, "label": "PERSON"}]}
    records, _ = read(tmp_path, row, offsets="utf16")
    assert marks(records) == [[("Ada", "PERSON")]]
