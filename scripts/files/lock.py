"""One run at a time in a project's folder: the steps of two would overwrite each other's files.

In: the folder. Out: `.run.lock`, a file that says which processes work there: the step, and the weasel
that started it. The steps of one weasel share the lock, and a step without weasel has one of its own.
A lock of processes that have ended is stale, and is taken over. Processes are known by number and
start, since a system gives a number again. Of other machines nothing can be known, so that a lock from
one counts as stale.
"""

import json
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

import psutil

from scripts.files import atomic

NAME = ".run.lock"
# Programs that start steps, as their command line has them; `spacy project run` is weasel, too.
RUNNERS = {"weasel", "weasel.exe", "spacy", "spacy.exe"}
FIRST = 5  # parts of a command line in which a program's name is looked for: `python -X utf8 -m weasel`
PATIENCE = 2.0  # seconds in which a run that was just ended may still be on its way out
PAUSE = 0.05  # seconds after which whoever wrote the lock last has it
TOLERANCE = 2.0  # seconds by which the start of a process may move, when a clock is set


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that works in the folder: its number, when it was started, and on which machine."""

    pid: int
    started: float
    machine: str

    @classmethod
    def of(cls, process: psutil.Process) -> "Worker":
        """Return what is noted about a process."""
        return cls(process.pid, process.create_time(), platform.node())

    @classmethod
    def of_this(cls) -> "Worker":
        """Return what is noted about this process."""
        return cls.of(psutil.Process())

    def is_alive(self) -> bool:
        """Say whether this very process still runs."""
        if self.machine != platform.node():
            return False
        try:
            process = psutil.Process(self.pid)
            same = abs(float(process.create_time()) - self.started) < TOLERANCE
            return same and str(process.status()) != psutil.STATUS_ZOMBIE
        except (psutil.Error, ValueError, OverflowError):  # no process, or no number of one
            return False


class OtherRun(Exception):
    """Raised when another run works in the folder; `pid` is the number of its process."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"another run (pid {pid}) is working in this folder")
        self.pid = pid


@contextmanager
def only_run_in(folder: Path, *, continues: bool = False) -> Iterator[Worker]:
    """Hold the lock of a folder. Raises OtherRun when another run has it.

    continues: whether this process is not the first of its step. Yields the step's first process.
    Under weasel the lock stays behind for the next step, and is stale when weasel has ended.
    """
    me, weasel = Worker.of_this(), runner()
    run = Worker.of(weasel) if weasel else me
    path = folder / NAME
    held = read(path)
    first = held[-1] if continues and held[:1] == [run] else me
    take(path, run, me, first)
    try:
        yield first
    finally:
        if run == me and read(path)[:1] == [me]:
            path.unlink(missing_ok=True)


def take(path: Path, run: Worker, me: Worker, first: Worker) -> None:
    """Write the lock for a run and its step. Raises OtherRun when another run has it, or gets it."""
    deadline = time.monotonic() + PATIENCE
    while other := other_than(run, read(path)):
        if time.monotonic() > deadline:
            raise OtherRun(other.pid)
        time.sleep(PAUSE)
    new = read(path)[:1] != [run]
    temporary = path.with_name(f"{path.name}.{me.pid}{atomic.TEMPORARY}")
    held = [asdict(worker) for worker in (run, me, first)]
    temporary.write_text(json.dumps(held), encoding="utf8")
    temporary.replace(path)
    if new:  # two runs that began together both came as far as here
        time.sleep(PAUSE)
        if other := other_than(run, read(path)):
            raise OtherRun(other.pid)


def other_than(run: Worker, holders: list[Worker]) -> Worker | None:
    """Return a process that holds the lock for another run, if one is alive."""
    if holders[:1] == [run]:
        return None
    return next((holder for holder in holders if holder.is_alive()), None)


def read(path: Path) -> list[Worker]:
    """Return the run, its process and the first process of its step, or none where it can't be read."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf8"))
        return [Worker(int(one["pid"]), float(one["started"]), str(one["machine"])) for one in found]
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return []


def runner() -> psutil.Process | None:
    """Return the process of the weasel that started this one, if one did."""
    for process in ancestors(psutil.Process()):
        with suppress(psutil.Error):  # another user's
            if any(PurePath(part).name.lower() in RUNNERS for part in process.cmdline()[:FIRST]):
                return process
    return None


def ancestors(process: psutil.Process) -> Iterator[psutil.Process]:
    """Yield the process that started this one, the one that started that, and so on."""
    with suppress(psutil.Error):
        while process := process.parent():
            yield process
