"""The table of docs/caching.md, "Change this, these steps run", row by row, in real runs."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.files.ledger import hashes, note
from scripts.files.rows import read_rows
from tests.template.conftest import ROOT, Project, Run

Change = Callable[[Project], tuple[str, ...]]  # changes the project; returns overrides for the run


def nothing(project: Project) -> tuple[str, ...]:
    return ()


def a_file_name(project: Project) -> tuple[str, ...]:
    (project.folder / "assets/mine/all.jsonl").rename(project.folder / "assets/mine/every.jsonl")
    return ()


def a_value_of_training(project: Project) -> tuple[str, ...]:
    project.set_config({"training.dropout": 0.3})
    return ()


def a_value_of_a_component(project: Project) -> tuple[str, ...]:
    project.set_config({"components.ner.model.hidden_width": 32})
    return ()


def a_config_of_spacy(project: Project) -> tuple[str, ...]:
    project.init_config("quick", "-p", "ner")
    return (".", "--vars.config", "quick.cfg")


def code_of(module: str) -> Change:
    def change(project: Project) -> tuple[str, ...]:
        path = project.folder / module
        path.write_text(path.read_text(encoding="utf8") + "# changed\n", encoding="utf8", newline="\n")
        return ()

    return change


def installed_version(project: Project, name: str = "spacy-lookups-data") -> tuple[str, ...]:
    """Let another version of a package come first on the path, as a reinstallation would."""
    info = project.folder / f"{name.replace('-', '_')}-99.9.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 99.9\n"
    (info / "METADATA").write_text(metadata, encoding="utf8")
    return ()


def version_of_setuptools(project: Project) -> tuple[str, ...]:
    return installed_version(project, "setuptools")


def version_of_nervaluate(project: Project) -> tuple[str, ...]:
    return installed_version(project, "nervaluate")


def the_label_map(project: Project) -> tuple[str, ...]:
    (project.folder / "configs/label_map.yml").write_text("DATE: WHEN\n", encoding="utf8")
    return ()


def a_settings_file(project: Project) -> tuple[str, ...]:
    project.set_settings(permutations=300, examples=6)
    return ()


def a_learning_curve(project: Project) -> tuple[str, ...]:
    path = project.folder / "corpus/learning_curve.json"
    assert json.loads(path.read_text(encoding="utf8")) == {"curve": None}
    path.write_text('{"curve":   null}', encoding="utf8")
    return ()


def a_review_of_the_test_set(project: Project) -> tuple[str, ...]:
    rows = read_rows(project.folder / "training/default/predictions/test")
    note(project.folder / "training/review", hashes(row["text"] for row in rows))
    return ()


def override(*arguments: str) -> Change:
    return lambda project: (".", *arguments)


AN_ANNOTATION = "an annotation"  # another test starts from this run, too
A_CONFIG = "the config: one from `spacy init config` (`vars.config`)"
A_SEED = "the seed (`vars.seed`)"
CHANGES: dict[str, Change] = {
    "nothing": nothing,
    "the name of an annotation file": a_file_name,
    "a value of `[training]` in the config": a_value_of_training,
    "a value of a component in the config": a_value_of_a_component,
    A_CONFIG: a_config_of_spacy,
    "the config: `spancat.cfg` (`vars.config`)": override("--vars.config", "spancat.cfg"),
    A_SEED: override("--vars.seed", "1"),
    "a setting in `configs/convert.cfg` that changes no span": override(
        "--vars.set", "convert.misaligned=drop"
    ),
    "a setting in `configs/check.cfg`": override("--vars.set", "check.long_document=0.5"),
    "`few_examples` in `configs/check.cfg`": override("--vars.set", "check.few_examples=60"),
    "`least_predicted` in `configs/confidence.cfg`": override(
        "--vars.set", "confidence.least_predicted=10"
    ),
    "settings of `analyze` and `compare` in `configs/report.cfg`": a_settings_file,
    "a setting in `configs/gate.cfg`": override("--vars.set", "gate.min_f=0.1"),
    "the label map": the_label_map,
    "a learning curve (`weasel run curve`)": a_learning_curve,
    "a review of the test set (`weasel run review`)": a_review_of_the_test_set,
    "the version of the package (`vars.version`)": override("--vars.version", "0.2.0"),
    "the code of `evaluate`": code_of("scripts/evaluate.py"),
    "the code of a part of the pipeline (`scripts/training/fast_ner.py`)": code_of(
        "scripts/training/fast_ner.py"
    ),
    "a helper (`scripts/scoring/curve.py`)": code_of("scripts/scoring/curve.py"),
    "the installed version of `setuptools`": version_of_setuptools,
    "the installed version of `nervaluate`": version_of_nervaluate,
    "the installed version of `spacy-lookups-data`": installed_version,
}


def table() -> dict[str, list[str]]:
    """Return the table: each change with the steps that it says will run."""
    page = (ROOT / "docs/caching.md").read_text(encoding="utf8")
    section = page.split("## Change this, these steps run")[1]
    rows = re.findall(r"^\| (.+?) \| (`.+`) \|$", section.split("\n## ")[0], re.MULTILINE)
    return {change: re.findall(r"`(\w+)`", steps) for change, steps in rows}


def test_every_row_of_the_table_is_tried() -> None:
    assert sorted(table()) == sorted([AN_ANNOTATION, *CHANGES])


def another_model(before: Project, after: Project) -> bool:
    models = (each.folder / "training/default/model-best/ner/model" for each in (before, after))
    return len({model.read_bytes() for model in models}) == 2


def as_planned(before: Project, after: Project) -> bool:
    record = json.loads((after.folder / "training/default/run.json").read_text(encoding="utf8"))
    return record["steps"]["planned"] == 40


# What has to be so after a change, besides the steps that ran: the project before and after it.
AFTER: dict[str, Callable[[Project, Project], bool]] = {A_SEED: another_model, A_CONFIG: as_planned}


@pytest.mark.parametrize("change", CHANGES)
def test_change_runs_exactly_the_steps_of_the_table(
    change: str, original: tuple[Project, Run], finished: Project
) -> None:
    arguments = CHANGES[change](finished)
    run = finished.weasel("run", "all", *arguments)
    assert run.code == 0, run.output
    assert run.ran == table()[change]
    if change in AFTER:
        assert AFTER[change](original[0], finished)


def test_changed_annotation_runs_the_steps_of_the_table(run_again: tuple[Project, Run]) -> None:
    assert run_again[1].ran == table()[AN_ANNOTATION]


def test_another_pipeline_in_the_folder_of_the_baseline_is_predicted_with(finished: Project) -> None:
    baseline = finished.folder / "training/other"
    shutil.copytree(finished.folder / "training/default/model-best", baseline)
    finished.set_vars(baseline="training/other")
    assert finished.steps("inputs", "predict").ran == ["inputs", "predict"]
    assert finished.steps("inputs", "predict").ran == ["inputs"]
    meta = json.loads((baseline / "meta.json").read_text(encoding="utf8"))
    (baseline / "meta.json").write_text(json.dumps({**meta, "version": "9.9.9"}), encoding="utf8")
    assert finished.steps("inputs", "predict").ran == ["inputs", "predict"]


def test_renaming_a_file_to_a_split_converts_anew(finished: Project) -> None:
    folder = finished.folder / "assets/mine"
    lines = (folder / "all.jsonl").read_text(encoding="utf8").splitlines(keepends=True)
    (folder / "all.jsonl").unlink()
    for name, part in (("train", lines[:60]), ("dev", lines[60:75]), ("test", lines[75:])):
        (folder / f"{name}.jsonl").write_text("".join(part), encoding="utf8")
    assert finished.steps("inputs", "convert").code == 0
    (folder / "dev.jsonl").rename(folder / "hold.jsonl")
    (folder / "test.jsonl").rename(folder / "dev.jsonl")
    (folder / "hold.jsonl").rename(folder / "test.jsonl")
    assert finished.steps("inputs", "convert").code == 0
    splits = json.loads((finished.folder / "corpus/counts.json").read_text(encoding="utf8"))["splits"]
    assert [splits[split]["documents"] for split in ("train", "dev", "test")] == [60, 15, 15]
    sources = (finished.folder / "corpus/dev.sources.jsonl").read_text(encoding="utf8")
    assert Path(json.loads(sources.splitlines()[0])["file"]).name == "dev.jsonl"


def test_damaged_lock_is_deleted_and_the_run_goes_on(finished: Project) -> None:
    for damage in ("", "inputs:\n  cmd: python -m weas", "convert:\n", "- a\n- b\n"):
        (finished.folder / "project.lock").write_text(damage, encoding="utf8")
        run = finished.steps("inputs", "convert")
        assert run.code == 0, run.output
