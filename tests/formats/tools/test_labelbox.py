"""Labelbox's exports: inclusive ends, texts by URL, several labels and projects, other kinds of data."""

import json

import pytest

from scripts.annotation.text import FileFault, OtherTask
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written

ENTITY = {"name": "PER", "value": "per", "location": {"start": 0, "end": 2, "token": "Ada"}}
BOX = {"name": "Car", "bounding_box": {"top": 1, "left": 2, "height": 3, "width": 4}}


def label(*objects, by="ada", **changes):
    """Return a label with its objects."""
    annotations = {"objects": list(objects), "classifications": []}
    return {"label_details": {"created_by": by}, "annotations": annotations, **changes}


def row(*labels, text="Ada met Bo", project="P", **changes):
    """Return a data row of an export."""
    data = {"id": "1", "global_key": "key", "row_data": text}
    projects = {"p": {"name": project, "labels": list(labels)}}
    return {"data_row": data, "projects": projects, **changes}


def older(given, **changes):
    """Return a label of the older export."""
    named = {"ID": "1", "DataRow ID": "2", "Project Name": "P", "Created By": "ada"}
    return {**named, "Labeled Data": "Ada met Bo", "Label": given, **changes}


def reading(folder, *rows, **options):
    """Return what is read of rows, one a line."""
    path = written(folder, "\n".join(map(json.dumps, rows)))
    return list(FORMATS["labelbox"].read(path, Options(**options)))


def refused(folder, *rows):
    """Return why a file of rows is skipped as one of another kind."""
    path = written(folder, "\n".join(map(json.dumps, rows)))
    assert detect(path).name == "labelbox"
    with pytest.raises(OtherTask) as caught:
        next(FORMATS["labelbox"].read(path, DEFAULTS))
    return caught.value.reason


def test_end_belongs_to_the_span(tmp_path):
    (record,) = reading(tmp_path, row(label(ENTITY)))
    assert mentions(record) == [("Ada", "PER")]
    assert (record.spans[0].mention, record.id, record.annotator) == ("Ada", "key", "ada")


def test_older_export_is_read_too(tmp_path):
    entity = {"title": "PER", "value": "per", "data": {"location": {"start": 8, "end": 9}}}
    given = older({"objects": [entity], "classifications": []})
    (record,) = read(tmp_path, "labelbox", json.dumps([given]))
    assert mentions(record) == [("Bo", "PER")]
    assert (record.id, record.annotator, record.annotated) == ("2", "ada", True)


def test_mark_in_a_text_may_have_an_address_as_masks_of_images_have(tmp_path):
    address = {"version": 1, "format": "text.location", "instanceURI": "https://example.org/f/1"}
    entity = {"title": "PER", "data": {"location": {"start": 8, "end": 9}}, **address}
    (record,) = read(tmp_path, "labelbox", json.dumps([older({"objects": [entity]})]))
    assert mentions(record) == [("Bo", "PER")]
    mask = {"title": "Car", "instanceURI": "https://example.org/f/2"}
    assert refused(tmp_path, older({"objects": [mask]})) == "this is a Labelbox image project"


def test_each_label_is_a_record(tmp_path):
    found = reading(tmp_path, row(label(ENTITY), label(by="bo")))
    assert [record.annotator for record in found] == ["ada", "bo"]
    assert [record.place for record in found] == ["line 1, label 1", "line 1, label 2"]


def test_row_without_a_label_is_not_annotated(tmp_path):
    found = reading(tmp_path, row(label(ENTITY)), row(), row(label()))
    assert [record.annotated for record in found] == [True, False, True]


@pytest.mark.parametrize(
    "given",
    [
        row(label(performance_details={"skipped": True}), text="https://example.org/gone"),
        older({}, Skipped=True),
        older("Skip"),
    ],
)
def test_skipped_row_is_kept_out_though_its_text_may_be_missing(tmp_path, given):
    record = reading(tmp_path, row(label(ENTITY)), given)[1]
    assert (record.answer, record.spans) == ("skipped", ())


def test_project_must_be_chosen_where_there_are_several(tmp_path):
    rows = [row(label(ENTITY)), row(label(), project="Q")]
    with pytest.raises(FileFault) as caught:
        reading(tmp_path, *rows)
    assert caught.value.reason == "it has 2 projects: 'P', 'Q'"
    assert caught.value.hint == "set layer in configs/convert.cfg to one of them"
    found = reading(tmp_path, *rows, layer="P")
    assert [record.annotated for record in found] == [True, False]
    with pytest.raises(FileFault) as caught:
        reading(tmp_path, *rows, layer="R")
    assert caught.value.reason == "none of its projects is called 'R'"


def test_text_that_is_named_by_a_url_is_found_beside(tmp_path):
    given = row(label(ENTITY), text="https://example.org/x/a.txt?Signature=secret")
    (fault,) = reading(tmp_path, given)
    expected = "its text is in 'https://example.org/x/a.txt', but there is no such file next to this one"
    assert fault.reason == expected
    (tmp_path / "key").write_text("Ada met Bo")
    (record,) = reading(tmp_path, given)
    assert mentions(record) == [("Ada", "PER")]
    assert list(FORMATS["labelbox"].companions(tmp_path / "data")) == [tmp_path / "key"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (row(label(), text=""), "the record has no text"),
        (row(label(), text={"messages": []}), "it is a conversation, not one text"),
        (row(label(5)), "5 is not a label object"),
        (row(label(BOX)), "it has an object of another kind: image"),
        (row(label({"name": "PER"})), "an object has no location: {'name': 'PER'}"),
        (row(label({**ENTITY, "location": {"start": 0}})), "offset None is not a whole number"),
        (row(label({"location": {"start": 0, "end": 2}})), "span 0-3 has no label"),
        (row(label(annotations=None)), "its label is None, not an object with annotations"),
        (
            row(label(annotations={"objects": 5})),
            "its label is {'objects': 5}, not an object with annotations",
        ),
        (older({"PER": [[]]}), "its label is {'PER': [[]]}, not an object with annotations"),
        ({"a": 1}, "this is not a Labelbox data row"),
    ],
)
def test_row_that_can_not_be_used_is_a_fault(tmp_path, given, reason):
    assert reading(tmp_path, row(label(ENTITY)), given)[1].reason == reason


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (row(label(BOX)), "image"),
        (row(label(), media_attributes={"mime_type": "image/png"}), "image"),
        (row(label(), media_attributes={"asset_type": "video"}), "video"),
        (row(label(), media_attributes={"mime_type": "audio/mpeg"}), "audio"),
        (row(label(), media_attributes={"mime_type": "application/pdf"}), "document (PDF)"),
        (row(label({**ENTITY, "message_id": "4"})), "conversation"),
        (row(label(annotations={"objects": [], "classifications": [{}]})), "text classification"),
        (older({"objects": [{"title": "Car", "bbox": {}}]}), "image"),
    ],
)
def test_project_of_another_kind_is_refused_by_name(tmp_path, given, kind):
    assert refused(tmp_path, given) == f"this is a Labelbox {kind} project"


def test_project_of_entities_and_classes_is_read(tmp_path):
    classified = row(label(annotations={"objects": [], "classifications": [{}]}))
    assert len(reading(tmp_path, classified, row(label(ENTITY)))) == 2


def test_annotations_that_are_to_be_imported_are_refused_by_name(tmp_path):
    given = {"uuid": "u", "dataRow": {"globalKey": "k"}, "location": {"start": 0, "end": 2}}
    expected = "this is an import file for Labelbox, which has no texts"
    assert refused(tmp_path, given) == expected


@pytest.mark.parametrize(
    "record",
    [{"data_row": "1"}, {"ID": 1, "Label": "x"}, {"dataRow": {}}, {"text": "Ada", "label": "x"}],
)
def test_record_of_another_tool_is_none(tmp_path, record):
    assert not FORMATS["labelbox"].sniff(Head.of(written(tmp_path, json.dumps(record))))
