"""A kill inside any step leaves a state from which `weasel run all` goes on correctly."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from scripts.files import fingerprint
from tests.template.conftest import Project, Run

STEPS = ("convert", "check", "labels", "train", "evaluate", "package")
STEPS += ("predict", "analyze", "compare", "report")
MADE = (
    "corpus/check.json",
    "training/default/model-best",
    "training/default/metrics.json",
    "training/default/predictions",
    "training/default/analysis.json",
    "training/default/comparison.json",
    "training/default/report.html",
    "training/default/report.md",
)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs process groups and SIGKILL")


def kill_inside(project: Project, step: str, sent: signal.Signals, after: float) -> str:
    """Start `weasel run all`, and end it and its children a moment after `step` has begun."""
    process = subprocess.Popen(
        [sys.executable, "-m", "weasel", "run", "all"],
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
        start_new_session=True,
    )
    assert process.stdout is not None
    output = ""
    for line in process.stdout:
        output += line
        if line.startswith("Running command:") and f"= {step} =" in output.replace("\x1b[0m", ""):
            time.sleep(after)
            os.killpg(process.pid, sent)
            break
    output += process.stdout.read()
    process.wait()
    return output


def test_run_goes_on_after_a_kill_inside_each_step(
    fresh: Project, original: tuple[Project, Run]
) -> None:
    moments = random.Random(0)
    for step in STEPS:
        sent = moments.choice((signal.SIGKILL, signal.SIGINT))
        output = kill_inside(fresh, step, sent, after=moments.uniform(0.2, 1.5))
        assert f"= {step} =" in output, output
    run = fresh.weasel("run", "all")
    assert run.code == 0, run.output
    for name in MADE:
        expected = fingerprint.of_path(original[0].folder / name)
        assert fingerprint.of_path(fresh.folder / name) == expected, name
    left_over = [path.name for path in fresh.folder.rglob("*.tmp")]
    assert not left_over
    assert fresh.weasel("run", "all").ran == ["inputs", "compare"]
