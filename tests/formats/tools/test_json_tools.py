"""JSON records whose fields have other names: the table of tools, and the keys that a user names."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, Fault, FileFault
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from scripts.formats.tools.json_fields import FIELDS, read_fields
from scripts.formats.tools.json_shapes import at
from scripts.formats.tools.json_tools import TOOLS
from tests.formats.reading import mentions, read, triples, written

RECORDS = {  # of each tool, with one span
    "pubannotation": {
        "text": "Ada left.",
        "denotations": [{"span": {"begin": 0, "end": 3}, "obj": "P"}],
    },
    "presidio": {
        "full_text": "Ada left.",
        "spans": [{"entity_type": "P", "start_position": 0, "end_position": 3}],
    },
    "edsnlp": {
        "note_text": "Ada left.",
        "entities": [{"start_char": 0, "end_char": 3, "note_nlp_source_value": "P"}],
    },
    "labelbuddy": {
        "text": "Ada left.",
        "annotations": [{"start_char": 0, "end_char": 3, "label_name": "P"}],
    },
}
by_tool = pytest.mark.parametrize("name", RECORDS)


@by_tool
def test_tool_is_known_by_its_spans_alone(tmp_path, name):
    data = json.dumps([RECORDS[name]] * 2)
    assert detect(written(tmp_path, data)).name == name
    assert [triples(record) for record in read(tmp_path, name, data)] == [[(0, 3, "P")]] * 2


@by_tool
def test_file_of_which_a_record_is_of_something_else_is_not_taken_for_a_tools(tmp_path, name):
    other = {"text": "Bo left.", "spans": [{"start": 0, "end": 2, "label": "P"}]}
    assert detect(written(tmp_path, json.dumps([RECORDS[name], other, other]))).name == "jsonl"


@by_tool
def test_broken_records_are_faults_and_a_broken_span_is_no_more_than_that(tmp_path, name):
    (tool,) = (tool for tool in TOOLS if tool.name == name)
    text, key = tool.shapes[0].text, tool.shapes[0].spans
    good = RECORDS[name]
    bad = [good | {text: " "}, good | {key: 5}, good | {key: [None]}, good | {key: [*good[key], {}]}]
    blank, number, nothing, one = read(tmp_path, name, "".join(json.dumps(row) + "\n" for row in bad))
    assert blank.reason == "the record has no text"
    assert text in blank.hint
    assert number.reason == "spans are a int, not a list"
    assert nothing.reason == "None has no offsets"
    assert triples(one) == [(0, 3, "P")]
    assert [span.reason for span in one.unread] == ["{} has no offsets"]


def test_luis_app_is_known_by_its_first_keys_though_the_utterances_come_late(tmp_path):
    lists = [{"name": "x" * 80_000}]
    record = {"text": "Ada left.", "entities": [{"entity": "P", "startPos": 0, "endPos": 2}]}
    app = {"luis_schema_version": "3.2.0", "closedLists": lists, "utterances": [record]}
    data = json.dumps(app)
    assert detect(written(tmp_path, data)).name == "luis"
    assert [mentions(found) for found in read(tmp_path, "luis", data)] == [[("Ada", "P")]]


def read_named(folder, value, fields):
    """Return what is read of a value by the keys that the user names."""
    path = written(folder, json.dumps(value))
    (format,) = find_roles([path], options=Options(fields=fields)).annotations.values()
    assert format.name == "json_fields"
    return list(format.read(path, Options(fields=fields)))


def test_user_names_the_keys_of_an_unknown_tool(tmp_path):
    value = {
        "data": {
            "docs": [
                {
                    "doc": {"body": "Ada left."},
                    "my.marks": [{"pos": [0, 2], "tags": ["P"], "says": "Ada"}],
                    "part": "valid",
                    "n": 7,
                }
            ]
        }
    }
    fields = (
        "records=data.docs.item, text=doc.body, spans=my.marks, start=pos.0, end=pos.1, label=tags.0"
    )
    (record,) = read_named(tmp_path, value, f"{fields}, mention=says, id=n, split=part, inclusive=true")
    assert isinstance(record, AnnotatedText)
    assert triples(record) == [(0, 3, "P")]
    assert (record.spans[0].mention, record.id, record.split) == ("Ada", "7", "dev")
    assert record.meta == {}


def test_lists_may_stand_for_spans(tmp_path):
    value = [{"text": "Ada left.", "spans": [["P", 0, 3]]}]
    (record,) = read_named(tmp_path, value, "label=0,start=1,length=2")
    assert triples(record) == [(0, 3, "P")]


def test_split_that_is_none_is_a_fault(tmp_path):
    (fault,) = read_named(tmp_path, [{"text": "Ada", "spans": [], "of": "spare"}], "split=of")
    assert isinstance(fault, Fault)
    assert fault.reason == "split 'spare' is not train, dev or test"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ("text=bodi", "none of its first records has the key 'bodi' (text), only ['body', 'marks']"),
        ("text=body", "none of its first records has the key 'spans' (spans), only ['body', 'marks']"),
        ("records=docs.item", "there are no records at 'docs.item'"),
    ],
)
def test_key_that_no_record_has_is_named_with_those_that_they_have(tmp_path, fields, reason):
    with pytest.raises(FileFault) as caught:
        read_named(tmp_path, {"body": "Ada left.", "marks": []}, fields)
    assert caught.value.reason == reason
    assert "fields in configs/convert.cfg" in caught.value.hint


def test_keys_that_were_not_named_are_asked_for(tmp_path):
    with pytest.raises(FileFault) as caught:
        list(FORMATS["json_fields"].read(written(tmp_path, "[]"), DEFAULTS))
    assert "needs fields in configs/convert.cfg" in caught.value.reason
    assert caught.value.hint.startswith("for example text=body,")


@pytest.mark.parametrize(
    "value", ["", "text=body", " text = body , spans=a.b,", "start=0,end=1,label=2"]
)
def test_keys_are_named_as_pairs(value):
    assert set(read_fields(value)) <= set(FIELDS)


@pytest.mark.parametrize("value", ["body", "text", "text=", "=a", "txt=body", "text=a,text=b"])
def test_pairs_that_say_nothing_are_refused_with_what_can_be_named(value):
    with pytest.raises(ValueError, match=r"twice|is not one of text, spans,"):
        read_fields(value)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a", None),
        ("b.c", 1),
        ("b.d.1", 3),
        ("b.d.2", None),
        ("b.d.x", None),
        ("e.f", 4),
        ("b.c.d", None),
    ],
)
def test_path_leads_through_keys_and_numbers_of_items(path, found):
    assert at({"b": {"c": 1, "d": [2, 3]}, "e.f": 4}, path) == found
