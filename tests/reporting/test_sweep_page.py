"""The page of a sweep: both figures, every trial, and nothing that a name could break."""

import re
from typing import Any

from scripts.reporting.sweep_page import shown, sweep_page
from scripts.scoring.sweep import SweepSummary, conclusions

EVIL = '<script>alert("x")</script>'


def tried(number: int, score: float, status: Any = "ok") -> Any:
    values = {"training.dropout": 0.123456, "a.tables": ["en", EVIL]}
    name = f"trial-{number:03}"
    return {"name": name, "values": values, "status": status, "score": score, "evaluations": 4}


def summary(**changes: Any) -> SweepSummary:
    found: SweepSummary = {
        "config": f"configs/{EVIL}.cfg",
        "method": "bayes",
        "seed": 0,
        "trials": [tried(0, 0.7), tried(1, 0.75), tried(2, 0.8, "pruned"), tried(3, 0.1, "failed")],
        "best": "trial-001",
        "importances": {"training.dropout": 0.9, "a.tables": 0.1},
        "repeated": {
            "best": {"seeds": [1, 2], "scores": [0.71, 0.73]},
            "untouched": {"seeds": [1, 2], "scores": [0.70, None]},
        },
        "gain": {
            "f": 0.02,
            "interval": (-0.01, 0.05),
            "p": 0.2,
            "p_holm": 0.2,
            "p_documents": 0.1,
            "result": "unclear",
        },
    }
    return {**found, **changes}  # type: ignore[typeddict-item]


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_both_figures_are_on_the_page_and_the_best_complete_trial_comes_first():
    page = sweep_page(summary())
    words = words_of(page)
    assert "The best trial 75.0" in words
    assert "The same values with 2 other seeds 72.0 Expect this one." in words
    names = re.findall(r"trial-\d+", words[words.index("All trials A trial") :])
    assert names == ["trial-001", "trial-000", "trial-002", "trial-003"]


def test_names_and_values_are_escaped_and_the_page_asks_nothing_of_a_network():
    page = sweep_page(summary())
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert "://" not in page


def test_page_without_other_seeds_and_importance_says_so():
    nobody = {"seeds": [], "scores": []}
    repeated = {"best": nobody, "untouched": nobody}
    words = words_of(sweep_page(summary(repeated=repeated, importances={}, gain=None)))
    assert "Too few trials have ended to say." in words
    assert "were not trained with other seeds" in words


def test_conclusions_name_what_was_stopped_what_failed_and_whether_the_gain_is_chance():
    assert list(conclusions(summary(config="c.cfg"))) == [
        "Best of 4 trials (1 pruned, 1 failed): 75.0 on the dev set (trial-001)",
        "The same values with 2 other seeds: 72.0 (from 71.0 to 73.0, standard deviation 1.4)",
        "c.cfg as it is with 2 other seeds: 70.0",
        "Difference between these two, in F: +2.0 (-1.0 to +5.0; may be chance)",
    ]


def test_best_values_that_are_worse_with_other_seeds_are_not_recommended():
    gain = {**summary()["gain"], "f": -0.02, "interval": (-0.03, -0.01), "result": "worse"}  # type: ignore[dict-item]
    worse = summary(config="c.cfg", gain=gain)
    *_, difference, advice = conclusions(worse)
    assert difference == (
        "Difference between these two, in F: -2.0 (-3.0 to -1.0; worse, by more than chance)"
    )
    assert advice == "Keep c.cfg as it is: with other seeds, the best values are worse"
    assert advice in words_of(sweep_page(worse))


def test_difference_without_an_interval_says_why():
    gain = {**summary()["gain"], "interval": (None, None), "result": "too few"}  # type: ignore[dict-item]
    *_, last = conclusions(summary(gain=gain))
    assert last == "Difference between these two, in F: +2.0 (too few documents to judge)"


def test_config_of_which_every_seed_failed_has_no_figure():
    repeated = {"best": {"seeds": [1], "scores": [None]}, "untouched": {"seeds": [1], "scores": [0.7]}}
    found = list(conclusions(summary(repeated=repeated, gain=None)))
    assert found[1] == "The same values with 1 other seed: all failed"


def test_numbers_of_a_config_are_short():
    assert [shown(value) for value in (0.0012345678, 3, "x", None)] == ["0.001235", "3", "x", "null"]
