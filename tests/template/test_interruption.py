"""A kill at any moment of any step leaves a state from which `weasel run all` goes on correctly."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from scripts.files import atomic, fingerprint
from scripts.reporting.origin import day_in_words, trained_on
from tests.template.conftest import Project, Run, records, write_jsonl

HALTING = Path(__file__).parent / "halting"  # on PYTHONPATH it stops a process at a moment
KILL, INTERRUPT = "kill", "interrupt"
PATIENCE = 300  # seconds until a moment has to come
# What differs from run to run, and what runs leave beside the outputs.
VARYING = ("run.json", "runs.jsonl", "speed.json", "inputs.cache.json")
BESIDE = ("__pycache__", "wandb")


@dataclass(frozen=True)
class Moment:
    """When to end a run: as the process whose command line has `command` is about to do something.

    event: `start`; `open` (to write) or `os.rename` (over) of the file whose name ends in `path`; or
    `torn`, when that file was emptied to be written again.
    """

    command: str
    event: str
    path: str = ""
    how: str = KILL

    def __str__(self) -> str:
        return f"{self.command} {self.event} {self.path} {self.how}"


# Of every step the moment before the rename that makes it done, or its last; of some, others as well.
MOMENTS = (
    Moment("scripts.inputs", "open", "corpus/inputs.json.tmp"),
    Moment("scripts.inputs", "os.rename", "corpus/inputs.json"),
    Moment("scripts.convert", "open", "train.spacy.parts/00000.spacy"),
    Moment("scripts.convert", "os.rename", "corpus/train.spacy", INTERRUPT),
    Moment("scripts.convert", "os.rename", "corpus/counts.json"),
    Moment("scripts.config", "os.rename", "training/default/config.cfg"),
    Moment("scripts.config", "os.rename", "corpus/config.cfg"),
    Moment("scripts.check", "os.rename", "corpus/check.json"),
    Moment("spacy init labels", "open", "corpus/labels/ner.json"),
    Moment("scripts.labels", "start"),
    Moment("spacy train", "open", "model-best/meta.json", INTERRUPT),
    Moment("spacy train", "open", "model-best/ner/model"),
    Moment("spacy train", "os.rename", "training/default/curve.jsonl"),
    Moment("scripts.evaluate", "os.rename", "training/default/metrics.json"),
    Moment("scripts.predict", "open", "predictions.tmp/about.json.tmp"),
    Moment("scripts.predict", "os.rename", "training/default/predictions"),
    Moment("scripts.analyze", "os.rename", "training/default/analysis.json"),
    Moment("-m build", "start"),
    Moment("scripts.package", "os.rename", "training/default/packages", INTERRUPT),
    Moment("scripts.compare", "os.rename", "training/default/comparison.json"),
    Moment("scripts.report", "open", "training/default/report.html.tmp"),
    Moment("scripts.report", "os.rename", "training/default/report.md"),
    Moment("weasel run", "torn", "project.lock"),  # which weasel writes over in place
)


def end_at(project: Project, moment: Moment, told: Path) -> None:
    """Start `weasel run all`, wait until it stands still at a moment, and end it and its children."""
    told.unlink(missing_ok=True)
    aim = {**asdict(moment), "told": str(told)}
    aim.pop("how")
    environment = project.environment(HALT=json.dumps(aim), PYTHONPATH=str(HALTING))
    log = told.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "weasel", "run", "all"],
            cwd=project.folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, where there are such
        )
        try:
            until = time.monotonic() + PATIENCE
            while not told.is_file() and process.poll() is None and time.monotonic() < until:
                time.sleep(0.02)
        finally:
            end(process, moment.how if told.is_file() else KILL)
    assert told.is_file(), f"{moment} did not come:\n{log.read_text(encoding='utf8', errors='replace')}"


def end(process: subprocess.Popen, how: str) -> None:
    """End a process and its children: at once, or as Ctrl-C does where that can be sent to a group."""
    if sys.platform == "win32":
        command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True, check=False)
    elif process.poll() is None:
        ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # in the background of a shell
        interrupt = how == INTERRUPT and not ignored
        os.killpg(process.pid, signal.SIGINT if interrupt else signal.SIGKILL)
    process.wait(PATIENCE)


def made(project: Project) -> dict[str, str]:
    """Return the fingerprint of every file that runs made in a project, by name."""
    found = {}
    for folder in ("corpus", "training"):
        for path in sorted((project.folder / folder).rglob("*")):
            name = path.relative_to(project.folder)
            if path.is_file() and not set(BESIDE) & set(name.parts):
                found[name.as_posix()] = "" if path.name in VARYING else contents(path)
    return found


def contents(path: Path) -> str:
    """Return the fingerprint of a file: of a report without its day, which changes at midnight."""
    if path.name != "report.html":
        return fingerprint.of_file(path)
    day = trained_on(atomic.read_json(path.with_name("run.json")))
    assert day is not None
    text = path.read_text(encoding="utf8")
    return fingerprint.of_text(text.replace(day.isoformat(), "").replace(day_in_words(day), ""))


def test_every_step_has_a_moment() -> None:
    counts = {"labels": 0, "train": 0}
    for moment in MOMENTS:
        step = {"spacy init labels": "labels", "spacy train": "train", "-m build": "package"}
        name = step.get(moment.command, moment.command.removeprefix("scripts."))
        if name != "weasel run":
            counts[name] = counts.get(name, 0) + 1
    steps = "inputs convert config check labels train evaluate predict analyze package compare report"
    assert set(counts) == set(steps.split())
    assert min(counts.values()) >= 1


@pytest.mark.slow
def test_run_goes_on_after_a_kill_at_each_moment(
    original: tuple[Project, Run], run_again: tuple[Project, Run], tmp_path: Path
) -> None:
    """The kills fall on a run over the outputs of other annotations, the worst that can be mixed up.

    Each run has to come as far as the next moment, so it goes on correctly after the kill before; the
    last one has to leave the same files as a run that nothing disturbed, and no others.
    """
    project = run_again[0].copy(tmp_path / "project")
    for name in ("corpus/train.spacy", "corpus/dev.spacy", "corpus/test.spacy"):
        assert made(project)[name] != made(original[0])[name]
    write_jsonl(project.folder / "assets/mine/all.jsonl", records())
    for name in ("training/default/comparison.json", "training/default/config.cfg", "corpus/config.cfg"):
        (project.folder / name).unlink()  # they are only written if they change
    for moment in MOMENTS:
        end_at(project, moment, tmp_path / "told")
    run = project.weasel("run", "all")
    assert run.code == 0, run.output
    assert made(project) == made(original[0])
    assert project.weasel("run", "all").ran == ["inputs", "config", "compare"]
