"""BioC in XML and JSON: places in passages, documents that are no use, files that are not harmless."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, written

MARK = {"id": "1", "infons": {"type": "P"}, "locations": [{"offset": 12, "length": 3}], "text": "Ada"}


def document(*marks, first=0, second=12, **changes):
    """Return a document of two passages, the second with annotations."""
    passages = [
        {"offset": first, "text": "So be it."},
        {"offset": second, "text": "Ada left.", "annotations": list(marks)},
    ]
    return {"id": "7", "passages": passages, **changes}


def only(folder, found):
    """Return what is read of one document."""
    (record,) = read(folder, "bioc_json", json.dumps({"documents": [found]}))
    return record


def test_gap_between_passages_is_filled(tmp_path):
    record = only(tmp_path, document(MARK))
    assert record.text == "So be it.\n  Ada left."
    assert mentions(record) == [("Ada", "P")]


@pytest.mark.parametrize("second", [9, 10, 4, 10**9])
def test_span_keeps_its_place_in_its_passage_wherever_that_begins(tmp_path, second):
    mark = {**MARK, "locations": [{"offset": second, "length": 3}]}
    record = only(tmp_path, document(mark, second=second))
    assert record.text == "So be it.\nAda left."
    assert mentions(record) == [("Ada", "P")]


def test_annotation_may_stand_at_the_document(tmp_path):
    assert mentions(only(tmp_path, document(annotations=[MARK]))) == [("Ada", "P")]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"infons": {}}, "span 12-15 has no label"),
        ({"locations": []}, "annotation '1' has no location"),
        ({"locations": "12"}, "its locations are not a list of objects"),
        ({"locations": [{"offset": "x", "length": 3}]}, "offset 'x' is not a whole number"),
    ],
)
def test_broken_document_is_a_fault(tmp_path, changed, reason):
    fault = only(tmp_path, document({**MARK, **changed}))
    assert fault.reason == reason


def test_document_without_text_is_a_fault(tmp_path):
    assert only(tmp_path, {"passages": [{"offset": 0, "text": ""}]}).reason == "the document has no text"


def xml(body, head=""):
    """Return a collection of one document."""
    return f"<?xml version='1.0'?>{head}<collection><document><id>7</id>{body}</document></collection>"


PASSAGE = "<passage><offset>0</offset><text>Ada left.</text></passage>"


def test_entities_of_its_own_are_refused_and_a_name_of_a_definition_is_not(tmp_path):
    (record,) = read(tmp_path, "bioc_xml", xml(PASSAGE, "<!DOCTYPE collection SYSTEM 'BioC.dtd'>"))
    assert isinstance(record, AnnotatedText)
    bomb = xml(PASSAGE, "<!DOCTYPE collection [<!ENTITY a 'aaaa'>]>")
    path = written(tmp_path, bomb)
    assert detect(path).name == "bioc_xml"
    with pytest.raises(FileFault, match="declares XML entities"):
        list(FORMATS["bioc_xml"].read(path, DEFAULTS))


def test_file_that_is_cut_off_is_refused_after_the_documents_before(tmp_path):
    path = written(tmp_path, xml(PASSAGE).removesuffix("</collection>"))
    found = FORMATS["bioc_xml"].read(path, DEFAULTS)
    assert isinstance(next(found), AnnotatedText)
    with pytest.raises(FileFault, match="not valid XML after 1 documents"):
        next(found)
