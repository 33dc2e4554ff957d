"""The headline: margins of error, what a gain means, missing intervals, and notes that matter."""

import pytest
from typer.testing import CliRunner

from scripts import analyze
from scripts.report import report
from scripts.reporting.summary import margin, note, result_in_words, summarise
from scripts.reporting.wandb_figures import flat_figures
from scripts.scoring.document import Entity
from scripts.scoring.metrics import SAME, interval_in_words, percent
from tests.reporting.runs import document, make_run, many, of_spans

TEXT = "[Ada](PERSON) went to [Oslo](GPE)."
SILENT, RIGHT = [], None


@pytest.mark.parametrize(("found", "f", "gain"), [(SILENT, "0.0", "+0.0"), (RIGHT, "100.0", "+100.0")])
def test_figure_that_all_resamples_share_has_no_interval(found, f, gain, tmp_path):
    documents = [document(TEXT, found, place=f"line {number}") for number in range(40)]
    run, corpus = make_run(tmp_path, documents, documents)
    data = report(run, corpus)
    head, gained = summarise(data.analysis)
    assert head.line == f"F on the test set {f} (no interval: all resamples give the same value)"
    assert gained.line == (
        f"Gain over a dictionary {gain} points (no interval: all resamples give the same value)"
    )
    page = (run / "report.html").read_text(encoding="utf8")
    short = (run / "report.md").read_text(encoding="utf8")
    for text in (page, short):
        assert SAME in text
        assert f"{f}–{f}" not in text
        assert "±" not in text
        assert "within the margin of error" not in text
    assert 'class="interval" x1' not in page
    assert f'<td class="said">{SAME}</td>' in page  # which wraps, where an interval doesn't
    assert f"| {f} | {SAME} | 0.0 | 80 |" in short
    assert "test/all/f_low" not in flat_figures(data.analysis)
    printed = CliRunner().invoke(analyze.app, [str(run), str(corpus)]).output
    assert f"{f} (no interval: all resamples give the same value)" in printed


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.593, 0.651), "± 2.9"),
        ((0.9996, 0.9999), "± under 0.1"),
        ((0.5, 0.5), ""),
        ((None, None), ""),
        (None, ""),
    ],
)
def test_margin_of_error_is_half_the_width_of_the_interval(interval, words):
    assert margin(interval) == words


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.1, 0.2), "better, by more than the margin of error"),
        ((-0.2, -0.1), "worse, by more than the margin of error"),
        ((-0.1, 0.1), "within the margin of error"),
        ((0.0, 0.0), "equally well in every resample"),
        ((None, None), "too little data"),
    ],
)
def test_gain_is_judged_by_its_interval(interval, words):
    assert words in result_in_words(interval)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.5, 0.75), "50.0–75.0"),
        ((0.3, 0.1 + 0.2), SAME),  # what rounding makes of one figure
        ((None, None), "–"),
        (None, "–"),
    ],
)
def test_interval_in_words(interval, words):
    assert interval_in_words(interval, percent, "–") == words


def noted(tmp_path, partly: int, whole: int, **changes) -> str:
    """Return the note on a test set with some documents that are partly annotated."""
    one = of_spans(
        "Ada met Bo in Oslo",
        [(0, 3, "PERSON")],
        [(0, 3, "PERSON"), (8, 10, "PERSON")],
        unknown=((4, 18),),
        **changes,
    )
    test = read(tmp_path, [one] * partly + many(whole))
    return note(test, "test")


def read(tmp_path, documents) -> dict:
    run, corpus = make_run(tmp_path, documents, many())
    return report(run, corpus).analysis["test"]


def test_unannotated_tokens_are_noted_once_where_they_matter(tmp_path):
    words = noted(tmp_path, 2, 40)
    assert "count annotated tokens only: 2 of its 42 documents are partly annotated" in words
    assert "neither right nor wrong: 2." in words
    page = (tmp_path / "training/default/report.html").read_text(encoding="utf8")
    assert page.count("annotated tokens only") == 1


def test_unannotated_tokens_of_one_document_among_many_are_not_noted(tmp_path):
    assert noted(tmp_path, 1, 200) == ""
    page = (tmp_path / "training/default/report.html").read_text(encoding="utf8")
    assert "annotated tokens only" not in page


def test_predictions_of_spans_known_to_be_wrong_are_counted(tmp_path):
    words = noted(tmp_path, 1, 200, wrong=(Entity(8, 10, "PERSON"),))
    assert words == "Predictions on the test set that are known to be wrong: 1."


@pytest.mark.parametrize(("lost", "noted"), [(1, False), (10, True)])
def test_entities_that_tokenisation_lost_are_noted_where_they_change_f(tmp_path, lost, noted):
    test = read(tmp_path, many(200))
    f = test["scores"]["micro"]["f"]
    test["lost"] = {"entities": lost, "r": 0.7, "f": f - 0.0002 * lost}
    assert (
        "were lost: 10. Counted as missed, they lower recall to 70.0, F" in note(test, "test")
    ) == noted
