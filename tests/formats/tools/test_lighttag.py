"""LightTag's downloads: several annotators, reviews, examples that nobody saw."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written

ADA, BO = {"annotator_id": 1, "annotator": "ada"}, {"annotator_id": 2, "annotator": "bo"}


def mark(start, end, value, *by, **changes):
    """Return a mark that annotators made."""
    return {
        "start": start,
        "end": end,
        "tag": "PER",
        "value": value,
        "annotated_by": list(by),
        **changes,
    }


def example(*marks, **changes):
    """Return an example."""
    return {"example_id": "e", "content": "Ada met Bo", "annotations": list(marks), **changes}


def reading(folder, *examples):
    """Return what is read of examples."""
    return read(folder, "lighttag", json.dumps({"examples": examples}))


def test_mark_that_several_made_belongs_to_each(tmp_path):
    one, two = mark(0, 3, "Ada", ADA, BO), mark(8, 10, "Bo", BO)
    records = reading(tmp_path, example(one, two, seen_by=[ADA, BO]))
    assert [record.annotator for record in records] == ["ada", "bo"]
    assert [mentions(record) for record in records] == [
        [("Ada", "PER")],
        [("Ada", "PER"), ("Bo", "PER")],
    ]
    assert records[0].spans[0].mention == "Ada"


def test_who_saw_a_text_and_marked_nothing_says_so(tmp_path):
    ada, bo = reading(tmp_path, example(mark(0, 3, "Ada", ADA), seen_by=[ADA, BO]))
    assert (bo.annotator, bo.spans, bo.annotated) == ("bo", (), True)
    assert ada.place == "record 1, annotator ada"


@pytest.mark.parametrize(
    ("changes", "annotated"), [({"seen_by": []}, False), ({}, None), ({"seen_by": [ADA]}, True)]
)
def test_example_without_marks_was_seen_or_not(tmp_path, changes, annotated):
    (record,) = reading(tmp_path, example(**changes))
    assert (record.annotated, record.spans) == (annotated, ())


def test_mark_of_nobody_is_everybodys(tmp_path):
    records = reading(tmp_path, example(mark(0, 3, "Ada"), seen_by=[ADA, BO]))
    assert [mentions(record) for record in records] == [[("Ada", "PER")]] * 2


def test_review_of_all_marks_decides(tmp_path):
    right, wrong = mark(0, 3, "Ada", ADA, correct=True), mark(4, 7, "met", BO, correct=False)
    (record,) = reading(tmp_path, example(right, wrong, seen_by=[ADA, BO]))
    assert record.annotator == "review"
    assert mentions(record) == [("Ada", "PER")]
    assert [(span.start, span.end) for span in record.wrong] == [(4, 7)]


def test_mark_that_a_review_found_incorrect_is_nobodys(tmp_path):
    marks = mark(0, 3, "Ada", ADA, correct=None), mark(4, 7, "met", ADA, correct=False)
    (record,) = reading(tmp_path, example(*marks, seen_by=[ADA]))
    assert record.annotator == "ada"
    assert mentions(record) == [("Ada", "PER")]
    assert [span.mention for span in record.wrong] == ["met"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"content": ""}, "the record has no text"),
        ({"annotations": 5}, "its annotations are 5, not a list of objects"),
        ({"annotations": [5]}, "its annotations are [5], not a list of objects"),
        ({"seen_by": "ada"}, "its seen_by are 'ada', not a list of objects"),
        ({"annotations": [mark("0", 3, "Ada")]}, "offset '0' is not a whole number"),
        ({"annotations": [{"start": 0, "end": 3}]}, "span 0-3 has no label"),
    ],
)
def test_example_that_can_not_be_used_is_a_fault(tmp_path, changes, reason):
    good = example(mark(0, 3, "Ada", ADA))
    assert reading(tmp_path, good, {**example(), **changes})[1].reason == reason


def test_examples_after_a_long_schema_are_found(tmp_path):
    given = {"id": "1", "examples": [example(mark(0, 3, "Ada", ADA))], "schema": {"tags": [{}] * 9}}
    assert mentions(read(tmp_path, "lighttag", json.dumps(given))[0]) == [("Ada", "PER")]
    metadata = {"examples": 1, "annotations_and_examples": 2}
    found = read(tmp_path, "lighttag", json.dumps([example(metadata=metadata)]))
    assert isinstance(found[0], AnnotatedText)


def test_jobs_may_stand_on_lines(tmp_path):
    line = json.dumps({"annotations_and_examples": [example(classifications=[])]})
    records = read(tmp_path, "lighttag", f"{line}\n{line}\n")
    assert [record.place for record in records] == ["record 1 of job 1", "record 1 of job 2"]


def test_examples_with_no_more_than_offsets_and_tags_are_read(tmp_path):
    bare = {"content": "Ada met Bo", "metadata": {}, "annotations": []}
    marked = bare | {"annotations": [{"start": 8, "end": 10, "tag": "PER"}]}
    path = written(tmp_path, json.dumps([bare, marked]))
    assert detect(path).name == "lighttag"
    first, second = FORMATS["lighttag"].read(path, DEFAULTS)
    assert (first.spans, first.annotated, mentions(second)) == ((), None, [("Bo", "PER")])
    assert detect(written(tmp_path, json.dumps({"examples": [bare, marked]}))).name == "lighttag"


def test_records_that_are_no_examples_are_read_and_rejected(tmp_path):
    (fault,) = read(tmp_path, "lighttag", json.dumps([{"body": "Ada met Bo"}]))
    assert fault.reason == "the record has no text"


def test_job_of_classes_is_refused_by_name(tmp_path):
    path = written(tmp_path, json.dumps({"examples": [example(classifications=[{"name": "good"}])]}))
    assert detect(path).name == "lighttag"
    with pytest.raises(OtherTask) as caught:
        next(FORMATS["lighttag"].read(path, DEFAULTS))
    assert caught.value.reason == "this is a LightTag job of text classification"


@pytest.mark.parametrize(
    "value",
    [
        {"examples": []},
        {"examples": [{"text": "Ada"}]},
        {"content": "Ada", "annotation": [], "extras": None},
        [{"content": "Ada", "annotations": [{"start": 0, "end": 3}]}],
    ],
)
def test_file_of_another_tool_is_no_download(tmp_path, value):
    assert not FORMATS["lighttag"].sniff(Head.of(written(tmp_path, json.dumps(value))))


def test_mark_that_can_not_be_read_leaves_the_others_of_its_version(tmp_path):
    marks = (mark(0, 3, "Ada", ADA, BO), mark(None, 10, "Bo", BO), mark(8, 10, "Bo", correct=False))
    ada, bo = reading(tmp_path, example(*marks, seen_by=[ADA, BO]))
    assert mentions(ada) == mentions(bo) == [("Ada", "PER")]
    assert (len(ada.wrong), len(bo.wrong)) == (1, 1)
    assert (len(ada.unread), len(bo.unread)) == (0, 1)
