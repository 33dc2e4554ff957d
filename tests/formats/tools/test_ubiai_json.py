"""UBIAI's JSON: spans under the name of tokens, an older and a newer shape."""

import json

import pytest

from scripts.annotation.text import OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written

MARK = {"text": "Ada", "start": 0, "end": 3, "token_start": 0, "token_end": 0, "entityLabel": "PER"}
DOCUMENT = {"document": "Ada met Bo", "tokens": [MARK], "relations": []}


def only(folder, **changes):
    """Return what is read of the document above, with some fields changed."""
    (record,) = read(folder, "ubiai_json", json.dumps([{**DOCUMENT, **changes}]))
    return record


def test_what_is_called_tokens_are_spans_with_their_mentions(tmp_path):
    record = only(tmp_path)
    assert mentions(record) == [("Ada", "PER")]
    assert (record.spans[0].mention, record.tokens, record.annotated) == ("Ada", None, True)


def test_document_without_marks_may_have_been_annotated_or_not(tmp_path):
    assert only(tmp_path, tokens=[]).annotated is None


def test_newer_shape_has_labels_and_a_name(tmp_path):
    marks = [{"start": 8, "end": 10, "label": "PER", "text": "Bo"}]
    record = only(tmp_path, tokens=None, annotation=marks, documentName="a.txt", user_input="")
    assert mentions(record) == [("Bo", "PER")]
    assert (record.id, record.meta) == ("a.txt", {})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"document": " "}, "the record has no text"),
        ({"tokens": 5}, "its tokens are 5, not a list"),
        ({"tokens": [5]}, "5 is not a span"),
        ({"annotation": [MARK]}, "tokens and annotation both contain spans"),
        ({"tokens": [{**MARK, "end": None}]}, "offset None is not a whole number"),
        ({"tokens": [{**MARK, "entityLabel": ""}]}, "span 0-3 has no label"),
    ],
)
def test_document_that_can_not_be_used_is_a_fault(tmp_path, changes, reason):
    data = json.dumps([DOCUMENT, {**DOCUMENT, **changes}])
    assert read(tmp_path, "ubiai_json", data)[1].reason == reason


def test_export_of_classes_is_refused_by_name(tmp_path):
    path = written(tmp_path, json.dumps([{"document": "Ada", "documentName": "a", "classes": ["x"]}]))
    with pytest.raises(OtherTask) as caught:
        next(FORMATS["ubiai_json"].read(path, DEFAULTS))
    assert caught.value.reason == "this is a UBIAI export without entities"


@pytest.mark.parametrize("first", [DOCUMENT, {**DOCUMENT, "tokens": []}])
def test_format_is_found_whether_or_not_the_first_document_has_marks(tmp_path, first):
    assert detect(written(tmp_path, json.dumps([first], indent=2))).name == "ubiai_json"


@pytest.mark.parametrize(
    "record",
    [
        {"document": "Ada"},
        {"document": "Ada", "tokens": ["Ada"]},
        {"document": {"text": "Ada"}, "tokens": [MARK], "relations": []},
        {"text": "Ada", "tokens": [MARK], "relations": []},
    ],
)
def test_record_of_another_tool_is_none(tmp_path, record):
    assert not FORMATS["ubiai_json"].sniff(Head.of(written(tmp_path, json.dumps([record]))))
