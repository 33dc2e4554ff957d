"""A sentence or lines through a pipeline of fixed entities, marked in brackets or in colour."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from typer.testing import CliRunner

from tests.corpora import ROOT

step = importlib.import_module("scripts.try")  # `try` can't be imported by name
PATTERNS = [{"label": "PERSON", "pattern": "Ada Okafor"}, {"label": "DATE", "pattern": "May"}]


@pytest.fixture(scope="module")
def nlp() -> Language:
    """A pipeline that knows one person and one month."""
    found = spacy.blank("en")
    found.add_pipe("entity_ruler").add_patterns(PATTERNS)
    return found


@pytest.fixture(scope="module")
def run(nlp, tmp_path_factory) -> Path:
    """A run's folder with that pipeline."""
    folder = tmp_path_factory.mktemp("run")
    nlp.to_disk(folder / "pipeline")
    return folder


def test_entities_are_marked_in_brackets_without_colours(nlp):
    doc = nlp("In May,  Ada Okafor left")
    assert step.marked(doc, {}) == "In [May](DATE),  [Ada Okafor](PERSON) left"


@pytest.mark.parametrize("text", ["Nobody came.", "", " \n "])
def test_text_without_entities_stays_as_it_is(nlp, text):
    assert step.marked(nlp(text), {}) == text
    assert step.marked(nlp(text), {"DATE": 120}) == text


def test_entities_are_marked_with_the_colour_of_their_label(nlp, monkeypatch):
    for name in ("NO_COLOR", "ANSI_COLORS_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    shown = step.marked(nlp("In May, Ada Okafor left"), {"DATE": 117, "PERSON": 222})
    before, date, rest = shown.partition("\x1b[38;5;16;48;5;117m May ")
    assert (before, bool(date)) == ("In ", True)
    assert "\x1b[38;5;16;48;5;222m Ada Okafor " in rest
    assert "DATE" in rest.partition("Ada")[0]
    assert rest.endswith("\x1b[0m left")


def test_label_without_a_colour_of_its_own_is_marked_too(nlp):
    assert "48;5;250m May " in step.marked(nlp("In May"), {"PERSON": 222})


def test_spans_of_spancat_are_below_the_text_because_they_may_overlap():
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    ruler.add_patterns([{"label": "PLACE", "pattern": "Lagos"}, *PATTERNS])
    doc = nlp.make_doc("In Lagos in May")
    ruler(doc)
    assert step.with_spans(doc, doc.spans["sc"]) == "In Lagos in May\n  Lagos (PLACE)\n  May (DATE)"


@pytest.mark.parametrize("words", [["In May, Ada Okafor left"], ["In", "May,", "Ada", "Okafor", "left"]])
def test_sentence_on_the_command_line_is_marked(run, words):
    done = CliRunner().invoke(step.app, [*words, "--run", str(run)])
    assert done.exit_code == 0, done.output
    assert done.output == "In [May](DATE), [Ada Okafor](PERSON) left\n"


def test_lines_of_standard_input_are_marked_one_by_one_and_blank_ones_left_out(run):
    done = subprocess.run(
        [sys.executable, "-m", "scripts.try", f"--run={run}"],
        input="In May\n\n  Ada Okafor left  \nnobody",
        cwd=ROOT,
        capture_output=True,
        encoding="utf8",
        check=True,
    )
    assert done.stdout == "In [May](DATE)\n[Ada Okafor](PERSON) left\nnobody\n"


def test_line_that_is_too_long_is_left_out_and_the_next_one_marked(run):
    done = CliRunner().invoke(step.app, ["--run", str(run)], input=f"{'a ' * 500_001}b\nAda Okafor\n")
    assert done.exit_code == 0, done.output
    assert "A line has 1,000,003 characters; at most 1,000,000 are taken" in done.output
    assert "[Ada Okafor](PERSON)" in done.output


def test_missing_pipeline_ends_the_command_and_says_what_to_do(tmp_path):
    done = CliRunner().invoke(step.app, ["In May", "--run", str(tmp_path / "none")])
    assert done.exit_code == 1
    output = " ".join(done.output.split())
    assert "There is no trained pipeline in" in output
    assert "Train one: weasel run all . --vars.run" in output
