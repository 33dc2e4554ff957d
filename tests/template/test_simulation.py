"""The simulation of `suggest`: which texts an addition has, and what an arm saves."""

import json
import random

import pytest
import spacy

from benchmarks.suggest import (
    ARMS,
    Corpus,
    Row,
    added,
    batches,
    curve,
    interval,
    needed,
    read_rows,
    savings,
)
from scripts.scoring.document import Entity
from scripts.scoring.suggestion import candidate_of


def row(arm: str, share: float, f: float, seed: int = 0) -> Row:
    words = int(1000 * share)
    return {
        "corpus": "c",
        "seed": seed,
        "arm": arm,
        "share": share,
        "words": words,
        "texts": words // 10,
        "entities": words // 5,
        "f": [f, f],
        "chosen": [],
    }


ROWS = [
    *(row("random", share, f) for share, f in ((0.1, 40), (0.5, 60), (1.0, 80))),
    *(row("two with beam", share, f) for share, f in ((0.1, 40), (0.5, 80), (1.0, 80))),
]


def test_words_that_an_arm_needs_are_on_the_line_through_its_means():
    assert needed(ROWS, "random", "words", 70) == pytest.approx(750)
    assert needed(ROWS, "two with beam", "words", 70) == pytest.approx(400)
    assert needed(ROWS, "two with beam", "words", 81) is None
    assert needed(ROWS, "random", "words", 30) == 100


def test_savings_compare_with_random_order():
    assert "| 80.0 (100%), two with beam | 1,000 | 500 | 50% | 100 | 50 | 50% |" in savings(ROWS)
    assert savings([one for one in ROWS if one["share"] < 1]) == ""
    assert "100%), worse | 1,000 | – | – | 100 | – | – |" in savings([*ROWS, row("worse", 1.0, 70)])
    assert "| random, 50% | 500 | 50 | 100 | 60.0 ± 0.0 |" in curve([*ROWS, row("random", 0.5, 60, 1)])


def test_interval_is_from_other_mixes_of_the_same_seeds():
    better = [row("random", 0.1, 40, 1), row("random", 1.0, 80, 1)]
    better += [row("two with beam", share, f, 1) for share, f in ((0.1, 40), (0.25, 80), (1.0, 80))]
    both = [*ROWS, *better]
    assert interval(both, "two with beam", "words", 1.0) == (0.25, 0.5)
    assert interval(ROWS, "two with beam", "words", 1.0) == (0.5, 0.5)
    assert "(25% to 50%) |" in savings(both)
    unfinished = [row(arm, 0.1, 10, 2) for arm in ("random", "two with beam")]
    assert savings([*both, *unfinished, row("random", 1.0, 10, 2)]) == savings(both)


def test_half_of_a_last_line_does_not_count(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + json.dumps(ROWS[1])[:30], encoding="utf8")
    assert read_rows(path) == ROWS[:1]
    assert read_rows(tmp_path / "none.jsonl") == []


def test_addition_has_the_texts_in_dispute_and_a_share_at_random():
    nlp = spacy.blank("en")
    corpus = Corpus(
        "c", nlp, [nlp.make_doc(f"Ada saw {number} words here today .") for number in range(40)], []
    )
    doubts = {30: 0.5, 31: 0.4}
    candidates = {
        number: candidate_of(
            number, [(corpus.train[number].text, {Entity(0, 3, "P"): doubts.get(number, 0)})]
        )
        for number in range(1, 40)
    }
    found = added(corpus, ARMS["two with beam"], range(40), [0], candidates, 7 + 7 * 3)
    assert found == [30, 31, 1]
    assert added(corpus, ARMS["random"], range(40), [0], {}, 7 + 7 * 3) == [1, 2, 3]


def test_batches_have_each_text_once_in_each_pass():
    nlp = spacy.blank("en")
    docs = [nlp.make_doc(f"{number} " * 100) for number in range(8)]
    found = [doc for batch in batches(docs, 4, random.Random(0)) for doc in batch]
    assert len(found) == 16
    assert {id(doc) for doc in found[:8]} == {id(doc) for doc in docs}
