"""Shared by the benchmarks: make a corpus with the project's steps, train a config and score it."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
COPIED = ("assets", "configs", "scripts", "project.yml")
CONFIG = "training/default/config.cfg"  # the default config, as the step `config` writes it


@dataclass(frozen=True, slots=True)
class Score:
    """F on the test set as a percentage, and the seconds (wall clock) that `spacy train` took."""

    f: float
    seconds: float


@contextmanager
def prepared(annotations: str, lang: str) -> Iterator[Path]:
    """Yield a temporary copy of the project, with the corpus and the label file made."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in COPIED:
            copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
            copy(PROJECT / name, folder / name)
        source = Path(annotations).resolve().as_posix()
        for step in ("inputs", "convert", "config", "labels"):
            run(folder, "weasel", "run", step, ".", "--vars.annotations", source, "--vars.lang", lang)
        yield folder


def train(folder: Path, config: str, seed: int, lang: str, *overrides: str) -> Score:
    """Train a config on the corpus in `folder` and score its best pipeline on the test set."""
    options = ["--output", "training/run", "--system.seed", str(seed), "--nlp.lang", lang]
    options += ["--paths.train", "corpus/train.spacy", "--paths.dev", "corpus/dev.spacy", *overrides]
    started = time.perf_counter()
    run(folder, "spacy", "train", config, *options)
    seconds = time.perf_counter() - started
    metrics = folder / "metrics.json"
    evaluate = ("evaluate", "training/run/model-best", "corpus/test.spacy", "--output", str(metrics))
    run(folder, "spacy", *evaluate)
    return Score(100 * json.loads(metrics.read_text(encoding="utf8"))["ents_f"], seconds)


def run(folder: Path, module: str, *arguments: str) -> None:
    """Run a Python module in `folder`; exit if it fails."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf8", check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")


def spread(values: list[float], digits: int = 1) -> str:
    """Return the mean and, for two values or more, the sample standard deviation."""
    mean = f"{statistics.mean(values):.{digits}f}"
    return f"{mean} ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else mean


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a Markdown table; all columns except the first are numbers."""
    lines = [f"| {' | '.join(header)} |", "|---|" + "---:|" * (len(header) - 1)]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"
