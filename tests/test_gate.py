"""Pass, fail or undecided: every minimum on each side, the reason in a line, and the exit code."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import analyze, compare
from scripts import gate as step
from scripts.files import atomic
from scripts.gate import decide
from scripts.settings.gate import GateSettings, read_bars
from tests.predictions import write_counts, write_predictions
from tests.scoring.documents import document


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Work in a folder whose gate sets no minimum, whatever the user's does."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/gate.cfg").touch()


def row(f: float | None, low: float | None = None, *, too_few: bool = False) -> dict:
    intervals = {} if f is None or too_few else {"f": [low, 1.0]}
    return {"f": f, "intervals": intervals, "too_few": too_few}


def measured(micro: dict | None = None, **labels: dict) -> dict:
    return {"scores": {"micro": micro or row(0.8, 0.75), "labels": labels}}


def against(change: float | None, low: float | None = None) -> list[dict]:
    difference = {"f": change, "interval": [low, None if low is None else 1.0]}
    return [{"run": "old", "difference": difference, "groups": 100, "support": 100}]


def bars(f: float = 0.0, loss: float = 1.0, **labels: float) -> GateSettings:
    return GateSettings(min_f=f, max_loss=loss, min_label_f=labels)


@pytest.mark.parametrize(
    ("micro", "result"),
    [
        (row(0.8, 0.7), "pass"),  # the whole interval is above the bar, or on it
        (row(0.8, 0.69), "undecided"),
        (row(0.7, 0.6), "undecided"),
        (row(0.69, 0.6), "fail"),
        (row(0.8, 0.75, too_few=True), "undecided"),
        (row(0.69, 0.6, too_few=True), "fail"),
        (row(None), "undecided"),
    ],
)
def test_f_has_to_be_above_the_minimum_with_its_whole_interval(micro, result):
    assert decide(measured(micro), [], bars(0.7))[0] == result


@pytest.mark.parametrize(
    ("labels", "result"),
    [
        ({"ORG": row(0.8, 0.7)}, "pass"),
        ({"ORG": row(0.8, 0.6)}, "undecided"),
        ({"ORG": row(0.6, 0.5)}, "fail"),
        ({"ORG": row(None)}, "undecided"),
        ({"GPE": row(0.1, 0.1)}, "undecided"),  # no ORG entity; GPE has no minimum
    ],
)
def test_label_has_a_minimum_of_its_own(labels, result):
    assert decide(measured(**labels), [], bars(ORG=0.7))[0] == result


@pytest.mark.parametrize(
    ("comparisons", "result"),
    [
        (against(0.1, -0.02), "pass"),
        (against(-0.01, -0.021), "undecided"),
        (against(-0.021, -0.05), "fail"),
        (against(None), "undecided"),
        ([], "undecided"),
        (against(0.1), "undecided"),  # too few documents for an interval can't tell
        (against(-0.021), "fail"),
        (against(0.1, 0.05) + against(-0.03, -0.05), "fail"),  # each reference counts
    ],
)
def test_loss_against_a_reference_may_not_be_larger_than_allowed(comparisons, result):
    assert decide(measured(), comparisons, bars(loss=0.02))[0] == result


def test_minimum_that_is_not_set_judges_nothing():
    result, reason = decide(measured(row(0.1, 0.1)), against(-0.9, -0.9), bars())
    assert result == "undecided"
    assert reason.startswith("no minimum is set")


def test_failed_minimum_comes_before_an_undecided_one_and_that_before_those_that_are_passed():
    figures = measured(row(0.8, 0.75), ORG=row(0.8, 0.5), GPE=row(0.1, 0.1))
    assert decide(figures, [], bars(0.7, ORG=0.7, GPE=0.7)) == (
        "fail",
        "F of GPE is 10.0 (interval 10.0–100.0); the minimum is 70.0",
    )
    assert decide(figures, [], bars(0.7, ORG=0.7)) == (
        "undecided",
        "F of ORG is 80.0 (interval 50.0–100.0); the minimum is 70.0",
    )
    assert decide(figures, against(-0.01, -0.02), bars(0.7, 0.03)) == (
        "pass",
        "F on the test set is 80.0 (interval 75.0–100.0); the minimum is 70.0; "
        "-1.0 points compared with old (interval -2.0 to +100.0); a loss of 3.0 is allowed",
    )


def test_figure_that_rests_on_too_little_is_given_without_an_interval():
    few = measured(row(0.8, 0.7, too_few=True))
    result, reason = decide(few, [], bars(0.7))
    assert (result, reason.split("; ")[:2]) == (
        "undecided",
        ["F on the test set is 80.0", "the minimum is 70.0"],
    )
    assert reason.endswith("; there are too few documents or entities for an interval")
    result, reason = decide(few, against(0.1), bars(loss=0.02))
    assert (result, reason.split("; ")[:2]) == (
        "undecided",
        ["+10.0 points compared with old", "a loss of 2.0 is allowed"],
    )


def test_interval_without_width_is_given_in_words_and_long_labels_are_cut():
    label = "L" * 200
    _, reason = decide(measured(**{label: row(1.0, 1.0)}), [], bars(**{label: 0.5}))
    assert (
        reason == f"F of {'L' * 99}… is 100.0 (all resamples give the same value); the minimum is 50.0"
    )


def test_bars_of_labels_are_read():
    assert read_bars("") == read_bars(" , ") == {}
    assert read_bars("PERSON=0.8, a=b = 1,ORG=0") == {"PERSON": 0.8, "a=b": 1.0, "ORG": 0.0}


@pytest.mark.parametrize(
    "text", ["PERSON", "=0.5", "PERSON=", "PERSON=high", "PERSON=80", "A=nan", "A=-1"]
)
def test_bars_that_are_no_label_and_number_are_refused(text):
    with pytest.raises(ValueError):
        read_bars(text)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run with F 1.0 on 40 documents, and a reference that is as good."""
    folder = tmp_path_factory.mktemp("training")
    gold = "[Ada](PERSON) left."
    made = [document(gold, dictionary=gold, place=f"line {number}") for number in range(40)]
    for name in ("old", "new"):
        write_predictions(folder / name, made, made)
    known = {"Ada": {"PERSON": 3}, "Bo Lind": {"ORG": 1, "Bird name": 1}}
    atomic.write_json(folder / "new/predictions/known.json", known)
    corpus = write_counts(folder / "corpus")
    for app, options in ((analyze.app, []), (compare.app, ["--reference=old"])):
        done = CliRunner().invoke(app, [str(folder / "new"), str(corpus), *options])
        assert done.exit_code == 0, done.output
    return folder / "new"


def gate(run: Path, given: str = "", reference: str = "") -> tuple[int, str]:
    """Run the command and return its exit code and what it prints."""
    arguments = [str(run), f"--set={given}", f"--reference={reference}"]
    done = CliRunner().invoke(step.app, arguments)
    return done.exit_code, " ".join(done.output.split())


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ("", 1, "undecided (counts as fail): no minimum is set: set min_f, min_label_f or max_loss in"),
        (
            "gate.min_f=0.9",
            0,
            "pass: F on the test set is 100.0 (all resamples give the same value); the",
        ),
        ("gate.min_f=1", 0, "pass: "),
        ("gate.min_f=0.9 gate.min_label_f=PERSON=0.9 gate.max_loss=0", 0, "pass: "),
        ("gate.min_label_f=ORG=0.1", 1, "undecided (counts as fail): the test set has no ORG entity"),
        ("gate.min_label_f=ORG=0.1 gate.undecided=pass", 0, "undecided (counts as pass): "),
        ("gate.min_label_f=Bird name=0.1", 1, "the test set has no Bird name entity"),
        ("gate.min_label_f=NOSUCH=0.8 gate.undecided=pass", 1, "that are not in the corpus: NOSUCH"),
        ("gate.min_label_f=PERSON=0.8,NOSUCH=0", 1, "The labels are Bird name, ORG, PERSON."),
        ("gate.min_label_f=PERSON=0.8 ORG=0.5", 1, "Separate labels with commas: PERSON=0.8,ORG=0.7."),
        ("gate.min_label_f=PERSON=0.8;ORG=0.5", 1, "that are not in the corpus: PERSON=0.8;ORG"),
        ("gate.min_label_f=ORG", 1, "gate.min_label_f in vars.set is 'ORG': 'ORG' is not of the form"),
        ("gate.undecided=maybe", 1, "gate.undecided in vars.set is 'maybe'; it can be pass or fail"),
        ("report.resamples=500 gate.min_f=1", 0, "pass: "),
        ("gate.min_g=1", 1, "there is no setting 'gate.min_g'; did you mean gate.min_f?"),
    ],
)
def test_command_prints_the_result_and_exits_with_it(given, code, said, run):
    exit_code, told = gate(run, given, "old")
    assert (exit_code, said in told) == (code, True), told


def test_settings_come_from_the_file_in_configs(run):
    Path("configs/gate.cfg").write_text("[gate]\nmin_label_f = PERSON=0.8, ORG=0.1\n", encoding="utf8")
    assert "the test set has no ORG entity" in gate(run)[1]
    Path("configs/gate.cfg").write_text("[gate]\nmin_f = 80\n", encoding="utf8")
    code, told = gate(run)
    assert code == 1
    assert "min_f in configs/gate.cfg is 80; it can be a number from 0 to 1" in told


def test_comparison_with_another_run_does_not_count(run):
    code, told = gate(run, "gate.max_loss=0", "older")
    assert (code, "there is no comparison with vars.reference" in told) == (1, True)


@pytest.fixture
def analysed(run, tmp_path):
    """Return a function that makes a run with another F on the test set, and no comparison."""

    def make(f: float) -> Path:
        analysis = atomic.read_json(run / "analysis.json")
        analysis["test"]["scores"]["micro"] |= {"f": f, "intervals": {"f": [f - 0.1, 1.0]}}
        atomic.write_json(tmp_path / "analysis.json", analysis)
        return tmp_path

    return make


def test_failure_can_not_be_turned_into_a_pass(analysed):
    code, told = gate(analysed(0.5), "gate.min_f=0.7 gate.undecided=pass")
    assert (code, "fail: F on the test set is 50.0" in told) == (1, True)


def test_run_without_comparison_is_undecided_only_where_a_loss_is_limited(analysed):
    run = analysed(0.9)
    assert gate(run, "gate.min_f=0.7")[0] == 0
    code, told = gate(run, "gate.max_loss=0.1")
    assert (code, "there is no comparison with vars.reference" in told) == (1, True)


def test_scores_of_another_test_set_are_refused(analysed):
    run = analysed(0.9)
    metrics = {"fingerprint": atomic.read_json(run / "analysis.json")["fingerprints"]["test"]}
    atomic.write_json(run / "metrics.json", metrics)
    assert gate(run, "gate.min_f=0.7")[0] == 0
    atomic.write_json(run / "metrics.json", {"fingerprint": "other"})
    code, told = gate(run, "gate.min_f=0.7 gate.undecided=pass")
    assert (code, "are of different test sets" in told) == (1, True), told


def test_run_without_analysis_is_told_how_to_make_it(tmp_path):
    done = CliRunner().invoke(step.app, [str(tmp_path)])
    assert done.exit_code == 1
    assert f"weasel run analyze . --vars.run {tmp_path.name}" in " ".join(done.output.split())
