"""One run at a time in a folder: who has the lock, when it is stale, what weasel's steps share."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from scripts.files import lock
from scripts.files.lock import NAME, OtherRun, Worker, only_run_in, read

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from scripts.files.lock import only_run_in
with only_run_in(Path(sys.argv[1])):
    print("in", flush=True)
    input()
"""
# A project whose steps are programs of a line: `this` of the standard library, and one that waits.
MANIFEST = """
workflows: {all: [first, second]}
commands:
  - {name: first, script: ["python -m scripts.files.step this"]}
  - {name: second, script: ["python -m scripts.files.step this"]}
  - {name: wait, script: ["python -m scripts.files.step waiting"]}
"""


def environment() -> dict[str, str]:
    """Return an environment in which a program finds this project from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "ANSI_COLORS_DISABLED": "1", "PYTHONUTF8": "1"}


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that works in the folder until it gets a line."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        yield process
        process.kill()


def test_second_run_is_kept_out_until_the_first_has_ended(tmp_path, holder, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    with pytest.raises(OtherRun) as caught, only_run_in(tmp_path):
        pytest.fail("there are two")
    (pid,) = {worker.pid for worker in read(tmp_path / NAME)}
    assert str(caught.value) == f"another run (pid {pid}) is working in this folder"
    holder.communicate("\n")
    assert not (tmp_path / NAME).exists()
    with only_run_in(tmp_path):
        assert read(tmp_path / NAME)[0].pid == os.getpid()
    assert not list(tmp_path.iterdir())


def test_lock_of_a_run_that_was_killed_is_stale(tmp_path, holder):
    holder.kill()  # on POSIX a zombie now, which counts as dead as well
    with only_run_in(tmp_path):
        assert read(tmp_path / NAME)[0].pid == os.getpid()


def write(folder: Path, *workers: Worker) -> None:
    """Write a lock as if these processes held it."""
    (folder / NAME).write_text(json.dumps([asdict(worker) for worker in workers]), encoding="utf8")


def test_lock_of_a_process_whose_number_was_given_again_or_of_another_machine_is_stale(tmp_path):
    alive = Worker.of(psutil.Process().parent() or psutil.Process(1))
    for stale in (replace(alive, started=alive.started - 100), replace(alive, machine="elsewhere")):
        write(tmp_path, stale)
        with only_run_in(tmp_path):
            assert read(tmp_path / NAME)[0].pid == os.getpid()


@pytest.mark.parametrize("content", [b"", b"[", b"\xff", b"{}", b"[1]", b'[{"pid": "x"}]', b"\x00" * 9])
def test_lock_that_cannot_be_read_is_stale(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    with only_run_in(tmp_path):
        assert read(tmp_path / NAME)[0].pid == os.getpid()


NUMBERS = (-5, 2**31, 2**63, 10**30, 1e999, float("nan"))


@pytest.mark.parametrize(
    "content", [*(json.dumps([{"pid": n}]) for n in NUMBERS), "[" * 100_000, '[{"pid": 1}, [', "null"]
)
def test_lock_with_numbers_of_no_process_is_stale(tmp_path, content):
    here = json.dumps({"started": 1.0, "machine": platform.node()})[1:]
    (tmp_path / NAME).write_text(content.replace("}", f", {here}"), encoding="utf8")
    with only_run_in(tmp_path):
        assert read(tmp_path / NAME)[0].pid == os.getpid()


def test_step_that_outlives_its_run_keeps_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    alive = Worker.of(psutil.Process().parent() or psutil.Process(1))
    write(tmp_path, replace(alive, started=0.0), alive)
    with pytest.raises(OtherRun), only_run_in(tmp_path):
        pytest.fail("there are two")


def weasel(folder: Path, command: str) -> subprocess.Popen[str]:
    """Start weasel in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "weasel", "run", command],
        cwd=folder,
        env={**environment(), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
    )


@pytest.mark.slow
def test_steps_of_one_weasel_share_the_lock_and_those_of_another_are_kept_out(tmp_path):
    (tmp_path / "project.yml").write_text(MANIFEST, encoding="utf8")
    (tmp_path / "waiting.py").write_text("print('waiting', flush=True)\ninput()\n", encoding="utf8")
    with weasel(tmp_path, "wait") as first:
        assert first.stdout is not None
        assert any(line == "waiting\n" for line in first.stdout)
        with weasel(tmp_path, "all") as second:
            said, _ = second.communicate()
        run = read(tmp_path / NAME)[0]
        first.communicate("\n")
    assert second.returncode == 1
    assert f"Another run (pid {run.pid}) is working in this folder" in said
    assert first.returncode == 0
    with weasel(tmp_path, "all") as third:  # the lock that is left is stale
        said, _ = third.communicate()
    assert third.returncode == 0, said
    assert said.count("The Zen of Python") == 2
    command = [sys.executable, "-m", "scripts.files.step", "this"]
    subprocess.run(command, cwd=tmp_path, env=environment(), check=True, capture_output=True)
    assert not (tmp_path / NAME).exists()
