"""Vars on weasel's command line that project.yml does not have: found, and told where to go."""

import pytest

from scripts.settings import given_vars
from scripts.settings.given_vars import VARIABLE, given, problems

KNOWN = ("annotations", "run", "gpu_id", "set")


@pytest.fixture
def weasel(monkeypatch):
    """Return what makes this process one that weasel has started with some arguments."""

    class Runner:
        def __init__(self, *arguments):
            self.arguments = arguments

        def cmdline(self):
            return ["python", "-m", "weasel", "run", *self.arguments]

    monkeypatch.delenv(VARIABLE, raising=False)
    return lambda *arguments: monkeypatch.setattr(given_vars, "runner", lambda: Runner(*arguments))


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["run", "all", "."], []),
        (["--vars.run", "a", "--vars.lang", "de"], ["run", "lang"]),
        (["--vars.run=a", "--vars.gpu-id=0", "--vars.set=convert.layer=x"], ["run", "gpu_id", "set"]),
        (["--vars.set", "--vars", "vars.run", "--force"], ["set"]),
    ],
)
def test_names_are_read_as_weasel_reads_them(arguments, names):
    assert list(given(arguments)) == names


def test_vars_that_there_are_pass(weasel):
    weasel("all", ".", "--vars.run", "a", "--vars.set", "convert.layer=x")
    assert list(problems(KNOWN)) == []


def test_old_var_is_told_where_its_setting_is(weasel):
    weasel("all", ".", "--vars.misaligned", "expand", "--vars.misaligned", "drop")
    assert list(problems(KNOWN)) == [
        "There is no vars.misaligned; misaligned is a setting in configs/convert.cfg. For one run: "
        '--vars.set "convert.misaligned=…"'
    ]


def test_misspelt_var_is_told_the_nearest_one(weasel):
    weasel("all", ".", "--vars.anotations", "mine")
    assert list(problems(KNOWN)) == ["There is no vars.anotations; did you mean annotations?"]


def test_vars_in_the_environment_count_as_well(weasel, monkeypatch):
    weasel("all")
    monkeypatch.setenv(VARIABLE, "--vars.resamples=500 --vars.run 'a b'")
    assert [problem.split(";")[0] for problem in problems(KNOWN)] == ["There is no vars.resamples"]
    monkeypatch.setenv(VARIABLE, "--vars.resamples 'no end")  # weasel says so itself
    assert list(problems(KNOWN)) == []


def test_step_that_is_run_by_hand_has_no_such_vars(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(given_vars, "runner", lambda: None)
    assert list(problems(KNOWN)) == []
