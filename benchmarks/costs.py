"""Measure the seconds and peak memory of a command, which runs as a process of its own.

Memory is measured on POSIX systems only; elsewhere it is shown as a dash.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.training import PROJECT

# A small process between this one and the step: a child's peak begins with the size of its parent.
MEASURE = """
import json, subprocess, sys, time
started = time.perf_counter()
code = subprocess.run([sys.executable, "-m", *sys.argv[1:]], stdout=subprocess.DEVNULL).returncode
seconds = time.perf_counter() - started
try:
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    peak = unit * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
except ImportError:
    peak = None
print(json.dumps([seconds, peak]))
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """The seconds that a command took, and its peak memory in bytes (None if unknown)."""

    seconds: float
    peak: int | None


def cost(*command: str) -> Cost:
    """Run a Python module and return its costs; exit if it fails."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command],
        cwd=PROJECT,
        env={**os.environ, "WANDB_MODE": "disabled"},
        capture_output=True,
        encoding="utf8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return Cost(*json.loads(done.stdout))


def megabytes(size: int | None) -> str:
    """Return bytes as megabytes, or a dash if unknown."""
    return "–" if size is None else f"{size / 1e6:,.1f}"
