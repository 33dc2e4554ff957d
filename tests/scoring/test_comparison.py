"""Two runs on one test set: differences by hand, what can't be compared, the conclusion in words."""

from dataclasses import replace

import numpy as np
import pytest

from scripts.scoring.comparison import DifferentTests, compare, conclusion, count_both, errors, zip_same
from scripts.scoring.document import MODEL, Document
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.metrics import FEW
from tests.scoring.documents import document

QUICK = Bootstrap(resamples=200)
RIGHT, BLIND = "[Ada](A) met [Bo](A) in [Oslo](B).", "Ada met Bo in Oslo."
HALF = "[Ada](A) met Bo in [Oslo](B)."


def run(*found: str, gold: str = RIGHT) -> list[Document]:
    return [document(gold, each, place=f"line {number}") for number, each in enumerate(found)]


def compared(reference: list[Document], new: list[Document], permutations: int = 200) -> dict:
    return compare(count_both(reference, new), QUICK, permutations)


def test_differences_of_all_and_of_each_label_by_hand():
    found = compared(run(HALF, BLIND), run(RIGHT, HALF))
    # reference: A 1 of 4, B 1 of 2; new: A 3 of 4, B 2 of 2; precision is 1 throughout
    assert found["reference_f"] == pytest.approx(2 * (2 / 6) / (1 + 2 / 6))
    assert found["f"] == pytest.approx(2 * (5 / 6) / (1 + 5 / 6))
    assert found["difference"]["f"] == pytest.approx(found["f"] - found["reference_f"])
    of_a, of_b = found["labels"]["A"], found["labels"]["B"]
    assert (of_a["reference_f"], of_a["f"]) == (pytest.approx(2 / 5), pytest.approx(6 / 7))
    assert of_a["difference"] == pytest.approx(6 / 7 - 2 / 5)
    assert (of_b["reference_f"], of_b["f"]) == (pytest.approx(2 / 3), 1.0)
    assert (found["groups"], found["support"]) == (2, 6)


def test_interval_is_paired_both_runs_are_resampled_with_the_same_draws():
    """Where the new run is right in one mention more of every document, no draw is a tie or a loss."""
    found = compared(run(*[BLIND, HALF] * 15), run(*[HALF, RIGHT] * 15))
    low, high = found["difference"]["interval"]
    assert 0 < low <= found["difference"]["f"] <= high
    same = compared(run(*[HALF, RIGHT] * 15), run(*[HALF, RIGHT] * 15))
    assert same["difference"]["interval"] == [0.0, 0.0]


def test_interval_is_that_of_the_same_draws_counted_by_hand():
    reference, new = run(*[HALF, BLIND, RIGHT] * 10), run(*[RIGHT, HALF, HALF] * 10)
    right = np.array([(2, 3), (0, 2), (3, 2)] * 10)  # of three mentions each; precision is always 1
    rng = np.random.default_rng(QUICK.seed)
    values = []
    for _ in range(QUICK.resamples):
        old, young = right[rng.integers(30, size=30)].sum(axis=0)
        values.append(2 * young / (young + 90) - 2 * old / (old + 90))
    expected = np.quantile(values, [0.025, 0.975])
    assert compared(reference, new)["difference"]["interval"] == pytest.approx(expected)


def test_identical_runs_have_p_one_and_no_difference():
    found = compared(run(HALF, RIGHT), run(HALF, RIGHT))
    assert (found["difference"]["f"], found["difference"]["p"]) == (0.0, 1.0)
    assert [(row["p"], row["p_holm"]) for row in found["labels"].values()] == [(1.0, 1.0)] * 2


def test_groups_are_resampled_and_swapped_whole():
    """Three documents of one thread are one group: two ways to swap, and no interval."""
    threads = (
        [replace(each, group="x") for each in run(*found)] for found in ([BLIND] * 3, [RIGHT] * 3)
    )
    found = compared(*threads)
    assert found["groups"] == 1
    assert found["difference"] == {"f": 1.0, "interval": [None, None], "p": 1.0}


@pytest.mark.parametrize(("documents", "shown"), [(FEW - 1, False), (FEW, True)])
def test_there_is_no_interval_below_the_limit(documents, shown):
    """Documents without gold don't count, whatever is predicted in them."""
    empty = [
        document(BLIND, found, place=f"none {n}")
        for n, found in enumerate([BLIND, "[Ada](A)" + BLIND[3:]])
    ]
    found = compared(run(*[HALF] * documents) + empty, run(*[RIGHT] * documents) + empty)
    assert found["groups"] == documents
    assert (found["difference"]["interval"] != [None, None]) is shown
    assert ("(interval " in found["conclusion"]) is shown
    assert (found["labels"]["A"]["interval"] != [None, None]) is shown
    assert found["labels"]["A"]["difference"] is not None


def test_p_values_of_labels_are_corrected_for_their_number():
    found = compared(run(*[HALF] * 40), run(*[RIGHT] * 40), permutations=99)
    assert (found["labels"]["A"]["p"], found["labels"]["A"]["p_holm"]) == (1 / 100, 2 / 100)
    assert (found["labels"]["B"]["p"], found["labels"]["B"]["p_holm"]) == (1.0, 1.0)


def test_documents_that_changed_sides_are_counted():
    found = compared(run(HALF, RIGHT, BLIND, HALF), run(RIGHT, HALF, BLIND, "[Ada](B) met Bo in Oslo."))
    assert found["documents"] == {"better": 1, "worse": 2, "same": 1}


def test_errors_are_missed_and_wrong_mentions_that_can_be_judged():
    assert errors(document(RIGHT, "[Ada](B) met [Bo](A) in Oslo.")) == 3
    assert errors(document(BLIND, "[Ada](B) met Bo in Oslo.", unknown=((0, 3),))) == 0


def test_predictions_on_unknown_tokens_count_for_neither_run():
    gold = [document(BLIND, found, unknown=((0, 3),)) for found in ("[Ada](A) met Bo in Oslo.", BLIND)]
    found = compared(gold[:1], gold[1:])
    assert found["labels"] == {}
    assert found["documents"] == {"better": 0, "worse": 0, "same": 1}


def test_label_without_gold_has_no_difference():
    found = compared(run(RIGHT), run("[Ada](A) met [Bo](A) in [Oslo](C)."))
    assert found["labels"]["C"]["difference"] is None
    assert found["labels"]["C"]["interval"] == [None, None]


def test_nothing_annotated_can_be_counted_and_gives_no_conclusion():
    found = compared(run(BLIND, gold=BLIND), run("[Ada](A) met Bo in Oslo.", gold=BLIND))
    assert found["difference"]["f"] is None
    assert found["conclusion"] == "The test set has no entities, so there is nothing to compare."


@pytest.mark.parametrize(
    "changed",
    [{"text": "Other text."}, {"gold": ()}, {"unknown": ((0, 3),)}],
)
def test_other_texts_gold_or_annotated_parts_are_no_comparison(changed):
    reference = run(RIGHT, RIGHT)
    new = [reference[0], replace(reference[1], **changed)]
    with pytest.raises(DifferentTests, match=r"^a\.jsonl, line 1: its text or annotation differs from"):
        count_both(reference, new)


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
def test_one_document_more_is_no_comparison(first, second):
    with pytest.raises(
        DifferentTests, match=r"^one run has more documents than the other; run `predict` for both$"
    ):
        count_both(run(*[RIGHT] * first), run(*[RIGHT] * second))


def test_no_documents_are_no_comparison():
    with pytest.raises(DifferentTests, match="no document"):
        compared([], [])


def test_documents_are_paired_as_they_stream():
    endless = iter(lambda: document(RIGHT), None)
    also = iter(lambda: document(RIGHT, HALF), None)
    old, young = next(iter(zip_same(endless, also)))
    assert (len(old.predicted[MODEL]), len(young.predicted[MODEL])) == (3, 2)


def of(change: float, low: float | None, high: float | None, p: float) -> str:
    whole = {"f": 0.8 + change, "reference_f": 0.8, "difference": change, "interval": [low, high]}
    return conclusion(whole, p)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (of(0.05, 0.01, 0.09, 0.049), "The new model is better on this test set."),
        (of(-0.05, -0.09, -0.01, 0.049), "The new model is worse on this test set."),
        (of(0.05, 0.01, 0.09, 0.05), "The difference is within the margin of error."),
        (of(0.05, 0.0, 0.09, 0.001), "The difference is within the margin of error."),
        (of(0.05, None, None, 0.001), "There are too few documents or entities to draw a conclusion."),
    ],
)
def test_conclusion_depends_on_interval_p_value_and_size(said, words):
    assert words in said
    assert "to compare two configurations, train each with several seeds" in said


def test_conclusion_begins_with_the_figures():
    assert of(0.05, 0.012, 0.09, 0.04).startswith(
        "F 85.0 against 80.0: +5.0 points (interval +1.2 to +9.0, p = 0.040). "
    )


def test_difference_that_is_the_same_in_every_resample_is_shown_without_interval():
    assert of(0.0, 0.0, 0.0, 1.0).startswith(
        "F 80.0 against 80.0: +0.0 points (all resamples give the same value, p = 1.000). The difference"
    )


def test_real_difference_over_many_documents_is_called_one():
    better = compared(run(*[HALF] * 40), run(*[RIGHT] * 40))
    assert "The new model is better" in better["conclusion"]
    worse = compared(run(*[RIGHT] * 40), run(*[HALF] * 40))
    assert "The new model is worse" in worse["conclusion"]
