"""Measure the time and peak memory of a command, which runs as a process of its own.

Processor time and memory are measured on POSIX systems only; elsewhere they are shown as a dash.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
# One thread for each library, so that processor time is comparable whatever the number of cores.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# A small process between this one and the command: a child's peak begins with the size of its parent.
# Its input is a pipe that ends when this process does, however it does. Then it ends the command, too.
MEASURE = """
import json, os, subprocess, sys, threading, time
started = time.perf_counter()
child = subprocess.Popen(
    [sys.executable, "-m", *sys.argv[1:]], stdin=subprocess.DEVNULL, stdout=sys.stderr
)
threading.Thread(target=lambda: os.read(0, 1) or child.kill(), daemon=True).start()
code = child.wait()
seconds = time.perf_counter() - started
try:
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor, peak = used.ru_utime + used.ru_stime, unit * used.ru_maxrss
except ImportError:
    processor = peak = None
print(json.dumps([seconds, processor, peak]))
sys.exit(code)
"""


LAST = 4  # lines of what a failed command printed


class Failure(SystemExit):
    """Raised for a command that failed; `reason` is the end of what it printed. Ends the program."""

    def __init__(self, command: tuple[str, ...], output: str) -> None:
        super().__init__(f"python -m {' '.join(command)}\n{output}")
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        self.reason = "\n".join(lines[-LAST:])


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds, processor seconds and peak memory in bytes (None if unknown)."""

    seconds: float
    processor: float | None
    peak: int | None


def cost(*command: str, folder: Path = PROJECT) -> Cost:
    """Run a Python module in a folder and return its costs. Raises Failure."""
    with subprocess.Popen(
        [sys.executable, "-c", MEASURE, *command],
        cwd=folder,
        env={**os.environ, **ONE_THREAD, "WANDB_MODE": "disabled"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf8",
        errors="replace",
    ) as process:
        assert process.stdout is not None and process.stderr is not None  # noqa: S101
        printed = process.stderr.read()  # all that the command prints, until it ends
        figures = process.stdout.read()
    if process.returncode:
        raise Failure(command, printed)
    return Cost(*json.loads(figures))


def megabytes(size: int | None) -> str:
    """Return bytes as megabytes, or a dash if unknown."""
    return "–" if size is None else f"{size / 1e6:,.1f}"
