"""spaCy v2's training JSON: texts from `raw` or from tokens, unknown tags, groups, streaming."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.spacy.spacy_v2_json import REBUILT, parse
from tests.formats.reading import mentions, read, written


def sentence(*tokens):
    """Return a sentence of tokens, given as (word, tag) or (word, tag, space)."""
    names = ("orth", "ner", "space")
    return {"tokens": [dict(zip(names, token, strict=False)) for token in tokens]}


ADA = sentence(("Ada", "B-PER"), ("Okafor", "L-PER"), ("left", "O"))


def document(*paragraphs):
    """Return a document of paragraphs."""
    return {"id": 1, "paragraphs": list(paragraphs)}


def only(folder, **paragraph):
    """Return what is read of one paragraph."""
    (record,) = read(folder, "spacy_v2_json", json.dumps([document(paragraph)]))
    return record


def test_text_without_raw_is_rebuilt_from_the_tokens_of_all_sentences(tmp_path):
    record = only(tmp_path, sentences=[ADA, sentence(("Zoë", "U-PER"), ("too", "O"))])
    assert record.text == "Ada Okafor left Zoë too"
    assert mentions(record) == [("Ada Okafor", "PER"), ("Zoë", "PER")]
    assert record.tokens == ((0, 3), (4, 10), (11, 15), (16, 19), (20, 23))
    assert record.notes == ()


def test_spaces_that_the_file_knows_are_used(tmp_path):
    record = only(tmp_path, raw=None, sentences=[sentence(("Ada", "U-PER", ""), (".", "O", ""))])
    assert (record.text, mentions(record)) == ("Ada.", [("Ada", "PER")])


def test_raw_is_the_text_and_tokens_are_found_in_it(tmp_path):
    record = only(tmp_path, raw="Ada\r\n Okafor  left", sentences=[ADA])
    assert record.text == "Ada\r\n Okafor  left"
    assert mentions(record) == [("Ada\r\n Okafor", "PER")]


def test_quotes_and_brackets_of_the_penn_treebank_are_found_as_they_stand_in_the_text(tmp_path):
    words = [("``", "O"), ("Ada", "U-PER"), ("''", "O"), ("-LRB-", "O"), ("Bo", "U-PER"), ("-RRB-", "O")]
    record = only(tmp_path, raw='"Ada" (Bo)', sentences=[sentence(*words)])
    assert (record.text, mentions(record)) == ('"Ada" (Bo)', [("Ada", "PER"), ("Bo", "PER")])
    assert record.notes == ()


def test_tokens_of_another_text_take_its_place_with_a_note(tmp_path):
    record = only(tmp_path, raw="Ada left", sentences=[ADA])
    assert (record.text, record.notes) == ("Ada Okafor left", (REBUILT,))


@pytest.mark.parametrize("tag", ["-", None, ""])
def test_tag_that_is_unknown_is_missing_and_not_outside(tmp_path, tag):
    record = only(tmp_path, sentences=[sentence(("Ada", "U-PER"), ("left", tag))])
    assert mentions(record) == [("Ada", "PER")]
    assert (record.missing, record.exhaustive) == (((4, 8),), True)


@pytest.mark.parametrize(
    ("paragraph", "exhaustive", "found"),
    [
        ({"sentences": [sentence(("Ada",), ("left",))]}, False, []),
        ({"sentences": [sentence(("Ada", "-"))]}, False, []),
        ({"sentences": [sentence(("Ada",))], "entities": [[0, 3, "PER"]]}, True, [("Ada", "PER")]),
        ({"raw": "Ada left", "entities": [[0, 3, "PER"]]}, True, [("Ada", "PER")]),
        ({"raw": "It rained", "entities": []}, True, []),
        ({"raw": "It rained", "cats": []}, False, []),
    ],
)
def test_paragraph_without_tags_has_its_entities_or_nothing_is_known(
    tmp_path, paragraph, exhaustive, found
):
    record = only(tmp_path, **paragraph)
    assert (record.exhaustive, mentions(record)) == (exhaustive, found)
    assert record.annotated is (True if exhaustive else None)


def test_tags_come_before_the_entities_that_repeat_them(tmp_path):
    record = only(tmp_path, sentences=[ADA], entities=[[0, 3, "DOG"]])
    assert mentions(record) == [("Ada Okafor", "PER")]


def test_span_that_is_never_closed_is_mended_with_a_note(tmp_path):
    record = only(tmp_path, sentences=[sentence(("Ada", "B-PER"), ("left", "O"))])
    assert mentions(record) == [("Ada", "PER")]
    assert record.notes == ("a span without its last tag ends before the next one",)


def test_paragraphs_are_grouped_by_document_unless_there_is_only_one(tmp_path):
    two = document({"sentences": [ADA]}, {"sentences": [ADA]})
    records = read(tmp_path, "spacy_v2_json", json.dumps([two, document({"sentences": [ADA]})]))
    assert [(record.place, record.group) for record in records] == [
        ("document 1, paragraph 1", "document 1"),
        ("document 1, paragraph 2", "document 1"),
        ("document 2, paragraph 1", "document 2"),
    ]
    assert [record.group for record in read(tmp_path, "spacy_v2_json", json.dumps([two]))] == [None] * 2


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_file_may_be_a_list_an_object_or_one_document_a_line(tmp_path, indent):
    one = document({"sentences": [ADA]})
    for data, count in [
        (json.dumps([one, one], indent=indent), 2),
        (json.dumps(one, indent=indent), 1),
        (json.dumps(one) + "\n" + json.dumps(one), 2),
    ]:
        assert detect(written(tmp_path, data)).name == "spacy_v2_json"
        records = read(tmp_path, "spacy_v2_json", data)
        assert [mentions(record) for record in records] == [[("Ada Okafor", "PER")]] * count


@pytest.mark.parametrize(
    ("paragraph", "reason"),
    [
        (5, "5 is not a paragraph"),
        ({}, "the record has no text"),
        ({"sentences": 5}, "its sentences are 5, not a list"),
        ({"sentences": [{"tokens": {"a": 1}}]}, "its tokens are {'a': 1}, not a list"),
        ({"sentences": [{"tokens": ["Ada"]}]}, "token 'Ada' has no `orth`"),
        ({"sentences": [{"tokens": [{"orth": 5}]}]}, "token {'orth': 5} has no `orth`"),
        ({"sentences": [sentence(("Ada", 5))]}, "token 1 has the tag 5, which is not a string"),
        ({"raw": "Ada", "entities": [[0, "3", "PER"]]}, "offset '3' is not a whole number"),
    ],
)
def test_paragraph_that_can_not_be_used_is_a_fault(tmp_path, paragraph, reason):
    data = json.dumps([document({"sentences": [ADA]}, paragraph)])
    good, fault = read(tmp_path, "spacy_v2_json", data)
    assert isinstance(good, AnnotatedText)
    assert (fault.place, fault.reason) == ("document 1, paragraph 2", reason)


def test_file_that_is_cut_off_is_refused_after_what_came_before(tmp_path):
    data = json.dumps([document({"sentences": [ADA]}, {"sentences": [ADA]})])
    records = FORMATS["spacy_v2_json"].read(written(tmp_path, data[:-20]), DEFAULTS)
    assert isinstance(next(records), AnnotatedText)
    with pytest.raises(FileFault, match="not valid JSON after record 1"):
        next(records)


# Visible characters but quotes, backticks and hyphens, which Penn Treebank tokens consist of.
WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="`'-"), min_size=1
)


@given(st.lists(st.tuples(WORD, st.booleans(), st.booleans()), min_size=1), st.booleans())
def test_every_marked_token_is_the_mention_of_its_span(tokens, raw):
    rows = [(word, "U-X" if marked else "O", " " if space else "") for word, marked, space in tokens]
    text = "".join(word + space for word, _, space in rows).rstrip(" ")
    given_raw = {"raw": text} if raw else {}
    found = parse({"paragraph": {"sentences": [sentence(*rows)], **given_raw}, "group": None})
    assert found["text"] == text
    assert [text[start:end] for start, end in found["tokens"]] == [word for word, *_ in tokens]
    marked = [word for word, marked, _ in tokens if marked]
    assert [text[span.start : span.end] for span in found["spans"]] == marked


def test_tag_that_means_nothing_is_shown_with_its_token(tmp_path):
    sentences = [sentence(("Then", "O")), sentence(("Ada", "U-PER"), ("Li", "PER"))]
    (fault,) = read(tmp_path, "spacy_v2_json", json.dumps([{"paragraphs": [{"sentences": sentences}]}]))
    assert fault.reason == "token 3, 'Li': the tag 'PER' is not in the file's scheme (BILUO)"


def test_entity_that_can_not_be_read_leaves_the_others(tmp_path):
    record = only(tmp_path, raw="Ada left", entities=[[0, 3, "PERSON"], [4, None, "X"]])
    assert mentions(record) == [("Ada", "PERSON")]
    assert [span.reason for span in record.unread] == ["offset None is not a whole number"]
