"""Dataturks' JSON lines: inclusive ends, texts not looked at, projects of other types."""

import json

import pytest

from scripts.annotation.text import FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written

POINT = {"start": 0, "end": 2, "text": "Ada"}
MARK = {"label": ["PER"], "points": [POINT]}
DONE = {"content": "Ada met Bo", "annotation": [MARK], "extras": None, "metadata": {"status": "done"}}


def only(folder, **changes):
    """Return what is read of the document above, with some fields changed."""
    (record,) = read(folder, "dataturks", json.dumps({**DONE, **changes}))
    return record


def test_end_of_a_point_belongs_to_the_span(tmp_path):
    record = only(tmp_path)
    assert mentions(record) == [("Ada", "PER")]
    assert record.spans[0].mention == "Ada"
    assert record.annotated is True


@pytest.mark.parametrize("label", ["PER", ["PER"]])
def test_label_may_stand_in_a_list_or_not(tmp_path, label):
    assert mentions(only(tmp_path, annotation=[{**MARK, "label": label}])) == [("Ada", "PER")]


def test_every_label_and_every_point_is_a_span(tmp_path):
    points = [POINT, {"start": 8, "end": 9, "text": "Bo"}]
    record = only(tmp_path, annotation=[{"label": ["PER", "DOG"], "points": points}])
    assert mentions(record) == [("Ada", "PER"), ("Ada", "DOG"), ("Bo", "PER"), ("Bo", "DOG")]


@pytest.mark.parametrize(
    ("annotation", "metadata", "annotated"),
    [(None, None, False), ([], None, None), ([], {"status": "done"}, True), ([MARK], None, True)],
)
def test_document_without_annotations_was_not_looked_at(tmp_path, annotation, metadata, annotated):
    assert only(tmp_path, annotation=annotation, metadata=metadata).annotated is annotated


@pytest.mark.parametrize("status", ["skipped", "deleted"])
def test_document_that_was_skipped_is_kept_out_though_it_may_be_faulty(tmp_path, status):
    record = only(tmp_path, metadata={"status": status}, annotation=[5])
    assert (record.answer, record.spans) == (status, ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"content": ""}, "the record has no text"),
        ({"annotation": 5}, "the annotation is a int, not a list"),
        ({"annotation": [5]}, "the points 5 are not offsets"),
        ({"annotation": [{"label": ["PER"]}]}, "the points None are not offsets"),
        ({"annotation": [{**MARK, "label": []}]}, "span 0-3 has no label"),
        ({"annotation": [{**MARK, "points": [{}]}]}, "offset None is not a whole number"),
    ],
)
def test_document_that_can_not_be_used_is_a_fault(tmp_path, changes, reason):
    assert only(tmp_path, **changes).reason == reason


@pytest.mark.parametrize(
    ("annotation", "what"),
    [
        ({"labels": ["news"], "note": ""}, "text classification"),
        ([{"label": ["car"], "points": [[0.1, 0.2], [0.3, 0.4]], "imageWidth": 9}], "images"),
        ([{"label": ["car"], "points": [{"x": 0.1, "y": 0.2}], "imageWidth": 9}], "images"),
    ],
)
def test_project_of_another_type_is_refused_by_name(tmp_path, annotation, what):
    path = written(tmp_path, json.dumps({**DONE, "annotation": annotation}))
    assert detect(path).name == "dataturks"
    with pytest.raises(FileFault) as caught:
        list(FORMATS["dataturks"].read(path, DEFAULTS))
    assert caught.value.reason == f"this is a Dataturks project of {what}"


@pytest.mark.parametrize("record", [DONE, {**DONE, "annotation": None}, {**DONE, "annotation": []}])
def test_format_is_found_whether_or_not_the_first_documents_are_annotated(tmp_path, record):
    assert detect(written(tmp_path, json.dumps(record))).name == "dataturks"


@pytest.mark.parametrize("record", [{"content": "Ada"}, {"text": "Ada", "annotation": [MARK]}])
def test_record_of_another_tool_is_not_dataturks(tmp_path, record):
    path = written(tmp_path, json.dumps(record))
    assert not FORMATS["dataturks"].sniff(Head.of(path))
