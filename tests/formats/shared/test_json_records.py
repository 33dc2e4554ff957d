"""Records of JSON files as a stream: lists, lines and objects across the blocks that are read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, Fault, FileFault, Unusable
from scripts.formats.shared import json_cursor
from scripts.formats.shared.json_records import (
    holds,
    is_one_a_line,
    json_inside,
    json_items,
    json_lines,
    json_records,
    json_values,
)
from tests.formats.reading import written

BLOCKS = st.sampled_from([1, 2, 3, 7, 64, 1 << 20])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
OBJECTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=3)
DUMPS = st.sampled_from(
    [
        lambda value: json.dumps(value),
        lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        lambda value: json.dumps(value, indent=3).replace("\n", "\r\n"),
    ]
)


@pytest.fixture
def small(monkeypatch):
    """Return what sets how many characters are read at a time."""
    return lambda size: monkeypatch.setattr(json_cursor, "BLOCK", size)


def parse(record):
    """Return the fields of a record, or raise what its text says."""
    if record.get("text") == "unusable":
        raise Unusable("it says so", "say something else")
    return {"text": record["text"], "spans": ()}


def values_of(folder, data, block=1 << 20):
    """Return the values of a file that is read in blocks of that many characters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_cursor, "BLOCK", block)
        return list(json_values(written(folder, data)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder for all examples of a test."""
    return tmp_path_factory.mktemp("json")


@given(st.lists(VALUES, max_size=5), DUMPS, BLOCKS)
def test_items_of_a_list_are_the_same_however_it_is_cut_into_blocks(folder, values, dumps, block):
    assert values_of(folder, dumps(values), block) == values


# A list at the beginning of the file would be taken for the list of the records.
@given(OBJECTS, st.lists(VALUES, max_size=4), st.sampled_from(["\n", "\r\n", " ", "\n\n"]), BLOCKS)
def test_values_that_follow_one_another_are_the_same_too(folder, first, others, between, block):
    values = [first, *others]
    assert values_of(folder, between.join(json.dumps(value) for value in values), block) == values


@given(st.lists(st.lists(OBJECTS, max_size=3), max_size=3), OBJECTS, DUMPS, BLOCKS)
def test_values_inside_of_a_larger_one_come_with_their_numbers(folder, lists, rest, dumps, block):
    documents = [{**rest, "in": items, "after": {"in": [1]}} for items in lists]
    path = written(folder, dumps(documents))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_cursor, "BLOCK", block)
        assert list(json_inside(path, "item.in.item")) == [
            ((number, place), value)
            for number, items in enumerate(lists, start=1)
            for place, value in enumerate(items, start=1)
        ]


@given(st.lists(OBJECTS, min_size=1, max_size=4), BLOCKS, st.data())
def test_list_that_is_cut_off_yields_what_is_whole_and_then_says_so(folder, values, block, data):
    whole = json.dumps(values)
    cut = data.draw(st.integers(1, len(whole) - 1))
    path, found = written(folder, whole[:cut]), []
    with pytest.MonkeyPatch.context() as patch, pytest.raises(FileFault) as caught:
        patch.setattr(json_cursor, "BLOCK", block)
        for value in json_values(path):
            found.append(value)  # noqa: PERF402 (what came before the fault counts)
    assert found == values[: len(found)]
    assert caught.value.reason.startswith(f"not valid JSON after record {len(found)} (")


@pytest.mark.parametrize("block", [1, 5, 1 << 20])
@pytest.mark.parametrize(
    ("data", "values"),
    [
        ("[]", []),
        ("", []),
        (" \n ", []),
        ("[NaN, Infinity, -Infinity]", ["nan", "inf", "-inf"]),
        ("[1,2,]", ["1", "2"]),
        ("12345 67", ["12345", "67"]),
        ("true false", ["True", "False"]),
        ('["\\ud83d\\ude42"]', ["🙂"]),
        ("\ufeff[1]", ["1"]),
        (f"[{'9' * 400}]", ["9" * 400]),
    ],
)
def test_odd_but_valid_json_is_read(tmp_path, small, block, data, values):
    small(block)
    assert [str(value) for value in json_values(written(tmp_path, data))] == values


@pytest.mark.parametrize("block", [1, 5, 1 << 20])
@pytest.mark.parametrize(
    ("data", "number", "said"),
    [
        ("[1, ", 1, "it ends"),
        ("[1, 2", 2, "it ends"),
        ('[1, {"a": ', 1, "Expecting value"),
        ('[1, {"a" 3}]', 1, "Expecting ':' delimiter"),
        ("[1, nul]", 1, "Expecting value"),
        ('[1, "a\nb"]', 1, "Invalid control character"),
        ('[1, "\\x"]', 1, "Invalid \\escape"),
        (f"[1, {'[' * 200_000}]", 1, "recursion"),
        (f"[1, {'9' * 5000}]", 1, "Exceeds the limit"),
        ('[1, {"a": 1}', 2, "it ends"),
    ],
    ids=range(10),
)
def test_broken_json_is_named_by_the_record_before_it(tmp_path, small, block, data, number, said):
    small(block if len(data) < 1000 else 1 << 20)
    with pytest.raises(FileFault) as caught:
        list(json_values(written(tmp_path, data)))
    assert caught.value.reason.startswith(f"not valid JSON after record {number} (")
    assert said in caught.value.reason
    assert caught.value.hint == "export it again, as UTF-8 JSON"


def test_record_that_never_ends_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(json_cursor, "BLOCK", 10)
    monkeypatch.setattr(json_cursor, "LARGEST", 100)
    with pytest.raises(FileFault, match="the next record never ends"):
        list(json_values(written(tmp_path, '[1, "' + "x" * 1000)))


def test_string_longer_than_many_blocks_is_read_whole(tmp_path, small):
    small(100)
    assert list(json_values(written(tmp_path, json.dumps(["x" * 10_000, 1])))) == ["x" * 10_000, 1]


def test_record_of_a_list_that_is_no_object_or_nested_too_deeply_is_a_fault(tmp_path):
    data = '[{"text": "a"}, 5, {"text": "unusable"}, {"text": "b"}]'
    first, number, fault, last = json_records(written(tmp_path, data), parse)
    assert (first.place, last.place) == ("record 1", "record 4")
    assert number.reason == "a JSON int where an object is expected"
    assert (fault.reason, fault.record) == ("it says so", '{"text": "unusable"}')


def test_parser_that_goes_too_deep_is_a_fault_of_its_record(tmp_path):
    def deep(record):
        return deep(record)

    (fault,) = json_records(written(tmp_path, '[{"text": "a"}]'), deep)
    assert fault.reason == "the record is nested too deeply"


def test_parts_of_one_record_are_told_apart_by_their_place(tmp_path):
    def parts(record):
        yield {"text": "a", "spans": (), "part": "first"}
        yield {"text": "b", "spans": (), "part": None}

    records = json_lines(written(tmp_path, '{"text": "a"}\n'), parts)
    assert [record.place for record in records] == ["line 1, first", "line 1"]


def test_list_inside_of_an_object_is_read_as_records(tmp_path):
    data = json.dumps({"a": {"data": [{"text": "no"}]}, "data": [{"text": "a"}, {"text": "b"}]})
    records = list(json_items(written(tmp_path, data), "data.item", parse))
    assert [(record.text, record.place) for record in records] == [("a", "record 1"), ("b", "record 2")]


@pytest.mark.parametrize("value", [[], {}, {"data": {}}, {"data": 5}, [{"data": [1]}], 5])
def test_place_that_does_not_exist_holds_nothing(tmp_path, value):
    assert list(json_inside(written(tmp_path, json.dumps(value)), "data.item")) == []


def test_anything_behind_the_only_object_is_refused(tmp_path):
    with pytest.raises(FileFault, match="there is more text after the list of 1 records"):
        list(json_inside(written(tmp_path, '{"data": [1]} {"data": [2]}'), "data.item"))


def test_objects_that_follow_one_another_are_items_too(tmp_path):
    path = written(tmp_path, '{"data": [1, 2]}\n{"data": [3]}')
    assert list(json_inside(path, "item.data.item")) == [((1, 1), 1), ((1, 2), 2), ((2, 1), 3)]


def test_bytes_that_are_not_utf8_are_kept_for_the_record_to_be_judged(tmp_path):
    assert list(json_values(written(tmp_path, b'["a\xffb", "c"]'))) == ["a\udcffb", "c"]


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ('{"a": 1}\n{"a": 2}', True),
        ('\n\n {"a": 1}\n', True),
        ('{"a": 1', False),
        ('{"a"\n{"a": 2}', True),
        ('{\n"a": 1\n}', False),
        ('{\n  "a": {}\n}\n{\n  "a": 1\n}', False),
        ('[{"a": 1}]', False),
        ("", False),
        ("5\n{}", False),
        (f"{'[' * 100_000}\n", False),
    ],
    ids=range(10),
)
def test_file_holds_one_object_a_line_if_the_first_line_does(tmp_path, data, answer):
    assert is_one_a_line(written(tmp_path, data)) is answer


def test_file_whose_lines_are_read_one_by_one_keeps_their_numbers(tmp_path):
    data = '\ufeff{"text": "a"}\r\n\r\n{"text": \r\n{"text": "b\\r\\n"}'
    first, fault, last = json_records(written(tmp_path, data), parse)
    assert isinstance(first, AnnotatedText)
    assert isinstance(fault, Fault)
    assert [first.place, fault.place, last.place] == ["line 1", "line 3", "line 4"]
    assert last.text == "b\r\n"


@given(st.integers(1, 12))
def test_key_is_counted_across_the_blocks_that_are_searched(folder, block):
    path = written(folder, json.dumps([{"key": "key"}, {"key": '"key"'}]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scripts.formats.shared.json_records.LOOKED_AT", block)
        assert holds(path, "key", times=3)
        assert not holds(path, "key", times=4)  # the last stands in a string, with backslashes
        assert not holds(path, "ke")


@given(st.dictionaries(st.text(max_size=3), VALUES, min_size=1, max_size=3), DUMPS, st.data())
def test_last_line_that_ends_in_the_middle_is_called_cut_off(folder, value, dumps, data):
    line = " ".join(dumps(value).split("\r\n"))
    cut = data.draw(st.integers(1, len(line) - 1))
    path = written(folder, f'{{"text": "a"}}\n{line[:cut]}')
    with pytest.raises(FileFault, match=r"the last, is not valid JSON .* the file seems to be cut off"):
        list(json_lines(path, parse))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "b", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "maximum recursion depth"),
        ('{"text": "b" "spans": []}', "Expecting ',' delimiter"),
        ("{broken", "Expecting property name"),
        ('{"text": nothing}', "Expecting value"),
        ('{"text": "b"}}', "Extra data"),
        ("-- 2 rows --", "Expecting value"),
    ],
    ids=range(6),
)
def test_last_line_that_is_broken_otherwise_is_rejected_for_its_true_reason(tmp_path, line, reason):
    first, fault = json_lines(written(tmp_path, f'{{"text": "a"}}\n{line}\n\n'), parse)
    assert isinstance(first, AnnotatedText)
    assert fault.place == "line 2"
    assert fault.reason.startswith(f"not valid JSON ({reason}")


def test_line_that_ends_in_the_middle_among_others_is_rejected_in_its_place(tmp_path):
    data = '{"text": "a"}\n{"text": "b\n\n{"text": "c"}\n'
    places = [record.place for record in json_lines(written(tmp_path, data), parse)]
    assert places == ["line 1", "line 2", "line 4"]
