"""Files that steps write, held against their types: what is missing or wrong, and which step helps."""

import json
from typing import NotRequired

import pytest
from typing_extensions import TypedDict

from scripts.files.contract import read, read_if_there


class Part(TypedDict):
    f: float | None


class Whole(TypedDict):
    """A file as a step writes it."""

    name: str
    parts: dict[str, Part]
    note: NotRequired[str]


GOOD = {"name": "x", "parts": {"a": {"f": 0.5}, "b": {"f": None}}}


def refused(path, capsys) -> str:
    with pytest.raises(SystemExit) as ended:
        read(path, Whole, "analyze . --vars.run default")
    assert ended.value.code == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "Create it again: weasel run analyze . --vars.run default" in said
    return said


def test_contents_are_returned_as_they_are_with_keys_that_the_type_lacks(tmp_path):
    path = tmp_path / "file.json"
    path.write_text(json.dumps({**GOOD, "other": [1]}), encoding="utf8")
    assert read(path, Whole, "analyze") == {**GOOD, "other": [1]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"name": "x"}', "does not contain what it should: parts: Field required"),
        ('{"name": "x", "parts": {"a": {}}}', "parts.a.f: Field required"),
        ('{"name": "x", "parts": {"a": {"f": "high"}}}', "parts.a.f: Input should be a valid number"),
        ("{}", "name: Field required (and 1 more)"),
        ("[]", "Input should be a valid dictionary"),
        ("{", "is not valid JSON"),
        ("", "is not valid JSON"),
    ],
)
def test_file_of_another_shape_is_refused_with_the_first_thing_that_is_wrong(
    text, words, tmp_path, capsys
):
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf8")
    assert words in refused(path, capsys)


def test_file_that_is_no_text_is_refused(tmp_path, capsys):
    (tmp_path / "file.json").write_bytes(b"\xff\xfe\x00")
    assert "is not valid JSON" in refused(tmp_path / "file.json", capsys)


def test_missing_file_is_refused_unless_it_may_be_missing(tmp_path, capsys):
    assert "file.json is missing" in refused(tmp_path / "file.json", capsys)
    assert read_if_there(tmp_path / "file.json", Whole, "analyze") is None


def test_file_that_may_be_missing_is_refused_where_it_is_damaged(tmp_path, capsys):
    path = tmp_path / "file.json"
    path.write_text("{", encoding="utf8")
    with pytest.raises(SystemExit):
        read_if_there(path, Whole, "analyze")
    assert "is not valid JSON" in " ".join(capsys.readouterr().out.split())
