"""The command `sweep`: a search that an interruption does not change, and honest figures of the best."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import spacy
import srsly
from typer.testing import CliRunner

from scripts import sweep as step
from tests.corpora import ROOT
from tests.trials.tiny import tiny_config, tiny_corpus

optuna = pytest.importorskip("optuna", reason="requirements-sweep.txt is not installed")

SWEEP: dict[str, Any] = {
    "method": "bayes",
    "run_cap": 4,
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {
        "training.dropout": {"distribution": "q_uniform", "min": 0.0, "max": 0.4, "q": 0.1},
        "training.optimizer.learn_rate": {"values": [0.0001, 0.01, 0.05]},
    },
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sweep")
    tiny_corpus(folder)
    tiny_config(folder)
    return folder


def arguments(tiny: Path, output: Path, seeds: int = 1, **changes: Any) -> list[str]:
    """Return the arguments of the command, for a sweep with some keys changed."""
    path = output.parent / "sweep.yml"
    asked = {key: value for key, value in {**SWEEP, **changes}.items() if value is not None}
    srsly.write_yaml(path, asked)
    return [str(path), str(tiny / "tiny.cfg"), str(tiny / "corpus"), str(output), f"--seeds={seeds}"]


def run(tiny: Path, output: Path, *options: str, code: int = 0, **changes: Any) -> str:
    done = CliRunner().invoke(step.app, [*arguments(tiny, output, **changes), *options])
    assert done.exit_code == code, done.output
    return done.output


def summary_in(output: Path) -> dict[str, Any]:
    return srsly.read_json(output / "sweep.json")


@pytest.mark.slow
def test_sweep_shows_the_best_and_what_it_reaches_with_other_seeds(tiny, tmp_path):
    output = tmp_path / "training/sweep"
    output.parent.mkdir()
    said = run(tiny, output, "--jobs=2", run_cap=3)
    summary = summary_in(output)
    assert [trial["name"] for trial in summary["trials"]] == [f"trial-{n:03}" for n in range(3)]
    assert {trial["status"] for trial in summary["trials"]} == {"ok"}
    best = max(summary["trials"], key=lambda trial: trial["score"])
    assert summary["best"] == best["name"]
    assert summary["repeated"]["best"]["seeds"] == summary["repeated"]["untouched"]["seeds"] == [1]
    page = (output / "sweep.html").read_text(encoding="utf8")
    for words in (
        f"Best of 3 trials: {best['score'] * 100:.1f} on the dev set ({best['name']})",
        "The same values with 1 other seed:",
        "as it is with 1 other seed:",
    ):
        assert words in said
        assert words in page
    assert "://" not in page
    assert not list(output.rglob("model-best"))
    spacy_takes_the_best_config(output / "best.cfg", best)


def spacy_takes_the_best_config(path: Path, best: dict[str, Any]) -> None:
    config = spacy.util.load_config(path)
    assert config["training"]["dropout"] == best["values"]["training.dropout"]
    command = [sys.executable, "-m", "spacy", "train", str(path)]
    environment = {**os.environ, "WANDB_MODE": "disabled"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{best['score'] * 100:.2f}" in done.stdout.decode()


@pytest.mark.slow
def test_sweep_that_was_killed_goes_on_and_ends_like_one_that_was_not(tiny, tmp_path):
    early = {"type": "hyperband", "min_iter": 2, "eta": 2}
    changes = {"early_terminate": early, "run_cap": 4, "seeds": 0}
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    run(tiny, tmp_path / "whole/sweep", **changes)
    output = tmp_path / "killed/sweep"
    command = [sys.executable, "-m", "scripts.sweep", *arguments(tiny, output, **changes)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while not list(output.glob("*/trial-002*")):  # the third trial has begun
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    said = run(tiny, output, **changes)
    assert "of which 2 have ended" in said
    assert "[3 of 4]" in said
    assert summary_in(output) == summary_in(tmp_path / "whole/sweep")
    assert {trial["status"] for trial in summary_in(output)["trials"]} == {"ok", "pruned"}
    trained = {path: path.stat().st_mtime_ns for path in output.rglob("result.json")}
    assert "of which 4 have ended" in run(tiny, output, **changes)
    assert {path: path.stat().st_mtime_ns for path in output.rglob("result.json")} == trained
    parameters = {"training.dropout": {"values": [0.1]}}
    said = run(tiny, output, **{**changes, "run_cap": 1, "parameters": parameters})
    assert "A new study begins" in said
    assert len(list(output.glob("*/study.journal"))) == 2


def test_name_that_the_config_lacks_is_refused_before_anything_is_trained(tiny, tmp_path):
    parameters = {"training.droput": {"values": [0.1, 0.2]}}
    said = " ".join(run(tiny, tmp_path / "sweep", code=1, parameters=parameters).split())
    assert "The config has no value training.droput" in said
    assert not list((tmp_path / "sweep").rglob("trial-*"))


@pytest.mark.slow
def test_sweep_of_which_every_trial_fails_says_so(tiny, tmp_path):
    parameters = {"training.eval_frequency": {"values": [0]}}
    said = run(tiny, tmp_path / "sweep", code=1, run_cap=1, parameters=parameters)
    assert "No trial has ended" in " ".join(said.split())


def test_without_optuna_the_message_names_the_file(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(step, "find_spec", lambda name: None)
    said = " ".join(run(tiny, tmp_path / "sweep", code=1).split())
    assert "Optuna is not installed" in said
    assert "requirements-sweep.txt" in said
    assert (ROOT / "requirements-sweep.txt").is_file()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": "magic"}, "method: Input should be 'bayes', 'random' or 'grid'"),
        ({"metric": {"name": "loss", "goal": "minimize"}}, "metric.name: Input should be 'score'"),
        (
            {"parameters": {"a.b": {"distribution": "normal", "mu": 0}}},
            "a.b.distribution: Input should be",
        ),
        ({"parameters": {"a.b": {"min": 1}}}, "give both min and max"),
        ({"parameters": {"a.b": {"min": 2, "max": 1}}}, "min must be smaller than max"),
        (
            {"parameters": {"a.b": {"values": [1], "value": 2}}},
            "give one of value, values, or min and max",
        ),
        ({"method": "grid", "parameters": {"a.b": {"min": 0.1, "max": 0.2}}}, "a grid needs values"),
        ({"early_terminate": {"type": "hyperband"}}, "give min_iter, or both max_iter and s"),
        ({"runs": 5}, "runs: Extra inputs are not permitted"),
        ({"parameters": None}, "parameters: Field required"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_its_place(tiny, tmp_path, changes, reason):
    said = " ".join(run(tiny, tmp_path / "sweep", code=1, **changes).split())
    assert reason in said
