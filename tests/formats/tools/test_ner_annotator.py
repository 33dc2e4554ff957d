"""The JSON of the browser NER annotators: classes and annotations, nulls, cut files."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, written

ADA = ["Ada left.\r", {"entities": [[0, 3, "PER"]]}]


def exported(*annotations, **rest):
    """Return a file of these annotations."""
    return json.dumps({"classes": ["PER"], "annotations": list(annotations), **rest})


def test_text_is_kept_as_it_is_with_its_carriage_return(tmp_path):
    (record,) = read(tmp_path, "ner_annotator", exported(ADA))
    assert (record.text, mentions(record)) == ("Ada left.\r", [("Ada", "PER")])
    assert record.annotated is True


def test_null_is_a_text_that_nobody_annotated_and_counts(tmp_path):
    first, null, last = read(tmp_path, "ner_annotator", exported(ADA, None, ADA))
    assert (null.text, null.answer, null.place) == ("", "not annotated", "record 2")
    assert (first.place, last.place) == ("record 1", "record 3")


@pytest.mark.parametrize(
    "pair",
    [
        ["Ada", {"entities": [[0, 3, "PER", [["Accepted", "2024-01-01", "ada", "PER"]]]]}],
        {"text": "Ada", "entities": [[0, 3, "PER"]]},
        ["Ada", {"entities": [{"start": 0, "end": 3, "label": "PER"}]}],
    ],
)
def test_shapes_of_the_forks_are_read(tmp_path, pair):
    data = exported(pair)
    assert detect(written(tmp_path, data)).name == "ner_annotator"
    (record,) = read(tmp_path, "ner_annotator", data)
    assert mentions(record) == [("Ada", "PER")]


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (["", {"entities": []}], "the record has no text"),
        (["Ada"], "['Ada'] is not a pair of a text and its entities"),
        (5, "5 is not a pair of a text and its entities"),
        (["Ada", {"entities": [[0, 3]]}], "[0, 3] is not a span"),
        (["Ada", {"entities": 3}], "spans are a int, not a list"),
    ],
)
def test_pair_that_can_not_be_used_is_a_fault(tmp_path, pair, reason):
    good, fault = read(tmp_path, "ner_annotator", exported(ADA, pair))
    assert isinstance(good, AnnotatedText)
    assert (fault.place, fault.reason) == ("record 2", reason)


def test_keys_may_stand_in_any_order_and_among_others(tmp_path):
    data = json.dumps({"x": [{"annotations": [1]}], "annotations": [ADA], "classes": ["PER"]})
    assert detect(written(tmp_path, data)).name == "ner_annotator"
    assert len(read(tmp_path, "ner_annotator", data)) == 1


def test_file_that_is_cut_off_is_refused_after_what_came_before(tmp_path):
    data = exported(ADA, ADA)
    records = FORMATS["ner_annotator"].read(written(tmp_path, data[:-20]), DEFAULTS)
    assert isinstance(next(records), AnnotatedText)
    with pytest.raises(FileFault, match="not valid JSON after record 1"):
        next(records)


@pytest.mark.parametrize("pairs", [[ADA], [None, ADA], [{"text": "Ada", "entities": [[0, 3, "PER"]]}]])
def test_classes_may_be_missing_where_a_pair_has_entities(tmp_path, pairs):
    data = json.dumps({"annotations": pairs})
    assert detect(written(tmp_path, data)).name == "ner_annotator"
    assert mentions(read(tmp_path, "ner_annotator", data)[-1]) == [("Ada", "PER")]


@pytest.mark.parametrize(
    "value",
    [
        {"classes": ["PER"], "annotations": {"a": 1}},
        {"classes": ["PER"], "annotations": [{"id": 1, "bbox": [1, 2, 3, 4]}]},
        {"annotations": [None]},
        {"annotations": [["Ada", {"cats": {}}]]},
        {"classes": {"PER": 1}, "annotations": [ADA]},
        [ADA],
    ],
)
def test_file_of_another_tool_is_not_its(tmp_path, value):
    path = written(tmp_path, json.dumps(value))
    try:
        assert detect(path).name != "ner_annotator"
    except FileFault as fault:
        assert fault.reason.startswith("its format is not recognised")
