"""A run in another copy makes the same files, byte for byte."""

import re
from pathlib import Path

from scripts.files import fingerprint
from tests.template.conftest import Project, Run, new_project

MADE = (
    "corpus/train.spacy",
    "corpus/conversion.json",
    "corpus/check.json",
    "corpus/config.cfg",
    "corpus/labels",
    "training/default/config.cfg",
    "training/default/model-best",
    "training/default/curve.jsonl",
    "training/default/metrics.json",
    "training/default/packages",
    "training/default/predictions",
    "training/default/analysis.json",
    "training/default/comparison.json",
    "training/default/report.md",
)


def page_without_day(project: Project) -> str:
    """Return the report without the day of the training, which may end between two runs."""
    page = (project.folder / "training/default/report.html").read_text(encoding="utf8")
    return re.sub(r"<time .*?</time>", "", page)


def test_run_in_another_folder_makes_the_same_model_metrics_and_report(
    original: tuple[Project, Run], tmp_path: Path
) -> None:
    """The runs differ in their hash seeds and numbers of threads, too."""
    first, second = original[0], new_project(tmp_path / "somewhere" / "second")
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS")
    run = second.weasel("run", "all", PYTHONHASHSEED="2", **dict.fromkeys(threads, "2"))
    assert run.code == 0, run.output
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
