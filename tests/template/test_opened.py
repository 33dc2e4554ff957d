"""A step reads the files that project.yml names; else weasel would skip it after one of them changed."""

import json
from itertools import takewhile
from pathlib import Path

import pytest
import srsly

from tests.template.conftest import ROOT, Project, Run

MANIFEST = srsly.read_yaml(ROOT / "project.yml")
STEPS = {command["name"]: command for command in MANIFEST["commands"]}
# What no step depends on: code (corpus/code lists it), and what tells runs and steps apart.
OF_NO_STEP = ("scripts/", "project.yml", ".run.lock")
# What a step reads without naming it, and why.
NOT_NAMED = {
    "convert": ("assets/",),  # corpus/inputs.json has the hashes of the annotations
    "report": ("training/runs.jsonl", "training/default/speed.json"),  # for the table of all runs
    "train": ("corpus/inputs.json", "training/default/model-last/"),  # for run.json; its own output
}


def resolved(path: str) -> str:
    """Return a path of project.yml with its vars."""
    for name, value in MANIFEST["vars"].items():
        path = path.replace(f"${{vars.{name}}}", str(value))
    return path


def step_of(arguments: str) -> str:
    """Return the command of project.yml that starts Python with these arguments."""
    for name, command in STEPS.items():
        for line in command["script"]:
            fixed = list(takewhile(lambda word: "$" not in word, line.split()[1:]))
            if arguments.split()[: len(fixed)] == fixed:
                return name
    raise AssertionError(f"no command of project.yml starts {arguments}")


def is_named(path: str, command: dict) -> bool:
    """Say whether a file is among the deps and outputs of a command, or in a folder that is."""
    named = [Path(resolved(name)) for name in command.get("deps", []) + command.get("outputs", [])]
    return any(Path(path) == name or name in Path(path).parents for name in named)


def read_by_steps(project: Project) -> dict[str, set[str]]:
    """Return the files that each step read in a whole run, without those that it removed again."""
    found: dict[str, set[str]] = {}
    for line in project.opened.read_text(encoding="utf8").splitlines():
        arguments, path = json.loads(line)
        if not path.startswith(OF_NO_STEP) and (project.folder / path).is_file():
            found.setdefault(step_of(arguments), set()).add(path)
    return found


@pytest.fixture(scope="module")
def read(original: tuple[Project, Run]) -> dict[str, set[str]]:
    return read_by_steps(original[0])


@pytest.mark.parametrize("name", MANIFEST["workflows"]["all"])
def test_step_reads_only_files_that_it_names(read, name):
    if STEPS[name].get("no_skip"):  # it runs every time, whatever changes
        return
    assert read.get(name), "the run did not note what the step reads"
    others = {path for path in read[name] if not is_named(path, STEPS[name])}
    assert {path for path in others if not path.startswith(NOT_NAMED.get(name, ()))} == set()


def test_report_reads_all_that_it_names(read):
    """But for the versions of packages, and the code, which change what it writes without being read."""
    not_read = {"corpus/environment.json", "corpus/reporting.json"}
    named = {resolved(path) for path in STEPS["report"]["deps"]}
    wanted = {path for path in named - not_read if not path.startswith(("scripts/", "corpus/code/"))}
    assert wanted <= read["report"]
