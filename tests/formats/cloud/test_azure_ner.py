"""Azure's custom NER: its documents, where their offsets count, projects of other kinds."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, FileFault, OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions

LABEL = {"category": "Name", "offset": 0, "length": 3}


def project(folder, documents, kind="CustomEntityRecognition"):
    """Write a project and return its file."""
    path = folder / "labels.json"
    about = {"projectKind": kind}
    assets = {"projectKind": kind, "documents": documents}
    found = {"projectFileVersion": "2022-05-01", "metadata": about, "assets": assets}
    path.write_text(json.dumps(found), encoding="utf8")
    return path


def read(path):
    """Return what is read of a project."""
    return list(FORMATS["azure_ner"].read(path, DEFAULTS))


def document(*labels, **changes):
    """Return a document with one region of labels."""
    region = {"regionOffset": 0, "regionLength": 9, "labels": list(labels)}
    return {"location": "a.txt", "entities": [region], **changes}


def test_documents_belong_to_their_labels_and_are_not_read_alone(tmp_path):
    path = project(tmp_path, [document(LABEL)])
    text, other = tmp_path / "a.txt", tmp_path / "b.txt"
    text.write_bytes(b"Ada left.")
    other.write_bytes(b"Not in the project.")
    found = find_roles(sorted(tmp_path.iterdir()))
    assert list(found.annotations) == [path]
    assert found.companions == {text: path}
    assert list(found.refused) == [other]


def test_span_has_the_length_that_is_given(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Ada left.")
    (record,) = read(project(tmp_path, [document(LABEL)]))
    assert mentions(record) == [("Ada", "Name")]
    assert record.annotated


@pytest.mark.parametrize(
    ("dataset", "split"), [("Train", "train"), ("Test", "test"), ("", None), (3, None)]
)
def test_dataset_is_the_split(tmp_path, dataset, split):
    (tmp_path / "a.txt").write_bytes(b"Ada left.")
    (record,) = read(project(tmp_path, [document(dataset=dataset)]))
    assert record.split == split


def test_document_without_labels_may_not_have_been_looked_at(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Ada left.")
    (record,) = read(project(tmp_path, [{"location": "a.txt", "entities": []}]))
    assert record.annotated is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"location": None}, "the document has no location"),
        (
            {"location": "../a.txt"},
            "its text is in '../a.txt', but there is no such file next to this one",
        ),
        ({"entities": "many"}, "'many' is not a list of regions"),
        ({"entities": [{"labels": ["Name"]}]}, "'Name' is not a label"),
        ({"entities": [{"labels": [{"offset": "0"}]}]}, "offset '0' is not a whole number"),
        ({"entities": [{"labels": [{"offset": 0, "length": 3}]}]}, "span 0-3 has no label"),
    ],
)
def test_broken_document_is_a_fault_and_the_next_one_is_read(tmp_path, changed, reason):
    folder = tmp_path / "inner"
    folder.mkdir()
    for place in (tmp_path, folder):
        (place / "a.txt").write_bytes(b"Ada left.")
    if changed.get("location"):
        (folder / "a.txt").rename(folder / "b.txt")
        documents = [{**document(LABEL), **changed}, document(LABEL, location="b.txt")]
    else:
        documents = [{**document(LABEL), **changed}, document(LABEL)]
    fault, record = read(project(folder, documents))
    assert fault.reason == reason
    assert isinstance(record, AnnotatedText)


@pytest.mark.parametrize("kind", ["CustomSingleLabelClassification", "Conversation"])
def test_project_of_another_kind_is_named(tmp_path, kind):
    path = project(tmp_path, [])
    path.write_text(path.read_text().replace("CustomEntityRecognition", kind), encoding="utf8")
    assert detect(path).name == "azure_ner"
    with pytest.raises(OtherTask, match=f"this is an Azure project of {kind}"):
        read(path)


def test_project_without_documents_is_refused(tmp_path):
    with pytest.raises(FileFault, match="it lists no documents"):
        read(project(tmp_path, []))
