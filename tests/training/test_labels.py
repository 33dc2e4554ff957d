"""The reader of a label file, which refuses one that is out of date."""

from pathlib import Path
from typing import Any

import pytest
from spacy.util import registry

from scripts.files import atomic
from scripts.training.labels import names_in, read_labels

ACTIONS = {"0": {}, "1": {"ORG": 3, "PERSON": 2}, "2": {"ORG": 3}, "4": {"ORG": 3, "": 1}, "5": {"": 1}}


def write(folder: Path, labels: Any, *gold: str) -> tuple[Path, Path]:
    """Write a label file, and counts of a train split with these gold labels."""
    counts = {"splits": {"train": {"labels": dict.fromkeys(gold, 7)}, "dev": {"labels": {"DATE": 1}}}}
    atomic.write_json(folder / "ner.json", labels)
    atomic.write_json(folder / "counts.json", counts)
    return folder / "ner.json", folder / "counts.json"


@pytest.mark.parametrize("labels", [ACTIONS, ["ORG", "PERSON"]])
def test_labels_are_returned_as_they_are_when_all_gold_labels_are_there(tmp_path, labels):
    path, counts = write(tmp_path, labels, "PERSON", "ORG")
    assert read_labels(path, counts) == labels
    assert read_labels(str(path), str(counts)) == labels  # as a config hands them over


def test_label_that_only_dev_has_need_not_be_there(tmp_path):
    path, counts = write(tmp_path, ["ORG"], "ORG")
    assert read_labels(path, counts) == ["ORG"]


@pytest.mark.parametrize("labels", [ACTIONS, ["ORG", "PERSON"], [], {}])
def test_missing_gold_label_ends_the_program_and_is_named(tmp_path, labels, capsys):
    path, counts = write(tmp_path, labels, "PERSON", "ORG", "DATE")
    with pytest.raises(SystemExit) as caught:
        read_labels(path, counts)
    assert caught.value.code == 1
    message = " ".join(capsys.readouterr().out.split())
    assert "lacks labels that the training set has: DATE" in message
    assert "weasel run labels" in message


@pytest.mark.parametrize(("labels", "code"), [(ACTIONS, None), (["ORG", "PERSON"], 1)])
def test_label_that_only_overlapping_spans_have_is_missed_in_spancat_and_not_in_ner(
    tmp_path, labels, code
):
    path, counts = write(tmp_path, labels, "PERSON", "ORG", "DATE")
    atomic.write_json(counts, {**atomic.read_json(counts), "spans_key": "sc"})
    if code is None:
        assert read_labels(path, counts) == labels
    else:
        with pytest.raises(SystemExit):
            read_labels(path, counts)


def test_many_missing_labels_are_shortened_and_made_safe(tmp_path, capsys):
    path, counts = write(tmp_path, [], "\x1b[2J", *(f"L{n:02}" for n in range(30)))
    with pytest.raises(SystemExit):
        read_labels(path, counts)
    message = " ".join(capsys.readouterr().out.split())
    assert "set has: \\x1b[2J, L00, L01," in message
    assert "L08 and 21 more" in message


def test_without_a_file_spacy_collects_the_labels(tmp_path):
    _, counts = write(tmp_path, [], "PERSON")
    assert read_labels(tmp_path / "none.json", counts) is None


def test_damaged_file_ends_the_program_and_says_how_to_make_it(tmp_path, capsys):
    (tmp_path / "ner.json").write_text("[", encoding="utf8")
    with pytest.raises(SystemExit) as caught:
        read_labels(tmp_path / "ner.json", None)
    assert caught.value.code == 1
    assert "weasel run labels" in capsys.readouterr().out


@pytest.mark.parametrize("counts", [None, "none.json"])
def test_labels_are_read_without_counts_to_hold_them_against(tmp_path, counts):
    path, _ = write(tmp_path, ["ORG"], "PERSON")
    assert read_labels(path, counts and tmp_path / counts) == ["ORG"]


def test_names_are_those_of_all_actions_and_never_the_empty_one():
    assert names_in(ACTIONS) == {"ORG", "PERSON"}
    assert names_in(["ORG"]) == {"ORG"}


def test_config_finds_the_reader_by_its_name(tmp_path):
    path, counts = write(tmp_path, ["ORG"], "ORG")
    section = {"@readers": "ner_template.read_labels.v1", "path": str(path), "counts": str(counts)}
    assert registry.resolve({"labels": section}) == {"labels": ["ORG"]}
