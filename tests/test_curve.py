import json

import numpy as np
import pytest
import srsly
from typer.testing import CliRunner

from scripts import curve as step
from scripts.reporting.curve_words import ONE_SEED, caveat, doubling
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.learning_curve import courses
from scripts.settings.experiments import CurveSettings
from tests.scoring.test_learning_curve import shares
from tests.trials.conftest import tiny  # noqa: F401  (a fixture)

SHARES = [0.25, 0.5, 1.0]


@pytest.fixture(scope="module")
def curved(tiny, tmp_path_factory):  # noqa: F811
    """The folder of a learning curve, the curve, and what was printed."""
    folder = tmp_path_factory.mktemp("curve")
    values = {"variants": {"base": {}}, "curve": {"shares": SHARES, "seeds": [0, 1]}}
    srsly.write_yaml(tiny / "curve.yml", values)
    arguments = [str(tiny / "corpus"), str(folder), f"--file={tiny / 'curve.yml'}", "--config=tiny.cfg"]
    done = CliRunner().invoke(step.app, arguments)
    assert done.exit_code == 0, done.output
    stored = json.loads((tiny / "corpus" / "learning_curve.json").read_text(encoding="utf8"))
    return folder, stored["curve"], done.output


@pytest.mark.slow
def test_curve_is_trained_on_growing_shares_with_several_seeds(curved):
    folder, curve, said = curved
    assert [point["share"] for point in curve["all"]["points"]] == SHARES
    assert [point["size"] for point in curve["all"]["points"]] == [9, 18, 36]
    assert [point["size"] for point in curve["labels"]["ORG"]["points"]] == [9, 18, 36]
    assert all(len(point["f"]) == len(point["r"]) == 2 for point in curve["all"]["points"])
    assert len(list(folder.glob("*/result.json"))) == 6
    assert not curve["failed"]
    assert "Nothing can be said about more annotation" in " ".join(said.split())  # of eight documents


@pytest.mark.slow
def test_page_of_the_curve_is_made_and_a_trial_is_not_trained_twice(curved, tiny):  # noqa: F811
    folder, _, _ = curved
    page = (folder / "report.html").read_text(encoding="utf8")
    assert "Would more annotation help?" in page
    assert 'id="learning-curve-desc"' in page
    trained = {path: path.stat().st_mtime_ns for path in folder.glob("*/result.json")}
    arguments = [str(tiny / "corpus"), str(folder), f"--file={tiny / 'curve.yml'}", "--config=tiny.cfg"]
    assert CliRunner().invoke(step.app, arguments).exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in trained} == trained


def test_shares_must_end_with_the_whole_training_set(tmp_path):
    path = tmp_path / "some.yml"
    srsly.write_yaml(path, {"variants": {"a": {}}, "curve": {"shares": [0.25, 0.5, 0.75]}})
    done = CliRunner().invoke(step.app, [str(tmp_path), str(tmp_path / "out"), f"--file={path}"])
    assert done.exit_code == 1
    assert "the last one of the shares must be 1.0" in " ".join(done.output.split())


def test_curve_without_the_whole_training_set_says_nothing_about_twice_as_much(capsys, tmp_path):
    whole, labels = courses(shares(np.random.default_rng(1), 0.9, 2.0, 0.5)[:3], Bootstrap(100))
    curve = {"config": "config.cfg", "all": whole, "labels": labels}
    step.show(curve, tmp_path)
    said = capsys.readouterr().out
    assert "Nothing can be said about more annotation" in said
    assert "whole training set; it reached" not in said
    assert ["all", *["–"] * 5] in [line.split() for line in said.splitlines()]


def test_shares_that_hardly_differ_have_trials_of_their_own(tmp_path):
    asked = CurveSettings(shares=(0.12345671, 0.12345672, 1.0), seeds=(0,))
    trials = step.trials_of(asked, tmp_path / "a.cfg", tmp_path, -1)
    assert len({trial.name for trial in trials}) == 3


@pytest.mark.slow
def test_curve_of_which_every_trial_fails_ends_with_an_error(tiny, tmp_path):  # noqa: F811
    values = {
        "variants": {"a": {}},
        "curve": {"overrides": {"training.eval_frequency": 0}, "seeds": [0]},
    }
    srsly.write_yaml(tmp_path / "bad.yml", values)
    (tmp_path / "tiny.cfg").write_bytes((tiny / "tiny.cfg").read_bytes())
    arguments = [str(tiny / "corpus"), str(tmp_path / "out"), f"--file={tmp_path / 'bad.yml'}"]
    done = CliRunner().invoke(step.app, [*arguments, "--config=tiny.cfg"])
    assert done.exit_code == 1
    assert "All trials failed" in done.output
    assert not (tmp_path / "out" / "report.html").exists()


def test_sentence_says_what_twice_as_much_gives_in_all_and_by_label():
    whole, labels = courses(shares(np.random.default_rng(1), 0.9, 2.0, 0.5), Bootstrap(200))
    curve = {"config": "config.cfg", "all": whole, "labels": {**labels, "B": labels["A"]}}
    words = doubling(curve)
    assert words.startswith("Twice as much annotation would probably change F by +")
    assert "; by label: A +" in words
    assert ", B +" in words
    assert "which is close" in caveat(curve)
    assert ONE_SEED not in words


def test_curve_with_one_seed_says_that_its_intervals_cover_the_documents_only():
    whole, labels = courses(shares(np.random.default_rng(1), 0.9, 2.0, 0.5, number=1), Bootstrap(200))
    curve = {"config": "config.cfg", "all": whole, "labels": labels}
    assert doubling(curve).endswith(f"points, to 84.7. {ONE_SEED}")
