"""wandb never stops a training, and never takes along what it should not."""

import getpass
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

from scripts.training.wandb_logger import flat, log_to, no_end, no_step, wandb_logger, without_paths
from tests.corpora import CONFIG, ROOT, make_corpus

INFO = {
    "step": 20,
    "epoch": 1,
    "words": 300,
    "score": 0.5,
    "losses": {"tok2vec": 1.5, "ner": 2},
    "other_scores": {
        "ents_f": 0.5,
        "ents_p": None,
        "ents_per_type": {"PERSON": {"p": 1.0, "r": 0.25, "f": 0.4}},
        "speed": 1234.5,
    },
    "checkpoints": [(0.5, 20)],
    "output_path": "/home/someone/training/default/model-last",
    "seconds": 3,
}


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """What is set for wandb in this process is not left to later tests."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def nlp() -> Language:
    """A blank pipeline."""
    return spacy.blank("en")


def output(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed so far, on one line."""
    return " ".join(capsys.readouterr().out.split())


def log_all(logger: tuple[Any, Any]) -> None:
    """Log two evaluations and the end, as spaCy does."""
    log_step, finalize = logger
    for info in (INFO, None, {**INFO, "step": 40}):
        log_step(info)
    finalize()


class Recording:
    """A wandb run that writes down what it is given, and fails at some step."""

    def __init__(self, fails_at: int | None = None, fails_at_end: bool = False) -> None:
        self.fails_at, self.fails_at_end = fails_at, fails_at_end
        self.steps: list[int] = []
        self.rows: list[dict[str, float]] = []
        self.ended = 0

    def log(self, row: dict[str, float], step: int) -> None:
        self.steps.append(step)
        if step == self.fails_at:
            raise BrokenPipeError("the service is gone")
        self.rows.append(row)

    def finish(self) -> None:
        self.ended += 1
        if self.fails_at_end:
            raise RuntimeError("no room on the disk")


def test_config_is_logged_without_paths():
    config = {
        "paths": {"train": "corpus"},
        "training": {"seed": 0, "dropout": 0.2, "folder": "C:\\me"},
        "corpora": {"train": {"@readers": "spacy.Corpus.v1", "path": "corpus/train.spacy"}},
        "nlp": {"pipeline": ["tok2vec", "ner"], "lang": "en", "none": None},
    }
    assert without_paths(config) == {
        "training": {"seed": 0, "dropout": 0.2},
        "corpora": {"train": {"@readers": "spacy.Corpus.v1"}},
        "nlp": {"pipeline": ["tok2vec", "ner"], "lang": "en"},
    }
    assert config["paths"] == {"train": "corpus"}


def test_default_config_has_no_path_left():
    config = spacy.util.load_config(CONFIG, interpolate=True)
    kept = str(without_paths(config))
    assert "'lang': 'en'" in kept
    assert "/" not in kept
    assert ".spacy" not in kept


def test_numbers_of_an_evaluation_are_logged_by_name_and_nothing_else():
    assert flat(INFO) == {
        "score": 0.5,
        "epoch": 1,
        "words": 300,
        "loss_tok2vec": 1.5,
        "loss_ner": 2.0,
        "ents_f": 0.5,
        "ents_per_type/PERSON/p": 1.0,
        "ents_per_type/PERSON/r": 0.25,
        "ents_per_type/PERSON/f": 0.4,
        "speed": 1234.5,
    }


def test_evaluations_are_logged_with_their_steps_and_the_run_is_ended(capsys):
    recording = Recording()
    log_all(log_to(recording))
    assert (recording.steps, recording.ended) == ([20, 40], 1)
    assert recording.rows == [flat(INFO), flat(INFO)]
    assert output(capsys) == ""


def test_failure_in_the_middle_is_said_once_and_ends_the_logging(capsys):
    recording = Recording(fails_at=20)
    log_all(log_to(recording))
    assert (recording.steps, recording.ended) == ([20], 1)
    said = output(capsys)
    assert said.count("wandb does not record this run: BrokenPipeError: the service is gone") == 1
    assert "Training goes on without it." in said


def test_failure_at_the_end_does_not_reach_the_training():
    recording = Recording(fails_at_end=True)
    log_all(log_to(recording))
    assert recording.ended == 1


def test_program_that_is_stopped_is_not_held_back():
    class Stopped(Recording):
        def log(self, row: dict[str, float], step: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log_all(log_to(Stopped()))


def test_disabled_by_the_environment_nothing_is_recorded(nlp, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WANDB_MODE", "disabled")
    logger = wandb_logger("ner", tmp_path / "run", {})(nlp)
    assert logger == (no_step, no_end)
    log_all(logger)
    assert "wandb is disabled (WANDB_MODE)" in output(capsys)
    assert not (tmp_path / "run").exists()


def test_pipeline_trains_without_wandb_installed(nlp, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WANDB_MODE", "")
    monkeypatch.setitem(sys.modules, "wandb", None)
    log_all(wandb_logger("ner", tmp_path / "run", {})(nlp))
    said = output(capsys)
    assert "wandb does not record this run: ModuleNotFoundError" in said
    assert "Training goes on without it." in said


def test_folder_that_cannot_be_written_does_not_stop_the_training(nlp, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WANDB_MODE", "")
    (tmp_path / "run").touch()  # a file where the run's folder should be
    log_all(wandb_logger("ner", tmp_path / "run", {})(nlp))
    assert "wandb does not record this run: FileExistsError" in output(capsys)


PROGRAM = """
import sys
from pathlib import Path
import spacy
from scripts.training.wandb_logger import wandb_logger
from tests.corpora import CONFIG
from tests.training.test_wandb_logger import INFO, log_all
run, corpus = Path(sys.argv[1]), Path(sys.argv[2])
nlp = spacy.blank("en")
config = spacy.util.load_config(CONFIG, overrides={"paths.train": str(corpus / "train.spacy")})
nlp.config["training"] = config["training"]
nlp.config["corpora"] = config["corpora"]
nlp.config["paths"] = config["paths"]
logger = wandb_logger("ner", run, {"train": corpus / "train.spacy"}, "mine", ["of-the-config"])
log_all(logger(nlp))
print("Trained.")
"""


def in_a_process(folder: Path, **environment: str) -> tuple[str, bytes]:
    """Log with the real wandb, as a user without an account; return the output and what was recorded."""
    (folder / "home").mkdir()
    corpus = make_corpus(
        folder, train=["[Ada](PERSON) hid the key."], dev=["[Bo](PERSON)."], test=["Hi."]
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WANDB_")}
    hidden = {"HOME": str(folder / "home"), "USERPROFILE": str(folder / "home"), "NETRC": "none"}
    program = folder / "unmistakable_program.py"
    program.write_text(PROGRAM, encoding="utf8")
    done = subprocess.run(
        [sys.executable, str(program), str(folder / "run"), str(corpus)],
        cwd=ROOT,
        env={**kept, **hidden, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (recorded,) = (folder / "run").glob("wandb/offline-run-*/run-*.wandb")
    return " ".join(done.stdout.split()), recorded.read_bytes()


@pytest.mark.slow
@pytest.mark.slow
def test_offline_record_has_the_scores_and_nothing_private(tmp_path):
    names = {
        "USER": "unmistakable-user",
        "LOGNAME": "unmistakable-user",
        "HOSTNAME": "unmistakable-host",
        "WANDB_TAGS": "long-documents,first",
    }
    said, recorded = in_a_process(tmp_path, **names)
    assert "(offline)" in said
    assert "wandb leet" in said
    assert "does not record" not in said
    for name in (
        "score",
        "loss_ner",
        "ents_f",
        "ents_per_type/PERSON/r",
        "fingerprints",
        "dropout",
        "mine",
        "long-documents",
        "of-the-config",
    ):
        assert name.encode() in recorded, name
    private = {
        "unmistakable",  # user, host and program, as the environment and the command line give them
        socket.gethostname(),
        getpass.getuser(),
        str(ROOT),
        str(Path.home()),
        str(tmp_path),
        "train.spacy",
        "hid the key",
    }
    for word in private:
        alone = rb"(?<![0-9A-Za-z])" + re.escape(word.encode()) + rb"(?![0-9A-Za-z])"
        pattern = alone if len(word) < 6 else re.escape(word.encode())
        assert not re.search(pattern, recorded), word


@pytest.mark.slow
@pytest.mark.slow
def test_run_that_cannot_go_online_is_recorded_offline_and_says_so(tmp_path):
    said, recorded = in_a_process(tmp_path, WANDB_MODE="online", WANDB_BASE_URL="http://127.0.0.1:9")
    assert "recording offline" in said
    assert "wandb login" in said
    assert said.endswith("Trained.")
    assert b"ents_per_type/PERSON/r" in recorded
