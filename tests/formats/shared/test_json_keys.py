"""Keys that occur twice in one JSON object are found, however the file is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText
from scripts.formats.shared.json_keys import RepeatedKey, decode_at, decode_json
from tests.formats.reading import read, triples

KEYS = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(['":', '" :', "text", "\\"])
VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4) | st.sampled_from(['"a":', '" :']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)
SEPARATORS = st.sampled_from(
    [(",", ":"), (", ", ": "), (",", " : "), (", ", ":\t"), (",", "\t:"), (",", "  :"), (",\n", "\r\n:")]
)


@given(VALUES, SEPARATORS, st.booleans())
def test_value_without_repeated_keys_is_as_the_parser_has_it(value, separators, ascii_only):
    text = json.dumps(value, separators=separators, ensure_ascii=ascii_only)
    assert decode_json(text) == value


@given(VALUES, VALUES, KEYS, SEPARATORS, st.booleans())
def test_repeated_key_is_found_at_any_depth(first, second, key, separators, deep):
    between, colon = separators
    twice = between.join(json.dumps(key) + colon + json.dumps(value) for value in (first, second))
    text = f'{{"x":[{{"y":{{{twice}}}}}]}}' if deep else f"{{{twice}}}"
    found = decode_json(text)
    if first == second:  # nothing is lost
        assert found == json.loads(text)
    else:
        assert isinstance(found, RepeatedKey)
        assert found.key == key


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": 1, "a" : 2}',
        '{"a": 1, "a"\t: 2}',
        '{"a": 1, "a" \n: 2}',
        '{"a" : 1, "a": 2, "b": "\\":"}',
        '{"t": [{"a": 1}, {"a": 1, "a": 2}]}',
        '{"t": [{"b": {"a": 1, "a": 2}}]}',
        '[{"a": 1, "a": 2}]',
        '{"a": [], "a": [1]}',
    ],
)
def test_repeated_key_is_named(text):
    assert decode_json(text) == RepeatedKey("a", json.loads(text))


def test_repeated_key_is_found_in_a_value_inside_of_a_text():
    text = '[{"a": 1, "a": 2}, 3]'
    assert decode_at(text, 1) == (RepeatedKey("a", {"a": 2}), 17)
    with pytest.raises(ValueError, match="Expecting"):
        decode_at('{"a": 1, "a": 2, "b": ', 0)  # which may go on


TWICE = '{"text": "Bo left.", "spans": [], "text": "Ada left.", "spans": [[0, 3, "PER"]]}'
ONCE = '{"text": "Ada left.", "spans": [[0, 3, "PER"]]}'


@pytest.mark.parametrize("data", [f"{ONCE}\n{TWICE}\n{ONCE}\n", f"[{ONCE}, {TWICE}, {ONCE}]"])
def test_record_with_a_repeated_key_is_rejected_by_name_and_the_others_are_read(tmp_path, data):
    first, fault, last = read(tmp_path, "jsonl", data)
    assert fault.reason == "the key 'text' occurs twice in one object, with different values"
    assert json.loads(fault.record) == json.loads(TWICE)
    assert triples(first) == triples(last) == [(0, 3, "PER")]


def test_list_that_occurs_twice_in_the_object_around_it_is_read_twice(tmp_path):
    data = '{"luis_schema_version": "7", "utterances": [{"text": "a"}], "utterances": [{"text": "b"}]}'
    records = read(tmp_path, "luis", data)
    assert [record.text for record in records if isinstance(record, AnnotatedText)] == ["a", "b"]
