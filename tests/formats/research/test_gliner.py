"""GLiNER's training data: spans of tokens whose last token belongs to them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.formats.detection import detect
from scripts.formats.research.gliner import parse, sniff
from scripts.formats.shared.head import Head
from scripts.formats.shared.token_texts import NOT_THE_TEXT
from tests.formats.reading import mentions, read, triples, written

ROW = {"tokenized_text": ["Ada", "met", "Bo"], "ner": [[0, 0, "person"], [2, 2, "person"]]}


def only(folder, **changes):
    """Return what is read of the object above, with some fields changed."""
    (record,) = read(folder, "gliner", json.dumps([{**ROW, **changes}]))
    return record


def test_last_token_belongs_to_the_span(tmp_path):
    record = only(tmp_path, ner=[[0, 1, "both"]])
    assert (record.text, mentions(record)) == ("Ada met Bo", [("Ada met", "both")])


@given(st.lists(st.text("aé😀 ", min_size=1).filter(str.strip), min_size=1, max_size=8), st.data())
def test_span_covers_its_first_to_its_last_token(words, data):
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    found = parse({"tokenized_text": words, "ner": [[first, last, "x"]]})
    (span,) = found["spans"]
    assert found["text"][span.start : span.end] == " ".join(words[first : last + 1])


def test_text_that_the_object_gives_is_kept_as_it_is(tmp_path):
    record = only(tmp_path, text=" Ada\r\nmet  Bo ")
    assert record.text == " Ada\r\nmet  Bo "
    assert triples(record) == [(1, 4, "person"), (11, 13, "person")]
    assert record.notes == ()


@pytest.mark.parametrize("text", ["Ada met Li", "Ada met Bo."])
def test_text_that_is_not_that_of_the_tokens_is_built_anew(tmp_path, text):
    record = only(tmp_path, text=text)
    assert (record.text, record.notes) == ("Ada met Bo", (NOT_THE_TEXT,))


def test_numbers_of_tokens_may_be_strings(tmp_path):
    assert mentions(only(tmp_path, ner=[["0", "1", "both"]])) == [("Ada met", "both")]


def test_object_without_spans_says_whether_anybody_looked(tmp_path):
    assert only(tmp_path, ner=[]).annotated is True
    assert only(tmp_path, ner=None).annotated is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tokenized_text": "Ada"}, "its tokens are 'Ada', not a list"),
        ({"tokenized_text": []}, "the record has no tokens"),
        ({"tokenized_text": [" "]}, "the record has no tokens"),
        ({"tokenized_text": ["Ada", 5]}, "token 2 is 5, not a string"),
        ({"ner": 5}, "`ner` is 5, not a list"),
        ({"ner": [[0, 1]]}, "[0, 1] is not a span"),
        ({"ner": [[0, 1, None]]}, "span of tokens 0 to 1 has no label"),
        ({"ner": [[0, 1.5, "x"]]}, "offset 1.5 is not a whole number"),
        (
            {"ner": [[0, 3, "x"]]},
            "a span goes from token 0 to token 3, but the tokens are numbered 0 to 2",
        ),
        (
            {"ner": [[2, 1, "x"]]},
            "a span goes from token 2 to token 1, but the tokens are numbered 0 to 2",
        ),
        (
            {"ner": [[-1, 1, "x"]]},
            "a span goes from token -1 to token 1, but the tokens are numbered 0 to 2",
        ),
        ({"tokenized_text": ["Ada", "\0"]}, "the text contains a NUL character"),
    ],
)
def test_object_that_is_damaged_is_a_fault(tmp_path, changes, reason):
    assert only(tmp_path, **{"ner": [], **changes}).reason == reason


def test_tokens_of_other_tools_are_not_taken_for_gliner(tmp_path):
    for row in ({"tokens": ["Ada"], "ner": [[0, 0, "x"]]}, {"tokenized_text": "Ada", "text": "Ada"}):
        assert not detects(written(tmp_path, json.dumps(row)))
    assert detects(written(tmp_path, json.dumps(ROW)))


def detects(path):
    """Say whether a file is found to be GLiNER's."""
    return sniff(Head.of(path)) and detect(path).name == "gliner"
