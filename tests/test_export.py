"""The corpus goes back to a tool: whole, in the chosen format, with what got lost said."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import export as step
from scripts.corpus.docs import read_docs
from scripts.export import export
from scripts.files import atomic
from scripts.formats.writer_base import PARTIAL
from scripts.formats.writers import WRITERS
from tests.corpora import make_corpus, record, write_settings

TRAIN = [
    "👩‍👩‍👧 [Ada Okafor](PERSON) met [Li](PERSON).",
    {**record("[Lea](PERSON) in [Oslo](GPE)"), "id": "x7", "group": "thread 3", "kind": "mail"},
    "Nobody came.",
]
DEV = ["[Bo](PERSON) sang\nin [Oslo](GPE)."]
TEST = ["[Mei](PERSON) at [Hallo](ORG)ranbury."]  # cuts through a token, which is then unknown


@pytest.fixture
def corpus(tmp_path) -> Path:
    return make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)


def run(*arguments: object):
    return CliRunner().invoke(step.app, [str(argument) for argument in arguments])


def content(folder: Path) -> dict[str, bytes]:
    """Return what stands in a folder, by name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def entities(corpus: Path) -> dict[str, list]:
    """Return the entities of each text of a corpus, and whether a token of it is unknown."""
    return {
        doc.text: [[(ent.text, ent.label_) for ent in doc.ents], any(not t.ent_iob for t in doc)]
        for split in ("train", "dev", "test")
        for doc in read_docs(corpus / f"{split}.spacy")
    }


def test_command_writes_a_file_a_split_and_says_how_many_texts(corpus, tmp_path):
    done = run(corpus, tmp_path / "out", "--format=jsonl")
    assert done.exit_code == 0, done.output
    assert set(content(tmp_path / "out")) == {"train.jsonl", "dev.jsonl", "test.jsonl", "export.json"}
    assert "3 texts of the training set, 1 texts of the dev set" in " ".join(done.output.split())
    rows = [json.loads(line) for line in (tmp_path / "out/train.jsonl").open(encoding="utf8")]
    assert rows[1] == {**TRAIN[1], "split": "train"}


def test_folder_is_named_after_the_format_where_none_is_named(corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(corpus, "--format=prodigy").exit_code == 0
    assert (tmp_path / "exports/prodigy/train.jsonl").is_file()


def test_what_a_format_cannot_hold_is_counted_said_and_kept_in_the_report(corpus, tmp_path):
    done = run(corpus, tmp_path / "out", "--format=brat")
    report = atomic.read_json(tmp_path / "out/export.json")
    assert report["splits"]["train"] == {"texts": 3, "spans": 4}
    assert report["changed"][PARTIAL] == 1
    for what, times in report["changed"].items():
        assert f"{times} × {what}" in " ".join(done.output.split())


def test_tool_finds_beside_the_texts_what_it_needs(corpus, tmp_path):
    export(corpus, tmp_path / "brat", WRITERS["brat"])
    assert "[entities]\nGPE\nPERSON\n" in (tmp_path / "brat/annotation.conf").read_text(encoding="utf8")
    export(corpus, tmp_path / "ls", WRITERS["label_studio"])
    assert '<Label value="GPE"/>' in (tmp_path / "ls/label_config.xml").read_text(encoding="utf8")


def test_spans_under_a_key_are_written_overlapping_ones_too(tmp_path):
    both = {"text": "Bank of Oslo", "spans": [[0, 12, "ORG"], [8, 12, "GPE"]]}
    corpus = make_corpus(tmp_path, train=[both], dev=DEV, test=TEST, spans_key="sc")
    for key, labels in (("sc", ["ORG", "GPE"]), ("", ["ORG"])):
        write_settings(corpus, spans_key=key)
        run(corpus, tmp_path / f"out{key}", "--format=jsonl")
        row = json.loads((tmp_path / f"out{key}/train.jsonl").read_text(encoding="utf8"))
        assert [span["label"] for span in row["spans"]] == labels


def test_key_that_the_corpus_lacks_is_refused_and_nothing_is_written(corpus, tmp_path):
    write_settings(corpus, spans_key="sc")
    done = run(corpus, tmp_path / "out", "--format=jsonl")
    assert done.exit_code == 1
    assert "leave spans_key in configs/convert.cfg empty" in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()


def test_unknown_format_is_refused_with_those_that_there_are(corpus, tmp_path):
    done = run(corpus, tmp_path / "out", "--format=xml")
    assert done.exit_code == 1
    assert all(name in done.output for name in WRITERS)


def test_corpus_that_is_not_there_is_asked_for(tmp_path):
    (tmp_path / "corpus").mkdir()
    assert "weasel run inputs" in run(tmp_path / "corpus", tmp_path / "out", "--format=jsonl").output
    write_settings(tmp_path / "corpus")
    done = run(tmp_path / "corpus", tmp_path / "out", "--format=jsonl")
    assert done.exit_code == 1
    assert "weasel run convert" in done.output


def test_second_export_takes_the_place_of_the_first(corpus, tmp_path):
    export(corpus, tmp_path / "out", WRITERS["prodigy"])
    export(corpus, tmp_path / "out", WRITERS["brat"])
    assert "train.jsonl" not in content(tmp_path / "out")
    before = content(tmp_path / "out")
    export(corpus, tmp_path / "out", WRITERS["brat"])
    assert content(tmp_path / "out") == before


def test_file_that_a_file_manager_leaves_behind_is_no_change(corpus, tmp_path):
    (tmp_path / "out").mkdir()
    for _ in range(2):
        (tmp_path / "out/.DS_Store").write_bytes(b"\0")
        done = run(corpus, tmp_path / "out", "--format=brat")
        assert done.exit_code == 0, done.output
        (tmp_path / "out/train/Thumbs.db").write_bytes(b"\0")


@pytest.mark.parametrize("name", [".env", ".git/config"])
def test_other_hidden_file_is_not_overwritten(corpus, tmp_path, name):
    for _ in range(2):  # in a folder of its own, then in an export
        path = tmp_path / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("precious", encoding="utf8")
        done = run(corpus, tmp_path / "out", "--format=jsonl")
        assert done.exit_code == 1
        assert path.read_text(encoding="utf8") == "precious"
        shutil.rmtree(tmp_path / "out")
        export(corpus, tmp_path / "out", WRITERS["jsonl"])


def test_export_that_was_worked_on_since_is_not_overwritten(corpus, tmp_path):
    export(corpus, tmp_path / "out", WRITERS["brat"])
    annotated = next((tmp_path / "out/train").glob("*.ann"))
    annotated.write_text("T1\tORG 0 1\tx\n", encoding="utf8")
    done = run(corpus, tmp_path / "out", "--format=brat")
    assert done.exit_code == 1
    assert "changed since it was written" in " ".join(done.output.split())
    assert annotated.read_text(encoding="utf8") == "T1\tORG 0 1\tx\n"


def test_folder_with_other_files_is_not_overwritten(corpus, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("precious", encoding="utf8")
    done = run(corpus, tmp_path / "out", "--format=jsonl")
    assert done.exit_code == 1
    assert content(tmp_path / "out") == {"mine.txt": b"precious"}


def test_interrupted_export_leaves_the_old_one(corpus, tmp_path, monkeypatch):
    export(corpus, tmp_path / "out", WRITERS["jsonl"])
    before = content(tmp_path / "out")
    monkeypatch.setattr(step, "annotated", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(corpus, tmp_path / "out", WRITERS["jsonl"])
    assert content(tmp_path / "out") == before
    assert not list(tmp_path.glob("out*tmp*"))
