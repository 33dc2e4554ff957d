"""Prodigy's JSONL, as `prodigy db-out` writes it."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import HEAD
from tests.formats.reading import mentions, read, triples, written

# A task of ner.manual, as Prodigy 1.15 exports it.
TASK = {
    "text": "Ada met 李雷 🙂",
    "meta": {"source": "mail", "group": "thread 9"},
    "_input_hash": 1842734674,
    "_task_hash": -487516519,
    "_is_binary": False,
    "tokens": [
        {"text": "Ada", "start": 0, "end": 3, "id": 0, "ws": True},
        {"text": "met", "start": 4, "end": 7, "id": 1, "ws": True},
        {"text": "李雷", "start": 8, "end": 10, "id": 2, "ws": True},
        {"text": "🙂", "start": 11, "end": 12, "id": 3, "ws": False},
    ],
    "_view_id": "ner_manual",
    "spans": [
        {"start": 0, "end": 3, "token_start": 0, "token_end": 0, "label": "PERSON"},
        {"start": 8, "end": 10, "token_start": 2, "token_end": 2, "label": "PERSON"},
    ],
    "answer": "accept",
    "_timestamp": 1700000000,
}


def only(folder, **changes):
    """Return what is read of the task above, with some fields changed (None takes one away)."""
    task = {key: value for key, value in {**TASK, **changes}.items() if value is not None}
    (record,) = read(folder, "prodigy", json.dumps(task))
    return record


def test_task_carries_text_spans_hash_group_and_meta(tmp_path):
    record = only(tmp_path)
    assert isinstance(record, AnnotatedText)
    assert record.text == TASK["text"]
    assert triples(record) == [(0, 3, "PERSON"), (8, 10, "PERSON")]
    assert record.id == "-487516519"
    assert record.group == "thread 9"
    assert record.meta == TASK["meta"]
    assert (record.answer, record.place, record.exhaustive) == ("accept", "line 1", True)


@pytest.mark.parametrize("answer", ["accept", "reject", "ignore"])
def test_answer_is_kept_for_conversion_to_act_on(tmp_path, answer):
    assert only(tmp_path, answer=answer).answer == answer


def test_task_without_an_answer_counts_as_accepted(tmp_path):
    assert only(tmp_path, answer=None).answer == "accept"


def test_own_identifier_and_group_come_before_hash_and_meta(tmp_path):
    record = only(tmp_path, id="A-1", group=12)
    assert (record.id, record.group) == ("A-1", "12")


@pytest.mark.parametrize("meta", [None, "a note", ["list"]])
def test_meta_that_is_no_object_is_passed_over(tmp_path, meta):
    record = only(tmp_path, meta=meta)
    assert (record.meta, record.group) == ({}, None)


def test_task_without_spans_or_tokens_is_a_text_without_spans(tmp_path):
    assert triples(only(tmp_path, spans=None, tokens=None)) == []


def test_spans_without_tokens_need_no_proof(tmp_path):
    assert triples(only(tmp_path, tokens=None))[1] == (8, 10, "PERSON")


def test_triples_beside_tokens_name_no_tokens(tmp_path):
    assert triples(only(tmp_path, spans=[[0, 3, "PERSON"]])) == [(0, 3, "PERSON")]


def moved(index, **changes):
    """Return the task's tokens with one of them changed."""
    tokens = [dict(token) for token in TASK["tokens"]]
    tokens[index].update(changes)
    return tokens


@pytest.mark.parametrize(
    ("tokens", "reason"),
    [
        (moved(1, start=3, end=6), "token 'met' should be at 3-6, where the text has ' me'"),
        (moved(3, end=13, text="🙂 "), "token '🙂 ' should be at 11-13, where the text has '🙂'"),
        (moved(0, start="0"), "lacks a text, start or end"),
        ([{"text": "Ada"}], "token {'text': 'Ada'} lacks a text, start or end"),
        ([5], "token 5 lacks a text, start or end"),
        (5, "tokens are a int, not a list"),
        ({"0": "Ada"}, "tokens are a dict, not a list"),
    ],
)
def test_tokens_that_are_not_what_stands_in_the_text_are_a_fault(tmp_path, tokens, reason):
    fault = only(tmp_path, tokens=tokens)
    assert fault.reason == reason or fault.reason.endswith(f" {reason}")


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        ({"token_start": 0, "token_end": 1}, "span 0-3 refers to tokens that are at 0-7"),
        ({"token_start": 1, "token_end": 1}, "span 0-3 refers to tokens that are at 4-7"),
        ({"token_start": 0, "token_end": 4}, "span 0-3 refers to tokens 0 to 4, but there are 4 tokens"),
        (
            {"token_start": -1, "token_end": 0},
            "span 0-3 refers to tokens -1 to 0, but there are 4 tokens",
        ),
        ({"token_start": 2, "token_end": 1}, "span 0-3 refers to tokens 2 to 1, but there are 4 tokens"),
    ],
)
def test_span_whose_token_numbers_and_offsets_disagree_is_a_fault(tmp_path, span, reason):
    fault = only(tmp_path, spans=[{"start": 0, "end": 3, "label": "PERSON", **span}])
    assert fault.reason == reason


def test_span_with_only_one_token_number_is_taken_by_its_offsets(tmp_path):
    span = {"start": 0, "end": 3, "label": "PERSON", "token_start": 2}
    assert triples(only(tmp_path, spans=[span])) == [(0, 3, "PERSON")]


def test_offsets_counted_in_utf16_units_do_not_pass_the_tokens(tmp_path):
    text = "🙂 Ada"  # the tool counts the smiley as two
    tokens = [{"text": "🙂", "start": 0, "end": 2}, {"text": "Ada", "start": 3, "end": 6}]
    fault = only(tmp_path, text=text, tokens=tokens, spans=[])
    assert fault.reason == "token '🙂' should be at 0-2, where the text has '🙂 '"


def test_record_without_text_is_a_fault(tmp_path):
    assert only(tmp_path, text=None).reason == "the record has no text"


def test_first_task_longer_than_the_head_is_still_prodigys(tmp_path):
    words = [f"word{n}" for n in range(4000)]
    starts = [sum(len(word) + 1 for word in words[:n]) for n in range(len(words))]
    tokens = [
        {"text": word, "start": start, "end": start + len(word), "id": n}
        for n, (word, start) in enumerate(zip(words, starts, strict=True))
    ]
    task = {"text": " ".join(words), "tokens": tokens, "spans": [], "answer": "reject"}
    line = json.dumps(task)
    assert len(line) > HEAD
    path = written(tmp_path, line + "\n" + line + "\n")
    assert detect(path).name == "prodigy"


@pytest.mark.parametrize("format", ["prodigy", "jsonl"])
@pytest.mark.parametrize("answer", ["ignore", "reject"])
def test_record_that_was_not_accepted_may_be_faulty(tmp_path, format, answer):
    task = {"text": "Ada", "spans": [{"start": 90, "end": "x", "label": ""}], "answer": answer}
    for record in (task, {**task, "text": None}):
        (found,) = read(tmp_path, format, json.dumps(record))
        assert found.answer == answer
        assert found.spans == ()


def span(text, mention, **rest):
    """Return the span of a mention as ner.teach writes it."""
    start = text.index(mention)
    return {"start": start, "end": start + len(mention), "text": mention, "label": "X", **rest}


TEXT = "a Volvo to Oslo"
ASKED = {"text": TEXT, "spans": [span(TEXT, "Volvo", score=0.5)], "_task_hash": 1}


def judged(folder, **changes):
    """Return what is read of a binary task, as (entities, wrong spans, exhaustive, answer)."""
    task = {key: value for key, value in {**ASKED, **changes}.items() if value is not None}
    (record,) = read(folder, "prodigy", json.dumps(task))
    wrong = [record.text[span.start : span.end] for span in record.wrong]
    return [name for name, _ in mentions(record)], wrong, record.exhaustive, record.answer


def test_accepted_span_is_right_and_nothing_is_known_of_the_rest(tmp_path):
    assert judged(tmp_path, answer="accept") == (["Volvo"], [], False, "accept")


def test_rejected_span_is_wrong_and_the_task_is_used(tmp_path):
    assert judged(tmp_path, answer="reject") == ([], ["Volvo"], False, "accept")


def test_binary_task_that_was_ignored_is_ignored(tmp_path):
    assert judged(tmp_path, answer="ignore") == ([], [], True, "ignore")


@pytest.mark.parametrize(
    ("changes", "binary"),
    [
        ({}, True),
        ({"spans": [span(TEXT, "Volvo", pattern=3)]}, True),
        ({"spans": [span(TEXT, "Volvo", answer="accept")]}, True),
        ({"spans": [span(TEXT, "Volvo")]}, False),
        ({"spans": [span(TEXT, "Volvo", score=1), span(TEXT, "Oslo")]}, False),
        ({"spans": [span(TEXT, "Volvo")], "_view_id": "ner"}, True),
        ({"spans": [span(TEXT, "Volvo")], "_is_binary": True}, True),
        ({"_view_id": "ner_manual"}, False),
        ({"_is_binary": False}, False),
        ({"tokens": [{"text": "a", "start": 0, "end": 1, "id": 0}]}, False),
        ({"spans": [], "_view_id": "ner"}, True),
        ({"spans": []}, False),
    ],
)
def test_task_is_binary_by_its_interface_else_by_what_its_spans_say(tmp_path, changes, binary):
    assert judged(tmp_path, answer="accept", **changes)[2] is not binary


def test_answers_of_single_spans_come_before_that_of_the_task(tmp_path):
    spans = [
        span(TEXT, "Volvo", answer="accept"),
        span(TEXT, "Oslo", answer="reject"),
        span(TEXT, "to", answer="ignore"),
    ]
    assert judged(tmp_path, answer="reject", spans=spans)[:2] == (["Volvo"], ["Oslo"])


def test_rejected_task_with_several_spans_does_not_say_which_is_wrong(tmp_path):
    spans = [span(TEXT, "Volvo", score=1), span(TEXT, "Oslo", score=1)]
    assert judged(tmp_path, answer="reject", spans=spans) == ([], [], True, "reject")


def test_answer_that_is_no_word_is_a_fault(tmp_path):
    fault = only(tmp_path, answer=["accept", "reject"])
    assert fault.reason == "the answer ['accept', 'reject'] is not accept, reject or ignore"


@pytest.mark.parametrize(
    ("given", "annotator"),
    [
        ({"_annotator_id": "mail-ada", "_session_id": "mail-2"}, "mail-ada"),
        ({"_session_id": "mail-bo"}, "mail-bo"),
        ({"_annotator_id": "mail-2022-11-24_10-50-00", "_session_id": None}, None),
        ({"_annotator_id": "2022-11-24_10-50-00", "_session_id": "mail-bo"}, "mail-bo"),
        ({}, None),
    ],
)
def test_annotator_is_who_gave_a_name(tmp_path, given, annotator):
    assert only(tmp_path, **given).annotator == annotator


@pytest.mark.parametrize(("answer", "annotated"), [("accept", True), (None, None)])
def test_task_with_an_answer_was_looked_at(tmp_path, answer, annotated):
    assert only(tmp_path, answer=answer).annotated is annotated


OTHERS = {
    "text classification": {"text": "Ada", "label": "news", "answer": "accept", "_task_hash": 1},
    "its view": {"text": "Ada", "_view_id": "classification", "spans": [span("Ada", "Ada")]},
    "choice": {"text": "Ada", "options": [{"id": 1, "text": "a"}], "accept": [1], "_task_hash": 1},
    "image": {"image": "data:image/png;base64,AAAA", "spans": [], "_input_hash": 1},
    "audio": {"audio": "a.wav", "audio_spans": [], "_input_hash": 1, "_view_id": "audio_manual"},
    "dep": {"text": "Ada", "_view_id": "dep", "arc": {"head": 0, "child": 1}},
}
NAMES = {
    "text classification": "text classification",
    "its view": "text classification",
    "choice": "text classification",
    "image": "image annotations",
    "audio": "audio annotations",
    "dep": "the interface 'dep'",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_dataset_of_something_else_is_refused_by_name(tmp_path, kind):
    path = written(tmp_path, json.dumps(OTHERS[kind]) + "\n")
    assert detect(path).name == "prodigy"
    with pytest.raises(FileFault) as caught:
        list(FORMATS["prodigy"].read(path, DEFAULTS))
    assert caught.value.reason == f"this is a Prodigy dataset of {NAMES[kind]}"


def test_task_of_something_else_among_others_is_a_fault(tmp_path):
    good, fault = read(
        tmp_path, "prodigy", json.dumps(TASK) + "\n" + json.dumps(OTHERS["text classification"])
    )
    assert isinstance(good, AnnotatedText)
    assert fault.reason == "this belongs to a Prodigy dataset of text classification"


@pytest.mark.parametrize(
    "record",
    [
        {"text": "Ada left", "tokens": ["Ada", "left"], "ner_tags": [1, 0]},
        {"text": "Ada", "tokens": [{"id": 0, "start": 0, "end": 3}], "ents": []},
        {"text": "Ada", "answer": "42", "question": "?"},
        {"text": "Ada", "spans": [[0, 3, "P"]]},
    ],
)
def test_record_of_another_tool_is_not_prodigys(tmp_path, record):
    assert detect(written(tmp_path, json.dumps(record))).name != "prodigy"


def test_span_that_can_not_be_read_costs_neither_its_task_nor_the_check_of_the_others(tmp_path):
    tokens = [
        {"text": "Ada", "start": 0, "end": 3, "id": 0},
        {"text": "left", "start": 4, "end": 8, "id": 1},
    ]
    bad = {"start": None, "end": 8, "label": "P", "token_start": 1, "token_end": 1}
    good = {"start": 0, "end": 3, "label": "P", "token_start": 0, "token_end": 0}
    task = {"text": "Ada left", "tokens": tokens, "spans": [bad, good], "_task_hash": 1}
    (record,) = read(tmp_path, "prodigy", json.dumps(task))
    assert triples(record) == [(0, 3, "P")]
    assert [span.reason for span in record.unread] == ["offset None is not a whole number"]
