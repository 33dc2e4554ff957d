"""Mention lists in all their shapes, and what must not be taken for one."""

import json

import pytest

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import Options
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.reading import read, written

TEXT = "Ada met Bo at Acme."
ADA, ALL = [("Ada", "PER")], [("Ada", "PER"), ("Bo", "PER"), ("Acme", "ORG")]


def found(folder, row, **options):
    """Return the mentions of the one record of a file that is found to be a mention list."""
    path = written(folder, json.dumps(row))
    assert detect(path).name == "mention_json"
    (record,) = FORMATS["mention_json"].read(path, Options(**options))
    assert isinstance(record, AnnotatedText), record
    assert (record.text, record.spans) == (TEXT, ())
    return [(mention.text, mention.label) for mention in record.unlocated]


@pytest.mark.parametrize(
    "item",
    [
        {"text": "Ada", "label": "PER"},
        {"Text": "Ada", "Entity Type": "PER", "score": 0.9, "id": 7},
        {"mention": "Ada", "type": "PER", "start": None, "end": None},
        {"entity": "Ada", "type": "PER"},
        {"entity": "PER", "value": "Ada"},
        {"entity": "PER", "word": "Ada"},
        {"entity": "PER", "name": "Ada"},
        {"name": "Ada", "category": "PER"},
        {"PER": "Ada"},
        {"Ada": "PER"},
        ["Ada", "PER"],
        ["PER", "Ada"],
    ],
    ids=str,
)
def test_item_names_a_text_and_a_label_whatever_it_calls_them(tmp_path, item):
    assert found(tmp_path, {"text": TEXT, "entities": [item]}) == ADA


@pytest.mark.parametrize(
    "value",
    [
        {"PER": ["Ada", "Bo"], "ORG": "Acme", "CITY": [], "DATE": None},
        {"PER": ["Ada", "Bo"], "ORG": ["Acme", ""]},
        {"Ada": "PER", "Bo": "PER", "Acme": "ORG"},
        [{"PER": ["Ada", "Bo"]}, {"ORG": "Acme"}],
        {"entities": [["Ada", "PER"], ["Bo", "PER"], ["Acme", "ORG"]], "reason": "so"},
        '[["Ada", "PER"], ["Bo", "PER"], ["Acme", "ORG"]]',
        "[('Ada', 'PER'), ('Bo', 'PER'), ('Acme', 'ORG')]",
        'Here they are:\n```json\n{"PER": ["Ada", "Bo"], "ORG": ["Acme"]}\n```\nDone.',
    ],
    ids=["by label", "empty", "by mention", "list by label", "inner", "JSON", "Python", "Markdown"],
)
def test_mentions_are_listed_in_any_of_the_usual_shapes(tmp_path, value):
    assert found(tmp_path, {"text": TEXT, "entities": value}) == ALL


@pytest.mark.parametrize(
    "row",
    [
        {"sentence": TEXT, "output": '{"PER": ["Ada"]}'},
        {"instruction": "Name them.", "input": TEXT, "output": '[{"text": "Ada", "label": "PER"}]'},
        {"input": TEXT, "output": {"entities": {"PER": ["Ada"]}, "entity_descriptions": {"PER": "x"}}},
        {"text": TEXT, "PER": ["Ada"], "ORG": []},
        {"Satz": TEXT, "mentions": [["Ada", "PER"]]},
        {
            "messages": [
                {"role": "user", "content": TEXT},
                {"role": "assistant", "content": '{"PER": ["Ada"]}'},
            ]
        },
        {
            "conversations": [
                {"from": "human", "value": TEXT},
                {"from": "gpt", "value": '{"PER": ["Ada"]}'},
            ]
        },
    ],
    ids=["output", "Alpaca", "GLiNER2", "label fields", "own name", "OpenAI", "ShareGPT"],
)
def test_text_and_mentions_are_found_under_the_usual_names(tmp_path, row):
    assert found(tmp_path, row) == ADA


@pytest.mark.parametrize(
    "row",
    [
        {"text": TEXT, "entities": [{"text": "Ada", "label": "PER", "start": 0, "end": 3}]},
        {"text": TEXT, "entities": [{"text": "Ada", "label": "PER", "offset": 0, "length": 3}]},
        {"text": TEXT, "entities": [{"text": "Ada", "label": "PER", "span": [0, 3]}]},
        {"text": TEXT, "entities": [[0, 3, "PER"]]},
        {"text": TEXT, "entities": []},
        {"text": TEXT, "entities": [["Zoe", "PER"], ["Li", "PER"]]},
        {"text": TEXT, "labels": ["PER", "ORG"]},
        {"text": TEXT, "label": "Ada"},
        {"text": TEXT, "keywords": ["Ada"], "tags": ["Bo"]},
        {"text": TEXT, "output": "Ada met Bo."},
        {"messages": [{"role": "user", "content": TEXT}, {"role": "assistant", "content": "Who?"}]},
    ],
    ids=str,
)
def test_other_records_are_not_taken_for_mention_lists(tmp_path, row):
    path = written(tmp_path, json.dumps(row))
    try:
        assert detect(path).name != "mention_json"
    except FileFault as fault:
        assert fault.reason.startswith("its format is not recognised")


def test_mentions_that_are_spelt_otherwise_or_are_made_up_make_it_no_other_format(tmp_path):
    names = [["ADA  met", "PER"], ["Zoe", "PER"], ["Li", "PER"]]
    assert found(tmp_path, {"text": TEXT, "entities": names}) == [(text, label) for text, label in names]


def test_order_of_pairs_is_found_from_the_whole_file(tmp_path):
    rows = [
        {"text": "PER or Ada", "entities": [["PER", "Ada"]]},
        {"text": "Bo", "entities": [["PER", "Bo"]]},
    ]
    records = read(tmp_path, "mention_json", json.dumps(rows))
    assert [record.unlocated[0].text for record in records] == ["Ada", "Bo"]


def test_user_chooses_between_two_fields_of_mentions_and_of_texts(tmp_path):
    row = {"a": TEXT, "b": "Ada", "entities": [["Ada", "PER"]], "mentions": [["Bo", "PER"]]}
    path = written(tmp_path, json.dumps(row))
    with pytest.raises(FileFault) as caught:
        list(FORMATS["mention_json"].read(path, Options()))
    assert caught.value.hint == "set layer in configs/convert.cfg to one of them"
    with pytest.raises(FileFault) as caught:
        list(FORMATS["mention_json"].read(path, Options(layer="mentions")))
    assert caught.value.reason == "it has 2 text fields: 'a', 'b'"
    assert found(tmp_path, row, layer="mentions", text_field="a") == [("Bo", "PER")]


def test_file_without_mentions_that_is_called_a_mention_list_is_refused(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "mention_json", json.dumps({"text": TEXT}))
    assert caught.value.reason == "none of its fields lists entities"


@pytest.mark.parametrize(
    ("entities", "annotated"), [([], True), ({}, True), (None, None), ("[]", True), ("missing", None)]
)
def test_record_without_mentions_says_whether_anybody_looked(tmp_path, entities, annotated):
    given = {} if entities == "missing" else {"entities": entities}
    rows = [{"text": TEXT, "entities": [["Ada", "PER"]]}, {"text": "Nobody.", **given}]
    _, record = read(tmp_path, "mention_json", json.dumps(rows))
    assert (record.unlocated, record.annotated) == ((), annotated)


def test_identifier_group_and_split_are_kept_and_the_rest_is_meta(tmp_path):
    row = {"text": TEXT, "entities": [["Ada", "PER"]], "id": 5, "group": "g", "split": "valid", "x": [1]}
    (record,) = read(tmp_path, "mention_json", json.dumps(row))
    assert (record.id, record.group, record.split, record.meta) == ("5", "g", "dev", {"x": [1]})


@pytest.mark.parametrize(
    ("entities", "reason"),
    [
        (5, "5 is not a list of entities"),
        ("Ada", "'Ada' is not valid JSON"),
        ([5], "5 names no entity"),
        ([["Ada", "PER", "x"]], "['Ada', 'PER', 'x'] names no entity"),
        ([{"text": "", "label": "PER"}], "an entity has no text: {'text': '', 'label': 'PER'}"),
        ([{"text": "Ada", "label": None}], "the entity 'Ada' has no label"),
        ({"PER": [5]}, "[5] under 'PER' is not a list of entities"),
        ([["Ada\0", "PER"]], "the mention contains a NUL character"),
        (
            [{"text": "Ada", "label": "PER", "start": 0}],
            "{'text': 'Ada', 'label': 'PER', 'start': 0} has offsets, but other records have none",
        ),
    ],
)
def test_record_that_is_damaged_is_a_fault(tmp_path, entities, reason):
    rows = [{"text": TEXT, "entities": [["Ada", "PER"]]}, {"text": TEXT, "entities": entities}]
    assert read(tmp_path, "mention_json", json.dumps(rows))[1].reason == reason


def chat(*turns):
    """Return a conversation of what is said by turns."""
    who = ("human", "gpt")
    said = [{"from": who[n % 2], "value": text} for n, text in enumerate(turns)]
    return {"conversations": said}


ASK = "What describes {} in the text?"
INTRODUCED = (f"Text: {TEXT}", "I've read this text.")


def test_questions_for_one_label_each_are_put_together_whatever_the_labels_are_called(tmp_path):
    turns = (
        ASK.format("name"),
        '["Ada", "Bo"]',
        ASK.format("entities"),
        '["Acme"]',
        ASK.format("type"),
        "[]",
    )
    names = [("Ada", "name"), ("Bo", "name"), ("Acme", "entities")]
    assert found(tmp_path, chat(*INTRODUCED, *turns)) == names


@pytest.mark.parametrize("answer", ["None.", '{"a": 1}', "[1]", "", None])
def test_answer_that_is_no_list_is_a_fault_that_shows_it(tmp_path, answer):
    rows = [chat(*INTRODUCED, ASK.format("person"), given) for given in ('["Ada"]', answer)]
    _, fault = read(tmp_path, "mention_json", json.dumps(rows))
    assert fault.reason == f"('person', {answer!r}, 'which is not a list of strings') names no entity"


def test_questions_without_a_text_are_a_fault(tmp_path):
    (fault,) = read(tmp_path, "mention_json", json.dumps([chat(ASK.format("person"), '["Ada"]')]))
    assert fault.reason == "the record has no text"
