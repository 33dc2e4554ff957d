"""Metrics by hand and by spaCy's own Scorer: support, undefined figures, entities that were lost."""

import pytest
import spacy
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example

from scripts.scoring.metrics import FEW, percent, recall_with_lost, rows, with_lost, with_support

NLP = spacy.blank("en")
WORDS = ["Ada", "met", "Bo", "in", "May", "at", "Halloran", "."]


def doc(*ents: tuple[int, str], words: list[str] = WORDS) -> Doc:
    """Return a Doc with entities of one token."""
    found = Doc(NLP.vocab, words=words)
    found.set_ents([Span(found, at, at + 1, label=label) for at, label in ents], default="outside")
    return found


def spacy_scores(*pairs: tuple[Doc, Doc]) -> dict:
    """Return spaCy's scores of (predicted, gold) pairs."""
    examples = [Example(predicted, gold) for predicted, gold in pairs]
    return Scorer(NLP).score(examples) | Scorer.score_spans(
        examples, "ents", getter=lambda each, _: each.ents, has_annotation=lambda each: True
    )


def scores(p: float | None, r: float | None, f: float | None, **per_type: tuple) -> dict:
    """Return scores as spaCy has them, by label where given."""
    by_label = {label: dict(zip("prf", prf, strict=True)) for label, prf in per_type.items()}
    return {"ents_p": p, "ents_r": r, "ents_f": f, "ents_per_type": by_label, "speed": 1234.5}


def without_flags(found: dict) -> dict:
    """Return scores by label without the flag that they rest on too little."""
    return {
        label: {key: value for key, value in row.items() if key != "too_few"}
        for label, row in found["ents_per_type"].items()
    }


def test_support_is_given_with_every_score():
    found = with_support(scores(0.5, 0.25, 1 / 3, PERSON=(0.5, 0.25, 1 / 3)), {"PERSON": 4}, {})
    assert found == {
        "ents_p": 0.5,
        "ents_r": 0.25,
        "ents_f": 1 / 3,
        "support": 4,
        "ents_per_type": {"PERSON": {"p": 0.5, "r": 0.25, "f": 1 / 3, "support": 4, "too_few": True}},
        "too_few": True,
    }


def test_label_that_only_predictions_have_keeps_precision_and_has_no_recall_and_f():
    found = with_support(
        scores(0.5, 1.0, 2 / 3, PERSON=(1, 1, 1), ORG=(0.0, 0.0, 0.0)), {"PERSON": 3}, {}
    )
    assert without_flags(found)["ORG"] == {"p": 0.0, "r": None, "f": None, "support": 0}
    assert without_flags(found)["PERSON"] == {"p": 1, "r": 1, "f": 1, "support": 3}
    assert (found["ents_r"], found["ents_f"], found["support"]) == (1.0, 2 / 3, 3)


def test_nothing_annotated_leaves_recall_and_f_undefined():
    found = with_support(scores(0.0, 0.0, 0.0, ORG=(0.0, 0.0, 0.0)), {}, {})
    assert (found["ents_p"], found["ents_r"], found["ents_f"], found["support"]) == (0.0, None, None, 0)


def test_nothing_annotated_and_nothing_predicted_leaves_everything_undefined():
    found = with_support({"ents_p": None, "ents_r": None, "ents_f": None, "ents_per_type": None}, {}, {})
    assert (found["ents_p"], found["ents_r"], found["ents_f"]) == (None, None, None)
    assert (found["support"], found["ents_per_type"]) == (0, {})


def test_label_that_spacy_did_not_score_is_named_all_the_same():
    found = with_support({"ents_per_type": None}, {"PERSON": 2}, {})
    assert without_flags(found) == {"PERSON": {"p": None, "r": None, "f": None, "support": 2}}


def test_labels_are_in_order_of_name():
    theirs = scores(1, 1, 1, PERSON=(1, 1, 1), DATE=(1, 1, 1))
    found = with_support(theirs, {"ORG": 1, "PERSON": 1}, {})
    assert list(found["ents_per_type"]) == ["DATE", "ORG", "PERSON"]


def test_figures_are_those_of_spacys_own_scorer():
    theirs = spacy_scores(
        (doc((0, "PERSON"), (4, "DATE"), (6, "PERSON")), doc((0, "PERSON"), (2, "PERSON"), (6, "ORG"))),
        (doc((2, "PERSON"), (4, "DATE")), doc((2, "PERSON"), (6, "ORG"))),
    )
    ours = with_support(theirs, {"PERSON": 3, "ORG": 2}, {})
    assert (ours["ents_p"], ours["ents_r"], ours["ents_f"]) == (2 / 5, 2 / 5, pytest.approx(2 / 5))
    for key in ("ents_p", "ents_r", "ents_f"):
        assert ours[key] == theirs[key]
    person = ours["ents_per_type"]["PERSON"]
    assert (person["p"], person["r"], person["support"]) == (
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        3,
    )
    assert person["f"] == theirs["ents_per_type"]["PERSON"]["f"]
    assert without_flags(ours)["ORG"] == {"p": 0.0, "r": 0.0, "f": 0.0, "support": 2}
    assert without_flags(ours)["DATE"] == {"p": 0.0, "r": None, "f": None, "support": 0}


def test_lost_entities_count_as_missed_as_if_spacy_had_seen_them():
    """Lost entities given back as tokens of their own must give spaCy the same figures."""
    predicted, gold = [(0, "PERSON"), (4, "DATE")], [(0, "PERSON"), (2, "PERSON"), (4, "PERSON")]
    metrics = with_support(spacy_scores((doc(*predicted), doc(*gold))), {"PERSON": 3}, {})
    found = with_lost(metrics, {"PERSON": 1, "ORG": 1})
    words = [*WORDS, "Lind", "Northmere"]
    whole = [*gold, (8, "PERSON"), (9, "ORG")]
    theirs = spacy_scores((doc(*predicted, words=words), doc(*whole, words=words)))
    assert found["lost_in_tokenisation"] == 2
    assert found["ents_r_with_lost"] == pytest.approx(theirs["ents_r"]) == pytest.approx(1 / 5)
    assert found["ents_f_with_lost"] == pytest.approx(theirs["ents_f"]) == pytest.approx(2 / 7)


@pytest.mark.parametrize(
    ("p", "r", "support", "lost", "recall", "f"),
    [
        (0.8, 0.5, 8, 2, 0.4, 8 / 15),  # 4 of 8 are 4 of 10; F of 0.8 and 0.4
        (0.8, 0.5, 8, 0, 0.5, 8 / 13),
        (0.0, 0.0, 8, 2, 0.0, 0.0),
        (1.0, 1.0, 1, 3, 0.25, 0.4),
    ],
)
def test_lost_entities_lower_recall_and_f_by_hand_computed_values(p, r, support, lost, recall, f):
    assert recall_with_lost(p, r, support, lost) == (pytest.approx(recall), pytest.approx(f))


def test_lost_entities_leave_undefined_figures_undefined():
    assert recall_with_lost(None, None, 0, 0) == (None, None)


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (0.0, "0.0"), (1.0, "100.0"), (2 / 3, "66.7"), (0.12345, "12.3")]
)
def test_fraction_is_shown_as_a_percentage_with_one_decimal(value, shown):
    assert percent(value) == shown


def test_table_has_all_labels_first_and_dashes_for_what_is_undefined():
    theirs = scores(0.5, 1.0, 2 / 3, PERSON=(1, 1, 1), ORG=(0.0, 0.0, 0.0))
    metrics = with_support(theirs, {"PERSON": FEW}, {"PERSON": FEW, None: FEW})
    assert rows(metrics) == [
        ("all", "50.0", "100.0", "66.7", "30"),
        ("ORG", "0.0", "–", "–", "0 (too few)"),
        ("PERSON", "100.0", "100.0", "100.0", "30"),
    ]


@pytest.mark.parametrize(("groups", "support"), [(FEW - 1, FEW), (FEW, FEW - 1), (0, 0)])
def test_score_on_too_few_groups_or_entities_says_so(groups, support):
    theirs = scores(1, 1, 1, PERSON=(1, 1, 1))
    found = with_support(theirs, {"PERSON": support}, {"PERSON": groups, None: groups})
    assert (found["too_few"], found["ents_per_type"]["PERSON"]["too_few"]) == (True, True)
