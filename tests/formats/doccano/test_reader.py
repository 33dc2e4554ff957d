"""doccano's JSONL: its historic shapes, numbered labels, and projects of other types."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.doccano.reader import UNNAMED
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, triples, written

TEXT = "Ada met Bo"
TRIPLES = [[0, 3, "PER"], [8, 10, "PER"]]
OFFSETS = [{"label": "PER", "start_offset": 0, "end_offset": 3, "id": 4}]
SHAPES = {
    "label": {"id": 1, "text": TEXT, "label": TRIPLES, "Comments": []},
    "comments": {"id": 1, "text": TEXT, "label": TRIPLES, "comments": []},
    "no id": {"text": TEXT, "label": TRIPLES},
    "data": {"id": 1, "data": TEXT, "label": TRIPLES},
    "labels": {"id": 1, "text": TEXT, "meta": {}, "annotation_approver": None, "labels": TRIPLES},
    "intents": {"id": 1, "text": TEXT, "cats": ["a"], "entities": TRIPLES},
}


def numbered(*marks, **rest):
    """Return a record with numbered labels: (number, start, end, user) each."""
    annotations = [
        {"label": label, "start_offset": start, "end_offset": end, "user": user}
        for label, start, end, user in marks
    ]
    return {"id": 7, "text": TEXT, "annotations": annotations, "meta": {}, **rest}


@pytest.mark.parametrize("record", SHAPES.values(), ids=SHAPES)
def test_every_shape_is_found_and_read(tmp_path, record):
    data = json.dumps(record) + "\n"
    assert detect(written(tmp_path, data)).name == "doccano"
    (found,) = read(tmp_path, "doccano", data)
    assert mentions(found) == [("Ada", "PER"), ("Bo", "PER")]


@pytest.mark.parametrize("indent", [None, 4])
def test_entities_are_read_and_relations_left_out(tmp_path, indent):
    record = {"id": 1, "text": TEXT, "entities": OFFSETS, "relations": [{"id": 1}], "Comments": []}
    data = "\n".join([json.dumps(record, indent=indent)] * 2)
    assert detect(written(tmp_path, data)).name == "doccano"
    records = read(tmp_path, "doccano", data)
    assert [mentions(found) for found in records] == [[("Ada", "PER")]] * 2
    assert "relations" not in records[0].meta


def test_offsets_are_those_of_a_browser():
    assert FORMATS["doccano"].unit == "utf16"


def test_every_annotator_has_a_version_of_the_text(tmp_path):
    record = numbered((12, 0, 3, 1), (12, 8, 10, 1), (14, 0, 3, 2))
    first, second = read(tmp_path, "doccano", json.dumps(record))
    assert (first.annotator, first.place) == ("1", "line 1, annotator 1")
    assert (second.annotator, second.place) == ("2", "line 1, annotator 2")
    assert (triples(first), triples(second)) == ([(0, 3, "12"), (8, 10, "12")], [(0, 3, "14")])
    assert first.notes == (UNNAMED,)


def test_numbers_get_the_names_that_the_user_gives_in_their_order(tmp_path):
    path = written(tmp_path, json.dumps(numbered((14, 0, 3, 1), (9, 8, 10, 1))))
    (record,) = FORMATS["doccano"].read(path, Options(tag_names=("DOG", "PER")))
    assert triples(record) == [(0, 3, "PER"), (8, 10, "DOG")]
    assert record.notes == ()


def test_other_count_of_names_than_of_numbers_is_refused(tmp_path):
    path = written(tmp_path, json.dumps(numbered((14, 0, 3, 1), (9, 8, 10, 1))))
    with pytest.raises(FileFault) as caught:
        list(FORMATS["doccano"].read(path, Options(tag_names=("DOG",))))
    assert (
        caught.value.reason
        == "it has the label numbers 9, 14, but tag_names in configs/convert.cfg has 1 names"
    )


def test_numbers_get_the_names_of_the_list_beside_the_file(tmp_path):
    labels = tmp_path / "label_config.json"
    labels.write_text('[{"id": 12, "text": "PER"}, {"text": "X"}, 5]', encoding="utf8")
    path = written(tmp_path, json.dumps(numbered((12, 0, 3, 1), (13, 8, 10, 1))))
    assert set(FORMATS["doccano"].companions(path)) == {labels}
    (record,) = FORMATS["doccano"].read(path, DEFAULTS)
    assert triples(record) == [(0, 3, "PER"), (8, 10, "13")]
    assert record.notes == (UNNAMED,)


def test_broken_list_of_labels_is_refused(tmp_path):
    (tmp_path / "label_config.json").write_text("[", encoding="utf8")
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "doccano", json.dumps(numbered((12, 0, 3, 1))))
    assert caught.value.file.endswith("label_config.json")


@pytest.mark.parametrize(("approver", "annotated"), [(None, None), ("admin", True)])
def test_approved_record_was_looked_at(tmp_path, approver, annotated):
    (record,) = read(tmp_path, "doccano", json.dumps(numbered(annotation_approver=approver)))
    assert (record.annotated, record.annotator, record.spans) == (annotated, None, ())


OTHERS = {
    "text classification or sequence to sequence": [
        {"id": 1, "text": TEXT, "label": ["news"], "Comments": []},
        {"id": 1, "text": TEXT, "labels": ["news"], "annotation_approver": None},
        {"id": 1, "text": TEXT, "annotations": [{"label": 4, "user": 1}], "annotation_approver": None},
    ],
    "images or audio": [
        {"id": 1, "filename": "a.png", "bbox": [], "Comments": []},
        {"id": 1, "filename": "a.png", "label": ["cat"], "Comments": []},
    ],
}


@pytest.mark.parametrize(
    ("what", "record"), [(what, record) for what, records in OTHERS.items() for record in records]
)
def test_project_of_another_type_is_refused_by_name(tmp_path, what, record):
    path = written(tmp_path, json.dumps(record))
    assert detect(path).name == "doccano"
    with pytest.raises(FileFault) as caught:
        list(FORMATS["doccano"].read(path, DEFAULTS))
    assert caught.value.reason == f"this is a doccano project of {what}"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"id": 3, "label": [[0, 1, "PER"]]}, "the record has no text"),
        ({"text": TEXT, "label": [[0, 3]]}, "[0, 3] is not a span"),
        ({"text": TEXT, "label": 5}, "spans are a int, not a list"),
        ({"text": TEXT, "label": TRIPLES, "labels": TRIPLES}, "label and labels both contain spans"),
        ({"text": TEXT, "annotations": [{"label": 3, "start_offset": 0}]}, "offset None is not a"),
        ({"text": TEXT, "label": ["news"]}, "this belongs to a doccano project of text classification"),
    ],
)
def test_record_that_can_not_be_used_is_a_fault(tmp_path, record, reason):
    good, fault = read(tmp_path, "doccano", f"{json.dumps(SHAPES['label'])}\n{json.dumps(record)}")
    assert isinstance(good, AnnotatedText)
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize(
    "record",
    [
        {"text": TEXT, "entities": [[0, 3, "PER"]]},
        {"text": TEXT, "spans": [{"start": 0, "end": 3, "label": "PER"}]},
        {"text": TEXT, "label": "news"},
        {"text": TEXT, "annotations": [{"start": 0, "end": 3, "label": "PER"}]},
        {"sentence": TEXT, "label": [[0, 3, "PER"]]},
    ],
)
def test_record_of_another_tool_is_not_doccanos(tmp_path, record):
    assert detect(written(tmp_path, json.dumps(record))).name != "doccano"


def test_annotation_that_can_not_be_read_costs_only_itself(tmp_path):
    marks = [{"label": "P", "start_offset": 0, "end_offset": 3}, {"label": "P", "start_offset": "x"}]
    (record,) = read(tmp_path, "doccano", json.dumps({"id": 1, "text": "Ada left", "entities": marks}))
    assert triples(record) == [(0, 3, "P")]
    assert [span.reason for span in record.unread] == ["offset 'x' is not a whole number"]
