"""The command `runs` lists, filters, sorts and compares everything that was trained."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scripts import runs as step
from scripts.files import atomic
from scripts.tracking import table
from scripts.trials.trial import ALL
from tests.reporting.runs import RECORD

HEADING = "# Written by the step `config`. To change it, edit configs/{}.\n\n"


def scores(f: float, **labels: float) -> dict[str, Any]:
    """Return what metrics.json has on one split."""
    about = {"p": f, "r": f, "support": 50, "too_few": False}
    per_type = {label: {**about, "f": value} for label, value in labels.items()}
    lost = {"lost_in_tokenisation": 0, "ents_r_with_lost": f, "ents_f_with_lost": f}
    counts = {"documents": 40, "partly_annotated": 0, "support": 50, "too_few": False}
    figures = {"ents_p": f, "ents_r": f, "ents_f": f, "ents_per_type": per_type}
    return {**figures, **lost, **counts, "fingerprint": "d" * 64}


def make_run(
    folder: Path,
    started: str,
    *,
    config: str = "config.cfg",
    test: float = 0.7,
    dropout: float = 0.1,
    test_set: str = "e" * 64,
    **record: Any,
) -> Path:
    """Write a run's folder, as the steps do."""
    values = f"[paths]\nrun = {json.dumps(folder.as_posix())}\n\n[training]\ndropout = {dropout}\n"
    atomic.write_text(folder / "config.cfg", HEADING.format(config) + values)
    atomic.write_json(folder / "run.json", {**RECORD, "started": started, **record})
    dev = scores(test + 0.1, PERSON=test + 0.1)
    metrics = {**scores(test, PERSON=test), "fingerprint": test_set, "dev": dev}
    atomic.write_json(folder / "metrics.json", metrics)
    atomic.write_json(folder / "speed.json", {"test": {"words_per_second": 12345}})
    return folder


@pytest.fixture
def training(tmp_path: Path) -> Path:
    folder = tmp_path / "training"
    make_run(folder / "fast", "2026-01-03T00:00:00+00:00", config="fast.cfg", test=0.65, dropout=0.2)
    make_run(folder / "default", "2026-01-02T00:00:00+00:00", test=0.7)
    make_run(folder / "old", "2026-01-01T00:00:00+00:00", test=0.9, seed=7)
    (folder / "README.md").touch()
    return folder


def run(training: Path, *options: str, code: int = 0) -> str:
    done = CliRunner().invoke(step.app, [str(training), *options])
    assert done.exit_code == code, done.output
    return done.output


def names(output: str) -> list[str]:
    """Return the runs in a table."""
    lines = output.splitlines()
    first = next(n for n, line in enumerate(lines) if line.lstrip().startswith("---"))
    rows = (line.split() for line in lines[first + 1 :])
    return [row[1] for row in rows if row and row[0].isdecimal()]


def test_runs_are_listed_with_the_oldest_first(training):
    output = run(training)
    assert names(output) == ["old", "default", "fast"]
    row = next(line for line in output.splitlines() if " fast " in line)
    assert row.split() == [
        *("3", "fast", "fast.cfg", "0", "2026-01-03", "00:00", "12", "s"),
        *("75.0", "65.0", "12,345", "aaaaaaa", "eeeeeee"),
    ]


def test_folder_without_runs_says_so(tmp_path):
    assert "has no runs" in " ".join(run(tmp_path).split())


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["config=fast.cfg"], ["fast"]),
        (["config!=fast.cfg"], ["old", "default"]),
        (["test>=70"], ["old", "default"]),
        (["test>70"], ["old"]),
        (["training.dropout<=0.1", "seed=0"], ["default"]),
        (["test.PERSON<70"], ["fast"]),
        (["started>2026-01-02"], ["default", "fast"]),
        (["tags=mine"], []),
    ],
)
def test_runs_are_filtered_by_columns_labels_and_values_of_their_configs(training, conditions, expected):
    options = [part for condition in conditions for part in ("--where", condition)]
    assert names(run(training, *options)) == expected


def test_runs_with_a_tag_are_found(training):
    wandb = {"project": "ner", "group": "g", "tags": ["mine", "other"]}
    make_run(training / "tagged", "2026-02-01T00:00:00+00:00", wandb=wandb)
    assert names(run(training, "--where", "tags=mine")) == ["tagged"]
    assert names(run(training, "--where", "group=g")) == ["tagged"]


def test_runs_are_sorted_by_any_value_and_those_without_it_come_last(training):
    (training / "default/metrics.json").unlink()
    assert names(run(training, "--sort", "test")) == ["fast", "old", "default"]
    assert names(run(training, "--sort=-test")) == ["old", "fast", "default"]
    assert names(run(training, "--sort=-training.dropout")) == ["fast", "old", "default"]


def test_more_columns_can_be_shown(training):
    output = run(training, "--show", "training.dropout,dev.PERSON")
    row = next(line for line in output.splitlines() if " fast " in line)
    assert row.split()[-2:] == ["0.2", "75.0"]


@pytest.mark.parametrize("options", [["--where", "dropout>1"], ["--sort", "nothing"], ["--show", "x"]])
def test_unknown_name_is_refused_with_those_that_there_are(training, options):
    output = " ".join(run(training, *options, code=1).split())
    assert "No run has" in output
    assert "training.dropout" in output


def test_what_is_no_condition_is_refused(training):
    assert "is not a condition" in run(training, "--where", "fast", code=1)


def test_runs_are_compared_by_what_was_different_and_what_they_reached(training):
    output = run(training, "--compare", "default,3")
    rows = {line.split()[0]: line.split()[1:] for line in output.splitlines() if len(line.split()) == 3}
    assert rows["config"] == ["config.cfg", "fast.cfg"]
    assert rows["training.dropout"] == ["0.1", "0.2"]
    assert "seed" not in rows
    assert "test F 70.0 65.0" in " ".join(output.split())
    assert "--vars.run fast --vars.reference default" in " ".join(output.split())


def test_runs_on_different_test_sets_are_not_to_be_compared(training):
    make_run(training / "other", "2026-02-01T00:00:00+00:00", test_set="f" * 64)
    assert "different test sets" in run(training, "--compare", "default,other")
    assert "only between runs with the same test set" in " ".join(run(training).split())


def test_unknown_run_is_refused(training):
    assert "There is no run 9; there are default, fast, old" in run(training, "--compare", "9", code=1)


def test_rows_are_printed_as_json(training):
    rows = [json.loads(line) for line in run(training, "--json", "--where", "seed=7").splitlines()]
    assert [row["name"] for row in rows] == ["old"]
    assert rows[0]["values"] == {"training.dropout": 0.1}


def test_characters_that_a_terminal_does_not_show_are_json_escapes(training):
    group = "soft\xadhyphen, \x7f, \u202e, \U000e0001, \ud83d, é"
    wandb = {"project": "ner", "group": group, "tags": []}
    make_run(training / "tagged", "2026-02-01T00:00:00+00:00", wandb=wandb)
    (row,) = run(training, "--json", "--where", "run=tagged").splitlines()
    assert json.loads(row)["record"]["wandb"]["group"] == group


def test_damaged_run_is_named_and_hides_no_other(training):
    (training / "old/run.json").write_text("{", encoding="utf8")
    output = run(training)
    assert "run.json can't be read" in " ".join(output.split())
    assert {"default", "fast"} < set(names(output))


def test_training_that_was_repeated_or_removed_stays_in_the_table(training):
    table.add(training / "default")
    make_run(training / "default", "2026-01-05T00:00:00+00:00", test=0.8)
    table.add(training / "default")
    table.add(training / "default")
    table.add(training / "old")
    atomic.remove(training / "old")
    assert names(run(training)) == ["old", "default", "fast", "default"]


def test_damaged_line_of_the_table_is_named_and_hides_no_other(training):
    table.add(training / "default")
    table.add(training / "old")
    path = training / "runs.jsonl"
    path.write_text(path.read_text(encoding="utf8")[:-40], encoding="utf8")
    atomic.remove(training / "default")
    output = run(training)
    assert "line 2" in output
    assert names(output) == ["old", "default", "fast"]


def test_what_cannot_be_read_in_the_table_stays_there_when_a_run_is_added(training):
    older = b'{"name": "older", "values": {}}'
    path = training / "runs.jsonl"
    path.write_bytes(older + b"\n{\n" + b'"\xff"')
    table.add(training / "default")
    table.add(training / "default")
    lines = path.read_bytes().split(b"\n")
    assert lines[:3] == [older, b"{", b'"\xff"']
    assert json.loads(lines[3])["name"] == "default"
    assert lines[4:] == [b""]
    output = " ".join(run(training).split())
    assert all(f"line {number}" in output for number in (1, 2, 3))


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\r"])
def test_row_with_a_line_separator_in_a_value_is_one_line(training, separator):
    tag = f"a{separator}b"
    wandb = {"project": "ner", "group": "g", "tags": [tag]}
    table.add(make_run(training / "tagged", "2026-02-01T00:00:00+00:00", wandb=wandb))
    table.add(training / "default")
    assert sorted(row["name"] for row in table.read_table(training / "runs.jsonl")) == [
        "default",
        "tagged",
    ]


def make_trial(folder: Path, status: str) -> None:
    """Write a trial's folder, as a sweep does."""
    figures = {**dict.fromkeys("prf", 0.5), "support": 2, "predicted": 2, "tp": 1, "fp": 1, "fn": 1}
    costs = {"processor_seconds": 2.0, "seconds": 3.0, "words_per_second": 4567, "whole": 4.0}
    trial = {"name": folder.name, "config": "configs/config.cfg", "seed": 5}
    result = {"trial": trial, "fingerprint": "f", "status": status, "reason": "", "score": 0.5}
    result |= {"dev": {ALL: figures, "ORG": figures} if status == "ok" else {}, "counts": {}}
    result |= {"curve": [], "learned_from": None, "costs": costs}
    atomic.write_text(
        folder / "config.cfg", HEADING.format("config.cfg") + "[training]\ndropout = 0.3\n"
    )
    atomic.write_json(folder / "result.json", result)


def test_trials_are_listed_only_when_asked_for(training):
    make_trial(training / "sweep/1234/trial-000", "ok")
    make_trial(training / "sweep/1234/trial-001", "pruned")
    output = run(training)
    assert names(output) == ["old", "default", "fast"]
    assert "not listed: 2" in output
    found = names(run(training, "--trials", "--sort=-dev"))
    assert found == ["old", "default", "fast", "sweep/1234/trial-000", "sweep/1234/trial-001"]
    options = ("--trials", "--where", "trial=ok", "--show", "training.dropout,dev.ORG")
    row = run(training, *options).splitlines()[-2].split()
    assert row[1:5] == ["sweep/1234/trial-000", "config.cfg", "5", "–"]
    assert row[-2:] == ["0.3", "50.0"]


def test_runs_in_folders_of_other_runs_are_found_and_pipelines_are_not_taken_for_runs(training):
    make_run(training / "experiments/a/seed-1", "2026-01-04T00:00:00+00:00")
    make_run(training / "default/model-best", "2026-01-04T00:00:00+00:00")
    assert names(run(training)) == ["old", "default", "fast", "experiments/a/seed-1"]
