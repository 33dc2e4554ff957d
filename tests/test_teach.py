"""Trained pipelines annotate raw texts: what they agree on is written, what they don't is missing."""

import shutil
from pathlib import Path

import pytest
import spacy
from spacy.training import Corpus
from typer.testing import CliRunner

from scripts import teach as step
from scripts.corpus.docs import stored_docs
from scripts.files import atomic, fingerprint
from scripts.settings.base import settings_path
from scripts.settings.raw import TeachSettings
from tests.corpora import make_corpus
from tests.pipelines import fixed, save

TRAIN = ["[Ada](PERSON) left [Acme](ORG).", "Nobody came."]
DEV = ["It was [Bo](PERSON)."]
TEST = ["[Bo](PERSON) came back."]
RAW = "Bo likes Acme.\nBo  came BACK.\nAda saw Zed.\nNobody came.\nIt rained in Rome.\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, raw texts and three teachers."""
    folder = tmp_path_factory.mktemp("project")
    make_corpus(folder, train=TRAIN, dev=DEV, test=TEST)
    for n, (acme, zed) in enumerate([("ORG", "PERSON"), ("ORG", "ORG"), ("PERSON", "GPE")]):
        nlp = fixed({"Ada": "PERSON", "Bo": "PERSON", "Acme": acme, "Zed": zed, "Rome": "GPE"})
        save(nlp, folder / f"training/seed{n}")
    (folder / "assets/raw").mkdir(parents=True)
    (folder / "assets/raw/mine.txt").write_text(RAW, encoding="utf8")
    return folder


@pytest.fixture
def corpus(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The corpus in a copy of the folder, in which the test runs."""
    shutil.copytree(project, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    configure(Path("corpus"))
    return Path("corpus")


def configure(corpus: Path, **changes: object) -> None:
    """Write the settings of the step, with three teachers and with changes."""
    found = TeachSettings.model_validate({"teachers": "training/seed*/model-best", **changes})
    atomic.write_json(settings_path(corpus, "teach"), found.model_dump(mode="json"))


def run(corpus: Path) -> tuple[int, str]:
    """Run the step; return its exit code and what it printed."""
    done = CliRunner().invoke(step.app, [str(corpus)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def silver(corpus: Path) -> dict[str, list[str]]:
    """Return the annotation of each token by text: a label, `-` for outside, `?` for none."""
    return {
        doc.text: [token.ent_type_ or ("?" if token.ent_iob == 0 else "-") for token in doc]
        for doc in stored_docs(corpus / "silver.spacy")
    }


def test_what_teachers_agree_on_is_annotated_and_texts_of_the_corpus_are_left_out(corpus):
    code, output = run(corpus)
    assert code == 0, output
    assert silver(corpus) == {
        "Bo likes Acme.": ["PERSON", "-", "ORG", "-"],
        "Ada saw Zed.": ["PERSON", "-", "?", "-"],
        "It rained in Rome.": ["-"] * 5,  # the corpus has no label GPE
    }
    found = atomic.read_json(corpus / "silver.json")
    assert found["texts"] == 3
    assert found["left_out"] == {"test": 1, "train": 1}
    assert found["entities"] == {"ORG": 1, "PERSON": 2}
    assert found["found"] == {"ORG": 2, "PERSON": 4}
    assert (found["tokens"], found["unannotated"]) == (13, 1)
    assert list(found["teachers"]) == [f"training/seed{n}/model-best" for n in range(3)]
    assert "3 texts annotated in corpus/silver.spacy" in output
    assert "3 of 6 that any of 3 teachers found" in output
    assert "1 texts, also in the test set" in output


def test_stricter_agreement_leaves_more_unannotated(corpus):
    configure(corpus, agreement=1.0)
    assert run(corpus)[0] == 0
    assert silver(corpus)["Bo likes Acme."] == ["PERSON", "-", "?", "-"]


def test_labels_of_a_teacher_are_translated(corpus):
    Path("teachers.yml").write_text("GPE: ORG\n", encoding="utf8")
    configure(corpus, teacher_labels="teachers.yml")
    assert run(corpus)[0] == 0
    assert silver(corpus)["It rained in Rome."] == ["-", "-", "-", "ORG", "-"]


def test_same_texts_and_teachers_give_the_same_file(corpus):
    hashes = set()
    for _ in range(2):
        assert run(corpus)[0] == 0
        hashes.add(fingerprint.of_path(corpus / "silver.spacy"))
    assert len(hashes) == 1


def test_texts_are_annotated_in_batches_and_written_in_shards(corpus, monkeypatch):
    monkeypatch.setattr(step, "BATCH", 2)
    monkeypatch.setattr(step, "SHARD", 3)
    lines = [f"Ada saw {n} words." for n in range(6)]
    Path("assets/raw/mine.txt").write_text("\n".join(lines), encoding="utf8")
    assert run(corpus)[0] == 0
    assert [path.name for path in sorted((corpus / "silver.spacy").iterdir())] == [
        "00000.spacy",
        "00001.spacy",
    ]
    assert list(silver(corpus)) == lines


@pytest.mark.parametrize("files", [{}, {"mine.txt": "Nobody came.\n"}])
def test_without_texts_nothing_happens(corpus, files):
    assert run(corpus)[0] == 0
    Path("assets/raw/mine.txt").unlink()
    for name, text in files.items():
        Path("assets/raw", name).write_text(text, encoding="utf8")
    code, output = run(corpus)
    assert code == 0
    assert "No texts in assets/raw that the corpus lacks" in output
    assert not (corpus / "silver.spacy").exists()


def test_teacher_that_is_not_there_is_named(corpus):
    configure(corpus, teachers="training/seed*/model-best, xx_nothing")
    code, output = run(corpus)
    assert code == 1
    assert "No teachers: xx_nothing can't be found" in output
    assert "correct teachers in configs/raw.cfg" in output
    configure(corpus, teachers="")
    assert "No teachers: there are none" in run(corpus)[1]


def test_teacher_that_can_not_be_loaded_is_named(corpus):
    Path("training/broken").mkdir()
    configure(corpus, teachers="training/broken")
    code, output = run(corpus)
    assert code == 1
    assert "The teacher training/broken can't be loaded" in output


def test_line_that_can_not_be_read_is_named(corpus):
    Path("assets/raw/mine.jsonl").write_text("Ada left.\n", encoding="utf8")
    code, output = run(corpus)
    assert code == 1
    assert "assets/raw/mine.jsonl, line 1: this is no JSON" in output
    assert not (corpus / "silver.spacy").exists()


def test_silver_texts_are_read_by_spacy(corpus):
    assert run(corpus)[0] == 0
    nlp = spacy.blank("en")
    missing = [example.get_aligned_ner() for example in Corpus(corpus / "silver.spacy")(nlp)]
    assert missing[1] == ["U-PERSON", "O", None, "O"]
