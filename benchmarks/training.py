"""Shared by the benchmarks: make a corpus with the project's steps, train a config and score it."""

import shutil
import statistics
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.costs import PROJECT, Cost, cost
from scripts.files import atomic

COPIED = ("configs", "scripts", "project.yml")
STEPS = ("inputs", "convert", "config", "labels")
CONFIG = "training/default/config.cfg"  # the default config, as the step `config` writes it


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained pipeline, what its training took, and its best F on the dev set as a percentage."""

    pipeline: Path
    cost: Cost
    dev: float


@dataclass(frozen=True, slots=True)
class Score:
    """F on the test set as a percentage, and the processor seconds that `spacy train` took."""

    f: float
    seconds: float


@contextmanager
def prepared(annotations: str, lang: str, options: Sequence[str] = ()) -> Iterator[Path]:
    """Yield a temporary copy of the project, with the corpus and the label file made; see `prepare`."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepare(folder, annotations, lang, options=options)
        yield folder


def prepare(
    folder: Path, annotations: str, lang: str, steps: Sequence[str] = STEPS, options: Sequence[str] = ()
) -> None:
    """Copy the project to a folder and run steps there, by default up to the label file. Raises Failure.

    annotations: relative to the project. options: further vars for weasel. If the folder was prepared
    before, the steps that nothing changed for are skipped, and pipelines stay.
    """
    for name in COPIED:
        atomic.remove(folder / name)
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, folder / name)
    source = (PROJECT / annotations).resolve().as_posix()
    values = ("--vars.annotations", source, "--vars.lang", lang, *options)
    for step in steps:
        cost("weasel", "run", step, ".", *values, folder=folder)


def train(folder: Path, config: str, seed: int, run: str, *overrides: str) -> Trained:
    """Train a config on the corpus in a folder that was prepared. Raises Failure.

    config: its path in that folder. run: where the pipeline goes. overrides: options of `spacy train`.
    """
    options = ["--output", run, "--system.seed", str(seed), *overrides]
    options += ["--paths.train", "corpus/train.spacy", "--paths.dev", "corpus/dev.spacy"]
    took = cost("spacy", "train", config, *options, folder=folder)
    pipeline = folder / run / "model-best"
    return Trained(pipeline, took, f_of(atomic.read_json(pipeline / "meta.json")["performance"]))


def evaluate(folder: Path, pipeline: Path, split: str) -> float:
    """Return F of a pipeline on a split of the corpus in `folder`, as a percentage. Raises Failure."""
    metrics = pipeline.with_name(f"{split}.json")
    options = (str(pipeline), f"corpus/{split}.spacy", "--output", str(metrics))
    cost("spacy", "evaluate", *options, folder=folder)
    return f_of(atomic.read_json(metrics))


def f_of(scores: dict[str, Any]) -> float:
    """Return F of entities, or of spans where a pipeline finds only these, as a percentage."""
    spans = (name for name in scores if name.startswith("spans_") and name.endswith("_f"))
    found = [scores[name] for name in ("ents_f", *spans) if scores.get(name) is not None]
    return 100 * float(found[0])


def scored(folder: Path, config: str, seed: int, *overrides: str) -> Score:
    """Train a config on the corpus in `folder` and score its best pipeline on the test set."""
    trained = train(folder, config, seed, "training/run", *overrides)
    seconds = trained.cost.processor or trained.cost.seconds
    return Score(evaluate(folder, trained.pipeline, "test"), seconds)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return the mean and, for two values or more, the sample standard deviation."""
    mean = f"{statistics.mean(values):.{digits}f}"
    return f"{mean} ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else mean


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a Markdown table; all columns except the first are numbers."""
    lines = [f"| {' | '.join(header)} |", "|---|" + "---:|" * (len(header) - 1)]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def between(page: str, begin: str, end: str, content: str) -> str:
    """Return a page with new content between two markers. Raises ValueError if it lacks one."""
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n\n{content}\n{end}{after}"
