"""Prodigy tasks as `db-in` takes them: manual ones, and binary ones for what is only partly known."""

import json
from dataclasses import replace

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.formats.prodigy.writer import UNKNOWN, WRITER
from scripts.formats.writer_base import PARTIAL, Losses

ADA, LI, LEI = CharSpan(3, 6, "PERSON"), CharSpan(11, 13, "PERSON"), CharSpan(12, 13, "ORG")
RECORD = AnnotatedText(
    "🙂\n Ada met 李雷",
    (ADA, LI),
    "assets/mine.jsonl",
    "line 1",
    id="x7",
    group="thread 3",
    tokens=((0, 1), (1, 3), (3, 6), (7, 10), (11, 13)),
    meta={"kind": "mail"},
)


def tasks(folder, **changes):
    """Return the tasks that are written of the record with some changes, and the losses."""
    losses = WRITER.write([replace(RECORD, **changes)], folder / "train.jsonl")
    lines = (folder / "train.jsonl").read_text(encoding="utf8").splitlines()
    return [json.loads(line) for line in lines], +losses


def test_text_annotated_as_a_whole_is_an_accepted_manual_task(tmp_path):
    (task,), losses = tasks(tmp_path)
    assert task == {
        "text": "🙂\n Ada met 李雷",
        "tokens": [
            {"text": "🙂", "start": 0, "end": 1, "id": 0, "ws": False},
            {"text": "\n ", "start": 1, "end": 3, "id": 1, "ws": False},
            {"text": "Ada", "start": 3, "end": 6, "id": 2, "ws": True},
            {"text": "met", "start": 7, "end": 10, "id": 3, "ws": True},
            {"text": "李雷", "start": 11, "end": 13, "id": 4, "ws": False},
        ],
        "spans": [
            {"start": 3, "end": 6, "token_start": 2, "token_end": 2, "label": "PERSON"},
            {"start": 11, "end": 13, "token_start": 4, "token_end": 4, "label": "PERSON"},
        ],
        "id": "x7",
        "group": "thread 3",
        "meta": {"kind": "mail"},
        "_view_id": "ner_manual",
        "_is_binary": False,
        "answer": "accept",
    }
    assert losses == Losses()


def test_overlapping_spans_are_a_task_of_the_interface_that_can_show_them(tmp_path):
    (task,), _ = tasks(tmp_path, spans=(ADA, LI, LEI))
    assert task["_view_id"] == "spans_manual"
    assert len(task["spans"]) == 3


def test_span_that_lies_on_no_tokens_of_its_own_names_none(tmp_path):
    (task,), _ = tasks(tmp_path, spans=(LEI,))
    assert task["spans"] == [{"start": 12, "end": 13, "label": "ORG"}]


def test_spans_of_a_text_of_which_nothing_else_is_known_are_binary_answers(tmp_path):
    found, losses = tasks(tmp_path, exhaustive=False, wrong=(LEI,))
    said = [(task["answer"], [span["label"] for span in task["spans"]]) for task in found]
    assert said == [("accept", ["PERSON"]), ("accept", ["PERSON"]), ("reject", ["ORG"])]
    assert all(task["_is_binary"] and task["_view_id"] == "ner" for task in found)
    assert losses == Losses()


def test_wrong_span_of_a_text_annotated_as_a_whole_is_a_rejected_answer_beside_it(tmp_path):
    found, _ = tasks(tmp_path, wrong=(LEI,))
    assert [(task["_view_id"], task["answer"]) for task in found] == [
        ("ner_manual", "accept"),
        ("ner", "reject"),
    ]


def test_text_with_unknown_parts_is_written_as_a_whole_and_that_is_said(tmp_path):
    found, losses = tasks(tmp_path, missing=((7, 10),))
    assert [task["answer"] for task in found] == ["accept"]
    assert losses == Losses({PARTIAL: 1})


def test_text_of_which_nothing_is_known_is_an_ignored_task(tmp_path):
    (task,), losses = tasks(tmp_path, exhaustive=False, spans=())
    assert (task["answer"], task["spans"]) == ("ignore", [])
    assert losses == Losses({UNKNOWN: 1})
