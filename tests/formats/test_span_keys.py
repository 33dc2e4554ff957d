"""Spans under any names of their fields, and the guard against annotations that a reader overlooks."""

import json

import pytest

from scripts.corpus.text import AnnotatedText, CharSpan, Fault
from scripts.formats.span_keys import overlooked, plain_span
from tests.formats.reading import read, triples


@pytest.mark.parametrize(
    "mark",
    [
        {"start_position": 0, "end_position": 3, "entity_type": "P"},
        {"startOffset": 0, "endOffset": 3, "label_name": "P"},
        {"span": [0, 3], "type": "P"},
        {"offsets": (0, 3), "type": "P"},
        {"span": {"begin": 0, "end": 3}, "obj": "P"},
        {"location": {"start": 0.0, "stop": 3.0}, "category": "P"},
        [0, 3, "P"],
    ],
)
def test_span_is_read_whatever_its_fields_are_called(mark):
    assert plain_span(mark) == CharSpan(0, 3, "P")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([{"start": 1, "end": 2, "label": "P"}], True),
        ([{"from": 1, "to": 2, "anything": "P"}], True),
        ([{"span": [1, 2], "what": "P"}], True),
        ([{"id": "T1", "span": {"begin": 1, "end": 2}, "obj": "P"}], True),
        ([None, {"start": 1.0, "end": 2.0, "label": "P"}], True),
        ([[1, 2, "P"]], True),
        ([["P", 1, 2]], True),
        ([{"start": 1, "end": 2, "text": "a"}], False),
        ([{"start": 1, "end": None, "label": "P"}], False),
        ([{"id": 1, "count": 2, "label": "P"}], False),
        ([[1, 2]], False),
        ([1, 2, "P"], False),
        ([], False),
        ("P", False),
    ],
    ids=str,
)
def test_field_that_can_only_hold_spans_is_known(value, found):
    assert list(overlooked({"text": "abc", "x": value})) == ["x"] * found


@pytest.mark.parametrize("key", ["tokens", "sents", "relations", "predictions", "sub_tokens"])
def test_parts_of_a_text_and_what_a_model_said_are_no_annotations(key):
    assert not list(overlooked({key: [{"start": 1, "end": 2, "label": "P"}]}))


MARK = {"start": 0, "end": 3, "kind": "PER"}  # a name for labels that nobody knows


@pytest.mark.parametrize(
    ("format", "record"),
    [
        ("jsonl", {"text": "Ada left."}),
        ("prodigy", {"text": "Ada left.", "spans": [], "answer": "accept"}),
        ("doccano", {"id": 1, "text": "Ada left.", "label": [], "Comments": []}),
        ("gliner", {"tokenized_text": ["Ada", "left"], "ner": []}),
        ("presidio", {"full_text": "Ada left.", "spans": []}),
        ("mention_json", {"text": "Ada left.", "entities": []}),
        ("spert", {"tokens": ["Ada", "left"], "entities": []}),
    ],
)
def test_record_whose_annotations_are_overlooked_is_rejected_and_names_the_field(
    tmp_path, format, record
):
    data = "".join(json.dumps(row) + "\n" for row in (record, record | {"marked": [MARK]}, record))
    first, fault, last = read(tmp_path, format, data)
    assert isinstance(first, AnnotatedText)
    assert isinstance(last, AnnotatedText)
    assert isinstance(fault, Fault)
    assert "marked" in fault.reason + fault.mend
    assert "PER" in fault.reason


def test_two_fields_that_look_like_spans_are_a_question(tmp_path):
    marks = [[0, 3, "PER"]]
    (fault,) = read(tmp_path, "jsonl", json.dumps({"text": "Ada", "gold": marks, "silver": marks}))
    assert fault.reason == "its fields 'gold' and 'silver' all look like spans"
    assert fault.mend.startswith("set vars.fields, as in spans=gold,")


def test_only_other_field_that_holds_spans_is_read_and_told(tmp_path):
    (record,) = read(tmp_path, "jsonl", '{"text": "Ada", "gold": [[0, 3, "PER"]], "page": 3}')
    assert triples(record) == [(0, 3, "PER")]
    assert record.notes == ("spans were read from the field 'gold'",)
    assert record.meta == {"page": 3}
