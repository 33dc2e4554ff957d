"""Every rule gives advice on one case and none on its neighbour, just on the other side of its bound."""

import re
from copy import deepcopy

import pytest
import srsly
from spacy.util import load_config

from scripts.scoring.advice import RULES, advise
from scripts.scoring.errors import NO_LABEL
from scripts.settings.files import FILES
from tests.corpora import CONFIG, ROOT

LABELS = ("GPE", "PERSON")
CLASSES = (
    "correct",
    "missed",
    "spurious",
    "wrong label",
    "too long",
    "too short",
    "shifted",
    "wrong label and boundary",
)


def figures(**changes) -> dict:
    row = {"p": 0.9, "r": 0.9, "f": 0.9, "support": 100, "predicted": 100, "tp": 90, "fp": 10, "fn": 10}
    return {**row, "intervals": {"f": [0.85, 0.95]}, "groups": 100, "too_few": False, **changes}


def quiet() -> dict:
    """Return an analysis about which there is nothing to say."""
    seen, new = {"r": 0.9, "support": 50, "share": 0.5}, {"r": 0.9, "support": 50, "share": 0.5}
    dev = {
        "documents": 100,
        "partly_annotated": 0,
        "unjudged": 0,
        "scores": {"micro": figures(), "labels": {label: figures() for label in LABELS}},
        "novelty": {"labels": {label: {"seen": dict(seen), "new": dict(new)} for label in LABELS}},
        "fields": {"kind": {"mail": figures(), "note": figures()}},
        "baselines": {"dictionary": {"gain": {"f": 0.3, "interval": [0.2, 0.4]}}},
        "lost": {"entities": 0},
        "errors": {
            "classes": dict.fromkeys(CLASSES, 0),
            "labels": {label: dict.fromkeys(CLASSES, 5) for label in LABELS},
            "confusion": {
                "GPE": {"GPE": 90, "PERSON": 0, NO_LABEL: 10},
                "PERSON": {"GPE": 0, "PERSON": 90, NO_LABEL: 10},
                NO_LABEL: {"GPE": 10, "PERSON": 10, NO_LABEL: 0},
            },
            "suspicious_gold": [],
        },
    }
    return {
        "test": {"scores": {"micro": figures()}},
        "dev": dev,
        "train": {"labels": dict.fromkeys(LABELS, 500)},
        "curve": {"result": "settled", "points": []},
    }


def changed(**changes) -> dict:
    """Return the quiet analysis with values put at paths: `dev__unjudged=20`."""
    found = deepcopy(quiet())
    for path, value in changes.items():
        *way, last = path.split("__")
        place = found
        for name in way:
            place = place[name]
        place[last] = value
    return found


def classes(**counts: int) -> dict:
    named = {name.replace("_", " "): count for name, count in counts.items()}
    return {**dict.fromkeys(CLASSES, 0), **named}


def of(result: str) -> dict:
    best, last = {"step": 900, "score": 0.9}, {"step": 1000, "score": 0.8}
    trend = {"evaluations": 5, "rise": 0.06, "error": 0.01, "mean": 0.8, "scatter": 0.005}
    return {"result": result, "points": [], "best": best, "last": last, "trend": trend}


SUSPICIOUS = {
    "mention": "May",
    "gold": None,
    "predicted": "DATE: May",
    "train": {"as_gold": 0, "as_predicted": 7},
    "times": 3,
    "documents": 3,
    "places": ["a.jsonl, line 1"],
}
PERSON = "dev__scores__labels__PERSON"
NEW = "dev__novelty__labels__PERSON__new"
MIXED = "dev__errors__confusion__PERSON__GPE"
ALL = "dev__errors__classes"
GAIN = "dev__baselines__dictionary__gain__f"
MAIL = "dev__fields__kind__mail"

# rule, a case on which it gives advice, its neighbour on which it gives none, entities concerned
CASES = [
    ("small test set", {"test__scores__micro__too_few": True}, {}, 100),
    (
        "suspicious annotation",
        {"dev__errors__suspicious_gold": [SUSPICIOUS, SUSPICIOUS]},
        {"dev__errors__suspicious_gold": []},
        6,
    ),
    ("new names", {NEW: {"r": 0.7, "support": 50}}, {NEW: {"r": 0.76, "support": 50}}, 15),
    ("new names", {NEW: {"r": 0.5, "support": 30}}, {NEW: {"r": 0.5, "support": 29}}, 15),
    ("confused labels", {MIXED: 11}, {MIXED: 10}, 11),  # of 211 and 210 mentions, 5 % are 10.5
    (
        "boundaries",
        {ALL: classes(missed=15, too_long=2, too_short=2, shifted=1)},
        {ALL: classes(missed=16, too_long=2, too_short=2)},
        5,
    ),
    ("boundaries", {ALL: classes(too_long=20)}, {ALL: classes(too_long=19)}, 20),
    ("missed", {PERSON: figures(p=0.9, r=0.7)}, {PERSON: figures(p=0.9, r=0.76)}, 5),
    (
        "missed",
        {PERSON: figures(p=0.9, r=0.5, support=30)},
        {PERSON: figures(p=0.9, r=0.5, support=29)},
        5,
    ),
    ("spurious", {PERSON: figures(p=0.7, r=0.9)}, {PERSON: figures(p=0.76, r=0.9)}, 5),
    ("few examples", {"train__labels__PERSON": 49}, {"train__labels__PERSON": 50}, 10),
    (
        "few examples",
        {"train__labels": {"GPE": 500}},
        {
            "train__labels": {"GPE": 500},
            PERSON: figures(support=0, f=None),
        },
        10,
    ),
    ("weak kind of text", {MAIL: figures(f=0.74)}, {MAIL: figures(f=0.76)}, 10),
    ("weak kind of text", {MAIL: figures(f=0.5, support=30)}, {MAIL: figures(f=0.5, support=29)}, 10),
    ("little more than a dictionary", {GAIN: 0.04}, {GAIN: 0.05}, 10),
    ("little more than a dictionary", {GAIN: -0.1}, {GAIN: None}, 10),
    ("training too short", {"curve": of("rising")}, {"curve": of("settled")}, 1),
    ("training too long", {"curve": of("peaked early")}, {"curve": of("settled")}, 1),
    ("nothing learned", {"curve": of("nothing learned")}, {"curve": of("settled")}, 10),
    (
        "dev score above test score",
        {"test__scores__micro": figures(f=0.8, intervals={"f": [0.7, 0.89]})},
        {"test__scores__micro": figures(f=0.8, intervals={"f": [0.7, 0.9]})},
        2,
    ),
    (
        "dev score above test score",
        {"test__scores__micro": figures(f=0.84, intervals={"f": [0.8, 0.87]})},
        {"test__scores__micro": figures(f=0.86, intervals={"f": [0.8, 0.87]})},
        2,
    ),
    (
        "dev score above test score",
        {"test__scores__micro": figures(f=0.5, intervals={"f": [0.4, 0.6]})},
        {"test__scores__micro": figures(f=0.5, intervals={"f": [0.4, 0.6]}, too_few=True)},
        2,
    ),
    ("lost to tokenisation", {"dev__lost__entities": 3}, {"dev__lost__entities": 2}, 3),
    ("partly annotated", {"dev__unjudged": 20}, {"dev__unjudged": 19}, 20),
    (
        "labels that nobody annotated",
        {"train__labels": {"GPE": 500}, PERSON: figures(support=0, r=None, f=None, predicted=7)},
        {PERSON: figures(support=0, r=None, f=None, predicted=7)},  # absent from the dev set by chance
        7,
    ),
    (
        "wrong labels",
        {ALL: classes(missed=15, wrong_label=3, wrong_label_and_boundary=2)},
        {ALL: classes(missed=16, wrong_label=2, wrong_label_and_boundary=2)},
        5,
    ),
]


def test_no_advice_is_given_where_nothing_is_wrong():
    assert advise(quiet(), 50) == []


@pytest.mark.parametrize(("rule", "speaks", "silent", "entities"), CASES)
def test_rule_speaks_on_its_case_and_not_on_its_neighbour(rule, speaks, silent, entities):
    found = [row for row in advise(changed(**speaks), 50) if row["rule"] == rule]
    assert [row["entities"] for row in found] == [entities]
    assert not [row for row in advise(changed(**silent), 50) if row["rule"] == rule]


def test_every_rule_has_a_case():
    spoken = {
        row["rule"]: rule
        for _, case, _, _ in CASES
        for rule in RULES
        for row in rule(changed(**case), 50)
    }
    assert set(spoken.values()) == set(RULES)
    assert set(spoken) == {rule for rule, *_ in CASES}


def test_few_examples_are_what_the_user_says():
    assert [row["rule"] for row in advise(quiet(), 501)] == ["few examples"] * 2


def test_advice_that_concerns_the_most_entities_comes_first():
    found = advise(changed(**{"dev__unjudged": 30, "dev__lost__entities": 40, GAIN: 0.0}), 50)
    assert [row["entities"] for row in found] == [40, 30, 10]


def test_evidence_has_the_figures_by_which_the_rule_speaks():
    (row,) = advise(changed(**{NEW: {"r": 0.7, "support": 50}}), 50)
    assert row["evidence"] == (
        "Recall of PERSON on the dev set is 70.0 for the 50 entities with a new name and 90.0 for the "
        "50 whose name is in the training set."
    )
    (row,) = advise(changed(**{MIXED: 11}), 50)
    confused = "0 GPE entities were predicted as PERSON and 11 PERSON entities as GPE, of 211 in total"
    assert confused in row["evidence"]
    (row,) = advise(changed(dev__errors__suspicious_gold=[SUSPICIOUS]), 50)
    assert "For example, 'May' is not annotated, but predicted as DATE." in row["evidence"]
    assert "agrees with the prediction 7 times and with the annotation 0 times" in row["evidence"]


@pytest.mark.parametrize(
    ("gold", "as_predicted", "has"),
    [
        (None, 0, "no such entity"),
        ("GPE: May", 0, "neither of the two entities"),
        (None, 1, "the predicted entity only once"),
    ],
)
def test_annotation_that_only_the_dev_set_contradicts_has_its_documents_as_evidence(
    gold, as_predicted, has
):
    train = {"as_gold": 0, "as_predicted": as_predicted}
    row = {**SUSPICIOUS, "gold": gold, "train": train, "documents": 4}
    (advice,) = advise(changed(dev__errors__suspicious_gold=[row]), 50)
    assert advice["evidence"].endswith(
        "In 4 documents of the dev set, the prediction contradicts the annotation in this way; the "
        f"training set has {has}."
    )
    assert "times" not in advice["evidence"]


def test_interval_without_width_is_not_given_as_evidence():
    never = figures(f=0.0, intervals={"f": [0.0, 0.0]})
    (advice,) = advise(changed(test__scores__micro=never), 50)
    assert "0.0 on the test set (all resamples give the same value)." in advice["evidence"]


def test_what_advice_names_exists():
    """Words in backticks are commands or in the default config; vars and settings are there."""
    manifest, config = srsly.read_yaml(ROOT / "project.yml"), load_config(CONFIG)
    training = config["training"]
    known = {command["name"] for command in manifest["commands"]} | set(config["schedule"])
    known |= {f"training.{name}" for name in training}
    for _, case, _, _ in CASES:
        for row in advise(changed(**case), 50):
            told = f"{row['action']} {row['evidence']}"
            assert set(re.findall(r"`([^`]+)`", told)) <= known
            assert set(re.findall(r"vars\.(\w+)", told)) <= set(manifest["vars"])
            outside = re.sub(r"`[^`]+`|docs/\w+\.md", "", told)
            for setting, file in re.findall(r"(\w+) in configs/(\w+)\.cfg", told):
                assert setting in FILES[file].model_fields
            assert ".cfg" not in re.sub(r"\w+ in configs/\w+\.cfg", "", told)  # any file trains
            assert not re.search(r"\b(training|nlp|corpora|components)\.\w", outside)
    assert training["patience"] == 0  # so that no advice may be to lower it


def test_test_set_is_never_used_to_choose_what_to_improve():
    """Whatever errors or kinds of text it has, no advice follows from them."""
    found = changed(test__scores__micro=figures(f=0.9))
    found["test"] |= {"errors": changed(**{ALL: classes(missed=99)})["dev"]["errors"], "fields": {}}
    assert advise(found, 50) == []
