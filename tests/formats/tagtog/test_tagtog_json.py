"""tagtog's anndoc: what belongs to a file of annotations, and documents that can't be used."""

import json

import pytest

from scripts.formats.base import DEFAULTS
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS

PAGE = '<html><body><h1 id="h">Ada</h1><div><p id="p">Bo <b>met</b> Ida<br>here</p></div></body></html>'
ENTITY = {"classId": "e_1", "part": "p", "offsets": [{"start": 7, "text": "Ida"}]}


def project(folder, entities, page=PAGE, parts=("h", "p")):
    """Write a document and return its file of annotations."""
    path = folder / "x.ann.json"
    found = {"annotatable": {"parts": list(parts)}, "anncomplete": True, "entities": entities}
    path.write_text(json.dumps(found), encoding="utf8")
    if page:
        (folder / "x.plain.html").write_text(page, encoding="utf8")
    (folder / "annotations-legend.json").write_text('{"e_1": "NAME"}', encoding="utf8")
    return path


def read(path):
    """Return what is read of the one document."""
    (record,) = FORMATS["tagtog_json"].read(path, DEFAULTS)
    return record


def test_page_and_list_of_classes_belong_to_the_annotations(tmp_path):
    path = project(tmp_path, [ENTITY])
    found = find_roles(sorted(tmp_path.iterdir()))
    assert list(found.annotations) == [path]
    assert sorted(p.name for p in found.companions) == ["annotations-legend.json", "x.plain.html"]


def test_offsets_count_from_the_beginning_of_the_part(tmp_path):
    record = read(project(tmp_path, [ENTITY]))
    assert record.text == "Ada\nBo met Idahere"
    (span,) = record.spans
    assert (record.text[span.start : span.end], span.label) == ("Ida", "NAME")


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({**ENTITY, "part": "q"}, "is not in a part that has a text"),
        ({**ENTITY, "offsets": []}, "has no offsets"),
        ({**ENTITY, "offsets": [{"start": 7}]}, "has an offset without its text"),
        ({**ENTITY, "offsets": [{"start": "7", "text": "Ida"}]}, "offset '7' is not a whole number"),
        ({**ENTITY, "classId": None}, "span 11-14 has no label"),
    ],
)
def test_broken_document_is_a_fault(tmp_path, entity, reason):
    assert reason in read(project(tmp_path, [entity])).reason


def test_text_that_is_not_there_is_named(tmp_path):
    assert "x.plain.html, is missing" in read(project(tmp_path, [ENTITY], page="")).reason


def test_page_without_the_parts_is_a_fault(tmp_path):
    assert "has no text in the parts" in read(project(tmp_path, [], page="<p>Ada</p>")).reason
