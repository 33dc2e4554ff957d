"""The record of a run: why it stopped, what it was made from, and where that is written."""

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

from scripts.files import atomic, fingerprint
from scripts.training.run_record import (
    annotation_fingerprint,
    git_commit,
    run_record_logger,
    wandb_names,
    why_stopped,
)


def curve(*points: tuple[int, float], epoch: int = 0) -> list[dict[str, Any]]:
    """Return a curve of (step, score) points."""
    return [{"step": step, "score": score, "epoch": epoch} for step, score in points]


@pytest.mark.parametrize(
    ("points", "planned", "patience", "epochs", "epoch", "reason"),
    [
        ([(0, 0.1), (600, 0.5)], 600, 0, 0, 9, "after step 600, the last of the schedule"),
        ([(0, 0.1), (600, 0.5)], 600, 100, 0, 9, "after step 600, the last of the schedule"),
        (
            [(200, 0.5), (400, 0.4)],
            600,
            200,
            0,
            9,
            "at step 400: no better score on the dev set in 200 steps",
        ),
        (
            [(200, 0.5), (400, 0.5)],
            600,
            200,
            0,
            9,
            "at step 400: no better score on the dev set in 200 steps",
        ),
        (
            [(200, 0.5), (300, 0.4)],
            600,
            0,
            5,
            4,
            "after 5 passes over the training set (training.max_epochs)",
        ),
        (
            [(200, 0.5), (300, 0.4)],
            0,
            0,
            5,
            4,
            "after 5 passes over the training set (training.max_epochs)",
        ),
        ([(200, 0.5), (399, 0.4)], 600, 200, 5, 3, "early, after step 399 of 600"),
        ([(200, 0.5)], 600, 0, -1, 9, "early, after step 200 of 600"),
    ],
)
def test_end_of_training_is_put_in_words(points, planned, patience, epochs, epoch, reason):
    last = points[-1][0]
    assert why_stopped(curve(*points, epoch=epoch), last, planned, patience, epochs).startswith(reason)


def test_training_that_ends_between_two_evaluations_has_not_failed(nlp, tmp_path):
    run = tmp_path / "run"
    printed = record(nlp, run, tmp_path, (0, 0.1), (190, 0.5), further=10)
    assert printed.startswith("Stopped: after step 200, the last of the schedule")
    assert atomic.read_json(run / "run.json")["steps"] == {"planned": 200, "last": 200, "best": 190}


def test_names_in_wandb_are_those_of_its_logger_alone_or_in_a_chain():
    logger = {"@loggers": "ner_template.Wandb.v1", "project": "ner", "run": "training/default"}
    assert wandb_names(logger) == {"project": "ner", "group": None, "tags": []}
    chain = {"@loggers": "spacy.ChainLogger.v1", "logger1": {"@loggers": "spacy.ConsoleLogger.v3"}}
    assert wandb_names(chain) is None
    both = {**chain, "logger2": {**logger, "group": "mine"}}
    assert wandb_names(both) == {"project": "ner", "group": "mine", "tags": []}
    assert wandb_names({**chain, "logger2": both}) == {"project": "ner", "group": "mine", "tags": []}


def test_group_and_tags_of_wandb_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("WANDB_RUN_GROUP", "all")
    monkeypatch.setenv("WANDB_TAGS", "long documents, first,")
    logger = {"@loggers": "ner_template.Wandb.v1", "project": "ner", "tags": ["first", "own"]}
    names = {"project": "ner", "group": "all", "tags": ["first", "own", "long documents"]}
    assert wandb_names(logger) == names
    assert wandb_names({**logger, "group": "mine"}) == {**names, "group": "mine"}


def test_there_is_no_commit_without_a_repository_or_without_git(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_commit() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_commit() is None


def test_commit_says_whether_files_differ_from_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):  # set where git itself runs the tests
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    commands = (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "first"))
    for command in commands:
        subprocess.run(["git", *command], check=True, capture_output=True)  # noqa: S607
    commit = git_commit()
    assert commit is not None
    assert len(commit) == 40
    (tmp_path / "new").touch()
    assert git_commit() == f"{commit}+changes"


def test_fingerprint_of_annotations_changes_with_names_and_contents_and_nothing_else(tmp_path):
    path = tmp_path / "inputs.json"

    def of(*files: tuple[str, str], **more: str) -> str | None:
        described = [{"path": name, "sha256": digest, "bytes": 1} for name, digest in files]
        atomic.write_json(path, {"files": described, **more})
        return annotation_fingerprint(path)

    assert annotation_fingerprint(path) is None
    first = of(("a.jsonl", "12"), ("b.jsonl", "34"))
    assert first is not None
    assert of(("a.jsonl", "12"), ("b.jsonl", "34"), annotations="elsewhere") == first
    others = {
        of(("a.jsonl", "12"), ("c.jsonl", "34")),
        of(("a.jsonl", "12"), ("b.jsonl", "35")),
        of(("a.jsonl", "12")),
    }
    assert len(others | {first}) == 4


@pytest.fixture
def nlp() -> Language:
    """A pipeline that is to be trained for 200 steps."""
    found = spacy.blank("en")
    found.config["training"] |= {"max_steps": 200, "patience": 0, "max_epochs": 0, "seed": 7}
    return found


def info(step: int, score: float, folder: Path | None) -> dict[str, Any]:
    """Return what spaCy hands to a logger at one evaluation."""
    return {
        "step": step,
        "epoch": 0,
        "words": step * 10,
        "score": score,
        "losses": {"ner": 1.23456},
        "other_scores": {"ents_f": score, "speed": 999.0},
        "output_path": str(folder / "model-last") if folder else None,
    }


def record(
    nlp: Language, folder: Path | None, corpus: Path, *points: tuple[int, float], further: int = 0
) -> str:
    """Run the logger over (step, score) points, and further steps; return what it prints."""
    out = io.StringIO()
    files = {name: corpus / name for name in ("train", "dev", "inputs", "counts")}
    log_step, finalize = run_record_logger(**files)(nlp, out)
    for step, score in points:
        log_step(None)
        log_step(info(step, score, folder))
    for _ in range(further):
        log_step(None)
    finalize()
    return out.getvalue()


def test_record_and_curve_are_written_beside_the_pipeline(nlp, tmp_path):
    (tmp_path / "train").write_text("a corpus", encoding="utf8")
    run = tmp_path / "run"
    printed = record(nlp, run, tmp_path, (0, 0.1), (100, 0.5), (150, 0.5), (200, 0.4))
    found = atomic.read_json(run / "run.json")
    assert found["steps"] == {"planned": 200, "last": 200, "best": 150}  # the last of equals
    assert found["stopped"] == "after step 200, the last of the schedule (training.max_steps)"
    assert found["corpus"] == {"train": fingerprint.of_text("a corpus"), "dev": None}
    assert found["seed"] == 7
    assert found["versions"]["spacy"] == spacy.__version__
    lines = (run / "curve.jsonl").read_text(encoding="utf8").splitlines()
    assert len(lines) == 4
    assert '"step": 100' in lines[1]
    assert '"losses": {"ner": 1.2346}' in lines[1]
    assert "speed" not in lines[1]
    assert "Best score on the dev set: 0.5000 at step 150" in printed


def test_run_that_was_best_at_its_end_is_not_told_to_go_on(nlp, tmp_path):
    """The last step usually is the best one; `analyze` judges the whole course."""
    printed = record(nlp, tmp_path / "run", tmp_path, (0, 0.1), (200, 0.5))
    assert printed.strip().endswith("Best score on the dev set: 0.5000 at step 200")


def test_curve_is_the_same_for_the_same_figures(nlp, tmp_path):
    for name in ("one", "two"):
        record(nlp, tmp_path / name, tmp_path, (0, 0.1), (200, 0.5))
    first, second = ((tmp_path / name / "curve.jsonl").read_bytes() for name in ("one", "two"))
    assert first == second


def test_without_an_output_folder_nothing_is_written_but_the_reason_is_said(nlp, tmp_path):
    assert record(nlp, None, tmp_path, (0, 0.1)).startswith("Stopped: early, after step 0 of 200")
    assert record(nlp, tmp_path / "run", tmp_path) == ""
    assert list(tmp_path.iterdir()) == []
