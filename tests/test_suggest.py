"""The step `suggest`: raw texts that a committee disputes, with pre-annotations, as a work list."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import suggest as step
from scripts.files import atomic, fingerprint
from scripts.settings.base import settings_path
from scripts.settings.suggest import SuggestSettings
from tests.corpora import make_corpus
from tests.pipelines import fixed, save

RAW = "Zed came to the meeting.\nAda met Acme.\nNobody came.\nIt rained.\nZed left Rome and Zork.\n"
GROUPED = [
    {"text": "Ada saw Zork.", "id": "a1", "group": "a"},
    {"text": "It was late.", "id": "a2", "group": "a"},
    {"text": "It was cold.", "id": "b1", "group": "b"},
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, raw texts and three pipelines that differ about Zed and Zork."""
    folder = tmp_path_factory.mktemp("project")
    train = ["[Ada](PERSON) left [Acme](ORG).", "Nobody came."]
    make_corpus(folder, train=train, dev=["It was [Bo](PERSON)."], test=["[Bo](PERSON) came back."])
    for number, zed in enumerate([{"Zed": "PERSON"}, {"Zed": "ORG"}, {"Zork": "ORG", "Zed": "PERSON"}]):
        save(
            fixed({"Ada": "PERSON", "Acme": "ORG", "Rome": "GPE", **zed}),
            folder / f"training/seed{number}",
        )
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
    """Write the settings of the step, with three pipelines, no random texts, and with changes."""
    shipped = {"committee": "training/seed*/model-best", "beam_width": 1, "random_share": 0.0}
    found = SuggestSettings.model_validate({**shipped, "raw_folder": "assets/raw", **changes})
    atomic.write_json(settings_path(corpus, "suggest"), found.model_dump(mode="json"))


def run(corpus: Path, *options: str) -> tuple[int, str]:
    """Run the step; return its exit code and what it printed."""
    done = CliRunner().invoke(step.app, [str(corpus), *options])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def work_list() -> list[dict]:
    lines = Path("suggestions/texts.jsonl").read_text(encoding="utf8").splitlines()
    return [json.loads(line) for line in lines]


def test_disputed_texts_are_suggested_with_what_most_pipelines_find(corpus):
    code, output = run(corpus)
    assert code == 0, output
    work = work_list()
    assert [row["text"] for row in work] == ["Zed left Rome and Zork.", "Zed came to the meeting."]
    assert work[0]["spans"] == [{"start": 0, "end": 3, "label": "PERSON"}]
    assert work[0]["disputed"] == (
        "ORG 'Zed' 0–3, share 0.33; PERSON 'Zed' 0–3, share 0.67; ORG 'Zork' 18–22, share 0.33"
    )
    assert work[0]["source"] == "assets/raw/mine.txt, line 5"
    report = atomic.read_json(Path("suggestions/suggest.json"))
    assert (report["documents"], report["disputed"], report["left_out"]) == (4, 2, {"train": 1})
    assert [row["reason"] for row in report["suggested"]] == ["disagreement"] * 2
    assert "1 texts, also in the train set" in output
    assert "2 documents with 10 words, 0 of them at random" in output


def test_texts_of_one_document_come_together_and_keep_its_name(corpus):
    lines = "".join(json.dumps(row) + "\n" for row in GROUPED)
    Path("assets/raw/mine.txt").unlink()
    Path("assets/raw/mine.jsonl").write_text(lines, encoding="utf8")
    assert run(corpus)[0] == 0
    assert [(row["id"], row["group"]) for row in work_list()] == [("a1", "a"), ("a2", "a")]


def test_some_texts_are_drawn_at_random(corpus):
    configure(corpus, suggestions=4, random_share=0.5)
    assert run(corpus)[0] == 0
    chosen = [row["chosen"] for row in work_list()]
    assert chosen.count("random") == 2


def test_few_texts_are_not_all_random_and_repeated_ones_are_counted_as_left_out(corpus):
    texts = [f"Zed saw number {number}." for number in range(10)]
    Path("assets/raw/mine.txt").write_text("\n".join([*texts, *texts[:3]]) + "\n", encoding="utf8")
    configure(corpus, suggestions=100, random_share=0.1)
    code, output = run(corpus)
    assert code == 0
    assert "Left out 3 texts, which repeat others" in output
    assert "10 documents with 40 words, 1 of them at random" in output
    report = atomic.read_json(Path("suggestions/suggest.json"))
    assert (report["documents"], report["words"], report["left_out"]) == (10, 40, {"repeated": 3})
    assert [row["reason"] for row in report["suggested"]].count("random") == 1


def test_same_texts_and_pipelines_give_the_same_files(corpus):
    configure(corpus, suggestions=3, random_share=0.4)
    hashes = set()
    for _ in range(2):
        assert run(corpus)[0] == 0
        hashes.add(fingerprint.of_path(Path("suggestions")))
    assert len(hashes) == 1


def test_label_studio_has_the_entities_as_predictions(corpus):
    assert run(corpus, "--format", "label_studio")[0] == 0
    first, _ = atomic.read_json(Path("suggestions/texts.json"))
    assert "annotations" not in first
    assert first["predictions"][0]["result"][0]["value"]["labels"] == ["PERSON"]
    assert 'value="ORG"' in Path("suggestions/label_config.xml").read_text(encoding="utf8")


def test_work_list_that_was_edited_is_not_overwritten(corpus):
    assert run(corpus)[0] == 0
    Path("suggestions/texts.jsonl").write_text("{}\n", encoding="utf8")
    code, output = run(corpus)
    assert code == 1
    assert "suggestions has changed since it was written" in output


def test_without_texts_nothing_happens(corpus):
    Path("assets/raw/mine.txt").write_text("Nobody came.\n", encoding="utf8")
    code, output = run(corpus)
    assert code == 0
    assert "nothing to suggest" in output
    assert not Path("suggestions").exists()


def test_single_vote_is_refused(corpus):
    configure(corpus, committee="training/seed0/model-best")
    code, output = run(corpus)
    assert code == 1
    assert "A single vote is never in dispute" in output
    configure(corpus, committee="xx_nothing")
    assert "No pipelines to ask: xx_nothing can't be found" in run(corpus)[1]
