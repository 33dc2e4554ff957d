"""The training data of spaCy tutorials: a JSON list of (text, annotations) pairs."""

import json

import pytest

from scripts.corpus.text import AnnotatedText, Fault, FileFault
from scripts.formats import FORMATS
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


@pytest.mark.parametrize("annotations", [{}, {"entities": None}, {"cats": {"a": 1.0}}])
def test_annotations_without_entities_are_a_text_without_spans(tmp_path, annotations):
    (record,) = read(tmp_path, "pairs", json.dumps([["Ada", annotations]]))
    assert triples(record) == []


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (["Ada"], "not a pair of a text and its annotations"),
        (["Ada", [[0, 3, "P"]]], "not a pair of a text and its annotations"),
        (["Ada", {}, {}], "not a pair of a text and its annotations"),
        ({"text": "Ada"}, "not a pair of a text and its annotations"),
        ("Ada", "not a pair of a text and its annotations"),
        (["", {}], "the record has no text"),
        ([{"entities": []}, {}], "the record has no text"),
        (["Ada", {"entities": [[0, 3.0, "P"]]}], "offset 3.0 is not a whole number"),
        (["Ada", {"entities": [["0", 3, "P"]]}], "offset '0' is not a whole number"),
        (["Ada", {"entities": [[0, 3, ""]]}], "span 0-3 has no label"),
        (["Ada", {"entities": [[0, 3]]}], "[0, 3] is no span"),
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
    records = FORMATS["pairs"].read(written(tmp_path, whole[: whole.index("Google") + 3]))
    assert isinstance(next(records), AnnotatedText)
    with pytest.raises(FileFault) as caught:
        next(records)
    assert caught.value.reason.startswith("not valid JSON after record 1 (")
    assert caught.value.reason.endswith("): it may be cut off")


@pytest.mark.parametrize("tail", ["]", " [", ' {"a": 1}', "x"])
def test_anything_behind_the_list_is_refused(tmp_path, tail):
    with pytest.raises(FileFault, match="not valid JSON after record 3"):
        read(tmp_path, "pairs", json.dumps(PAIRS) + tail)


def test_list_that_is_not_utf8_is_refused(tmp_path):
    with pytest.raises(FileFault, match="not valid JSON after record 0"):
        read(tmp_path, "pairs", '[["Zoë", {"entities": []}]]'.encode("cp1252"))


def test_empty_list_holds_nothing(tmp_path):
    assert read(tmp_path, "pairs", "[]") == []
