"""Tables of figures: their order, the findings of check by kind, and the name of a corpus."""

import pytest

from scripts.reporting.figures import class_rows, corpus_name, findings_by_kind, label_rows, total_rows
from scripts.reporting.report_data import read_report_data
from tests.reporting.runs import document, make_run, many


def finding(kind: str, severity: str, places: int) -> dict:
    named = [f"line {number}" for number in range(places)]
    return {
        "kind": kind,
        "severity": severity,
        "message": f"{kind} in {places}",
        "advice": f"mind {kind}",
        "places": {"count": places, "named": named},
    }


def test_findings_are_counted_by_kind_those_that_stop_a_run_first() -> None:
    rows = [finding("rare", "warn", 1), *[finding("common", "warn", 3)] * 4, finding("bad", "stop", 2)]
    found = findings_by_kind(rows)
    assert [(kind.kind, kind.count, kind.places) for kind in found] == [
        ("bad", 1, 2),
        ("common", 4, 12),
        ("rare", 1, 1),
    ]
    assert found[1].first == [("common in 3", ["line 0", "line 1"])] * 2
    assert found[1].advice == "mind common"


def test_labels_come_with_the_commonest_first(tmp_path) -> None:
    texts = [*many(), *[document("[Ada](PERSON) left.", place=f"more {n}") for n in range(5)]]
    run, corpus = make_run(tmp_path, texts, texts)
    analysis = read_report_data(run, corpus).analysis
    assert [row.label for row in label_rows(analysis["test"])] == ["PERSON", "GPE"]
    assert [row.label for row in total_rows(analysis["test"])] == ["All labels", "Mean of labels"]
    names = [name for name, _, _ in class_rows(analysis["test"], analysis["dev"])]
    assert names == ["Test set, all labels", "Dev set, all labels", "PERSON", "GPE"]


def test_single_label_has_no_mean_and_no_row_of_its_own_among_the_errors(tmp_path) -> None:
    texts = [document("[Ada](PERSON) left.", place=f"line {n}") for n in range(40)]
    analysis = read_report_data(*make_run(tmp_path, texts, texts)).analysis
    assert len(total_rows(analysis["test"])) == 1
    assert len(class_rows(analysis["test"], analysis["dev"])) == 2


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ([], ""),
        (["assets/mine.jsonl"], "assets/mine.jsonl"),
        (["assets/mine/train.json", "assets/mine/deep/test.json"], "assets/mine"),
        (["a.json", "b.json"], "2 files"),
    ],
)
def test_corpus_is_named_after_what_its_files_share(files, name) -> None:
    assert corpus_name({"files": {file: {} for file in files}}) == name
