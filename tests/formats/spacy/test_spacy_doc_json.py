"""spaCy 3's `Doc.to_json`: layers, wrong spans, what is known; as spaCy itself writes it."""

import json

import pytest
import spacy
from spacy.tokens import Doc, Span

from scripts.annotation.text import AnnotatedText
from scripts.formats.detection import detect
from tests.formats.reading import mentions, read, triples, written

VOCAB = spacy.blank("en").vocab
TOKENS = [{"id": 0, "start": 0, "end": 3}, {"id": 1, "start": 4, "end": 8}]
ADA = {"text": "Ada left", "ents": [{"start": 0, "end": 3, "label": "PER"}], "tokens": TOKENS}
MARK = {"start": 0, "end": 3, "label": "PER", "kb_id": ""}
OTHER = {"start": 4, "end": 8, "label": "X", "kb_id": ""}


def only(folder, **changes):
    """Return what is read of the document above, with some fields changed (None takes one away)."""
    doc = {key: value for key, value in {**ADA, **changes}.items() if value is not None}
    (record,) = read(folder, "spacy_doc_json", json.dumps(doc))
    return record


def layers(record):
    """Return the spans of a record as (layer, start, end)."""
    return [(span.layer, span.start, span.end) for span in record.spans]


def test_what_spacy_writes_is_read(tmp_path):
    doc = Doc(VOCAB, words=["🙂", "Ada", "left"], ents=["O", "B-PER", "O"])
    doc.spans["sc"] = [Span(doc, 1, 2, "PER"), Span(doc, 1, 3, "EVENT")]
    data = json.dumps(doc.to_json())
    assert detect(written(tmp_path, data)).name == "spacy_doc_json"
    (record,) = read(tmp_path, "spacy_doc_json", data)
    assert mentions(record) == [("Ada", "PER"), ("Ada", "PER"), ("Ada left", "EVENT")]
    assert [span.layer for span in record.spans] == ["ents", "sc", "sc"]
    assert record.tokens == ((0, 1), (2, 5), (6, 10))


@pytest.mark.parametrize("indent", [None, 2])
def test_file_may_be_one_object_a_list_or_one_a_line(tmp_path, indent):
    one, pretty = json.dumps(ADA), json.dumps(ADA, indent=indent)
    for data, count in [(pretty, 1), (f"[{pretty}, {pretty}]", 2), (f"{one}\n{one}\n", 2)]:
        assert detect(written(tmp_path, data)).name == "spacy_doc_json"
        records = read(tmp_path, "spacy_doc_json", data)
        assert [triples(record) for record in records] == [[(0, 3, "PER")]] * count


def test_entities_alone_are_no_layer(tmp_path):
    assert layers(only(tmp_path)) == [("", 0, 3)]


@pytest.mark.parametrize("spans", [{}, {"sc": []}, {"sc": [MARK]}, {"incorrect_spans": [OTHER]}])
def test_groups_that_say_no_more_than_the_entities_are_no_layers(tmp_path, spans):
    assert layers(only(tmp_path, spans=spans)) == [("", 0, 3)]


def test_layers_of_one_document_are_those_of_all(tmp_path):
    data = "\n".join(
        json.dumps(doc)
        for doc in (ADA, {**ADA, "spans": {"sc": [MARK]}}, {**ADA, "spans": {"sc": [OTHER]}})
    )
    records = read(tmp_path, "spacy_doc_json", data)
    assert [layers(record) for record in records] == [
        [("ents", 0, 3)],
        [("ents", 0, 3), ("sc", 0, 3)],
        [("ents", 0, 3), ("sc", 4, 8)],
    ]


def test_incorrect_spans_are_wrong_and_no_layer(tmp_path):
    record = only(tmp_path, spans={"incorrect_spans": [OTHER], "sc": [OTHER]})
    assert layers(record) == [("ents", 0, 3), ("sc", 4, 8)]
    assert [(span.start, span.end, span.label) for span in record.wrong] == [(4, 8, "X")]


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, True),
        ({"ents": []}, True),
        ({"ents": None}, False),
        ({"ents": None, "spans": {"sc": [MARK]}}, True),
        ({"ents": None, "spans": {"incorrect_spans": [MARK]}}, False),
    ],
)
def test_document_without_annotation_is_unknown(tmp_path, changes, known):
    record = only(tmp_path, **changes)
    assert (record.exhaustive, record.annotated) == (known, True if known else None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": ""}, "the record has no text"),
        ({"ents": [5]}, "5 is not a span"),
        ({"spans": [5]}, "its spans are [5], not groups of spans"),
        ({"spans": {"sc": 5}}, "spans are a int, not a list"),
        ({"tokens": [5]}, "token 5 lacks a start or end"),
        ({"tokens": {"a": 5}}, "its tokens are {'a': 5}, not a list"),
    ],
)
def test_document_that_can_not_be_used_is_a_fault(tmp_path, changes, reason):
    data = json.dumps(ADA) + "\n" + json.dumps({**ADA, **changes})
    good, fault = read(tmp_path, "spacy_doc_json", data)
    assert isinstance(good, AnnotatedText)
    assert (fault.place, fault.reason) == ("line 2", reason)


@pytest.mark.parametrize(
    "record",
    [
        {"text": "Ada left", "tokens": [{"text": "Ada", "start": 0, "end": 3, "id": 0}]},
        {"text": "Ada left", "tokens": ["Ada", "left"]},
        {"text": "Ada left", "ents": [[0, 3, "PER"]]},
        {"tokens": TOKENS},
    ],
)
def test_record_of_another_tool_is_not_a_doc(tmp_path, record):
    path = written(tmp_path, json.dumps([record, {"text": "Ada", "spans": []}]))
    assert detect(path).name != "spacy_doc_json"


@pytest.mark.parametrize("key", ["ents", "sc", "incorrect_spans"])
def test_span_that_can_not_be_read_leaves_the_others(tmp_path, key):
    bad = {**OTHER, "end": None}
    groups = {"sc": [MARK, OTHER], "incorrect_spans": [OTHER]}
    changes = {"ents": ADA["ents"], "spans": groups}
    if key == "ents":
        changes["ents"] = [*ADA["ents"], bad]
    else:
        groups[key] = [*groups[key], bad]
    record = only(tmp_path, **changes)
    assert layers(record) == [("ents", 0, 3), ("sc", 0, 3), ("sc", 4, 8)]
    assert [(span.start, span.end) for span in record.wrong] == [(4, 8)]
    assert [span.reason for span in record.unread] == ["offset None is not a whole number"]


def test_span_that_can_not_be_read_makes_no_layer_of_a_group_that_repeats_the_entities(tmp_path):
    bad = {**OTHER, "end": None}
    record = only(tmp_path, ents=[*ADA["ents"], bad], spans={"sc": [MARK, bad]})
    assert layers(record) == [("", 0, 3)]
    assert len(record.unread) == 1
