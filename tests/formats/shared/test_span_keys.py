"""Spans under any names of their fields, and the guard against annotations that a reader overlooks."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, CharSpan, Fault
from scripts.formats.base import Options
from scripts.formats.readers import FORMATS
from scripts.formats.shared.span_keys import overlooked, plain_span
from tests.formats.reading import read, triples, written


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


OWN = [
    ("jsonl", {"text": "Ada left."}, "entities"),
    ("prodigy", {"text": "Ada left.", "answer": "accept"}, "spans"),
    ("doccano", {"id": 1, "text": "Ada left.", "Comments": []}, "label"),
    ("gliner", {"tokenized_text": ["Ada", "left"]}, "ner"),
    ("presidio", {"full_text": "Ada left."}, "spans"),
    ("mention_json", {"text": "Ada left."}, "entities"),
    ("spert", {"tokens": ["Ada", "left"]}, "entities"),
]


@pytest.mark.parametrize(("format", "record", "own"), [OWN[0], *OWN[2:]])
def test_record_whose_annotations_are_overlooked_is_rejected_and_names_the_field(
    tmp_path, format, record, own
):
    good = record | {own: []}
    data = "".join(json.dumps(row) + "\n" for row in (good, record | {"marked": [MARK]}, good))
    first, fault, last = read(tmp_path, format, data)
    assert isinstance(first, AnnotatedText)
    assert isinstance(last, AnnotatedText)
    assert isinstance(fault, Fault)
    assert "marked" in fault.reason + fault.hint
    assert "PER" in fault.reason


@pytest.mark.parametrize(("format", "record", "own"), OWN)
@pytest.mark.parametrize(
    "mark", [MARK, {"start": 0, "end": 3, "user": "Bo", "text": "?"}, [0, 3, "seen"]]
)
def test_empty_list_of_a_reader_is_the_answer_whatever_else_the_record_has(
    tmp_path, format, record, own, mark
):
    (found,) = read(tmp_path, format, json.dumps(record | {own: [], "history": [mark]}))
    assert isinstance(found, AnnotatedText)
    assert not found.spans


def test_text_that_a_tool_says_is_done_and_that_has_no_spans_overlooks_nothing(tmp_path):
    task = {"id": 1, "data": {"text": "Ada left."}, "annotations": [{"id": 2, "result": []}]}
    (found,) = read(tmp_path, "label_studio", json.dumps([task | {"candidates": [MARK]}]))
    assert (found.spans, found.annotated) == ((), True)


def test_tokens_that_are_all_outside_overlook_nothing(tmp_path):
    row = {"tokens": ["Ada", "left"], "ner_tags": ["O", "O"], "candidates": [MARK]}
    other = {"tokens": ["Bo"], "ner_tags": ["B-PER"]}
    found, _ = read(tmp_path, "hf_tokens", "".join(json.dumps(r) + "\n" for r in (row, other)))
    assert isinstance(found, AnnotatedText)


def test_field_that_the_user_names_is_the_answer_even_if_it_is_empty(tmp_path):
    path = written(tmp_path, json.dumps({"text": "Ada", "seen": [], "marked": [MARK]}))
    (found,) = FORMATS["json_fields"].read(path, Options(fields="spans=seen"))
    assert isinstance(found, AnnotatedText)


def test_two_fields_that_differ_are_a_question(tmp_path):
    record = {"text": "Ada", "gold": [[0, 3, "PER"]], "ents": [[0, 2, "PER"]]}
    (fault,) = read(tmp_path, "jsonl", json.dumps(record))
    assert fault.reason == "gold and ents contain different spans"
    assert "fields in configs/convert.cfg" in fault.hint


@pytest.mark.parametrize(
    "key",
    [
        *("gold", "ents", "denotations", "annotations", "marks", "mentions", "ner", "named_entities"),
        *("gold_spans", "medicalEntities", "entity_mentions", "my_label"),
    ],
)
def test_field_whose_name_says_annotations_is_read_and_told(tmp_path, key):
    record = {"text": "Ada", key: [[0, 3, "PER"]], "page": 3}
    (found,) = read(tmp_path, "jsonl", json.dumps(record))
    assert triples(found) == [(0, 3, "PER")]
    assert found.notes == (f"spans were read from the field {key!r}",)
    assert found.meta == {"page": 3}


def test_empty_list_under_such_a_name_says_that_somebody_looked(tmp_path):
    record = {"text": "Ada", "ents": [], "history": [[0, 3, "seen"]]}
    (found,) = read(tmp_path, "jsonl", json.dumps(record))
    assert (found.spans, found.annotated) == ((), True)


@pytest.mark.parametrize(
    ("key", "mark", "fields"),
    [
        ("scenes", {"start": 0, "end": 3, "type": "action"}, "start=start,end=end,label=type"),
        ("styles", {"from": 0, "to": 3, "style": "bold"}, "start=from,end=to,label=style"),
        ("format", {"id": 7, "offset": [0, 3], "type": "b"}, "start=offset.0,end=offset.1,label=type"),
        ("steps", {"span": {"begin": 0, "end": 3}, "x": "y"}, "start=span.begin,end=span.end,label=x"),
        ("history", [0, 3, "a"], "start=0,end=1,label=2"),
        ("code_blocks", ["py", 0, 3], "start=1,end=2,label=0"),
        ("arcs", {"dir": "left", "label": "P", "start": 0, "end": 3}, "start=start,end=end,label=label"),
        (
            "phrases",
            {"offset": 0, "length": 3, "category": "P"},
            "start=offset,length=length,label=category",
        ),
        ("candidate_entities", [0, 3, "P"], "start=0,end=1,label=2"),
    ],
)
def test_field_of_another_name_is_not_read_unless_the_user_follows_the_advice(
    tmp_path, key, mark, fields
):
    data = json.dumps({"text": "Ada left.", key: [mark]})
    (fault,) = read(tmp_path, "jsonl", data)
    assert isinstance(fault, Fault)
    assert repr(key) in fault.reason
    advised = f"spans={key},{fields}"
    assert f"set fields in configs/convert.cfg to {advised} " in fault.hint
    (found,) = FORMATS["json_fields"].read(written(tmp_path, data), Options(fields=advised))
    assert [(span.start, span.end) for span in found.spans] == [(0, 3)]


@pytest.mark.parametrize("key", ["entities", "ents"])
def test_span_whose_fields_have_unknown_names_has_advice_with_these_names(tmp_path, key):
    mark = {"offset": 0, "length": 3, "category": "PER"}
    (fault,) = read(tmp_path, "jsonl", json.dumps({"body": "Ada", key: [mark]}))
    assert fault.hint == (
        f"set fields in configs/convert.cfg to text=body,spans={key},start=offset,length=length,"
        "label=category if these are entities"
    )
