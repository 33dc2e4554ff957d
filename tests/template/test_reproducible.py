"""A run in another copy makes the same files, byte for byte."""

import re

from scripts.files import fingerprint
from tests.template.conftest import Project, Run

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
    "training/default/pipeline",
    "training/default/confidence.json",
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
    original: tuple[Project, Run], watched_run: tuple[Project, Run]
) -> None:
    first, second = original[0], watched_run[0]
    for name in MADE:
        one, other = first.folder / name, second.folder / name
        assert one.exists(), name
        assert fingerprint.of_path(one) == fingerprint.of_path(other), name
    assert page_without_day(first) == page_without_day(second)
