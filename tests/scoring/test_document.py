"""Documents as rows and back, and which predictions can be judged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.scoring.document import MODEL, Document, Entity, from_row, scored, to_row
from tests.scoring.documents import document

mention = st.builds(Entity, st.integers(0, 9), st.integers(10, 20), st.sampled_from("AB"))
spans = st.lists(mention, max_size=3).map(tuple)
texts = st.text("aé👩\n\u2028\ud800", max_size=5)
documents = st.builds(
    Document,
    text=texts,
    tokens=st.integers(0, 9),
    gold=spans,
    predicted=st.dictionaries(st.sampled_from(("model", "dictionary")), spans),
    unknown=st.lists(st.tuples(st.integers(0, 9), st.integers(10, 20)), max_size=3).map(tuple),
    wrong=spans,
    file=texts,
    place=texts,
    id=st.none() | st.just("x"),
    group=st.none() | st.just("y"),
    meta=st.dictionaries(texts, st.integers() | texts, max_size=2),
)


@given(documents)
def test_document_comes_back_from_its_row_as_it_was(made):
    assert from_row(json.loads(json.dumps(to_row(made)))) == made


def test_row_leaves_out_what_is_empty_and_keeps_what_every_document_has():
    row = to_row(Document("", 0, (), {MODEL: ()}))
    assert row == {"text": "", "tokens": 0, "gold": (), "predicted": {MODEL: ()}}


def test_unit_is_the_group_or_else_the_record():
    assert document("Hi.", group="thread 7").unit == "group thread 7"
    assert document("Hi.", file="b.jsonl", place="line 3").unit == "b.jsonl, line 3"


@pytest.mark.parametrize(
    ("area", "judged"),
    [
        ((0, 0), True),
        ((0, 4), True),  # ends where the prediction begins
        ((0, 5), False),
        ((5, 6), False),
        ((6, 9), False),
        ((7, 9), True),  # begins where the prediction ends
    ],
)
def test_prediction_is_judged_unless_it_shares_a_character_with_what_is_unknown(area, judged):
    made = Document("ab cdef ghi", 3, (), {MODEL: (Entity(4, 7, "A"),)}, unknown=(area,))
    assert bool(scored(made, MODEL)) is judged
