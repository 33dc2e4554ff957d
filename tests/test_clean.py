"""The folders that are named are emptied but for README.md; nothing else is touched."""

from pathlib import Path

from typer.testing import CliRunner

from scripts import clean as step
from scripts.clean import clean


def fill(folder: Path) -> None:
    """Write what steps leave in a folder, and its README.md."""
    (folder / "model-best" / "ner").mkdir(parents=True)
    (folder / "model-best" / "ner" / "model").touch()
    for name in ("README.md", "train.spacy", ".hidden"):
        (folder / name).write_text(name, encoding="utf8")


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_everything_but_the_readme_is_removed_and_named(tmp_path):
    fill(tmp_path / "corpus")
    assert clean(tmp_path / "corpus") == [".hidden", "model-best", "train.spacy"]
    assert names(tmp_path / "corpus") == ["README.md"]
    assert (tmp_path / "corpus" / "README.md").read_text(encoding="utf8") == "README.md"


def test_command_empties_the_folders_that_are_named_and_no_other(tmp_path):
    for name in ("corpus", "training/default", "training/other", "assets"):
        fill(tmp_path / name)
    folders = [str(tmp_path / "corpus"), str(tmp_path / "training" / "default")]
    done = CliRunner().invoke(step.app, folders)
    assert done.exit_code == 0
    assert names(tmp_path / "corpus") == names(tmp_path / "training" / "default") == ["README.md"]
    for kept in ("training/other", "assets"):
        assert names(tmp_path / kept) == [".hidden", "README.md", "model-best", "train.spacy"]


def test_data_that_a_link_points_to_stays(tmp_path):
    fill(tmp_path / "data")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "link").symlink_to(tmp_path / "data")
    assert clean(tmp_path / "corpus") == ["link"]
    assert len(names(tmp_path / "data")) == 4


def test_folder_that_is_not_there_is_nothing_to_remove(tmp_path):
    assert clean(tmp_path / "none") == []
    done = CliRunner().invoke(step.app, [str(tmp_path / "none")])
    assert done.exit_code == 0
    assert "nothing to remove" in done.output
    assert not (tmp_path / "none").exists()
