"""The summary where every resample gives the same figure: no interval is shown, and it says why."""

import pytest
from typer.testing import CliRunner

from scripts import analyze
from scripts.report import report
from scripts.reporting.summary import summarise
from scripts.reporting.wandb_figures import flat_figures
from scripts.scoring.metrics import SAME, ends, percent
from tests.reporting.runs import document, make_run

TEXT = "[Ada](PERSON) went to [Oslo](GPE)."
SILENT, RIGHT = [], None


@pytest.mark.parametrize(
    ("found", "f", "gain"), [(SILENT, "0.0", "+0.0 points"), (RIGHT, "100.0", "+100.0 points")]
)
def test_figure_that_all_resamples_share_has_no_interval(found, f, gain, tmp_path):
    documents = [document(TEXT, found, place=f"line {number}") for number in range(40)]
    run, corpus = make_run(tmp_path, documents, documents)
    sources = report(run, corpus)
    head, gained, sure = summarise(sources.analysis)
    assert head.line == f"F on test {f} (no interval: every resample gives the same)"
    assert gained.line == f"Gain over the dictionary {gain} (no interval: every resample gives the same)"
    assert (sure.figure, sure.conditions) == ("none", (SAME,))
    assert f"F was {f} every time" in sure.meaning
    page = (run / "report.html").read_text(encoding="utf8")
    short = (run / "report.md").read_text(encoding="utf8")
    for text in (page, short):
        assert SAME in text
        assert f"{f}–{f}" not in text
        assert "width of the interval: 0.0" not in text
        assert "The interval holds 0" not in text
    assert 'class="interval"' not in page
    assert f'<td class="said">{SAME}</td>' in page  # which wraps, where an interval doesn't
    assert f": F {f}, every resample gives the same, dictionary 0.0" in page
    assert f"| {f} | {SAME} | 80 |" in short
    assert "test/all/f_low" not in flat_figures(sources.analysis)
    printed = CliRunner().invoke(analyze.app, [str(run), str(corpus)]).output
    assert f"F on the test set {f} (no interval: every resample gives the same)" in printed


def test_interval_of_almost_no_width_is_none_of_0_points(tmp_path):
    documents = [document(TEXT, place=f"line {number}") for number in range(40)]
    analysis = report(*make_run(tmp_path, documents, documents)).analysis
    analysis["test"]["scores"]["micro"]["intervals"]["f"] = [0.9996, 0.9999]
    assert summarise(analysis)[2].figure == "under 0.1 points"


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
    assert ends(interval, percent, "–") == words
