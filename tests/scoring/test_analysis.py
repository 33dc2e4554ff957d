"""The figures of analysis.json: spaCy's own to the last digit, means and differences by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.scorer import Scorer, get_ner_prf
from spacy.training import Example

from scripts.scoring.analysis import Choices, analyse
from scripts.scoring.document import DICTIONARY, MODEL, Document
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.known import Known
from scripts.scoring.metrics import FEW
from tests.scoring.documents import KEY, doc_pairs, document, from_docs

QUICK = Choices(Bootstrap(resamples=20), examples=2, context=10)


def copies(made: tuple[Document, ...], times: int) -> list[Document]:
    """Return documents again and again, each time as documents of their own."""
    return [
        replace(each, place=f"{each.place}, {time}", group=each.group and f"{each.group}, {time}")
        for time in range(times)
        for each in made
    ]


def analysis(*documents: Document, overlapping: bool = False, texts: bool = True, choices=QUICK) -> dict:
    systems = list(documents[0].predicted) if documents else [MODEL]
    return analyse(documents, systems, Known({}), choices, overlapping=overlapping, texts=texts, lost={})


def defined(value: float | None, support: int) -> float | None:
    """Return a recall or F of spaCy, which says 0 where there is no gold to recall."""
    return value if support else None


def check_against(theirs: dict, name: str, scores: dict, gold: list[str]) -> None:
    """Hold micro figures and those of every label against spaCy's. gold: the labels of all mentions."""
    micro = scores["micro"]
    assert micro["support"] == len(gold)
    assert micro["p"] == theirs[f"{name}_p"]
    for key in "rf":
        assert micro[key] == defined(theirs[f"{name}_{key}"], len(gold))
    per_type = theirs[f"{name}_per_type"] or {}
    assert set(scores["labels"]) <= set(per_type)
    assert set(gold) <= set(scores["labels"])
    for label, prf in per_type.items():
        if label not in scores["labels"]:  # all its predictions are on unknown tokens
            assert prf == {"p": 0.0, "r": 0.0, "f": 0.0}
            continue
        ours, support = scores["labels"][label], gold.count(label)
        assert ours["support"] == support
        assert ours["p"] == prf["p"]
        assert (ours["r"], ours["f"]) == (defined(prf["r"], support), defined(prf["f"], support))


@given(st.lists(doc_pairs(), max_size=6))
def test_figures_of_entities_are_spacys_own_to_the_last_digit_also_with_unknown_tokens(pairs):
    theirs = get_ner_prf([Example(*pair) for pair in pairs])
    found = analysis(*(from_docs(*pair, number) for number, pair in enumerate(pairs)))
    gold = [ent.label_ for _, true in pairs for ent in true.ents]
    check_against(theirs, "ents", found["scores"], gold)
    assert found["partly_annotated"] == sum(any(t.ent_iob == 0 for t in true) for _, true in pairs)
    assert found["scores"]["micro"]["predicted"] + found["unjudged"] == sum(
        len(predicted.ents) for predicted, _ in pairs
    )


@given(st.lists(doc_pairs(overlapping=True), max_size=5))
def test_figures_of_overlapping_spans_are_spacys_own_to_the_last_digit(pairs):
    theirs = Scorer.score_spans(
        [Example(*pair) for pair in pairs],
        f"spans_{KEY}",
        getter=lambda doc, _: doc.spans[KEY],
        has_annotation=lambda doc: KEY in doc.spans,
        allow_overlap=True,
    )
    made = [from_docs(*pair, number) for number, pair in enumerate(pairs)]
    found = analysis(*made, overlapping=True)
    gold = [span.label_ for _, true in pairs for span in true.spans[KEY]]
    check_against(theirs, f"spans_{KEY}", found["scores"], gold)
    assert found["schemes"] is None


HAND = (
    document(
        gold="[Ada](A) met [Bo](A) in [Oslo](B).",
        found="[Ada](A) met Bo in [Oslo](B).",
        dictionary="[Ada](A) met Bo in Oslo.",
    ),
    document("[Lea](A) left.", "[Lea](A) [left](C).", "Lea left.", place="line 2"),
)


def test_macro_is_the_mean_over_the_labels_of_gold_alone():
    """A: P 1, R 2/3, F 4/5. B: 1, 1, 1. C is only predicted."""
    macro = analysis(*HAND)["scores"]["macro"]
    assert macro["labels"] == 2
    assert (macro["p"], macro["r"], macro["f"]) == pytest.approx((1, 5 / 6, 9 / 10))


def test_gain_over_the_dictionary_is_the_difference_of_both_f():
    found = analysis(*copies(HAND, FEW))
    baseline = found["baselines"][DICTIONARY]
    model, other = found["scores"]["micro"]["f"], baseline["micro"]["f"]
    assert model == pytest.approx(2 * (3 / 4) * (3 / 4) / (3 / 4 + 3 / 4))
    assert other == pytest.approx(2 * 1 * (1 / 4) / (1 + 1 / 4))
    assert baseline["gain"]["f"] == pytest.approx(model - other)
    low, high = baseline["gain"]["interval"]
    assert low <= baseline["gain"]["f"] <= high


def test_baselines_have_the_figures_that_the_model_would_have_with_their_predictions():
    swapped = [replace(each, predicted={MODEL: each.predicted[DICTIONARY]}) for each in HAND]
    micro = analysis(*swapped)["scores"]["micro"]
    baseline = analysis(*HAND)["baselines"][DICTIONARY]["micro"]
    assert [micro[key] for key in ("p", "r", "f", "tp", "fp", "fn")] == [
        baseline[key] for key in ("p", "r", "f", "tp", "fp", "fn")
    ]


def test_intervals_are_those_of_resampled_groups_by_plain_counting():
    """The same draws, counted with lists: F of each resample of three groups that come ten times."""
    counts = [(1, 0, 1), (2, 1, 0), (0, 1, 1)] * 10
    kinds = (
        document("[Ada](A) [Bo](A)", "[Ada](A) Bo", group="x"),
        document("[Ada](A) left [Bo](A)", "[Ada](A) [left](A) [Bo](A)", group="y"),
        document("Ada [Bo](A)", "[Ada](A) Bo", group="z"),
    )
    made = copies(kinds, 10)
    bootstrap = Bootstrap(resamples=200, confidence=0.8, seed=5)
    rng = np.random.default_rng(5)
    values = []
    for _ in range(200):
        drawn = [counts[at] for at in rng.integers(30, size=30)]
        tp, fp, fn = (sum(column) for column in zip(*drawn, strict=True))
        values.append(2 * tp / (2 * tp + fp + fn))
    low, high = np.quantile(values, [0.1, 0.9])
    micro = analysis(*made, choices=Choices(bootstrap, 1, 0))["scores"]["micro"]
    assert micro["intervals"]["f"] == pytest.approx([low, high])
    assert micro["undefined"] == {"p": 0, "r": 0, "f": 0}


def test_groups_are_counted_and_resampled_together():
    """Documents of one thread are one group, and groups that are all alike have no spread."""
    thread = tuple(
        document("[Ada](A) [Bo](A)", found, group="x") for found in ("[Ada](A) Bo", "[Ada](A) [Bo](A)")
    )
    found = analysis(*copies(thread, FEW))
    assert (found["documents"], found["scores"]["micro"]["groups"]) == (2 * FEW, FEW)
    assert found["scores"]["micro"]["intervals"]["r"] == [3 / 4, 3 / 4]


def test_nothing_annotated_and_nothing_predicted_leaves_all_undefined():
    found = analysis(document("Nobody came."))
    micro, macro = found["scores"]["micro"], found["scores"]["macro"]
    assert [row[key] for row in (micro, macro) for key in "prf"] == [None] * 6
    assert (micro["intervals"], micro["undefined"]) == ({}, {})
    assert found["scores"]["labels"] == {}


def test_only_predictions_have_precision_alone():
    found = analysis(document("Ada left.", "[Ada](A) left.", "Ada left."))
    micro = found["scores"]["micro"]
    assert (micro["p"], micro["r"], micro["f"]) == (0.0, None, None)
    assert micro["intervals"] == {}
    assert found["scores"]["macro"]["f"] is None
    assert found["baselines"][DICTIONARY]["gain"] == {"f": None, "interval": [None, None]}


def test_no_documents_are_no_reason_to_fail():
    found = analysis()
    micro = found["scores"]["micro"]
    assert (found["documents"], micro["groups"], micro["f"], micro["too_few"]) == (0, 0, None, True)


@pytest.mark.parametrize(("documents", "too_few"), [(FEW - 1, True), (FEW, False)])
def test_few_documents_or_mentions_are_said_to_be_too_few(documents, too_few):
    made = [document("[Ada](A) left.", place=f"line {number}") for number in range(documents)]
    assert analysis(*made)["scores"]["micro"]["too_few"] is too_few
    one_group = [document("[Ada](A) left.", group="x") for _ in range(FEW)]
    assert analysis(*one_group)["scores"]["micro"]["too_few"] is True
    nothing = [document("Nobody left.", place=f"line {number}") for number in range(FEW)]
    assert analysis(*nothing)["scores"]["micro"]["too_few"] is True


def test_groups_that_count_are_those_with_gold_whatever_is_predicted():
    with_gold = [
        document("[Ada](A) left.", dictionary="Ada left.", place=f"line {number}")
        for number in range(FEW - 1)
    ]
    others = [
        document("Nobody left.", "[Nobody](A) left.", dictionary="Nobody left.", place=f"none {number}")
        for number in range(FEW)
    ]
    found = analysis(*with_gold, *others)
    rows = [found["scores"]["micro"], found["scores"]["labels"]["A"]]
    rows.append(found["baselines"][DICTIONARY]["micro"])
    assert [(row["groups"], row["too_few"]) for row in rows] == [(FEW - 1, True)] * 3


@pytest.mark.parametrize(("documents", "shown"), [(FEW - 1, False), (FEW, True)])
def test_there_is_no_interval_below_the_limit(documents, shown):
    made = [
        document("[Ada](A) left.", dictionary="Ada left.", place=f"line {number}")
        for number in range(documents)
    ]
    made.append(document("[Oslo](B) grew.", "Oslo grew.", dictionary="[Oslo](B) grew.", place="last"))
    found = analysis(*made[-documents:])
    for scores in (found["scores"], found["baselines"][DICTIONARY]):
        assert bool(scores["micro"]["intervals"]) is shown
        assert scores["labels"]["B"]["intervals"] == {}  # a label of one document
        assert scores["macro"]["intervals"] == {}  # which the mean rests on, too
    gain = found["baselines"][DICTIONARY]["gain"]
    assert gain["f"] is not None
    assert (gain["interval"] != [None, None]) is shown


def test_documents_tokens_and_predictions_on_unknown_tokens_are_counted():
    found = analysis(
        document("[Ada](A) left Oslo.", "[Ada](A) left [Oslo](B).", unknown=((9, 13),)),
        document("Nobody.", place="line 2"),
    )
    assert (found["documents"], found["tokens"]) == (2, 4)
    assert (found["partly_annotated"], found["unjudged"]) == (1, 1)
    assert "B" not in found["scores"]["labels"]


def test_texts_are_kept_only_when_asked_for():
    found = analysis(*HAND, texts=False)
    assert "examples" not in found["errors"]
    assert not any(word in json.dumps(found) for word in ("Ada", "Bo", "Oslo", "left"))
    assert "Bo" in json.dumps(analysis(*HAND))
