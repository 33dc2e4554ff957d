"""Train one trial in a process of its own, and keep its result.

In: a task. Out: a folder with `config.cfg`, which `spacy train` takes as it is, `model-best`, `log.txt`
and, written last, `result.json`. A task whose folder has a result of the same fingerprint is not trained
again, unless it failed. A task that was interrupted has no result, and begins again from its start.
"""

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from thinc.api import Config

from scripts.files import atomic
from scripts.files.contract import adapter_of
from scripts.files.terminal import printable
from scripts.trials.data import part_for
from scripts.trials.essence import code_of, corpus_of
from scripts.trials.prepare import Task
from scripts.trials.trial import (
    CONFIG,
    FAILED,
    LOG,
    OK,
    PIPELINE,
    PRUNED,
    RESULT,
    Costs,
    Result,
    Status,
    Trial,
    Watch,
    up_to_date,
)

# Trials run side by side: one thread for each. wandb would record every one of them by itself.
ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONUNBUFFERED": "1",
    "WANDB_MODE": "disabled",
}
LAST = 4  # lines of the log that say why a trial failed
LONGEST = 300  # characters of such a line


class Children:
    """Processes that are running now, so that all of them can be ended at once."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self.ended = False

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a Python module as a process. Raises InterruptedError after `end`."""
        with self._lock:
            if self.ended:
                raise InterruptedError
            process = subprocess.Popen([sys.executable, "-m", *arguments], text=True, **options)
            self._running.add(process)
            return process

    def forget(self, process: subprocess.Popen[str]) -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._running.discard(process)

    def end(self) -> None:
        """End all processes; none can be started from now on."""
        with self._lock:
            self.ended = True
            for process in self._running:
                process.kill()


Runner = Callable[[Task, Path, Children, Watch | None], Result]
"""Trains a task in its folder, as `run` does; several threads call it at a time."""


def kept(folder: Path, fingerprint: str) -> Result | None:
    """Return the result in a trial's folder if it was made from the same and did not fail."""
    try:
        found: Result = atomic.read_json(folder / RESULT)
        adapter_of(Result).validate_python(found)
    except (OSError, ValueError, ValidationError):
        return None
    valid = found["fingerprint"] == fingerprint and found["status"] != FAILED
    return up_to_date(found) if valid else None


def run(task: Task, folder: Path, children: Children, watch: Watch | None = None) -> Result:
    """Train a task in its folder and return its result, or the one that it has already.

    folder: of this trial alone. watch: sees each evaluation, and may stop the trial.
    Raises InterruptedError if `children` are ended meanwhile.
    """
    if done := kept(folder, task.fingerprint):
        return done
    atomic.remove(folder)
    folder.mkdir(parents=True)
    trial = task.trial
    atomic.write_text(folder / CONFIG, task.config)
    if reason := differs(task):
        result = without_pipeline(task, FAILED, reason)
    else:
        part_for(trial, Path(task.parts))
        result = trained(task, folder, children, watch)
    atomic.write_json(folder / RESULT, result)
    return result


def differs(task: Task) -> str | None:
    """Return why this machine would give another result, if it would: its corpus, code or packages."""
    where = f"on {platform.node()}"
    if corpus_of(Path(task.trial.corpus)) != task.corpus:
        return f"{task.trial.corpus} {where} is not the corpus that this trial is for: copy it again"
    code = code_of(Config().from_str(task.config, interpolate=False))
    if others := sorted(name for name, _ in code.items() ^ task.code.items()):
        changed = f"{others[0]} {where} is not what this trial began with"
        return f"{changed}: run this again, after copying the project there"
    here = {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "machine": platform.machine(),
    }
    for name, version in task.environment.items():
        try:
            found = here.get(name) or importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "missing"
        if found != version:
            return f"{name} is {found} {where}, not {version}: install the same, or run inputs again"
    return None


def trained(task: Task, folder: Path, children: Children, watch: Watch | None) -> Result:
    """Return the result of the process that trains a task. Raises InterruptedError."""
    began = time.perf_counter()
    asked = {
        "config": (folder / CONFIG).as_posix(),
        "output": folder.as_posix(),
        "dev": f"{task.data}/dev.spacy",
        "gpu_id": task.trial.gpu_id,
    }
    result = without_pipeline(task, FAILED, "")
    with (folder / LOG).open("w", encoding="utf8") as log:
        process = children.start(
            "scripts.trials.worker",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf8",
            env={**os.environ, **ENVIRONMENT},
        )
        with process:
            for message in conversation(process, asked):
                if row := message.get("evaluated"):
                    result["curve"].append(row)
                    if reason := watch and watch(task.trial, row):
                        result |= {"status": PRUNED, "reason": reason}
                        process.kill()
                        break
                if scored := message.get("scored"):
                    result |= {"status": OK, "dev": scored["dev"], "counts": scored["counts"]}
                    result["costs"] = scored["costs"]
        children.forget(process)
    if children.ended:
        raise InterruptedError
    whole = round(time.perf_counter() - began, 2)
    costs = result["costs"] or Costs(
        processor_seconds=None, seconds=whole, words_per_second=None, whole=0
    )
    result["costs"] = {**costs, "whole": whole}
    result["score"] = max((row["score"] for row in result["curve"]), default=None)
    if result["status"] == FAILED or (process.returncode and result["status"] == OK):
        result |= {"status": FAILED, "reason": end_of(folder / LOG), "dev": {}, "counts": {}}
    if result["status"] != OK:
        for name in (PIPELINE, "model-last"):
            atomic.remove(folder / name)
    return result


def conversation(process: subprocess.Popen[str], asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Tell a worker what to do, and yield what it sends until it ends."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    try:
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
    except BrokenPipeError:  # it has ended already; its log says why
        return
    for line in process.stdout:
        try:
            message = json.loads(line)
        except ValueError:  # half of a line: it was killed meanwhile
            return
        yield message


def without_pipeline(task: Task, status: Status, reason: str) -> Result:
    """Return the result of a task that has no scores."""
    return result_of(task.trial, task.fingerprint, status, reason) | {"learned_from": task.learned_from}


def result_of(trial: Trial, fingerprint: str, status: Status, reason: str) -> Result:
    """Return a result without anything that training gives."""
    return {
        "trial": {**asdict(trial), "overrides": dict(trial.overrides), "without": list(trial.without)},
        "fingerprint": fingerprint,
        "status": status,
        "reason": reason,
        "score": None,
        "dev": {},
        "counts": {},
        "curve": [],
        "learned_from": None,
        "costs": None,
    }


def end_of(log: Path) -> str:
    """Return the last lines of a log, which say why a trial failed."""
    text = log.read_text(encoding="utf8", errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(printable(line, LONGEST) for line in lines[-LAST:]) or "it printed nothing"
