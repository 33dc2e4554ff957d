"""The figures in a trial's result: the total and the labels, also where a label is called `all`."""

import pytest

from scripts.files import atomic
from scripts.reporting.wandb_figures import flat_figures
from scripts.trials.scores import figures_of
from scripts.trials.train import kept
from scripts.trials.trial import ALL, EARLIER_ALL, up_to_date

COUNTS = {"d1": {"all": [1, 0, 0], "ORG": [0, 5, 5]}, "d2": {"ORG": [2, 0, 1]}}
PLAIN = {"d1": {"PERSON": [1, 0, 0], "ORG": [0, 5, 5]}}


def as_earlier(counts):
    """Return the figures as earlier versions wrote them: a label `all` in place of the total."""
    found = figures_of(counts)
    return {EARLIER_ALL: found.pop(ALL), **found}


def result(counts, dev):
    trial = {"name": "one", "config": "configs/config.cfg", "seed": 0}
    found = {"trial": trial, "fingerprint": "f", "status": "ok", "reason": "", "score": 0.5}
    return {**found, "dev": dev, "counts": counts, "curve": [], "learned_from": None, "costs": None}


def test_label_called_all_does_not_replace_the_total():
    found = figures_of(COUNTS)
    assert (found[ALL]["support"], found["all"]["support"], found["all"]["f"]) == (9, 1, 1.0)
    assert found[ALL]["f"] == pytest.approx(2 * 3 / (2 * 3 + 5 + 6))


@pytest.mark.parametrize("counts", [COUNTS, PLAIN, {"d1": {}}])
def test_result_of_an_earlier_version_is_read_as_one_of_this_version(counts, tmp_path):
    new = result(counts, figures_of(counts))
    atomic.write_json(tmp_path / "result.json", result(counts, as_earlier(counts)))
    assert kept(tmp_path, "f") == new
    assert up_to_date(new) is new
    failed = result({}, {})
    assert up_to_date(failed) is failed


def test_total_in_wandb_is_not_that_of_a_label_called_all():
    row = {**dict.fromkeys("prf", 0.5), "support": 9}
    scores = {"micro": {**row, "intervals": {}}, "labels": {"all": {**row, "f": 1.0, "support": 1}}}
    split = {"scores": scores, "baselines": {}}
    found = flat_figures({"test": split, "dev": split})
    assert (found["test/all/f"], found["test/all/support"]) == (0.5, 9)
