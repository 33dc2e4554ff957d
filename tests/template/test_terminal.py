"""The terminal: every step is announced; what hostile data holds is shown and never obeyed."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import srsly

from scripts.files.progress import step_of
from tests.template.conftest import ROOT, Project, records, write_jsonl

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

# What weasel, wasabi and progress bars write themselves: bold and colours of 256, line breaks, erasing.
OWN = re.compile(r"\x1b\[(0|1|1;38;5;\d+|38;5;\d+)?[mAK]|\r|\n|\t")
OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff]")
NASTY = "\x1b[31m\x1b]0;title\x07\r\n\x9b2J\u202e"
SHOWN = r"\x1b[31m\x1b]0;title\x07\r\n\x9b2J\u202e"


def on_terminal(project: Project, *arguments: str) -> str:
    """Run weasel on a terminal and return what it got."""
    ours, theirs = pty.openpty()
    environment = {**project.environment(), "TERM": "xterm"}
    del environment["ANSI_COLORS_DISABLED"]
    command = [sys.executable, "-m", "weasel", "run", *arguments]
    with subprocess.Popen(
        command, cwd=project.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        found = b""
        while block := block_of(ours):
            found += block
    os.close(ours)
    return found.decode("utf8")


def block_of(terminal: int) -> bytes:
    """Return what comes next, or nothing when the last program on it has ended."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # so Linux says it
        return b""


def test_nothing_in_the_data_is_obeyed_by_the_terminal(fresh: Project) -> None:
    rows = records()
    for number, row in enumerate(rows):
        row["text"] = f"{row['text']} {NASTY}"
        for span in row["spans"]:  # type: ignore[attr-defined]
            span["label"] = f"{span['label']}{NASTY}{number % 40}"
    rows.append({"text": f"bad {NASTY}", "spans": [{"start": 0, "end": 999, "label": NASTY}]})
    rows.append({"text": f"cut {NASTY}ting", "spans": [{"start": 0, "end": 2, "label": NASTY}]})
    shutil.rmtree(fresh.folder / "assets/mine")
    write_jsonl(fresh.folder / f"assets/mi\x1b[2J\u202ene/a\x07{NASTY}.jsonl", rows)
    fresh.set_vars(annotations="assets/mi*/a*")
    for step in ("inputs", "convert", "config", "check"):
        got = on_terminal(fresh, step)
        assert f"= {step} =" in got
        if step != "config":  # which prints nothing of the data
            assert SHOWN in got or SHOWN.replace(r"\r\n", "  ") in got, got
        assert not OBEYED.findall(OWN.sub("", got)), got
        assert max(map(len, got.splitlines())) < 2500, got


def test_every_command_of_a_workflow_is_found_in_project_yml() -> None:
    manifest = srsly.read_yaml(ROOT / "project.yml")
    for name, steps in manifest["workflows"].items():
        for command in (each for each in manifest["commands"] if each["name"] in steps):
            programs = [re.sub(r'"[^"]*"', "x", line).split() for line in command["script"]]
            found = [step_of(program, ["weasel", "run", name], manifest) for program in programs]
            assert {(step.name, step.number) for step in found} == {
                (command["name"], steps.index(command["name"]) + 1)
            }
            assert [step.begins for step in found] == [number == 0 for number in range(len(found))]
            assert [step.ends for step in found][::-1] == [number == 0 for number in range(len(found))]
