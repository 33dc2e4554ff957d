"""The scores of entities in the report: the diagram, the thresholds, or why there are none."""

from scripts.files import atomic
from scripts.report import report
from scripts.reporting.confidence_part import threshold_rows
from scripts.scoring.calibration import Confidence
from tests.reporting.runs import document, make_run

BIN = {"entities": 30, "low": 0.1, "high": 0.9, "mean": 0.5, "right": 0.6}
SURE = {"entities": 1200, "sure": 40, "right": 30}
NONE = {"entities": 0, "sure": 0, "right": 0}
FOUND: Confidence = {
    "reason": None,
    "precision": 0.9,
    "fitted_on": 60,
    "calibration": {"slope": 1.0, "bias": 0.0, "offsets": {}},
    "test": {
        "entities": 60,
        "ece": 0.0312,
        "interval": [0.021, 0.042],
        "by_chance": 0.025,
        "auc": 0.8,
        "brier": 0.1,
        "bins": [BIN, BIN],
    },
    "uncalibrated": 0.1234,
    "labels": {
        "<b>": {"threshold": 0.7, "reason": None, "dev": SURE, "test": SURE},
        "ORG": {"threshold": None, "reason": "no score is high enough", "dev": NONE, "test": NONE},
    },
    "not_annotated": [],
}


def page_with(folder, found: Confidence) -> str:
    """Return the page of a run with an error whose prediction has a score of 0.42."""
    wrong = document("[Ada](PERSON) left.", [(0, 3, "ORG")], scores=(0.42,))
    run, corpus = make_run(folder, [wrong] * 3, [wrong] * 3)
    atomic.write_json(run / "confidence.json", found)
    report(run, corpus)
    return (run / "report.html").read_text(encoding="utf8")


def test_page_has_the_diagram_the_error_the_thresholds_and_the_scores_of_errors(tmp_path):
    page = page_with(tmp_path, FOUND)
    for words in (
        "0.031",
        "0.021–0.042",
        "would have 0.025",
        "it was 0.123",
        "40 of 1,200",
        "&lt;b&gt;",
        '– <span class="muted">no score is high enough</span>',
    ):
        assert words in page, words
    assert page.count('class="dot"') >= 2
    assert "Prediction, score 0.42" in page


def test_page_says_why_there_are_no_scores(tmp_path):
    reason = "it predicts 3 entities on the dev set"
    without = {**FOUND, "reason": reason, "calibration": None, "test": None, "labels": {}}
    assert f"Entities have no scores: {reason}." in page_with(tmp_path, without)


def test_label_without_a_threshold_has_dashes_and_the_reason():
    rows = threshold_rows(FOUND)
    assert rows[0][1:] == ("0.70", "", "40 of 1,200", "75.0", "75.0")
    assert rows[1][1:] == ("–", "no score is high enough", "0 of 0", "–", "–")


def test_page_names_the_labels_without_scores(tmp_path):
    page = page_with(tmp_path, {**FOUND, "not_annotated": ["PER", "<i>"]})
    assert 'PER</bdi>, <bdi class="foreign">&lt;i&gt;</bdi> have no score' in page
    assert "have no score" not in page_with(tmp_path / "other", FOUND)
