"""Files are replaced whole or not at all, files by folders and folders by files."""

from pathlib import Path

import pytest

from scripts.files import atomic


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_new_file_takes_the_place_of_the_old_one_at_the_end(tmp_path):
    target = tmp_path / "a.json"
    target.write_text("old", encoding="utf8")
    with atomic.replacing(target) as temporary:
        temporary.write_text("new", encoding="utf8")
        assert target.read_text(encoding="utf8") == "old"
    assert target.read_text(encoding="utf8") == "new"
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_error_leaves_the_old_file_and_no_temporary_one(tmp_path, error):
    target = tmp_path / "a.json"
    target.write_text("old", encoding="utf8")
    with pytest.raises(error), atomic.replacing(target) as temporary:
        temporary.write_text("half", encoding="utf8")
        raise error
    assert target.read_text(encoding="utf8") == "old"
    assert names(tmp_path) == ["a.json"]


def test_error_leaves_the_old_folder_and_no_temporary_one(tmp_path):
    target = tmp_path / "packages"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(ValueError, match="no"), atomic.replacing(target) as temporary:
        temporary.mkdir()
        (temporary / "half").touch()
        raise ValueError("no")
    assert names(tmp_path) == ["packages"]
    assert names(target) == ["old"]


def test_what_an_interrupted_run_left_does_not_get_into_the_new_folder(tmp_path):
    (tmp_path / "a.tmp").mkdir()
    (tmp_path / "a.tmp" / "stale").touch()
    with atomic.replacing(tmp_path / "a") as temporary:
        temporary.mkdir()
        (temporary / "fresh").touch()
    assert names(tmp_path / "a") == ["fresh"]


def test_folder_takes_the_place_of_a_file_and_a_file_that_of_a_folder(tmp_path):
    target = tmp_path / "train.spacy"
    target.write_text("one file", encoding="utf8")
    with atomic.replacing(target) as temporary:
        temporary.mkdir()
        (temporary / "00000.spacy").touch()
    assert names(target) == ["00000.spacy"]
    atomic.write_text(target, "one file again")
    assert target.read_text(encoding="utf8") == "one file again"
    assert names(tmp_path) == ["train.spacy"]


def test_folder_takes_the_place_of_a_folder_and_mixes_nothing(tmp_path):
    target = tmp_path / "packages"
    target.mkdir()
    (target / "old.whl").touch()
    with atomic.replacing(target) as temporary:
        temporary.mkdir()
        (temporary / "new.whl").touch()
    assert names(target) == ["new.whl"]


def test_missing_folders_above_are_made(tmp_path):
    atomic.write_json(tmp_path / "a" / "b" / "c.json", {"name": "Zoë"})
    assert atomic.read_json(tmp_path / "a" / "b" / "c.json") == {"name": "Zoë"}


def test_text_is_written_as_utf8_with_line_feeds(tmp_path):
    atomic.write_text(tmp_path / "a.txt", "Zoë\nBo\n")
    assert (tmp_path / "a.txt").read_bytes() == b"Zo\xc3\xab\nBo\n"


def test_json_is_written_only_when_it_changed(tmp_path):
    path = tmp_path / "a.json"
    atomic.write_json_if_changed(path, {"a": 1, "b": "Zoë"})
    before = path.stat().st_mtime_ns, path.stat().st_ino
    atomic.write_json_if_changed(path, {"a": 1, "b": "Zoë"})
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    atomic.write_json_if_changed(path, {"a": 2, "b": "Zoë"})
    assert atomic.read_json(path) == {"a": 2, "b": "Zoë"}


def test_file_that_is_no_text_is_written_again(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    atomic.write_text_if_changed(tmp_path / "a.txt", "Bo\n")
    assert (tmp_path / "a.txt").read_bytes() == b"Bo\n"


def test_removing_takes_files_folders_and_what_is_not_there(tmp_path):
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "file").touch()
    for name in ("folder", "file", "nothing"):
        atomic.remove(tmp_path / name)
    assert names(tmp_path) == []


def test_removing_a_link_leaves_the_folder_that_it_points_to(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.jsonl").touch()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    atomic.remove(tmp_path / "link")
    assert names(tmp_path) == ["data"]
    assert names(tmp_path / "data") == ["mine.jsonl"]


def test_half_of_a_surrogate_pair_is_written_as_json_has_it(tmp_path):
    path = tmp_path / "x.json"
    atomic.write_json(path, {"id": "a\ud83d"})
    assert atomic.read_json(path) == {"id": "a\ud83d"}
