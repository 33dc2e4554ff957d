"""Label Studio's exports: which field is the text, what a region is counted on, what is no NER."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, FileFault, OtherTask
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written

MADE = {"annotator": 1, "annotation_id": 5, "created_at": "c", "updated_at": "u", "lead_time": 1.5}


def region(start, end, *labels, quoted=None, **changes):
    """Return a result that marks a stretch of a text."""
    value = {"start": start, "end": end, "labels": list(labels), "text": quoted}
    named = {"from_name": "label", "to_name": "text", "type": "labels"}
    return {"id": f"{start}", **named, "value": value, **changes}


def task(text, *results, **changes):
    """Return a task with one annotation."""
    return {"id": 1, "data": {"text": text}, "annotations": [{"result": list(results)}], **changes}


def reading(folder, *tasks, **options):
    """Return what is read of tasks."""
    path = written(folder, json.dumps(tasks))
    return list(FORMATS["label_studio"].read(path, Options(**options)))


def refused(folder, data, kind=FileFault, **options):
    """Return why a file as a whole is refused, and what to do."""
    path = written(folder, data if isinstance(data, str) else json.dumps(data))
    assert detect(path).name == "label_studio"
    with pytest.raises(kind) as caught:
        next(FORMATS["label_studio"].read(path, Options(**options)))
    return caught.value.reason, caught.value.hint


def test_every_label_of_a_region_is_a_span_in_the_layer_that_it_was_made_with(tmp_path):
    (record,) = reading(tmp_path, task("Ada met Bo", region(0, 3, "PER", "WOMAN", quoted="Ada")))
    assert mentions(record) == [("Ada", "PER"), ("Ada", "WOMAN")]
    assert {span.layer for span in record.spans} == {"label"}
    assert {span.mention for span in record.spans} == {"Ada"}


def test_line_ends_in_a_quote_are_written_as_backslash_n(tmp_path):
    (record,) = reading(tmp_path, task("Ada\nByron", region(0, 9, "PER", quoted="Ada\\nByron")))
    assert record.spans[0].mention == "Ada\nByron"


@pytest.mark.parametrize(
    ("made_by", "annotator"),
    [
        (3, "3"),
        ({"id": 3, "email": "ada@example.org"}, "ada@example.org"),
        ({"id": 3, "email": ""}, "3"),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_annotator_is_a_number_or_a_person(tmp_path, made_by, annotator):
    given = task("Ada", annotations=[{"result": [], "completed_by": made_by}])
    assert reading(tmp_path, given)[0].annotator == annotator


def test_several_annotations_by_nobody_are_told_apart(tmp_path):
    records = reading(tmp_path, task("Ada", annotations=[{"result": []}, {"result": []}]))
    assert [record.annotator for record in records] == ["annotation 1", "annotation 2"]
    assert [record.place for record in records] == [f"record 1, annotation {n}" for n in (1, 2)]


@pytest.mark.parametrize(("key", "word"), [("was_cancelled", "cancelled"), ("skipped", "skipped")])
def test_cancelled_annotation_is_kept_out_though_it_may_be_faulty(tmp_path, key, word):
    given = task(5, annotations=[{"result": 5, key: True}])
    other = task("Ada", region(0, 3, "PER", quoted="Ada"))
    records = reading(tmp_path, given, other)
    assert (records[0].answer, records[0].spans) == (word, ())
    assert mentions(records[1]) == [("Ada", "PER")]


@pytest.mark.parametrize("key", ["annotations", "completions"])
def test_prediction_is_no_annotation(tmp_path, key):
    predicted = {"result": [region(0, 3, "PER", quoted="Ada")]}
    given = {"id": 1, "data": {"text": "Ada"}, key: [], "predictions": [predicted]}
    (record,) = reading(tmp_path, given)
    assert (record.annotated, record.spans, record.annotator) == (False, (), None)


def test_group_and_identifier_that_were_written_under_meta_come_back(tmp_path):
    meta = {"id": "a", "group": "g", "n": 1}
    (record,) = reading(tmp_path, task("Ada", meta=meta, data={"text": "Ada", "source": "mail"}))
    assert (record.id, record.group, record.meta) == ("a", "g", {"n": 1, "source": "mail"})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (task("Ada", region(0, 3)), "span 0-3 has no label"),
        (task("Ada", region("a", 3, "PER")), "offset 'a' is not a whole number"),
        (task(" "), "the task has no text"),
        (task(5), "the task has no text"),
        (task("Ada", data="Ada"), "this is not a Label Studio task: it has no data"),
        ({"text": "Ada"}, "this is not a Label Studio task: it has no data"),
        (task("Ada", annotations=[5]), "its annotations are [5], not a list of objects"),
        (task("Ada", annotations=[{"id": 5}]), "an annotation's result is None, not a list"),
        (task("Ada", annotations=[{"result": [5]}]), "an annotation's result is [5], not a list"),
        (task("A\0da"), "the text contains a NUL character"),
    ],
)
def test_task_that_can_not_be_used_is_a_fault(tmp_path, given, reason):
    good = task("Ada met Bo", region(0, 3, "PER", quoted="Ada"))
    assert reading(tmp_path, good, given)[1].reason == reason


def test_field_that_the_regions_quote_is_the_text(tmp_path):
    data = {"title": "Bo met Ada", "body": "Ada met Bo", "url": "https://example.org"}
    first = task("", region(0, 3, "PER", quoted="Ada"), data=data)
    (_, record) = reading(tmp_path, first, task("", data={**data, "body": "Nobody"}))
    assert record.text == "Nobody"


def test_quote_in_utf16_units_tells_the_field_too_and_offsets_stay_as_they_are(tmp_path):
    data = {"title": "Bo met Ada", "body": "🙂 Ada met Bo"}
    (record,) = reading(tmp_path, task("", region(3, 6, "PER", quoted="Ada"), data=data))
    assert record.text == "🙂 Ada met Bo"
    assert (record.spans[0].start, record.spans[0].mention) == (3, "Ada")
    assert FORMATS["label_studio"].unit == "characters"


def test_without_quotes_the_field_is_the_one_that_is_called_like_the_tag(tmp_path):
    (record,) = reading(tmp_path, task("", region(0, 3, "PER"), data={"a": "Bo met", "text": "Ada"}))
    assert record.text == "Ada"


def test_field_that_nothing_tells_must_be_chosen(tmp_path):
    given = task("", region(0, 3, "PER", to_name="x"), data={"title": "Ada", "body": "Ada met Bo"})
    reason, hint = refused(tmp_path, [given])
    assert reason == "it has 2 fields that may be the text: 'title', 'body'"
    assert hint == "set text_field in configs/convert.cfg to one of them"
    (record,) = reading(tmp_path, given, text_field="title")
    assert record.text == "Ada"


def test_two_annotated_fields_must_be_chosen_between(tmp_path):
    results = [
        region(0, 3, "PER", quoted="Ada", to_name="head"),
        region(0, 2, "PER", quoted="Bo", to_name="main"),
    ]
    given = task("", *results, data={"title": "Ada", "body": "Bo met Ada", "source": "mail"})
    assert refused(tmp_path, [given])[0] == "it has 2 fields that may be the text: 'title', 'body'"
    (record,) = reading(tmp_path, given, text_field="body")
    assert mentions(record) == [("Bo", "PER")]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"x": 1, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["Car"]}, "image"),
        ({"format": "rle", "rle": [1], "brushlabels": ["Car"]}, "image"),
        ({"start": 1.5, "end": 2.5, "channel": 0, "labels": ["Speech"]}, "audio"),
        ({"start": 1.5, "end": 2.5, "labels": ["Speech"]}, "audio"),
        ({"start": 1, "end": 2, "instant": False, "timeserieslabels": ["Run"]}, "time series"),
        ({"sequence": [], "labels": ["Car"]}, "video"),
        ({"choices": ["good"]}, "text classification"),
        ({"taxonomy": [["a", "b"]]}, "text classification"),
        ({"rating": 5}, "text classification"),
        ({"text": ["an answer"]}, "written answer"),
    ],
)
def test_project_of_another_kind_is_refused_by_name(tmp_path, value, kind):
    result = {"from_name": "a", "to_name": "b", "type": "x", "value": value}
    reason, _ = refused(tmp_path, [task("Ada", result)], OtherTask)
    assert reason == f"this is a Label Studio {kind} project"


@pytest.mark.parametrize(("name", "kind"), [("a.JPG", "image"), ("a.mp3", "audio"), ("a.mp4", "video")])
def test_project_of_files_that_nobody_annotated_is_refused_by_name(tmp_path, name, kind):
    given = {"id": 1, "data": {"file": f"/data/upload/1/{name}"}, "annotations": [], "predictions": []}
    reason, _ = refused(tmp_path, [given], OtherTask)
    assert reason == f"this is a Label Studio {kind} project"


def test_project_of_relations_alone_is_refused_by_name(tmp_path):
    relation = {"from_id": "a", "to_id": "b", "type": "relation", "labels": ["of"]}
    reason, _ = refused(tmp_path, [task("Ada", relation)], OtherTask)
    assert reason == "this is a Label Studio relation project"


def test_minimal_export_of_classes_is_refused_by_name(tmp_path):
    reason, _ = refused(tmp_path, [{"id": 1, "text": "Ada", "topic": "news", **MADE}], OtherTask)
    assert reason == "this is a Label Studio project in which no span of text is labelled"


def test_tasks_without_any_text_are_refused(tmp_path):
    assert refused(tmp_path, [task("", data={})])[0] == "its tasks have no text"


def test_row_of_the_minimal_export_has_a_region_list_for_each_tag(tmp_path):
    regions = [{"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}]
    row = {"id": 1, "text": "Ada met Bo", "people": regions, "acts": [], "mood": "good", **MADE}
    (record,) = reading(tmp_path, row)
    assert mentions(record) == [("Ada", "PER")]
    assert (record.annotator, record.spans[0].layer) == ("1", "people")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_table_is_read_with_any_delimiter(tmp_path, delimiter):
    cell = '"[{""start"": 0, ""end"": 3, ""text"": ""Ada"", ""labels"": [""PER""]}]"'
    header = delimiter.join(["text", "id", "label", *MADE])
    row = delimiter.join(["Ada met Bo", "1", cell, "a@example.org", "5", "c", "u", "1.5"])
    path = written(tmp_path, f"{header}\n{row}\n")
    assert detect(path).name == "label_studio"
    (record,) = FORMATS["label_studio"].read(path, DEFAULTS)
    assert mentions(record) == [("Ada", "PER")]
    assert (record.place, record.annotator) == ("row 2", "a@example.org")


def test_table_without_the_marks_of_an_export_is_known_by_its_regions(tmp_path):
    cell = '"[{""start"": 0, ""end"": 3, ""text"": ""Ada"", ""labels"": [""PER""]}]"'
    path = written(tmp_path, f"text,ner\nAda met Bo,{cell}\n")
    assert detect(path).name == "label_studio"
    (record,) = FORMATS["label_studio"].read(path, DEFAULTS)
    assert mentions(record) == [("Ada", "PER")]


def test_csv_whose_cells_stand_in_no_quotes_is_refused(tmp_path):
    header = ",".join(["text", "id", "label", *MADE])
    cell = '[{"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}]'
    reason, hint = refused(tmp_path, f"{header}\nAda met Bo,1,{cell},1,5,c,u,1.5\n")
    assert reason == "row 2 has cells that contain ',' but are not in quotes"
    assert hint == "export the project as JSON, which contains more"


def test_row_whose_quotes_do_not_pair_up_is_a_fault(tmp_path):
    header = ",".join(["text", "id", "label", *MADE])
    cell = '"[{""start"": 0, ""end"": 2, ""labels"": [""PER""]}]"'
    rows = ['"Ada" met,1,,1,5,c,u,1', f"Bo,2,{cell},1,5,c,u,1"]
    fault, record = read(tmp_path, "label_studio", "\n".join([header, *rows]))
    assert fault.reason.startswith("the row can't be read: in line 2 a quote is never closed")
    assert mentions(record) == [("Bo", "PER")]


def page(start, end, quoted, offsets=None, **changes):
    """Return a result on an HTML page: start and end are (XPath, offset)."""
    value = {"start": start[0], "startOffset": start[1], "end": end[0], "endOffset": end[1]}
    value |= {"text": quoted, "hypertextlabels": ["PER"], **changes}
    if offsets:
        value["globalOffsets"] = {"start": offsets[0], "end": offsets[1]}
    return {"from_name": "l", "to_name": "t", "type": "hypertextlabels", "value": value}


def test_region_of_a_page_goes_by_the_way_that_gives_what_it_quotes(tmp_path):
    html = "<p>Ada</p><p>met <b>Bo</b></p>"
    right, wrong = (("/p[2]/b[1]/text()[1]", 0), ("/p[2]/b[1]/text()[1]", 2)), (("/a", 0), ("/a", 1))
    results = [page(*right, "Bo"), page(*right, "Bo", (0, 3)), page(*wrong, "Bo", (7, 9))]
    (record,) = reading(tmp_path, task(html, *results))
    assert record.text == "Ada\nmet Bo\n"
    assert mentions(record) == [("Bo", "PER")] * 3


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (
            page(("/a[1]/text()[1]", 0), ("/a[1]/text()[1]", 1), "A"),
            "its HTML has no text at /a[1]/text()[1]",
        ),
        (page((None, 0), (None, 9), "A", globalOffsets=5), "its HTML has no text at None"),
        (
            page(("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", None), "A"),
            "offset None is not a whole number",
        ),
    ],
)
def test_region_of_a_page_that_names_no_place_is_a_fault(tmp_path, result, reason):
    assert reading(tmp_path, task("<p>Ada</p>", result))[0].reason == reason


def test_page_without_text_is_a_fault(tmp_path):
    good = task("<p>Ada</p>", page(("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", 3), "Ada"))
    assert reading(tmp_path, good, task("<img src='a'>"))[1].reason == "the task's HTML has no text"


def said(start, start_offset, end, end_offset, quoted=None):
    """Return a result on a dialogue."""
    value = {"start": start, "startOffset": start_offset, "end": end, "endOffset": end_offset}
    value |= {"paragraphlabels": ["PER"], "text": quoted}
    return {"from_name": "l", "to_name": "d", "type": "paragraphlabels", "value": value}


def test_dialogue_is_one_text_whose_offsets_count_utf16_units_in_a_paragraph(tmp_path):
    turns = [{"who": "a", "text": "🙂 Bo\r"}, {"who": "b", "text": "🙂 Ada"}]
    results = [said("0", 3, "0", 5), said("1", 3, "1", 6), said("0", 3, "1", 6)]
    (record,) = reading(tmp_path, task("", *results, data={"d": turns}))
    assert record.text == "🙂 Bo\r\n🙂 Ada"
    assert [text for text, _ in mentions(record)] == ["Bo", "Ada", "Bo\r\n🙂 Ada"]


def test_paragraphs_whose_text_has_another_name_are_known_by_what_is_quoted(tmp_path):
    turns = [{"who": "Bo", "line": "Ada!"}]
    (record,) = reading(tmp_path, task("", said("0", 0, "0", 3, "Ada"), data={"d": turns}))
    assert mentions(record) == [("Ada", "PER")]
    (fault,) = reading(tmp_path, task("", said("0", 0, "0", 2), data={"d": turns}))
    assert fault.reason == "its paragraphs have who, line, and it isn't clear which is the text"


def test_text_is_found_beside_the_export_and_belongs_to_it(tmp_path):
    given = task("/data/upload/1/0a1b2c3d-a.txt", region(4, 7, "PER", quoted="Ada"))
    path = written(tmp_path, json.dumps([given]))
    (fault,) = FORMATS["label_studio"].read(path, DEFAULTS)
    expected = "but there is no such file next to this one"
    assert fault.reason == f"its text is in '/data/upload/1/0a1b2c3d-a.txt', {expected}"
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfHi,\nAda\r\n")
    (record,) = FORMATS["label_studio"].read(path, DEFAULTS)
    assert record.text == "Hi,\nAda\r\n"
    assert tmp_path / "a.txt" in FORMATS["label_studio"].companions(path)


def test_text_that_is_an_address_is_a_text_when_regions_quote_it(tmp_path):
    given = task("https://example.org/a.txt", region(8, 15, "SITE", quoted="example"))
    assert isinstance(reading(tmp_path, given)[0], AnnotatedText)


def test_labeling_interface_belongs_to_the_export(tmp_path):
    path = written(tmp_path, json.dumps([task("Ada")]))
    assert tmp_path / "label_config.xml" in FORMATS["label_studio"].companions(path)


@pytest.mark.parametrize(
    "data",
    [
        {"data": {"a": 1}},
        {"data": "Ada", "annotations": []},
        {"data": {"text": "Ada"}, "annotations": 5},
        {"text": "Ada", "annotator": 1, "created_at": "c", "updated_at": "u"},
        {"text": "Ada", "spans": [{"start": 0, "end": 3, "label": "PER"}]},
        {"text": "Ada", "label": [[0, 3, "PER"]], "id": 1},
    ],
)
def test_object_of_another_tool_is_no_task(tmp_path, data):
    assert not FORMATS["label_studio"].sniff(Head.of(written(tmp_path, json.dumps([data]))))


@pytest.mark.parametrize("data", ["", "\n", "a,b\n1,2\n", "id\ttext\n1\tAda\n", "Ada B-PER\n"])
def test_table_of_something_else_is_no_export(tmp_path, data):
    assert not FORMATS["label_studio"].sniff(Head.of(written(tmp_path, data)))
