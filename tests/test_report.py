"""The step `report`: its files, the same bytes every time, its last lines, and what it asks for."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

from scripts import report as step
from scripts.files import atomic
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.learning_curve import courses
from tests.reporting.runs import RECORD, make_run, many
from tests.scoring.test_learning_curve import shares


def call(run, corpus):
    return CliRunner().invoke(step.app, [str(run), str(corpus)])


@pytest.fixture
def made(tmp_path):
    return make_run(tmp_path, many(), many())


def test_page_and_short_text_are_written_beside_the_analysis(made):
    run, corpus = made
    done = call(run, corpus)
    assert done.exit_code == 0, done.output
    assert (run / "report.html").read_text(encoding="utf8").startswith("<!DOCTYPE html>")
    assert (run / "report.md").read_text(encoding="utf8").startswith("## Entity recognition: default\n")
    assert not list(run.glob("*.tmp"))


def test_last_lines_are_the_headline_the_gain_the_advice_and_the_paths(made):
    run, corpus = made
    lines = call(run, corpus).output.splitlines()
    advice = atomic.read_json(run / "analysis.json")["advice"][:3]
    assert re.match(r"F on the test set 85\.7 ± \d\.\d \(95% interval \d", lines[0])
    assert re.match(r"Gain over a dictionary \+85\.7 ± \d\.\d points \(95% interval \+", lines[1])
    assert lines[2 : 2 + len(advice)] == [f"{n}. {row['action']}" for n, row in enumerate(advice, 1)]
    assert lines[-2] == (
        f"Report: {run.as_posix()}/report.html (report.md, next to it, is a short version for "
        "pull requests)"
    )
    assert lines[-1] == f"Pipeline: {run.as_posix()}/pipeline"


@pytest.mark.parametrize(
    ("lang", "name", "version", "shown"),
    [
        ("en", "entities", "0.1.0", "en_entities 0.1.0"),
        ("en", "en_entities", "0.1.0", "en_entities 0.1.0"),
        ("", "", "", ""),
    ],
)
def test_title_is_the_name_and_version_of_the_wheel(made, lang, name, version, shown):
    run, corpus = made
    options = [f"--lang={lang}", f"--name={name}", f"--version={version}"]
    assert CliRunner().invoke(step.app, [str(run), str(corpus), *options]).exit_code == 0
    heading = f"{shown.replace('_', chr(92) + '_')} (run default)" if shown else "default"
    text = (run / "report.md").read_text(encoding="utf8")
    assert text.startswith(f"## Entity recognition: {heading}\n")
    assert f"<h1><bdi>{shown or 'default'}</bdi></h1>" in (run / "report.html").read_text(
        encoding="utf8"
    )


def test_small_test_set_is_called_too_few_on_the_console(tmp_path):
    lines = call(*make_run(tmp_path, many(8), many(8))).output.splitlines()
    assert lines[0] == "F on the test set 85.7 (too few to judge)"
    assert lines[1] == "Gain over a dictionary +85.7 points (too few to judge)"


def test_second_run_writes_the_same_bytes_whatever_the_clock_says(made):
    """Only the day of the training is in the report, which run.json records."""
    run, corpus = made
    call(run, corpus)
    first = (run / "report.html").read_bytes(), (run / "report.md").read_bytes()
    atomic.write_json(
        run / "run.json", {**RECORD, "started": "2026-01-02T23:59:59+00:00", "seconds": 99.0}
    )
    atomic.write_json(run / "speed.json", {"test": {"words_per_second": 123456}})
    call(run, corpus)
    assert first == ((run / "report.html").read_bytes(), (run / "report.md").read_bytes())


def test_run_without_an_analysis_names_the_command_that_makes_it(made):
    run, corpus = made
    (run / "analysis.json").unlink()
    done = call(run, corpus)
    assert done.exit_code == 1
    assert "analysis.json is missing" in " ".join(done.output.split())
    assert "weasel run analyze . --vars.run default" in " ".join(done.output.split())
    assert not (run / "report.html").exists()


def test_run_that_was_trained_elsewhere_has_a_report_without_record_or_curve(tmp_path):
    run, corpus = make_run(tmp_path, many(), many())
    for name in ("run.json", "curve.jsonl"):
        (run / name).unlink()
    (corpus / "conversion.json").unlink()
    (corpus / "rejected.jsonl").unlink()
    analysis = atomic.read_json(run / "analysis.json")
    atomic.write_json(run / "analysis.json", {**analysis, "curve": {"points": [], "result": "unknown"}})
    assert call(run, corpus).exit_code == 0
    html = (run / "report.html").read_text(encoding="utf8")
    assert "The run has no run.json" in html
    assert "plot-curve" not in html


def test_learning_curve_of_the_training_set_is_shown_and_one_of_another_is_not(made):
    run, corpus = made
    whole, labels = courses(shares(np.random.default_rng(1), 0.9, 2.0, 0.5), Bootstrap(100))
    curve = {"train": RECORD["corpus"]["train"], "dev": "b" * 64, "config": "config.cfg", "seeds": 3}
    curve |= {"confidence": 0.95, "all": whole, "labels": labels, "failed": {}}
    stored = corpus / "learning_curve.json"
    atomic.write_json(stored, {"curve": None})
    assert call(run, corpus).exit_code == 0
    assert "<code>weasel run curve</code>" in (run / "report.html").read_text(encoding="utf8")
    atomic.write_json(stored, {"curve": curve})
    assert call(run, corpus).exit_code == 0
    page = (run / "report.html").read_text(encoding="utf8")
    assert "With config.cfg, twice as much annotation would probably" in page
    assert 'href="../curve/report.html"' in page
    made_from = "# Written by the step `config`. To change it, edit configs/{}.\n"
    for config, words in (("config.cfg", "Twice"), ("fast.cfg", "With config.cfg, twice")):
        atomic.write_text(run / "config.cfg", made_from.format(config))
        assert call(run, corpus).exit_code == 0
        assert f"\n{words} as much annotation would" in (run / "report.md").read_text(encoding="utf8")
        assert f"<p>{words} as much annotation" in (run / "report.html").read_text(encoding="utf8")
    (run / "config.cfg").unlink()
    atomic.write_json(stored, {"curve": {**curve, "train": "0" * 64}})
    assert call(run, corpus).exit_code == 0
    assert "wice as much annotation" not in (run / "report.html").read_text(encoding="utf8")
