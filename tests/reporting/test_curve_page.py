import json

import numpy as np
import pytest

from scripts.reporting.curve_page import curve_page
from scripts.reporting.curve_words import NOTHING, caveat, doubling
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.learning_curve import Share, courses
from tests.scoring.test_learning_curve import shares

EVIL = "</style><script>alert(1)</script>\u202e"


def curve_of(found, **changes):
    whole, labels = courses(found, Bootstrap(100))
    return {
        "train": "a" * 64,
        "dev": "b" * 64,
        "config": "config.cfg",
        "confidence": 0.95,
        "seeds": 3,
        "all": whole,
        "labels": labels,
        "failed": {},
        **changes,
    }


@pytest.fixture(scope="module")
def curve():
    return curve_of(shares(np.random.default_rng(1), 0.9, 2.0, 0.5))


def test_page_has_the_sentence_the_caveat_and_a_plot_for_each_label(curve):
    page = curve_page(curve)
    assert doubling(curve) in page
    assert caveat(curve) in page
    for identifier in ("learning-curve", "measures", "label-0"):
        assert page.count(f'id="{identifier}-desc"') == 1
    assert "1,600" in page  # what the law is drawn to: twice the documents


def test_what_is_in_labels_and_reasons_is_escaped(curve):
    evil = {**curve, "labels": {EVIL: curve["labels"]["A"]}, "failed": {EVIL: EVIL}, "config": EVIL}
    page = curve_page(evil)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert page.count("</style>") == 1


def test_page_without_a_law_says_so():
    few = curve_of([Share(1.0, 10, {"A": 5}, [{"g": {"A": [1, 0, 0]}}])])
    assert doubling(few) == NOTHING
    assert caveat(few) == ""
    assert NOTHING in curve_page(few)


def test_law_that_does_not_fit_is_not_to_be_relied_on(curve):
    off = {**curve["all"], "left_out": {"predicted": 0.9, "observed": 0.8}}
    assert "Don't rely on the prediction" in caveat({**curve, "all": off})


def test_curve_can_be_stored_as_json(curve):
    assert json.loads(json.dumps(curve))["all"]["points"] == curve["all"]["points"]
