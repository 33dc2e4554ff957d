import numpy as np
import pytest

from scripts.reporting.experiments_page import experiments_page
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.variants import compared
from tests.scoring.test_variants import seeds

EVIL = "</style><script>alert(1)</script>\u202e"
COSTS = {"processor_seconds": 12.0, "words_per_second": 20_000.0}


def variant(scores, **changes):
    return {
        "config": "config.cfg",
        "overrides": {},
        "share": 1.0,
        "without": [],
        "seeds": [0, 1, 2],
        "failed": {},
        "documents": 100,
        "entities": 300,
        "scores": scores,
        "curves": {"0": [(0, 0.0), (10, 0.5)], "1": [(0, 0.1), (10, 0.6)]},
        **changes,
    }


@pytest.fixture(scope="module")
def summary():
    rng = np.random.default_rng(0)
    counts = {"base": seeds(rng, 0.7), "good": seeds(rng, 0.85)}
    scores = compared(counts, "base", Bootstrap(100), 100)
    test = {key: scores["good"][key] for key in ("f", "p", "r", "by_seed", "labels")}
    return {
        "reference": "base",
        "chosen": "good",
        "confidence": 0.95,
        "groups": 60,
        "variants": {"base": variant(scores["base"]), "good": variant(scores["good"])},
        "test": {**test, "earlier": []},
    }


def page_of(summary):
    return experiments_page(summary, dict.fromkeys(summary["variants"], COSTS))


def test_page_says_what_was_chosen_and_that_the_test_set_was_scored_once(summary):
    page = page_of(summary)
    assert "It is better than the reference by more than chance." in page
    assert "The test set was scored once, for this variant only" in page
    assert "with one seed, an interval covers the documents only" in page
    assert page.count('class="plot"') == 2


def test_page_says_that_the_test_set_was_used_before(summary):
    page = page_of({**summary, "test": {**summary["test"], "earlier": ["wide", "deep"]}})
    assert "scored once" not in page
    assert "wide" in page


def test_what_a_variant_is_and_why_a_trial_failed_is_escaped(summary):
    evil = variant(None, overrides={EVIL: EVIL}, without=[EVIL], failed={"0": EVIL}, config=EVIL)
    page = page_of({**summary, "variants": {**summary["variants"], "evil": evil}})
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert page.count("</style>") == 1
    assert "Some trials failed" in page


def test_page_of_variants_that_all_failed_shows_why(summary):
    variants = {"base": variant(None, seeds=[], failed={"0": "out of memory"}, curves={})}
    page = page_of({**summary, "chosen": None, "variants": variants, "test": None})
    assert "out of memory" in page
    assert "none is chosen" in page


def test_variant_that_is_chosen_without_a_reference_is_compared_with_nothing(summary):
    alone = {**summary["variants"]["good"]["scores"], "difference": None}
    variants = {"base": variant(None, seeds=[]), "good": variant(alone)}
    page = page_of({**summary, "variants": variants})
    assert "The reference has no scores to compare it with." in page
