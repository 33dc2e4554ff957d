"""Vertex AI and AutoML: offsets in both of their shapes, texts in a bucket, datasets of other types."""

import json

import pytest

from scripts.annotation.text import OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, triples, written

MARK = {"startOffset": 0, "endOffset": 3, "displayName": "Person"}
ITEM = {"textContent": "Ada met Bo", "textSegmentAnnotations": [MARK]}
ML_USE = "aiplatform.googleapis.com/ml_use"


def only(folder, **changes):
    """Return what is read of the item above, with some fields changed; None takes one away."""
    item = {key: value for key, value in {**ITEM, **changes}.items() if value is not None}
    (record,) = read(folder, "vertex", json.dumps(item))
    return record


def test_end_does_not_belong_to_the_span(tmp_path):
    assert mentions(only(tmp_path)) == [("Ada", "Person")]


@pytest.mark.parametrize(
    "mark",
    [
        {"startOffset": "0", "endOffset": "3", "displayName": "Person"},
        {"endOffset": 3, "displayName": "Person"},
        {"textSegment": {"endOffset": "3"}, "displayName": "Person"},
        {"text_extraction": {"text_segment": {"end_offset": 3}}, "display_name": "Person"},
        {"textExtraction": {"textSegment": {"endOffset": 3}}, "displayName": "Person"},
    ],
    ids=["strings", "no start", "segment", "AutoML", "AutoML in camel case"],
)
def test_offsets_are_read_as_the_interface_writes_them(tmp_path, mark):
    assert triples(only(tmp_path, textSegmentAnnotations=[mark])) == [(0, 3, "Person")]


@pytest.mark.parametrize(
    ("use", "split"),
    [("training", "train"), ("validation", "dev"), ("TEST", "test"), ("unassigned", None), (5, None)],
)
def test_use_of_an_item_is_its_split(tmp_path, use, split):
    assert only(tmp_path, dataItemResourceLabels={ML_USE: use}).split == split


def test_item_without_annotations_does_not_say_that_anybody_looked(tmp_path):
    assert only(tmp_path, textSegmentAnnotations=None).annotated is None
    assert only(tmp_path, textSegmentAnnotations=[]).annotated is True


@pytest.mark.parametrize("where", ["one.txt", "texts/one.txt", "bucket/texts/one.txt"])
def test_text_in_a_bucket_is_found_beside_the_file_and_belongs_to_it(tmp_path, where):
    text = tmp_path / where
    text.parent.mkdir(parents=True, exist_ok=True)
    text.write_bytes(b"Ada\r\nmet Bo")
    item = {"textGcsUri": "gs://bucket/texts/one.txt", "textSegmentAnnotations": [MARK]}
    path = written(tmp_path, json.dumps(item))
    found = find_roles([path, text])
    assert (list(found.annotations), found.companions) == ([path], {text: path})
    (record,) = FORMATS["vertex"].read(path, DEFAULTS)
    assert (record.text, mentions(record)) == ("Ada\r\nmet Bo", [("Ada", "Person")])


@pytest.mark.parametrize(
    "uri",
    [
        "gs://bucket/../secret.txt",
        "secret.txt",
        "/etc/hostname",
        "gs://",
        "gs://b/\0.txt",
        "gs://b/" + "x" * 999,
    ],
)
def test_address_never_leads_out_of_the_folder(tmp_path, uri):
    (tmp_path / "secret.txt").write_text("Ada met Bo")
    folder = tmp_path / "inner"
    folder.mkdir()
    record = only(folder, textContent=None, textGcsUri=uri)
    assert record.reason.startswith("its text is ")
    assert record.hint == "download the texts into this folder"


def test_text_that_is_a_pdf_is_refused(tmp_path):
    (tmp_path / "one.pdf").write_bytes(b"%PDF-1.7\n")
    record = only(tmp_path, textContent=None, textGcsUri="gs://bucket/one.pdf")
    assert record.reason == "one.pdf: it is a PDF file, not text"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"textContent": " "}, "the record has no text"),
        ({"textSegmentAnnotations": {}}, "its annotations are {}, not a list"),
        ({"textSegmentAnnotations": [5]}, "5 is not an annotation"),
        ({"textSegmentAnnotations": [{**MARK, "displayName": ""}]}, "span 0-3 has no label"),
        ({"textSegmentAnnotations": [{**MARK, "endOffset": "x"}]}, "offset 'x' is not a whole number"),
        ({"textSegmentAnnotations": [{"displayName": "P"}]}, "offset None is not a whole number"),
    ],
)
def test_item_that_is_damaged_is_a_fault(tmp_path, changes, reason):
    assert only(tmp_path, **changes).reason == reason


@pytest.mark.parametrize(
    ("item", "what"),
    [
        ({"imageGcsUri": "gs://b/i.png", "boundingBoxAnnotations": []}, "images"),
        ({"videoGcsUri": "gs://b/v.mp4"}, "videos"),
        (
            {"textContent": "Ada", "classificationAnnotation": {"displayName": "x"}},
            "text classification",
        ),
        ({"textContent": "Ada", "sentimentAnnotation": {"sentiment": 1}}, "sentiments"),
    ],
)
def test_dataset_of_another_type_is_refused_by_name(tmp_path, item, what):
    path = written(tmp_path, json.dumps(item))
    assert detect(path).name == "vertex"
    with pytest.raises(OtherTask) as caught:
        next(FORMATS["vertex"].read(path, DEFAULTS))
    assert caught.value.reason == f"this is a Vertex AI dataset of {what}"


def test_item_of_another_type_among_others_is_a_fault(tmp_path):
    rows = [ITEM, {"textContent": "Ada", "sentimentAnnotation": {}}]
    _, fault = read(tmp_path, "vertex", "\n".join(map(json.dumps, rows)))
    assert fault.reason == "this item belongs to a dataset of sentiments"


def test_annotations_of_other_tools_are_not_taken_for_automl(tmp_path):
    row = {"text": "Ada", "annotations": [{"label": 1, "start_offset": 0, "end_offset": 3}]}
    assert detect(written(tmp_path, json.dumps(row))).name == "doccano"
