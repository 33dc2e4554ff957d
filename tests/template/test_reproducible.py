"""Two runs from two fresh copies make the same files, byte for byte."""

import re
from pathlib import Path

from scripts.files import fingerprint
from tests.template.conftest import Project, new_project

STEPS = ("inputs", "convert", "check", "labels", "train", "evaluate", "package")
STEPS += ("predict", "analyze", "compare", "report")
MADE = (
    "corpus/train.spacy",
    "corpus/conversion.json",
    "corpus/check.json",
    "corpus/labels",
    "training/default/model-best",
    "training/default/curve.jsonl",
    "training/default/metrics.json",
    "training/default/packages",
    "training/default/predictions",
    "training/default/analysis.json",
    "training/default/comparison.json",
    "training/default/report.md",
)


def trained(folder: Path, hash_seed: str, threads: str) -> Project:
    """Return a fresh copy after training, with its own hash seed and number of threads."""
    project = new_project(folder)
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = {"PYTHONHASHSEED": hash_seed, **dict.fromkeys(names, threads)}
    for name in STEPS:
        run = project.weasel("run", name, **environment)
        assert run.code == 0, run.output
    return project


def page_without_day(project: Project) -> str:
    """Return the report without the day of the training, which may end between two runs."""
    page = (project.folder / "training/default/report.html").read_text(encoding="utf8")
    return re.sub(r"<time .*?</time>", "", page)


def test_two_fresh_copies_make_the_same_model_metrics_and_report(tmp_path: Path) -> None:
    first = trained(tmp_path / "first", "1", "1")
    second = trained(tmp_path / "somewhere" / "second", "2", "2")
    for name in MADE:
        one, other = first.folder / name, second.folder / name
        assert one.exists(), name
        assert fingerprint.of_path(one) == fingerprint.of_path(other), name
    assert page_without_day(first) == page_without_day(second)


def test_another_seed_makes_another_model(finished: Project) -> None:
    model = finished.folder / "training/default/model-best/ner/model"
    before = model.read_bytes()
    run = finished.weasel("run", "train", ".", "--vars.seed", "1")
    assert run.code == 0, run.output
    assert model.read_bytes() != before
