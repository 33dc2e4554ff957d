"""Plain JSONL, and what all readers of JSON lines share: places, faults, spans."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, Fault, FileFault
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.reading import read, triples, written

ADA = '{"text": "Ada Okafor met Siemens.", "spans": [{"start": 0, "end": 10, "label": "PERSON"}]}'


def only(folder, data):
    """Return the one record that JSONL data holds."""
    (record,) = read(folder, "jsonl", data)
    return record


def test_record_carries_text_spans_identifier_group_split_and_the_rest_as_meta(tmp_path):
    data = {
        "text": "Ada Okafor met Siemens.",
        "spans": [{"start": 0, "end": 10, "label": "PERSON"}, [15, 22, "ORG"]],
        "id": 7,
        "group": "mail 3",
        "split": "validation",
        "source": {"page": 2},
    }
    record = only(tmp_path, json.dumps(data))
    assert isinstance(record, AnnotatedText)
    assert record.text == data["text"]
    assert triples(record) == [(0, 10, "PERSON"), (15, 22, "ORG")]
    assert (record.id, record.group, record.split) == ("7", "mail 3", "dev")
    assert record.meta == {"source": {"page": 2}}
    assert (record.file, record.place) == ((tmp_path / "data").as_posix(), "line 1")
    assert record.answer == "accept"
    assert record.exhaustive


@pytest.mark.parametrize("key", ["spans", "entities", "labels", "label"])
def test_spans_are_found_under_each_of_their_names(tmp_path, key):
    data = json.dumps({"text": "Ada met Bo", key: [[8, 10, "PERSON"], [0, 3, "PERSON"]]})
    assert triples(only(tmp_path, data)) == [(8, 10, "PERSON"), (0, 3, "PERSON")]


def test_text_without_any_span_field_is_a_text_without_spans(tmp_path):
    assert triples(only(tmp_path, '{"text": "Nothing here."}')) == []


def test_empty_field_beside_a_full_one_does_not_contradict_it(tmp_path):
    data = '{"text": "Ada", "spans": [], "entities": [[0, 3, "PERSON"]]}'
    assert triples(only(tmp_path, data)) == [(0, 3, "PERSON")]


def test_two_fields_that_say_the_same_in_another_order_are_one(tmp_path):
    spans = [[0, 3, "PERSON"], [8, 10, "PERSON"]]
    data = json.dumps({"text": "Ada met Bo", "spans": spans, "label": spans[::-1]})
    assert triples(only(tmp_path, data)) == [(0, 3, "PERSON"), (8, 10, "PERSON")]


def test_two_fields_that_differ_are_a_fault(tmp_path):
    data = '{"text": "Ada", "spans": [[0, 3, "PERSON"]], "entities": [[0, 2, "PERSON"]]}'
    assert only(tmp_path, data).reason == "spans and entities contain different spans"


@pytest.mark.parametrize(
    ("written_as", "split"),
    [("train", "train"), ("Dev", "dev"), ("eval", "test"), (None, None)],
)
def test_split_of_a_record_is_known_by_its_usual_names(tmp_path, written_as, split):
    assert only(tmp_path, json.dumps({"text": "Ada", "split": written_as})).split == split


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "the record has no text"),
        ({"text": ""}, "the record has no text"),
        ({"text": " \n\t\u3000"}, "the record has no text"),
        ({"text": 3}, "the record has no text"),
        ({"text": None}, "the record has no text"),
        ({"text": "a\0b"}, "the text contains a NUL character"),
        ({"text": "a\ud83d b"}, "the text contains half of a surrogate pair"),
        ({"text": "Ada", "spans": {"a": 1}}, "spans are a dict, not a list"),
        ({"text": "Ada", "spans": [None]}, "None is not a span"),
        ({"text": "Ada", "spans": [[0, 3]]}, "[0, 3] is not a span"),
        ({"text": "Ada", "spans": [[0, 3, ""]]}, "span 0-3 has no label"),
        ({"text": "Ada", "spans": [[0, 3, " "]]}, "span 0-3 has no label"),
        ({"text": "Ada", "spans": [[0, 3, None]]}, "span 0-3 has no label"),
        ({"text": "Ada", "spans": [[0, 3, 5.0]]}, "span 0-3 has no label"),
        ({"text": "Ada", "spans": [[0, 3, True]]}, "span 0-3 has no label"),
        ({"text": "Ada", "spans": [{"start": 0, "end": 3}]}, "span 0-3 has no label"),
        ({"text": "Ada", "spans": [[0, 3, "\ud83d"]]}, "the label contains half of a surrogate pair"),
        ({"text": "Ada", "spans": [["0", 3, "P"]]}, "offset '0' is not a whole number"),
        ({"text": "Ada", "spans": [[0, 3.5, "P"]]}, "offset 3.5 is not a whole number"),
        ({"text": "Ada", "spans": [[0, True, "P"]]}, "offset True is not a whole number"),
        ({"text": "Ada", "spans": [{"end": 3, "label": "P"}]}, "offset None is not a whole number"),
    ],
)
def test_record_that_can_not_be_used_is_a_fault_with_its_reason(tmp_path, record, reason):
    fault = only(tmp_path, json.dumps(record))
    assert isinstance(fault, Fault)
    assert (fault.reason, fault.place) == (reason, "line 1")
    assert json.loads(fault.record) == record
    assert fault.hint


@pytest.mark.parametrize(("line", "kind"), [("[1, 2]", "list"), ('"Ada"', "str"), ("null", "NoneType")])
def test_line_that_is_no_object_is_a_fault(tmp_path, line, kind):
    good, faulty, other = read(tmp_path, "jsonl", f"{ADA}\n{line}\n{ADA}\n")
    assert faulty.reason == f"a JSON {kind} where an object is expected"
    assert isinstance(good, AnnotatedText)
    assert isinstance(other, AnnotatedText)


@pytest.mark.parametrize("label", ["work of art", "a,b", "ORG/COMPANY", "B-PER", "人名", "🏷"])
def test_label_may_hold_any_visible_characters(tmp_path, label):
    data = json.dumps({"text": "Ada", "spans": [[0, 3, label]]})
    assert triples(only(tmp_path, data)) == [(0, 3, label)]


def test_offsets_are_left_to_be_checked_against_the_text_later(tmp_path):
    data = json.dumps({"text": "Ada", "spans": [[-1, 99, "P"], [3, 0, "P"]]})
    assert triples(only(tmp_path, data)) == [(-1, 99, "P"), (3, 0, "P")]


def test_places_count_blank_and_broken_lines_too(tmp_path):
    records = read(tmp_path, "jsonl", f"{ADA}\n\n{{broken\n{ADA}\n   \n{ADA}")
    assert [record.place for record in records] == ["line 1", "line 3", "line 4", "line 6"]
    assert [type(record) for record in records] == [AnnotatedText, Fault, AnnotatedText, AnnotatedText]
    assert records[1].reason.startswith("not valid JSON (Expecting property name")
    assert records[1].record == "{broken"


def test_broken_line_is_shown_without_the_windows_line_end(tmp_path):
    assert read(tmp_path, "jsonl", f"{{broken\r\n{ADA}\r\n")[0].record == "{broken"


def test_file_whose_last_line_is_cut_off_is_refused_whole(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "jsonl", f"{ADA}\n{ADA[:30]}")
    assert caught.value.reason.startswith("line 2, the last, is not valid JSON (")
    assert caught.value.reason.endswith("): the file seems to be cut off")


def test_records_before_the_cut_are_yielded_first(tmp_path):
    records = FORMATS["jsonl"].read(written(tmp_path, f"{ADA}\n{ADA[:30]}"), DEFAULTS)
    assert isinstance(next(records), AnnotatedText)


def test_only_the_record_that_holds_bytes_that_are_not_utf8_is_a_fault(tmp_path):
    data = f"{ADA}\n".encode() + '{"text": "Zoë"}\n'.encode("cp1252") + ADA.encode()
    first, fault, last = read(tmp_path, "jsonl", data)
    assert (fault.place, fault.reason) == ("line 2", "the text contains bytes that are not UTF-8")
    assert isinstance(first, AnnotatedText)
    assert isinstance(last, AnnotatedText)


def test_line_separators_inside_a_text_do_not_end_a_line(tmp_path):
    text = "one\u2028two\x85three\x0cfour"
    assert only(tmp_path, f'{{"text": "{text}"}}'.replace("\x0c", "\\f")).text == text


def test_nesting_too_deep_to_be_read_is_a_fault_of_its_record(tmp_path):
    deep = '{"text": "a", "x": ' + "[" * 20_000
    first, second = read(tmp_path, "jsonl", f"{deep}\n{ADA}\n")
    assert first.reason.startswith("not valid JSON (maximum recursion depth")
    assert isinstance(second, AnnotatedText)


def test_shown_record_is_no_longer_than_a_page(tmp_path):
    fault = only(tmp_path, json.dumps({"text": "", "note": "x" * 9000}))
    assert len(fault.record) == 2000


@pytest.mark.parametrize("written_as", ["holdout", 3, ""])
def test_split_of_a_record_that_is_none_is_a_fault(tmp_path, written_as):
    fault = only(tmp_path, json.dumps({"text": "Ada left.", "split": written_as}))
    assert fault.reason == f"split {written_as!r} is not train, dev or test"


def test_class_of_the_whole_text_beside_spans_is_no_span(tmp_path):
    record = only(tmp_path, '{"text": "Ada left.", "spans": [[0, 3, "PERSON"]], "label": "news"}')
    assert triples(record) == [(0, 3, "PERSON")]


@pytest.mark.parametrize(
    "mark",
    [
        {"start": 0, "stop": 3, "label": "PERSON"},
        {"begin": 0, "end": 3, "type": "PERSON"},
        {"start_offset": 0, "end_offset": 3, "label": "PERSON", "id": 7},
        {"start_char": 0, "end_char": 3, "entity_group": "PERSON"},
        {"from": 0, "to": 3, "tag": "PERSON"},
    ],
)
def test_names_that_others_give_to_the_fields_of_a_span_are_known(tmp_path, mark):
    data = json.dumps({"text": "Ada left.", "entities": [mark]})
    assert triples(only(tmp_path, data)) == [(0, 3, "PERSON")]


def test_mention_that_a_span_quotes_is_kept(tmp_path):
    data = '{"text": "Ada left.", "spans": [{"start": 1, "end": 4, "label": "P", "text": "Ada"}]}'
    assert only(tmp_path, data).spans[0].mention == "Ada"


@pytest.mark.parametrize(
    ("record", "annotated"),
    [({}, None), ({"spans": None}, None), ({"spans": []}, True), ({"labels": [[0, 3, "P"]]}, True)],
)
def test_record_without_a_field_for_spans_does_not_say_that_anybody_looked(tmp_path, record, annotated):
    assert only(tmp_path, json.dumps({"text": "Ada", **record})).annotated is annotated


@pytest.mark.parametrize("label", ["positive", ["positive", "short"]])
def test_text_classification_is_refused_by_name(tmp_path, label):
    row = json.dumps({"text": "Ada left.", "label": label})
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "jsonl", f"{row}\n{row}\n")
    assert caught.value.reason == (
        "this is text classification: its labels are classes of whole texts, not of spans"
    )


def test_spans_in_a_string_of_json_are_called_so(tmp_path):
    record = {"text": "Ada", "entities": json.dumps([{"start": 0, "end": 3, "label": "PER"}])}
    fault = only(tmp_path, json.dumps(record))
    assert fault.reason.startswith("its `entities` is a string that contains JSON: ")
    assert fault.hint == "write the list itself, without quotes around it"


def test_record_of_text_classification_among_others_is_a_fault(tmp_path):
    first, fault = read(tmp_path, "jsonl", f'{ADA}\n{{"text": "Ada", "label": "news"}}')
    assert isinstance(first, AnnotatedText)
    assert fault.reason == "its label is a class of the whole text, not of a span"


def read_with(folder, data, **options):
    """Return what is read with some options."""
    return list(FORMATS["jsonl"].read(written(folder, data), Options(**options)))


def test_only_field_that_holds_a_string_is_the_text(tmp_path):
    data = '{"content": "Ada left.", "id": "a", "entities": [[0, 3, "PERSON"]]}'
    assert detect(written(tmp_path, data)).name == "jsonl"
    assert only(tmp_path, data).text == "Ada left."


def test_one_of_several_text_fields_must_be_chosen(tmp_path):
    data = '{"title": "T", "body": "Ada left.", "entities": [[0, 3, "PERSON"]]}'
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "jsonl", data)
    assert caught.value.reason == "it has 2 text fields: 'title', 'body'"
    assert caught.value.hint == "set text_field in configs/convert.cfg to one of them"
    (record,) = read_with(tmp_path, data, text_field="body")
    assert (record.text, record.meta) == ("Ada left.", {"title": "T"})


def test_text_field_that_does_not_exist_is_refused_with_those_that_do(tmp_path):
    with pytest.raises(FileFault) as caught:
        read_with(tmp_path, ADA, text_field="body")
    assert caught.value.reason == "none of its text fields is called 'body'"
    assert caught.value.hint == "set text_field in configs/convert.cfg to one of 'text'"
