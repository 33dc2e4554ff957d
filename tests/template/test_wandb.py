"""wandb in a whole run: offline by default, private, and never in the way."""

import getpass
import json
import shutil
import socket
from pathlib import Path

import pytest

from tests.template.conftest import DAYS, NAMES, Project, Run, records


@pytest.fixture
def prepared(finished: Project) -> Project:
    """A copy in which everything up to training has run."""
    folder = finished.folder / "training/default"
    for path in folder.iterdir():
        if path.name != "config.cfg":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return finished


def test_run_is_recorded_offline_without_texts_names_or_paths(prepared: Project) -> None:
    run = prepared.weasel("run", "train", **{**prepared.without_wandb_key(), "WANDB_MODE": "offline"})
    assert run.code == 0, run.output
    assert "wandb records this run (offline)" in run.output
    assert "  wandb leet training/default/wandb/offline-run-" in run.output
    (record,) = (prepared.folder / "training/default/wandb").glob("offline-run-*/*.wandb")
    recorded = record.read_bytes()
    assert b"ents_f" in recorded
    assert b"loss_ner" in recorded
    assert b"fingerprints" in recorded
    text = (prepared.folder / "assets/mine/all.jsonl").read_text(encoding="utf8").splitlines()[0]
    private = [
        socket.gethostname(),
        getpass.getuser() + "@",
        str(prepared.folder),
        "corpus/train.spacy",
        "--output",
        "spacy/__main__",
        json.loads(text)["text"],
        "Ada Okafor",
        "LOSS NER",
    ]
    assert [word for word in private if word.encode() in recorded] == []


def recordings(project: Project) -> list[Path]:
    """Return the folders of the runs that wandb recorded, the oldest first."""
    found = (project.folder / "training/default/wandb").glob("offline-run-*")
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def contents(folder: Path) -> bytes:
    """Return all that wandb keeps of a run, file after file."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def report_with_wandb(project: Project, *overrides: str) -> Run:
    """Make the report again with wandb offline; `inputs` hands the settings on."""
    environment = {**project.without_wandb_key(), "WANDB_MODE": "offline"}
    assert project.weasel("run", "inputs", ".", *overrides, **environment).code == 0
    return project.weasel("run", "report", ".", "--force", *overrides, **environment)


def test_whole_run_contacts_nobody_and_records_figures_without_texts(
    watched_run: tuple[Project, Run],
) -> None:
    project = watched_run[0]
    noted = json.loads(project.network.read_text(encoding="utf8"))
    assert noted["attempts"] == []
    steps = ("-m scripts.convert", "-m scripts.files.step", "-m scripts.report")
    for program in ("-m weasel", "-m spacy", *steps, "-m build"):
        assert program in noted["programs"]
    training, figures = recordings(project)
    assert b"loss_ner" in contents(training)
    recorded = contents(figures)
    assert b"loss_ner" not in recorded
    for name in (b"evaluation", b"test/all/f", b"test/gain_over_dictionary"):
        assert name in recorded
    assert b"dev/PERSON/r" in recorded
    private = [*(str(row["text"]) for row in records()), *NAMES, *DAYS[1:2], str(project.folder)]
    kept = contents(training) + recorded
    assert [words for words in private if words.encode() in kept] == []
    assert not list(figures.rglob("*.html"))


def test_report_goes_along_with_its_texts_only_when_asked(finished: Project) -> None:
    report = finished.folder / "training/default/report.html"
    for overrides in ((), ("--vars.set", "report.wandb_texts=true")):
        run = report_with_wandb(finished, *overrides)
        assert run.code == 0, run.output
    without, with_texts = recordings(finished)
    shown = [name for name in NAMES if name in report.read_text(encoding="utf8")]
    assert shown, "the report shows no text: the test tests nothing"
    assert [name for name in shown if name.encode() in contents(without)] == []
    assert [name for name in shown if name.encode() in contents(with_texts)] == shown
    assert [path.read_bytes() for path in with_texts.rglob("*.html")] == [report.read_bytes()]


def test_report_is_written_without_a_record_when_wandb_is_disabled(finished: Project) -> None:
    run = finished.weasel("run", "report", ".", "--force", WANDB_MODE="disabled")
    assert run.code == 0, run.output
    assert "Report: training/default/report.html" in run.output
    assert not (finished.folder / "training/default/wandb").exists()


def test_training_goes_on_when_wandb_has_no_key(prepared: Project) -> None:
    environment = {**prepared.without_wandb_key(), "WANDB_BASE_URL": "http://127.0.0.1:9"}
    run = prepared.weasel("run", "train", **{**environment, "WANDB_MODE": "online"})
    assert run.code == 0, run.output
    assert "wandb can't go online" in run.output
    assert list((prepared.folder / "training/default/wandb").glob("offline-run-*"))


def test_training_goes_on_when_wandb_is_not_installed(prepared: Project) -> None:
    (prepared.folder / "wandb").mkdir()  # found before the installed one, and not wandb
    broken = "raise ImportError('no wandb')\n"
    (prepared.folder / "wandb/__init__.py").write_text(broken, encoding="utf8")
    run = prepared.weasel("run", "train", **{**prepared.without_wandb_key(), "WANDB_MODE": "offline"})
    assert run.code == 0, run.output
    assert "wandb does not record this run: ImportError: no wandb" in run.output
    assert (prepared.folder / "training/default/run.json").is_file()


def test_disabled_wandb_records_nothing_and_says_so(prepared: Project) -> None:
    run = prepared.weasel("run", "train", WANDB_MODE="disabled")
    assert run.code == 0, run.output
    assert "wandb is disabled" in run.output
    assert not (prepared.folder / "training/default/wandb").exists()
