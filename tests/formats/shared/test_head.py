"""The beginning of a file: its lines, its JSON as far as it goes, its XML root."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.formats.shared.head import HEAD, MOST, Head
from tests.formats.reading import written


def head(folder, data):
    """Return the head of a file that holds `data`."""
    return Head.of(written(folder, data))


@pytest.mark.parametrize(
    "data",
    [
        "Ada B-PER\n" * 20_000,
        "text,spans\n" + '"Ada ""left"",\nthen",[]\n' * 20_000,
        '{"text": "Ada"}\n' * 20_000,
        "[" + '{"text": "Ada"}, ' * 20_000,
        '{"text": "Ada"}' + '{\n"text": "Bo"}' * 20_000,
    ],
    ids=["lines", "table", "JSON lines", "list", "objects"],
)
def test_head_is_short_where_the_first_record_is(tmp_path, data):
    assert len(head(tmp_path, data).data) == HEAD


@pytest.mark.parametrize(
    ("begin", "end", "then"),
    [
        ("", "\n", "Ada\n"),
        ("text,spans\n", ",[]\n", "Ada,[]\n"),
        ('text,spans\n"\n', '",[]\n', "Ada,[]\n"),
        ("\n# a\n# b\n", "\n", "Ada\n"),
        ('{"text": "', '"}\n', '{"text": "Ada"}\n'),
        ('{\n"text": "', '"\n}\n', '{"text": "Ada"}\n'),
        ('[{"text": "', '"}, ', '{"text": "Ada"}, '),
    ],
)
def test_head_goes_on_to_the_end_of_the_first_record_but_not_for_ever(tmp_path, begin, end, then):
    record = begin + "x" * 3 * HEAD
    assert head(tmp_path, record).data == record.encode()
    assert len(head(tmp_path, record + end + then * HEAD).data) == 4 * HEAD
    found = head(tmp_path, begin + "x" * 2 * MOST)
    assert (len(found.data), found.cut) == (MOST, True)


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        ('{"a": 1}\n{"a": ', [{"a": 1}]),
        ('[{"a": 1}, {"a": ', [{"a": 1}]),
        ('{"a": 1} {"a": ', [{"a": 1}]),
        ('{"a": ', []),
        ("[[1], 5", []),
        ("Ada,", []),
    ],
)
def test_record_that_is_cut_off_is_not_among_the_whole_ones(data, whole):
    assert Head(Path("data"), data.encode(), cut=True).whole_records == whole


def test_text_has_no_byte_order_mark_and_line_feeds_only(tmp_path):
    found = head(tmp_path, b"\xef\xbb\xbfa\r\nb\xff\n")
    assert found.text == "a\nb\ufffd\n"
    assert found.lines == ["a", "b\ufffd", ""]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('\n{"a": 1}\n\n{"a"', [{"a": 1}]),
        ('{"a"\n{"a": 2}\n', [{"a": 2}]),
        ('{"a": 1}\n[5]\n{"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{\n  "a": [\n  {"b": 1}\n  ]\n}', []),
        ('[\n{"a": 1}\n]', []),
        ("text\n{}\n", []),
        ("", []),
        (f'{{"a": {"[" * 5000}\n{{"a": 2}}', [{"a": 2}]),
    ],
    ids=range(9),
)
def test_rows_are_the_objects_of_a_file_that_has_one_a_line(tmp_path, data, rows):
    assert head(tmp_path, data).rows == rows


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ('{"a": [1, {"b": "c', {"a": [1, {}]}),
        ('{"a": 1} {"b": 2}', {"a": 1}),
        ("[[1, 2], [3", [[1, 2], [3]]),
        ("[", None),
        ("5", 5),
        ("[5, 6]", [5, 6]),
        ("5\n00:00:01,000 --> 00:00:02,000\nAda left.\n", None),
        ("[10:02] <Ada> Bo left.\n", None),
        ("[12.03.24, 10:02] Ada: Bo left.\n", None),
        ("2026-01-02 INFO started\n" * 4000, None),
        ('["Ada left.", "Bo ca', None),
        ("text", None),
        ("", None),
        ("<a/>", None),
    ],
)
def test_value_goes_as_far_as_the_json_does(tmp_path, data, value):
    assert head(tmp_path, data).value == value


@pytest.mark.parametrize("text", ["x" * MOST, "\\" * MOST, '"' * MOST, "é" * MOST])
def test_string_that_the_head_cuts_off_counts_as_far_as_it_goes(tmp_path, text):
    found = head(tmp_path, json.dumps({"id": 1, "text": text}, ensure_ascii=False))
    assert found.records == [{"id": 1, "text": found.value["text"]}]
    assert len(found.value["text"]) > 10_000


@given(st.integers(15, 70))
def test_cut_anywhere_in_an_object_is_never_an_error(size):
    data = json.dumps({"text": "x" * 30, "b": {"c": [1.5, "\\é"]}, "d": None})
    found = Head(Path("data"), data.encode()[:size], cut=True)
    assert found.records[0]["text"].startswith("x")


def test_json_that_is_nested_too_deeply_is_no_error(tmp_path):
    assert head(tmp_path, "[" * 60_000).records == []
    assert head(tmp_path, '{"a":' * 10_000).value


@pytest.mark.parametrize(
    ("data", "records"),
    [
        ('[{"a": 1}, 5, {"b": ', [{"a": 1}, {}]),
        ('{"a": 1}\n{"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{\n "a": 1\n}\n{\n "a": 2\n}', [{"a": 1}]),
        ("[[1]]", []),
    ],
)
def test_records_are_the_first_objects_wherever_they_stand(tmp_path, data, records):
    assert head(tmp_path, data).records == records


@pytest.mark.parametrize(
    ("data", "root"),
    [
        ('<?xml version="1.0"?>\n<!-- a <b> -->\n<collection>', "collection"),
        ('<!DOCTYPE a SYSTEM "a.dtd" [<!ENTITY b "c">]>\n<a>', "a"),
        ('<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">', "XMI"),
        ("\ufeff  <GateDocument>", "GateDocument"),
        ("text <a>", None),
        ("", None),
    ],
)
def test_root_is_the_first_element_without_its_prefix(tmp_path, data, root):
    assert head(tmp_path, data).root == root
