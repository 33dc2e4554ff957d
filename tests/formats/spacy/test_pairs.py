"""The training data of spaCy tutorials: (text, annotations) pairs, in JSON and in Python."""

import json
from pathlib import Path

import pytest

from scripts.annotation.text import AnnotatedText, Fault, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import read, triples, written

PAIRS = [
    ["Uber blew through $1 million a week", {"entities": [[0, 4, "ORG"]]}],
    ["Google rebrands its business apps", {"entities": [[0, 6, "ORG"]]}],
    ["Nothing to see", {"entities": []}],
]


def test_pairs_are_read_in_order_with_their_numbers(tmp_path):
    records = read(tmp_path, "pairs", json.dumps(PAIRS))
    assert [record.text for record in records] == [text for text, _ in PAIRS]
    assert [triples(record) for record in records] == [[(0, 4, "ORG")], [(0, 6, "ORG")], []]
    assert [record.place for record in records] == ["record 1", "record 2", "record 3"]


def test_pretty_printed_list_reads_as_the_same(tmp_path):
    plain = read(tmp_path, "pairs", json.dumps(PAIRS))
    assert read(tmp_path, "pairs", "\n " + json.dumps(PAIRS, indent=4) + "\n") == plain


def test_escaped_and_plain_characters_read_as_the_same(tmp_path):
    pairs = [["🙂 Zoë 李雷", {"entities": [[2, 5, "PERSON"]]}]]
    escaped = read(tmp_path, "pairs", json.dumps(pairs, ensure_ascii=True))
    assert escaped == read(tmp_path, "pairs", json.dumps(pairs, ensure_ascii=False))
    assert escaped[0].text == "🙂 Zoë 李雷"


@pytest.mark.parametrize("annotations", [{}, {"entities": None}, {"links": {}}])
def test_annotations_without_entities_are_a_text_without_spans(tmp_path, annotations):
    (record,) = read(tmp_path, "pairs", json.dumps([["Ada", annotations]]))
    assert triples(record) == []
    assert record.annotated is None


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (["Ada"], "['Ada'] is not a pair of a text and its annotations"),
        (["Ada", "P"], "['Ada', 'P'] is not a pair of a text and its annotations"),
        (["Ada", {}, {}], "['Ada', {}, {}] is not a pair of a text and its annotations"),
        ({"text": "Ada"}, "{'text': 'Ada'} is not a pair of a text and its annotations"),
        ("Ada", "'Ada' is not a pair of a text and its annotations"),
        (["", {}], "the record has no text"),
        ([{"entities": []}, {}], "the record has no text"),
        (["Ada", {"entities": [[0, 3.5, "P"]]}], "offset 3.5 is not a whole number"),
        (["Ada", {"entities": [["0", 3, "P"]]}], "offset '0' is not a whole number"),
        (["Ada", {"entities": [[0, 3, ""]]}], "span 0-3 has no label"),
        (["Ada", {"entities": [[0, 3]]}], "[0, 3] is not a span"),
    ],
)
def test_pair_that_can_not_be_used_is_a_fault_and_the_rest_is_read(tmp_path, pair, reason):
    first, fault, last = read(tmp_path, "pairs", json.dumps([PAIRS[0], pair, PAIRS[1]]))
    assert isinstance(fault, Fault)
    assert (fault.reason, fault.place) == (reason, "record 2")
    assert json.loads(fault.record) == {"pair": pair}
    assert isinstance(first, AnnotatedText)
    assert isinstance(last, AnnotatedText)


def test_list_that_is_cut_off_is_refused_whole_after_the_records_before_it(tmp_path):
    whole = json.dumps(PAIRS)
    records = FORMATS["pairs"].read(written(tmp_path, whole[: whole.index("Google") + 3]), DEFAULTS)
    assert isinstance(next(records), AnnotatedText)
    with pytest.raises(FileFault) as caught:
        next(records)
    assert caught.value.reason.startswith("not valid JSON after record 1 (")
    assert caught.value.reason.endswith("): it may be cut off")


@pytest.mark.parametrize("tail", ["]", " [", ' {"a": 1}', "x"])
def test_anything_behind_the_list_is_refused(tmp_path, tail):
    with pytest.raises(FileFault, match="there is more text after the list of 3 records"):
        read(tmp_path, "pairs", json.dumps(PAIRS) + tail)


def test_only_the_pair_that_holds_bytes_that_are_not_utf8_is_a_fault(tmp_path):
    data = '[["Zoë", {"entities": []}], ["Ada", {"entities": []}]]'.encode("cp1252")
    fault, good = read(tmp_path, "pairs", data)
    assert fault.reason == "the text contains bytes that are not UTF-8"
    assert good.text == "Ada"


def test_empty_list_holds_nothing(tmp_path):
    assert read(tmp_path, "pairs", "[]") == []


def test_spans_without_the_name_entities_are_read_as_in_the_first_tutorials(tmp_path):
    (record,) = read(tmp_path, "pairs", '[["Ada left", [[0, 3, "PERSON"]]]]')
    assert triples(record) == [(0, 3, "PERSON")]


def test_pairs_one_a_line_are_read_and_a_broken_line_is_a_fault(tmp_path):
    data = '["Ada", {"entities": [[0, 3, "P"]]}]\n\n["Bo", {"enti\n["Cy", {"entities": []}]\n'
    assert detect(written(tmp_path, data)).name == "pairs"
    first, fault, last = read(tmp_path, "pairs", data)
    assert (first.text, last.text) == ("Ada", "Cy")
    assert fault.place == "line 3"
    assert fault.reason.startswith("not valid JSON (Unterminated string")
    assert fault.record == '["Bo", {"enti'


@pytest.mark.parametrize(
    ("annotations", "what"),
    [
        ({"cats": {"POSITIVE": 1.0}}, "this is text classification: its pairs have `cats` but no"),
        ({"heads": [0], "deps": ["ROOT"]}, "this is training data of a parser: its pairs have `heads`"),
    ],
)
def test_pairs_made_for_something_else_are_refused_by_name(tmp_path, annotations, what):
    data = json.dumps([["Ada", annotations]])
    assert detect(written(tmp_path, data)).name == "pairs"
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "pairs", data)
    assert caught.value.reason.startswith(what)


PYTHON = {
    "named": 'TRAIN_DATA = [("Ada left", {"entities": [(0, 3, "P")]})]',
    "annotated": 'DATA: list = [("Ada left", {"entities": [(0, 3, "P")]}),]',
    "bare": "[('Ada left', {'entities': [(0, 3, 'P')]})]",
    "tuple": "('Ada left', {'entities': [(0, 3, 'P')]}),\n",
    "a line": "('Ada left', {'entities': [(0, 3, 'P')]})\n",
    "lists": "[['Ada left', {'entities': [[0, 3, 'P']]}]]",
    "double": """[["Ada left", {'entities': [[0, 3, 'P']]}]]""",
    "dicts": "X = [('Ada left', {'entities': [{'start': 0, 'end': 3, 'label': 'P'}]})]",
    "triple": 'X = [(\n """Ada left""", {"entities": [(0, 3, r"P")]})]',
    "code": "import os\nos.abort()\nSIZES = [(1, 2)]\nX = [\n# one\n('Ada left', {'entities': "
    "[(0, 3, 'P')]}),\n]\nprint(X)\n",
    "first tutorials": "train_data = [('Ada left', [(0, 3, 'P')])]",
}


@pytest.mark.parametrize("source", PYTHON.values(), ids=PYTHON)
def test_python_literal_is_read_and_nothing_executed(tmp_path, source):
    assert detect(written(tmp_path, source)).name == "pairs"
    (record,) = read(tmp_path, "pairs", source)
    assert (record.text, triples(record)) == ("Ada left", [(0, 3, "P")])


def test_pair_that_would_have_to_be_executed_is_a_fault_with_its_line(tmp_path):
    source = 'X = [\n("Ada", {"entities": []}),\n(input("?"), {"entities": []}),\n("Bo" * 9, {})]\n'
    good, *faults = read(tmp_path, "pairs", source)
    assert good.text == "Ada"
    assert [(fault.place, fault.reason) for fault in faults] == [
        ("record 2", "the value that begins in line 3 is not a literal"),
        ("record 3", "the value that begins in line 4 is not a literal"),
    ]
    assert faults[0].record == '(input("?"), {"entities": []}),'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("X = [('Ada', {'entities': [(0, 3, 'P')]}", "not valid Python in line 1 ("),
        ("X = [('Ada', {'entities': [(0, 3, 'P')]})]\n x", "not valid Python in line 2 ("),
        ("X = [('A\0', {'entities': [(0, 3, 'P')]})]", "not valid Python "),
        (b"X = [('Zo\xeb', {'entities': [(0, 3, 'P')]})]", "not valid Python "),
        (f"('Ada', {{'entities': {'[' * 5000}", "not valid Python "),
        (f"('Ada', {{'entities': {'-' * 50_000}1", "not valid Python "),
    ],
    ids=["cut", "indented", "nul", "cp1252", "brackets", "signs"],
)
def test_python_that_is_broken_is_refused_whole(tmp_path, source, reason):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "pairs", source)
    assert caught.value.reason.startswith(reason)
    assert caught.value.hint == "correct it there, or write the data as JSON"


def test_python_literal_too_large_to_be_parsed_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.formats.shared.python_literals.LARGEST", 10)
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "pairs", PYTHON["named"])
    assert caught.value.hint == "write it as JSON: json.dump(TRAIN_DATA, file)"


def test_python_literal_may_hold_what_json_can_not(tmp_path):
    (fault,) = read(tmp_path, "pairs", "X = [('Ada', {'entities': [(0, b'3', 'P')], (1, 2): {3}})]")
    assert fault.reason == "offset b'3' is not a whole number"
    assert "(1, 2): {3}" in fault.record


def test_escapes_that_python_will_forbid_raise_no_warning(tmp_path, recwarn):
    (record,) = read(tmp_path, "pairs", r"X = [('a\d', {'entities': []})]")
    assert record.text == r"a\d"
    assert not recwarn


WORDS = ["Ada", "Li", "left", "."]
LINE = "('Ada Li left.', {'words': ['Ada', 'Li', 'left', '.'], 'entities': ['B-P', 'L-P', 'O', 'O']})"


@pytest.mark.parametrize(
    "annotations",
    [
        "{'cats': {'A': 1.0}, 'entities': [(0, 3, 'P')]}",
        "{'id': 7, 'source': 'x', 'entities': [(0, 3, 'P')]}",
        '{"links": {(0, 3): {"Q1": 1.0}}, "entities": [(0, 3, "P")]}',
        "{'cats': {},\n  'entities':\n [(0, 3, 'P')], 'last': None}",
    ],
)
def test_entities_may_be_any_key_of_the_annotations_in_python(tmp_path, annotations):
    data = f"DATA = [('Ada left', {annotations})]"
    assert detect(written(tmp_path, data)).name == "pairs"
    (record,) = read(tmp_path, "pairs", data)
    assert triples(record) == [(0, 3, "P")]


def test_entities_may_be_any_key_of_the_annotations_in_json(tmp_path):
    data = json.dumps([["Ada left", {"source": {"page": 1}, "entities": [[0, 3, "P"]]}]])
    assert detect(written(tmp_path, data)).name == "pairs"
    assert triples(*read(tmp_path, "pairs", data)) == [(0, 3, "P")]


@pytest.mark.parametrize(
    "tags",
    [["B-P", "L-P", "O", "O"], ["B-P", "I-P", "O", "O"], ["B-P", "E-P", "O", "O"]],
)
@pytest.mark.parametrize("order", [1, -1])
def test_entities_may_be_a_tag_for_each_word(tmp_path, tags, order):
    annotations = dict([("words", WORDS), ("entities", tags)][::order])
    (record,) = read(tmp_path, "pairs", json.dumps([["Ada Li left.", annotations]]))
    assert (record.text, triples(record)) == ("Ada Li left.", [(0, 6, "P")])
    assert record.tokens == ((0, 3), (4, 6), (7, 11), (11, 12))
    assert record.annotated


def test_tags_of_words_are_read_in_python(tmp_path):
    data = f"TRAIN_DATA = [{LINE},\n{LINE}]"
    assert detect(written(tmp_path, data)).name == "pairs"
    assert [triples(record) for record in read(tmp_path, "pairs", data)] == [[(0, 6, "P")]] * 2


def test_unknown_tags_are_missing(tmp_path):
    tags = ["B-P", "L-P", "-", None]
    (record,) = read(
        tmp_path, "pairs", json.dumps([["Ada Li left.", {"words": WORDS, "entities": tags}]])
    )
    assert record.missing == ((7, 11), (11, 12))
    assert triples(record) == [(0, 6, "P")]


def test_words_that_are_not_those_of_the_text_make_a_text_of_their_own(tmp_path):
    annotations = {
        "words": WORDS,
        "entities": ["B-P", "L-P", "O", "O"],
        "spaces": [True, True, False, False],
    }
    (record,) = read(tmp_path, "pairs", json.dumps([["Ada Lee left", annotations]]))
    assert record.text == "Ada Li left."
    assert record.notes == ("its text differs from its tokens, which are joined with spaces instead",)


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        ({"entities": ["O", "O"]}, "its entities are tags, ['O', 'O'], but it has no `words`"),
        ({"words": WORDS, "entities": ["O"]}, "it has 4 words and 1 tags"),
        ({"words": WORDS, "entities": ["O", "O", "PER", "O"]}, "word 3, 'left', has the tag 'PER'"),
        ({"words": WORDS, "entities": ["O", "O", "O", [1]]}, "word 4, '.', has the tag [1]"),
        ({"words": ["A", ""], "entities": ["O", "O"]}, "word 2 is empty"),
        ({"words": "Ada", "entities": ["O"]}, "its tokens are 'Ada', not a list"),
    ],
)
def test_tags_that_are_not_those_of_words_are_a_fault(tmp_path, annotations, reason):
    (fault,) = read(tmp_path, "pairs", json.dumps([["Ada Li left.", annotations]]))
    assert fault.reason.startswith(reason)
    assert fault.hint


def test_search_for_a_pair_takes_no_longer_for_many_braces():
    assert not FORMATS["pairs"].sniff(Head(Path("x.py"), b"'a', {" * 9_000))
    assert not FORMATS["pairs"].sniff(Head(Path("x.py"), b"'a', {" + b"{'x': 1}," * 6_000))
