"""Argilla's records of both versions: whose answer counts, which field is the text, other questions."""

import json

import pytest

from scripts.annotation.text import FileFault, OtherTask
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, triples, written

FIRST = {"text": "Ada met Bo", "tokens": ["Ada", "met", "Bo"], "annotation_agent": "ada", "status": None}
ADA = {"start": 0, "end": 3, "label": "PER"}
BO = {"start": 8, "end": 10, "label": "PER"}


def answer(value, user="u1", status="submitted"):
    """Return a user's answer."""
    return {"value": value, "user_id": user, "status": status}


def second(fields=None, suggestions=None, **responses):
    """Return a record of version 2 with the answers to each question."""
    given = {"fields": fields or {"text": "Ada met Bo"}, "suggestions": suggestions or {}}
    return {"id": "1", "metadata": {"n": 1}, **given, "responses": responses}


def reading(folder, *records, **options):
    """Return what is read of records."""
    path = written(folder, json.dumps(records))
    assert detect(path).name == "argilla"
    return list(FORMATS["argilla"].read(path, Options(**options)))


@pytest.mark.parametrize(
    "marks",
    [
        [["PER", 0, 3]],
        [["PER", 0, 3, 0.9]],
        [ADA],
        {"start": [0], "end": [3], "label": ["PER"], "score": [0.9]},
    ],
)
def test_annotation_of_version_1_is_written_in_several_ways(tmp_path, marks):
    (record,) = reading(tmp_path, {**FIRST, "annotation": marks})
    assert mentions(record) == [("Ada", "PER")]
    assert (record.annotator, record.annotated) == ("ada", True)
    assert record.tokens == ((0, 3), (4, 7), (8, 10))


@pytest.mark.parametrize(
    ("status", "annotated"), [("Default", False), ("Validated", True), ("Edited", False), (None, False)]
)
def test_record_without_annotation_is_annotated_if_it_was_validated(tmp_path, status, annotated):
    given = {**FIRST, "annotation": None, "prediction": [["PER", 0, 3, 1.0]], "status": status}
    (record,) = reading(tmp_path, given)
    assert (record.annotated, record.spans) == (annotated, ())


def test_discarded_record_is_kept_out_though_it_may_be_faulty(tmp_path):
    (record,) = reading(tmp_path, {**FIRST, "annotation": 5, "status": "Discarded"})
    assert (record.answer, record.spans) == ("discarded", ())


@pytest.mark.parametrize("tokens", [["Bo", "met"], "Ada", [1], {"a": 1}])
def test_tokens_that_are_not_those_of_the_text_are_left_out(tmp_path, tokens):
    (record,) = reading(tmp_path, {**FIRST, "annotation": [], "tokens": tokens})
    assert (record.tokens, record.notes) == (
        None,
        ("tokens that don't match the text are left out",),
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"annotation": "PER"}, "its annotation is 'PER', not a list of entities"),
        (
            {"annotation": [["PER", "0", 3]]},
            "its annotation is [['PER', '0', 3]], not a list of entities",
        ),
        ({"annotation": [["PER", 0, 3.5]]}, "offset 3.5 is not a whole number"),
        ({"annotation": [[None, 0, 3]]}, "span 0-3 has no label"),
        ({"text": ""}, "the record has no text"),
    ],
)
def test_record_of_version_1_that_can_not_be_used_is_a_fault(tmp_path, changes, reason):
    good = {**FIRST, "annotation": []}
    assert reading(tmp_path, good, {**good, **changes})[1].reason == reason


def test_record_without_tokens_among_others_is_a_fault(tmp_path):
    good = {**FIRST, "annotation": []}
    bad = {key: value for key, value in good.items() if key != "tokens"}
    assert reading(tmp_path, good, bad)[1].reason == "it has no tokens, so it marks no spans"


def test_each_users_answer_is_a_record_with_a_layer_for_each_question(tmp_path):
    given = second(people=[answer([ADA]), answer([BO], "u2")], acts=[answer([], "u2")])
    one, two = reading(tmp_path, given)
    assert (one.annotator, two.annotator) == ("u1", "u2")
    assert (mentions(one), mentions(two)) == ([("Ada", "PER")], [("Bo", "PER")])
    assert one.spans[0].layer == "people"
    assert (one.place, one.id, one.meta) == ("record 1, answer 1", "1", {"n": 1})


def test_users_without_names_are_told_apart(tmp_path):
    one, two = reading(tmp_path, second(people=[answer([ADA], None), answer([BO], None)]))
    assert (one.annotator, two.annotator) == ("answer 1", "answer 2")
    assert (mentions(one), mentions(two)) == ([("Ada", "PER")], [("Bo", "PER")])


@pytest.mark.parametrize("responses", [{}, {"people": []}, {"people": [answer([ADA], status="draft")]}])
def test_suggestion_or_draft_is_no_answer(tmp_path, responses):
    given = second(suggestions={"people": {"value": [ADA], "agent": "m"}}, **responses)
    (record,) = reading(tmp_path, given)
    assert (record.annotated, record.spans) == (False, ())


def test_discarded_answer_is_kept_out(tmp_path):
    one, two = reading(tmp_path, second(people=[answer([ADA]), answer(None, "u2", "discarded")]))
    assert (one.answer, two.answer) == ("accept", "discarded")


def test_answer_to_another_question_means_that_the_text_was_looked_at(tmp_path):
    records = [second(people=[answer([ADA])]), second(mood=[answer("good")])]
    assert [record.annotated for record in reading(tmp_path, *records)] == [True, True]


def test_field_that_entities_quote_is_the_text(tmp_path):
    fields = {"title": "Bo met Ada", "body": "Ada met Bo"}
    quoted = {**ADA, "text": "Ada"}
    (record,) = reading(tmp_path, second(fields, people=[answer([quoted])]))
    assert record.text == "Ada met Bo"
    with pytest.raises(FileFault) as caught:
        reading(tmp_path, second(fields, people=[answer([ADA])]))
    assert caught.value.reason == "it has 2 fields that may be the text: 'title', 'body'"
    (record,) = reading(tmp_path, second(fields, people=[answer([ADA])]), text_field="title")
    assert triples(record) == [(0, 3, "PER")]


def test_feedback_records_have_a_list_of_users(tmp_path):
    users = [{"user_id": "u1", "status": "submitted", "values": {"people": {"value": [ADA]}}}]
    given = {"fields": {"text": "Ada met Bo"}, "responses": users, "suggestions": []}
    (record,) = reading(tmp_path, given)
    assert (mentions(record), record.annotator) == ([("Ada", "PER")], "u1")


def test_flat_records_have_lists_beside_each_other(tmp_path):
    flat = {"people.responses": [[ADA], [BO]], "people.responses.users": ["u1"]}
    found = reading(tmp_path, {"text": "Ada met Bo", "status": "completed", **flat})
    assert [(record.annotator, mentions(record)) for record in found] == [
        ("u1", [("Ada", "PER")]),
        ("answer 2", [("Bo", "PER")]),
    ]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (second({"text": ""}), "the record has no text"),
        (second(people=5), "its responses are 5, not a list of objects"),
        (second(people=[answer("x")]), "the answer 'x' is not a list of entities"),
        (second(people=[answer([{**ADA, "start": None}])]), "offset None is not a whole number"),
        (second(people=[answer([{**ADA, "label": None}])]), "span 0-3 has no label"),
    ],
)
def test_record_of_version_2_that_can_not_be_used_is_a_fault(tmp_path, given, reason):
    assert reading(tmp_path, second(people=[answer([ADA])]), given)[1].reason == reason


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (second(mood=[answer("good")]), "without a span question"),
        (second(stars=[answer(5)]), "without a span question"),
        (second(topics=[answer(["a", "b"])]), "without a span question"),
        (
            {"text": "Ada", "inputs": {}, "annotation": "x", "annotation_agent": "a"},
            "for text classification or text generation",
        ),
    ],
)
def test_dataset_of_another_kind_is_refused_by_name(tmp_path, given, what):
    with pytest.raises(OtherTask) as caught:
        reading(tmp_path, given)
    assert caught.value.reason == f"this is an Argilla dataset {what}"


def test_records_without_any_text_are_refused(tmp_path):
    with pytest.raises(FileFault) as caught:
        reading(tmp_path, second({"image": None}, people=[answer([ADA])]))
    assert caught.value.reason == "its records have no text"


@pytest.mark.parametrize(
    "record",
    [
        {"text": "Ada", "tokens": ["Ada"], "ner_tags": [0]},
        {"text": "Ada", "annotation": [["PER", 0, 3]]},
        {"text": "Ada", "fields": {"a": 1}},
        {"fields": 5, "responses": {}},
        {"content": "Ada", "annotation": [], "extras": None},
    ],
)
def test_record_of_another_tool_is_none(tmp_path, record):
    assert not FORMATS["argilla"].sniff(Head.of(written(tmp_path, json.dumps(record))))


def test_lines_are_read_as_a_list_is(tmp_path):
    line = json.dumps(second(people=[answer([ADA])]))
    found = read(tmp_path, "argilla", f"{line}\n{line}\n")
    assert [record.place for record in found] == ["line 1", "line 2"]
    assert FORMATS["argilla"].read(tmp_path / "data", DEFAULTS)
