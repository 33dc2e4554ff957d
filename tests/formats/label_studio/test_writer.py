"""Label Studio's tasks, and the labeling interface that shows them."""

import json
from dataclasses import replace
from xml.etree import ElementTree

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.formats.label_studio.writer import WRITER

RECORD = AnnotatedText(
    "🙂 Ada met 🙂",
    (CharSpan(2, 5, "PERSON"), CharSpan(10, 11, 'A & "B"')),
    "assets/mine.jsonl",
    "line 1",
)


def tasks(folder, *records):
    WRITER.write(records, folder / "train.json")
    return json.loads((folder / "train.json").read_text(encoding="utf8"))


def test_task_has_its_text_and_an_annotation_counted_in_characters(tmp_path):
    (task,) = tasks(tmp_path, RECORD)
    named = {"from_name": "label", "to_name": "text", "type": "labels"}
    ada = {"start": 2, "end": 5, "text": "Ada", "labels": ["PERSON"]}
    smile = {"start": 10, "end": 11, "text": "🙂", "labels": ['A & "B"']}
    assert task["data"] == {"text": "🙂 Ada met 🙂"}
    (annotation,) = task["annotations"]
    assert annotation["result"] == [
        {"id": "1-1", **named, "value": ada},
        {"id": "1-2", **named, "value": smile},
    ]


def test_no_texts_are_an_empty_list(tmp_path):
    assert tasks(tmp_path) == []


def test_text_without_spans_is_annotated_with_nothing(tmp_path):
    (task,) = tasks(tmp_path, replace(RECORD, spans=()))
    assert [annotation["result"] for annotation in task["annotations"]] == [[]]


def test_interface_has_the_labels_and_the_names_that_the_results_refer_to():
    (content,) = WRITER.tool_files(['A & "B"', "PERSON"]).values()
    view = ElementTree.fromstring(content)  # noqa: S314
    labels, text = view.find("Labels"), view.find("Text")
    assert labels is not None
    assert text is not None
    assert labels.attrib == {"name": "label", "toName": "text"}
    assert [label.get("value") for label in labels] == ['A & "B"', "PERSON"]
    assert text.attrib == {"name": "text", "value": "$text"}
    assert "white-space: pre-wrap" in str(view.findtext("Style"))
