"""What a user is told to edit may be edited: the tests that `pytest` runs stay green."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import BRING_THEIR_OWN
from tests.template.conftest import ROOT, Project, write_jsonl

# What the repository holds besides what its steps and tools make.
COPIED = ("assets", "configs", "corpus/README.md", "scripts", "tests", "training/README.md")
COPIED += ("constraints.txt", "project.yml", "pyproject.toml", "requirements.txt")


@pytest.fixture
def edited(tmp_path: Path) -> Project:
    """A copy of the repository in which a user has edited everything that README says."""
    folder = tmp_path / "mine"
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / name)
    project = Project(folder)
    texts = {"annotations": "assets/mine", "lang": "de", "name": "nachrichten", "run": "erster"}
    project.set_vars(**texts, version="1.10", license="MIT", seed=7)
    project.set_settings(dev=0.2, misaligned="expand", few_examples=5, resamples=500, min_f=0.9)
    project.set_config({"training.dropout": 0.3, "components.tok2vec.model.encode.width": 64})
    project.set_config({"training.optimizer.learn_rate.initial_rate": 0.001, "schedule.passes": 3.0})
    shutil.rmtree(folder / "assets/starter")
    write_jsonl(folder / "assets/mine/all.jsonl", [{"text": "Ada wartet.", "spans": [[0, 3, "PER"]]}])
    return project


@pytest.mark.slow
def test_tests_of_the_user_stay_green_after_a_users_edits(edited: Project) -> None:
    """All but the slow ones, and those that tests/conftest.py proves to read nothing that is edited."""
    options = ("-q", "-p", "no:cacheprovider", "-n", "0", "-m", "not slow")
    left_out = (f"--ignore=tests/{name}" for name in BRING_THEIR_OWN)
    command = [sys.executable, "-m", "pytest", *options, *left_out]
    done = subprocess.run(
        command, cwd=edited.folder, capture_output=True, encoding="utf8", errors="replace", check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
