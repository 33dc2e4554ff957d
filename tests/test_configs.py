"""The command `configs` lists what can be trained, what it needs, and what it reached."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import configs as step
from scripts.configs import first_sentence

PLAIN = '# A small pipeline. It is quick.\n\n[nlp]\nlang = "en"\npipeline = []\n'
MADE = """# Takes ner from elsewhere, with vectors.
[nlp]
lang = "en"
pipeline = ["ner", "transformer"]

[components]

[components.ner]
source = "en_core_nowhere"

[components.transformer]
factory = "transformer"

[components.transformer.model]
@architectures = "spacy-transformers.TransformerModel.v3"

[initialize]
vectors = "en_vectors_nowhere"
"""
REACHED = {"f": 70.1, "spread": 0.8, "seeds": 5, "training": 0.3, "speed": 2.4, "megabytes": 6}


def run(folder: Path) -> tuple[int, str]:
    done = CliRunner().invoke(step.app, [str(folder)])
    return done.exit_code, done.output


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plain.cfg").write_text(PLAIN, encoding="utf8")
    (tmp_path / "made.cfg").write_text(MADE, encoding="utf8")
    (tmp_path / "check.cfg").write_text("# Settings.\n[check]\nfew = 1\n", encoding="utf8")
    return tmp_path


def test_configs_are_listed_with_their_purpose_and_settings_files_are_not(folder):
    code, output = run(folder)
    assert code == 0, output
    rows = output.splitlines()
    assert [row.split()[0] for row in rows if row[:1] != " "] == ["config", "made.cfg", "plain.cfg"]
    assert "A small pipeline." in output
    assert "quick" not in output
    assert max(map(len, rows)) <= 100


def test_what_is_not_installed_is_named(folder):
    output = run(folder)[1]
    for name in ("en_core_nowhere", "en_vectors_nowhere", "(missing)", "spacy-transformers"):
        assert name in output


def test_what_a_config_reached_is_shown(folder):
    measured = {"corpora": ["starter"], "configs": {"plain.cfg": {"starter": REACHED}}}
    (folder / "measured.json").write_text(json.dumps(measured), encoding="utf8")
    code, output = run(folder)
    assert code == 0, output
    row = next(row for row in output.splitlines() if "70.1" in row)
    assert row.split() == ["plain.cfg", "starter", "70.1", "0.8", "5", "0.30", "2.4", "6"]
    assert max(map(len, output.splitlines())) <= 100


def test_damaged_figures_are_named(folder):
    (folder / "measured.json").write_text('{"corpora": []}', encoding="utf8")
    code, output = run(folder)
    assert code == 1
    assert "measured.json can't be read: 1 validation error" in " ".join(output.split())


def test_config_that_cannot_be_read_does_not_hide_the_others(folder):
    (folder / "a.cfg").write_text("[nlp]\n[nlp]\n", encoding="utf8")
    code, output = run(folder)
    assert code == 0
    assert "a.cfg" in output
    assert "plain.cfg" in output


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# One line. More.\n", "One line."),
        ("# Two\n# lines, v1.2 here.\n#\n# More.\n", "Two lines, v1.2 here."),
        ("# No end\n[nlp]\n", "No end"),
        ("[nlp]\n# Later.\n", ""),
    ],
)
def test_purpose_is_the_first_sentence_of_the_comment(text, sentence):
    assert first_sentence(text) == sentence
