"""GATE's two JSON formats: that of tweets and that of its Python package."""

import json

import pytest

from scripts.annotation.text import Fault, OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.gate.gate import LEFT_OUT
from scripts.formats.gate.gate_json import TWITTER_LEFT_OUT
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, triples, written

ADA = {"indices": [0, 3]}
TWEET = {"text": "Ada met #Bo", "entities": {"Person": [ADA]}}
MARK = {"type": "Person", "start": 0, "end": 3, "id": 1, "features": {}}


def tweet(folder, **changes):
    """Return what is read of the document above, with some fields changed."""
    (record,) = read(folder, "gate_json", json.dumps({**TWEET, **changes}))
    return record


def bdoc(folder, *marks, **changes):
    """Return what is read of a document of gatenlp with annotations."""
    sets = {"": {"name": "", "annotations": list(marks), "next_annid": 9}}
    given = {"annotation_sets": sets, "text": "🙂 Ada", "features": {}, "offset_type": "p", "name": ""}
    (record,) = read(folder, "gate_bdoc", json.dumps({**given, **changes}))
    return record


def test_type_is_the_label_and_the_annotation_set_before_it_the_layer(tmp_path):
    record = tweet(tmp_path, entities={"Key:Person": [ADA], "Person": [ADA]})
    assert [(span.layer, span.label) for span in record.spans] == [
        ("Key", "Person"),
        ("default", "Person"),
    ]


def test_text_may_have_the_name_that_it_has_in_long_tweets(tmp_path):
    (record,) = read(
        tmp_path, "gate_json", json.dumps({"full_text": "Ada", "entities": {"Person": [ADA]}})
    )
    assert mentions(record) == [("Ada", "Person")]


def test_what_twitter_marks_and_what_no_entity_has_is_left_out_and_noted(tmp_path):
    record = tweet(
        tmp_path, entities={"Person": [ADA], "hashtags": [{"indices": [8, 11]}], "Token": [ADA]}
    )
    assert triples(record) == [(0, 3, "Person")]
    assert record.notes == (TWITTER_LEFT_OUT, LEFT_OUT)
    assert tweet(tmp_path, entities={"Person": [ADA], "hashtags": [], "Token": []}).notes == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": ""}, "the record has no text"),
        ({"entities": [ADA]}, "its entities are [{'indices': [0, 3]}], not an object of lists by type"),
        ({"entities": {"Person": [{}]}}, "an annotation has no indices ({})"),
        ({"entities": {"Person": 5}}, "an annotation has no indices (5)"),
        ({"entities": {"Person": [{"indices": [0, "3"]}]}}, "offset '3' is not a whole number"),
        ({"entities": {"Key:": [ADA]}}, "span 0-3 has no label"),
    ],
)
def test_tweet_that_can_not_be_used_is_a_fault(tmp_path, changes, reason):
    record = tweet(tmp_path, **changes)
    assert isinstance(record, Fault)
    assert record.reason == reason


def test_tweets_that_nobody_annotated_are_refused_by_name(tmp_path):
    data = json.dumps({"text": "Ada #Bo", "entities": {"hashtags": [{"indices": [4, 7]}], "urls": []}})
    path = written(tmp_path, data)
    assert detect(path).name == "gate_json"
    with pytest.raises(OtherTask, match="these are tweets that contain only Twitter's own marks"):
        next(FORMATS["gate_json"].read(path, DEFAULTS))


@pytest.mark.parametrize(
    "record",
    [
        {"text": "Ada", "entities": {"Person": ["Ada"]}},
        {"text": "Ada", "entities": {"Person": []}},
        {"text": "Ada", "entities": [{"start": 0, "end": 3, "label": "Person"}]},
        {"entities": {"Person": [ADA]}},
    ],
)
def test_record_of_another_tool_is_not_gate(tmp_path, record):
    head = Head.of(written(tmp_path, json.dumps(record)))
    assert not FORMATS["gate_json"].sniff(head)
    assert not FORMATS["gate_bdoc"].sniff(head)


@pytest.mark.parametrize(("unit", "start", "end"), [("p", 2, 5), ("j", 3, 6)])
def test_offsets_count_what_the_document_says(tmp_path, unit, start, end):
    record = bdoc(tmp_path, {**MARK, "start": start, "end": end}, offset_type=unit)
    assert mentions(record) == [("Ada", "Person")]


@pytest.mark.parametrize(("unit", "start", "end"), [("p", 2, 5), ("j", 3, 6)])
def test_place_of_an_annotation_without_a_type_is_in_characters(tmp_path, unit, start, end):
    good = {**MARK, "start": 0, "end": start - 1}
    record = bdoc(tmp_path, good, {"start": start, "end": end}, offset_type=unit)
    assert mentions(record) == [("🙂", "Person")]
    assert [span.place for span in record.unread] == [(2, 5)]


def test_annotations_of_gatenlp_that_no_entity_has_are_left_out(tmp_path):
    record = bdoc(tmp_path, {**MARK, "type": "Token"}, name="one")
    assert (record.spans, record.notes, record.id) == ((), (LEFT_OUT,), "one")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": None}, "the record has no text"),
        ({"annotation_sets": 5}, "its annotation sets are 5, not an object of sets by name"),
        ({"annotation_sets": {"": 5}}, "the annotations of a set are 5, not a list"),
        ({"annotation_sets": {"": [5]}}, "an annotation is invalid (5)"),
        ({"annotation_sets": {"": [{"type": [], "start": 0, "end": 3}]}}, None),
        ({"annotation_sets": {"": [{**MARK, "end": None}]}}, "offset None is not a whole number"),
        ({"annotation_sets": {"": [{"start": 0, "end": 3}]}}, "span 0-3 has no label"),
        ({"offset_type": "x"}, "its offset_type is 'x', neither p nor j"),
        ({"offset_type": []}, "its offset_type is [], neither p nor j"),
        ({"offset_type": "j", "annotation_sets": {"": [{**MARK, "end": 99}]}}, None),
    ],
)
def test_document_of_gatenlp_that_can_not_be_used_is_a_fault(tmp_path, changes, reason):
    record = bdoc(tmp_path, **changes)
    assert isinstance(record, Fault)
    assert reason is None or record.reason == reason
