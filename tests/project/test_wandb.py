"""wandb in a whole training: offline by default, private, and never in the way."""

import getpass
import json
import socket
from collections.abc import Callable

import pytest

from tests.project.conftest import Project


@pytest.fixture
def prepared(fresh: Project, step: Callable[..., str]) -> Project:
    """A copy in which everything up to training has run."""
    fresh.edit("configs/config.cfg", "minimum = 60", "minimum = 10")
    for name in ("inputs", "convert", "labels"):
        step(name)
    return fresh


def offline_environment(project: Project) -> dict[str, str]:
    """Return an environment without a key, in which wandb is on and not told how."""
    home = str(project.folder / "home")
    environment = {key: value for key, value in project.environment().items() if "WANDB" not in key}
    return {**environment, "HOME": home, "USERPROFILE": home, "NETRC": f"{home}/netrc"}


def test_run_is_recorded_offline_without_texts_names_or_paths(prepared: Project) -> None:
    run = prepared.weasel("run", "train", **offline_environment(prepared), WANDB_MODE="offline")
    assert run.code == 0, run.output
    assert "wandb records this run (offline)" in run.output
    assert "  wandb leet training/default/wandb/offline-run-" in run.output
    (record,) = (prepared.folder / "training/default/wandb").glob("offline-run-*/*.wandb")
    recorded = record.read_bytes()
    assert b"ents_f" in recorded
    assert b"loss_ner" in recorded
    assert b"fingerprints" in recorded
    text = (prepared.folder / "assets/mine/all.jsonl").read_text(encoding="utf8").splitlines()[0]
    private = [
        socket.gethostname(),
        getpass.getuser() + "@",
        str(prepared.folder),
        "corpus/train.spacy",
        "--output",
        "spacy/__main__",
        json.loads(text)["text"],
        "Ada Okafor",
        "LOSS NER",
    ]
    assert [word for word in private if word.encode() in recorded] == []


def test_training_goes_on_when_wandb_has_no_key(prepared: Project) -> None:
    environment = {**offline_environment(prepared), "WANDB_BASE_URL": "http://127.0.0.1:9"}
    run = prepared.weasel("run", "train", **{**environment, "WANDB_MODE": "online"})
    assert run.code == 0, run.output
    assert "wandb can't go online" in run.output
    assert list((prepared.folder / "training/default/wandb").glob("offline-run-*"))


def test_training_goes_on_when_wandb_is_not_installed(prepared: Project) -> None:
    (prepared.folder / "wandb").mkdir()  # found before the installed one, and not wandb
    broken = "raise ImportError('no wandb')\n"
    (prepared.folder / "wandb/__init__.py").write_text(broken, encoding="utf8")
    run = prepared.weasel("run", "train", **offline_environment(prepared), WANDB_MODE="offline")
    assert run.code == 0, run.output
    assert "wandb does not record this run: ImportError: no wandb" in run.output
    assert (prepared.folder / "training/default/run.json").is_file()


def test_disabled_wandb_records_nothing_and_says_so(prepared: Project) -> None:
    run = prepared.weasel("run", "train", WANDB_MODE="disabled")
    assert run.code == 0, run.output
    assert "wandb is disabled" in run.output
    assert not (prepared.folder / "training/default/wandb").exists()
