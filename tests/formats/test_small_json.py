"""CLUENER, Snips, DyGIE, SpERT and UIE: what is broken in their records, and what looks like them."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, Fault, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, written


def only(folder, format, value):
    """Return what the reader makes of the one record."""
    (found,) = read(folder, format, json.dumps(value))
    return found


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("news", "its labels are 'news', not an object"),
        ({"name": ["Ada"]}, "the entities of 'name' are ['Ada'], not an object"),
        ({"name": {"Ada": 0}}, "the positions of 'Ada' are 0, not a list"),
        ({"name": {"Ada": [[0]]}}, "[0] is not a position of 'Ada'"),
        ({"name": {"Ada": [["0", 2]]}}, "offset '0' is not a whole number"),
        ({" ": {"Ada": [[0, 2]]}}, "span 0-3 has no label"),
    ],
)
def test_broken_record_of_cluener_is_a_fault(tmp_path, label, reason):
    fault = only(tmp_path, "cluener", {"text": "Ada", "label": label})
    assert isinstance(fault, Fault)
    assert fault.reason == reason


def test_label_that_is_an_object_of_something_else_is_not_clueners(tmp_path):
    data = '{"text": "Ada", "label": {"positive": 0.9}}\n'
    assert detect(written(tmp_path, data * 2)).name != "cluener"


@pytest.mark.parametrize(
    ("utterance", "reason"),
    [
        (5, "5 is not an utterance in pieces"),
        ({"data": []}, "{'data': []} is not an utterance in pieces"),
        ({"data": [{"text": "a"}, {"text": 5}]}, "{'text': 5} is not a piece of a text"),
        ({"data": [{"text": " "}]}, "the utterance has no text"),
        ({"data": [{"text": "a", "entity": " "}]}, "span 0-1 has no label"),
    ],
)
def test_broken_utterance_of_snips_is_a_fault(tmp_path, utterance, reason):
    good = {"data": [{"text": "to "}, {"text": "Porto", "entity": "city"}]}
    first, fault = read(tmp_path, "snips", json.dumps({"Book": [good, utterance]}))
    assert mentions(first) == [("Porto", "city")]
    assert (fault.reason, fault.place) == (reason, "intent 'Book', utterance 2")


@pytest.mark.parametrize("data", ["{", "[]", '{"Book": []}', '{"intents": 5}'])
def test_file_without_utterances_is_refused(tmp_path, data):
    with pytest.raises(FileFault):
        list(FORMATS["snips"].read(written(tmp_path, data), DEFAULTS))


SENTENCES = [["Ada", "left"], ["Bo", "came"]]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sentences": "Ada"}, "its sentences are 'Ada', not lists of tokens"),
        ({"sentences": [[]]}, "the record has no tokens"),
        ({"sentences": [["Ada", 5]]}, "token 2 is 5, not a string"),
        ({"ner": 5}, "`ner` is 5, not a list of lists of spans"),
        (
            {"ner": [[[2, 4, "P"]]]},
            "a span goes from token 2 to token 4, but the tokens are numbered 0 to 3",
        ),
        ({"ner": [[[2, "P"]]]}, "[2, 'P'] is not a span"),
    ],
)
def test_broken_document_of_dygie_is_a_fault(tmp_path, changes, reason):
    fault = only(tmp_path, "dygie", {"doc_key": "d", "sentences": SENTENCES, "ner": [], **changes})
    assert isinstance(fault, Fault)
    assert fault.reason == reason


def test_document_of_dygie_without_a_field_for_spans_was_not_annotated(tmp_path):
    record = only(tmp_path, "dygie", {"doc_key": "d", "sentences": SENTENCES})
    assert isinstance(record, AnnotatedText)
    assert (record.text, record.annotated) == ("Ada left Bo came", None)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (5, "5 is not a span"),
        (
            {"type": "P", "start": 0, "end": 3},
            "a span goes from token 0 to token 2, but the tokens are numbered",
        ),
        (
            {"type": "P", "start": 1, "end": 1},
            "a span goes from token 1 to token 0, but the tokens are numbered",
        ),
        ({"type": "P", "start": 0}, "offset None is not a whole number"),
        ({"start": 0, "end": 1}, "span of tokens 0 to 0 has no label"),
    ],
)
def test_broken_span_of_spert_is_a_fault_of_its_record(tmp_path, mark, reason):
    fault = only(tmp_path, "spert", {"tokens": ["Ada", "left"], "entities": [mark], "orig_id": 1})
    assert isinstance(fault, Fault)
    assert fault.reason.startswith(reason)


def test_spans_of_characters_beside_a_text_are_not_sperts(tmp_path):
    record = {"text": "Ada left", "tokens": ["Ada", "left"]}
    record["entities"] = [{"type": "P", "start": 0, "end": 3}]
    assert detect(written(tmp_path, json.dumps([record]))).name == "jsonl"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"prompt": ""}, "span of a line has no label"),
        ({"result_list": None}, "the line has no `result_list`"),
        ({"content": ""}, "the record has no text"),
    ],
)
def test_broken_line_of_uie_is_a_fault_and_the_others_are_one_text(tmp_path, changes, reason):
    line = {"content": "Ada left.", "prompt": "person"}
    good = line | {"result_list": [{"text": "Ada", "start": 0, "end": 3}, {"start": None}]}
    rows = [good, line | {"result_list": []} | changes, good]
    record, fault = read(tmp_path, "uie", "".join(json.dumps(row) + "\n" for row in rows))
    assert mentions(record) == [("Ada", "person")]
    assert len(record.unread) == 2
    assert (fault.place, fault.reason) == ("line 2", reason)


def test_line_of_uie_without_any_span_that_can_be_read_leaves_those_of_the_others(tmp_path):
    bad = {"content": "Ada left.", "prompt": "place", "result_list": [5]}
    good = bad | {"prompt": "person", "result_list": [{"text": "Ada", "start": 0, "end": 3}]}
    for rows in ([bad, good], [good, bad]):
        (record,) = read(tmp_path, "uie", "".join(json.dumps(row) + "\n" for row in rows))
        assert mentions(record) == [("Ada", "person")]
        assert [span.reason for span in record.unread] == ["5 is not a span"]
    (fault,) = read(tmp_path, "uie", json.dumps(bad))
    assert (fault.place, fault.reason) == ("line 1", "5 is not a span")


@pytest.mark.parametrize(
    ("format", "record"),
    [
        ("dygie", {"doc_key": "d", "sentences": SENTENCES, "ner": [[[0, 0, "P"]], [[3, 9, "P"]]]}),
        (
            "spert",
            {
                "tokens": ["Ada", "left"],
                "entities": [
                    {"type": "P", "start": 0, "end": 1},
                    {"type": "P", "start": 1, "end": None},
                ],
            },
        ),
        ("gliner", {"tokenized_text": ["Ada", "left"], "ner": [[0, 0, "P"], [1, 2, "P"]]}),
        ("cluener", {"text": "Ada left", "label": {"P": {"Ada": [[0, 2]], "left": [[4]]}}}),
        ("pairs", ["Ada left", {"entities": [[0, 3, "P"], [4, None, "P"]]}]),
    ],
)
def test_span_that_can_not_be_read_costs_only_itself(tmp_path, format, record):
    (found,) = read(tmp_path, format, json.dumps([record]))
    assert mentions(found) == [("Ada", "P")]
    assert len(found.unread) == 1
