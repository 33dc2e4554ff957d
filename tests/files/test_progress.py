"""Which step a program is, and what it says at its start and its end."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.files.lock import Worker
from scripts.files.progress import Step, announced, seconds_since, step_of
from scripts.files.terminal import duration, size

ROOT = Path(__file__).parents[2]
MANIFEST = {
    "workflows": {"all": ["inputs", "labels"], "short": ["labels"]},
    "commands": [
        {
            "name": "inputs",
            "help": "Find files",
            "script": ['python -m scripts.inputs "${vars.a}" b'],
        },
        {
            "name": "labels",
            "script": [
                'python -m scripts.files.step spacy init labels "configs/${vars.config}" out',
                "python -m scripts.labels out",
            ],
        },
        {"name": "try", "script": ["python -m scripts.try"]},
    ],
}
WEASEL = ["/venv/bin/python", "-m", "weasel", "run"]
INIT = [
    "/venv/bin/python",
    "-m",
    "scripts.files.step",
    "spacy",
    "init",
    "labels",
    "configs/a.cfg",
    "out",
]


def test_step_knows_its_number_in_the_workflow_and_its_help():
    program = ["python", "-m", "scripts.inputs", "my data", "b"]
    step = step_of(program, [*WEASEL, "all", ".", "--vars.a", "labels"], MANIFEST)
    assert step == Step("inputs", "Find files", 1, 2, begins=True, ends=True)
    assert step.title == "Step 1 of 2, inputs: Find files"
    assert step.took(3.21, 5.0) == "Step 1 of 2 took 3.2 s"


def test_step_of_two_commands_begins_with_the_first_and_ends_with_the_second():
    first = step_of(INIT, [*WEASEL, "all"], MANIFEST)
    second = step_of(["python", "-m", "scripts.labels", "out"], [*WEASEL, "all"], MANIFEST)
    assert first == Step("labels", "", 2, 2, begins=True, ends=False)
    assert second == replace(first, begins=False, ends=True)


def test_options_of_weasel_may_come_before_the_name_of_the_workflow():
    assert step_of(INIT, [*WEASEL, "--force", "all"], MANIFEST).number == 2


def test_command_that_is_all_variables_is_no_program():
    step = {"name": "own", "script": ['python "${vars.program}"']}
    assert step_of(INIT, [*WEASEL, "own"], {"workflows": None, "commands": [step]}) is None


def test_last_step_of_a_workflow_says_how_long_the_whole_run_took():
    step = step_of(INIT, [*WEASEL, "all"], MANIFEST)
    assert step.took(7.0, 256.4) == "Step 2 of 2 took 7.0 s; the whole run took 4 min 16 s"


def test_step_that_is_run_alone_says_only_its_name():
    step = step_of(INIT, [*WEASEL, "labels"], MANIFEST)
    assert step.title == "labels"
    assert step.took(7.0, 9.0) == "labels took 7.0 s"
    assert step_of(["python", "-m", "scripts.inputs"], [*WEASEL, "inputs"], MANIFEST).title == (
        "inputs: Find files"
    )


@pytest.mark.parametrize(
    ("program", "weasel"),
    [
        (["python", "-m", "scripts.try"], [*WEASEL, "all"]),  # a step of no such workflow
        (["python", "-m", "scripts.files.step", "spacy", "train"], [*WEASEL, "all"]),
        (["python", "-m", "pytest"], [*WEASEL, "all"]),
        (["python"], [*WEASEL, "all"]),
        (INIT, [*WEASEL, "other"]),
        (INIT, ["python", "-m", "weasel", "assets"]),
        (INIT, WEASEL),
    ],
)
def test_program_that_is_no_step_of_the_run_is_none(program, weasel):
    assert step_of(program, weasel, MANIFEST) is None


def test_seconds_are_counted_from_the_start_of_a_process():
    me = Worker.of(psutil.Process())
    assert 0 < seconds_since(me) < seconds_since(replace(me, started=me.started - 5)) < 7200
    longer = seconds_since(replace(me, started=me.started - 5)) - seconds_since(me)
    assert longer == pytest.approx(5, abs=0.1)


RUN = """
workflows: {all: [one, two, three]}
commands:
  - {name: one, help: "Say one", script: ["python -m scripts.files.step say one"]}
  - name: two
    script: ["python -m scripts.files.step say two", "python -m scripts.files.step say more"]
  - {name: three, help: "Say three", script: ["python -m scripts.files.step say three"]}
"""
SAY = """
import sys, time
print("it says", sys.argv[1])
if sys.argv[1] in ("two", "more"):
    time.sleep(0.6)
"""


def write_project(folder: Path) -> dict[str, str]:
    """Write a project of programs that print a line each; return an environment that finds this one."""
    (folder / "project.yml").write_text(RUN, encoding="utf8")
    (folder / "say.py").write_text(SAY, encoding="utf8")
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "cp437"}


def seconds_in(time: str) -> float:
    """Return the seconds of a time that is shown."""
    *minutes, seconds = re.findall(r"[\d.]+", time)
    return 60 * sum(map(float, minutes)) + float(seconds)


@pytest.mark.slow
def test_run_says_of_each_step_what_it_is_and_how_long_it_took(tmp_path):
    """On a console that isn't UTF-8, too."""
    command, environment = [sys.executable, "-m", "weasel", "run", "all"], write_project(tmp_path)
    output = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="cp437", check=True
    ).stdout
    lines = [line for line in output.splitlines() if re.match(r"Step|it says", line)]
    time = r"[\d.]+ s|\d+ min \d+ s"
    expected = [
        "Step 1 of 3, one: Say one",
        "it says one",
        rf"Step 1 of 3 took ({time})",
        "Step 2 of 3, two",
        "it says two",
        "it says more",
        rf"Step 2 of 3 took ({time})",
        "Step 3 of 3, three: Say three",
        "it says three",
        rf"Step 3 of 3 took ({time}); the whole run took ({time})",
    ]
    assert len(lines) == len(expected)
    found = [re.fullmatch(pattern, line) for pattern, line in zip(expected, lines, strict=True)]
    assert all(found), lines
    times = [seconds_in(time) for match in found for time in match.groups()]
    first, second, third, whole = times
    assert second > 1.2  # both commands of the step
    assert first + second + third <= whole + 1  # as they are rounded


@pytest.mark.parametrize(("code", "ended"), [(0, True), (None, True), (1, False), ("reason", False)])
def test_only_a_step_that_ends_well_says_how_long_it_took(code, ended, capsys):
    step = Step("bad", "End badly", 0, 0, begins=True, ends=True)
    with pytest.raises(SystemExit), announced(step, Worker.of_this()):
        sys.exit(code)
    said = capsys.readouterr().out
    assert said.startswith("bad: End badly\n")
    assert ("bad took " in said) is ended
    with pytest.raises(ValueError, match="oh"), announced(step, Worker.of_this()):
        raise ValueError("oh")
    assert "took" not in capsys.readouterr().out


def test_step_that_is_started_by_hand_says_nothing_of_itself(tmp_path):
    command = [sys.executable, "-m", "scripts.files.step", "say", "one"]
    done = subprocess.run(
        command, cwd=tmp_path, env=write_project(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout == "it says one\n"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "0.0 s"),
        (3.24, "3.2 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (42.4, "42 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (256.4, "4 min 16 s"),
        (3599.6, "1 h 0 min"),
        (7500.0, "2 h 5 min"),
    ],
)
def test_time_is_shown_in_seconds_minutes_and_hours(seconds, shown):
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (73_721, "74 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (346_079_000, "346.1 MB"),
        (999_960_000, "1.0 GB"),
        (2_140_000_000, "2.1 GB"),
        (5_300_000_000_000, "5,300.0 GB"),
    ],
)
def test_size_is_shown_in_the_unit_that_fits(count, shown):
    assert size(count) == shown


@given(st.integers(0, 10**16))
def test_size_of_anything_is_short(count):
    assert len(size(count)) <= 15
