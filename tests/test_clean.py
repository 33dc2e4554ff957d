"""Only what steps made is removed, in the corpus folder and one run's; nothing else is touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import clean as step
from tests.corpora import ROOT

OUTSIDE = ["assets/mine.jsonl", "project.yml", "training/other/model-best/meta.json"]
NAMES = ["..", ".", "../..", "../assets", "other/..", "a/b", "a\\b", "/etc", "C:", "", "con", "nul.txt"]
NAMES += ["my run", "a,b", "x?", "-x", "x.", "a\x1b[2J", "a\u202eb", "x" * 101]


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch) -> Path:
    """Work in a project with a run, another run, and data."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    shutil.copy(ROOT / "project.yml", folder)
    made = ["corpus/train.spacy", "corpus/labels/ner.json", "corpus/failed/rejected.jsonl"]
    made += ["corpus/counts.json.tmp", "corpus/README.md", "corpus/mine.txt"]
    made += ["training/default/model-best/meta.json", "training/default/wandb/run", "training/README.md"]
    for name in (*made, *OUTSIDE[::2]):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf8")
    return folder


def files(folder: Path) -> list[str]:
    """Return the names of all files below a folder."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_what_steps_made_is_removed_and_everything_else_stays(project):
    done = CliRunner().invoke(step.app, ["--run=default"])
    assert done.exit_code == 0
    assert files(project) == sorted(
        [*OUTSIDE, "corpus/README.md", "corpus/mine.txt", "training/README.md"]
    )
    said = " ".join(done.output.split())
    assert "corpus: counts.json.tmp, failed, labels, train.spacy" in said
    assert "training/default: model-best, wandb" in said
    assert "Kept in corpus, because no step created it: mine.txt" in said


@pytest.mark.parametrize("name", NAMES)
def test_name_that_is_not_one_of_a_run_removes_nothing(project, name):
    before = files(project.parent)
    done = CliRunner().invoke(step.app, [f"--run={name}"])
    assert done.exit_code == 1
    assert "Nothing was removed" in done.output
    assert "vars.run is" in done.output
    assert "\x1b[2J" not in done.output
    assert files(project.parent) == before


@pytest.mark.parametrize("name", ["", "a b"])
def test_weasel_hands_such_a_name_on_as_one_word(project, name):
    before = [path for path in files(project.parent) if path != "project/project.lock"]
    shutil.copytree(ROOT / "scripts", project / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "weasel", "run", "clean", ".", "--vars.run", name]
    done = subprocess.run(command, cwd=project, capture_output=True, encoding="utf8", check=False)
    assert done.returncode == 1
    assert "Nothing was removed" in done.stdout
    shutil.rmtree(project / "scripts")
    (project / ".run.lock").unlink()
    assert files(project.parent) == before


def test_run_that_is_a_link_is_left_alone(project):
    try:
        (project / "training/linked").symlink_to(project / "assets", target_is_directory=True)
    except OSError:
        pytest.skip("this system lets this user make no links")
    before = files(project)
    done = CliRunner().invoke(step.app, ["--run=linked"])
    assert done.exit_code == 1
    assert "is a link" in done.output
    assert files(project) == before


def test_data_that_a_link_points_to_stays(project):
    try:
        (project / "training/default/link").symlink_to(project / "assets", target_is_directory=True)
    except OSError:
        pytest.skip("this system lets this user make no links")
    assert CliRunner().invoke(step.app, ["--run=default"]).exit_code == 0
    assert not (project / "training/default/link").is_symlink()
    assert (project / "assets/mine.jsonl").is_file()


def test_run_that_is_not_there_removes_nothing_while_there_are_others(project):
    before = files(project)
    done = CliRunner().invoke(step.app, ["--run=defualt"])
    assert done.exit_code == 1
    said = " ".join(done.output.split())
    assert "Nothing was removed: training has no run defualt" in said
    assert "The runs are: default, other." in said
    assert files(project) == before
    assert not (project / "training/defualt").exists()


def test_corpus_is_removed_before_any_run_is_made_and_after_each_was_removed(project):
    for name in ("other", "default"):
        assert CliRunner().invoke(step.app, [f"--run={name}"]).exit_code == 0
    (project / "corpus/train.spacy").write_text("again", encoding="utf8")
    done = CliRunner().invoke(step.app, ["--run=none"])
    assert done.exit_code == 0
    said = " ".join(done.output.split())
    assert "corpus: train.spacy" in said
    assert "training/none: nothing to remove" in said


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="has no folders that are read-only")
@pytest.mark.parametrize(
    "place", ["training/default", "training/default/model-best", "corpus/labels", "corpus"]
)
def test_folder_that_is_read_only_is_said_before_anything_is_removed(project, place, monkeypatch):
    (project / place).chmod(0o500)
    if os.geteuid() == 0:  # who may write anywhere, so that the system is asked as for anybody
        monkeypatch.setattr(os, "access", lambda path, mode: as_anybody(Path(path), mode))
    before = files(project)
    done = CliRunner().invoke(step.app, ["--run=default"])
    (project / place).chmod(0o700)
    assert done.exit_code == 1
    said = " ".join(done.output.split())
    assert f"Nothing was removed: {place} is read-only" in said
    assert files(project) == before


def as_anybody(path: Path, mode: int) -> bool:
    """Say what the owner of a file or folder may do with it, who is not root."""
    return (path.stat().st_mode >> 6) & mode == mode
