"""The command `apply`: real pipelines on files of every kind, killed in the middle, and run again."""

import json

import pytest
from typer.testing import CliRunner

from scripts.apply import app
from tests.pipelines import fixed, save

WORDS = {"Ada": "PERSON", "Acme": "ORG"}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    return save(fixed(WORDS), tmp_path_factory.mktemp("run")) / "model-best"


@pytest.fixture
def annotate(pipeline, tmp_path, monkeypatch):
    """Run the command on texts in a folder of its own, in this process."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments, processes=1):
        options = [f"--pipeline={pipeline}", f"--processes={processes}"]
        return CliRunner().invoke(app, [*arguments, *options])

    return command


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")


def rows_in(path):
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def test_each_record_is_written_with_all_its_fields_and_its_entities(annotate, tmp_path):
    write_lines(tmp_path / "in.jsonl", [{"n": 1, "text": "Ada left Acme."}, {"text": "", "n": 2}])
    found = annotate("in.jsonl", "out.jsonl")
    assert found.exit_code == 0, found.output
    ada = {"start": 0, "end": 3, "label": "PERSON", "text": "Ada"}
    acme = {"start": 9, "end": 13, "label": "ORG", "text": "Acme"}
    assert rows_in(tmp_path / "out.jsonl") == [
        {"n": 1, "text": "Ada left Acme.", "entities": [ada, acme]},
        {"text": "", "n": 2, "entities": []},
    ]
    assert "2 of 2 records" in found.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "in.jsonl",
        "out.jsonl",
        "out.jsonl.about.json",
    ]
