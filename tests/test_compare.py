"""Comparison of runs on disk: what is written, when nothing is, and what is refused by name."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import compare as step
from scripts.files import atomic
from scripts.scoring.document import Document
from tests.corpora import write_settings
from tests.predictions import write_predictions
from tests.scoring.documents import document

GOLD, BLIND = "[Ada](PERSON) met [Bo](PERSON).", "Ada met Bo."
HALF = "[Ada](PERSON) met Bo."


def documents(*found: str) -> list[Document]:
    return [document(GOLD, each, place=f"line {number}") for number, each in enumerate(found, 1)]


@pytest.fixture
def runs(tmp_path) -> Path:
    """Two runs: `old` finds half of what `new` finds in the test set and in most of the dev set."""
    write_predictions(tmp_path / "old", documents(*[HALF] * 40), documents(BLIND, GOLD, HALF))
    write_predictions(tmp_path / "new", documents(*[GOLD] * 40), documents(GOLD, HALF, HALF))
    return tmp_path


def invoke(run: Path, reference: str):
    corpus = run.parent / "corpus"
    write_settings(corpus, resamples=100, permutations=100)
    done = CliRunner().invoke(step.app, [str(run), str(corpus), f"--reference={reference}"])
    return done.exit_code, " ".join(done.output.split())


def test_difference_to_a_reference_is_written_and_said(runs):
    code, said = invoke(runs / "new", "old")
    assert code == 0, said
    found = atomic.read_json(runs / "new" / "comparison.json")
    assert found["run"] == "new"
    (row,) = found["runs"]
    assert (row["run"], row["f"], row["reference_f"]) == ("old", 1.0, pytest.approx(2 / 3))
    assert row["difference"] == {
        "f": pytest.approx(1 / 3),
        "interval": [pytest.approx(1 / 3)] * 2,
        "p": pytest.approx(1 / 101),
    }
    assert row["documents"] == {"better": 40, "worse": 0, "same": 0}
    assert "PERSON 66.7 100.0 +33.3 all resamples give the same value 0.010" in said
    assert "Documents of the test set: 40 better, 0 worse, 0 the same" in said
    assert "The new model is better on this test set" in said


def test_documents_of_dev_that_changed_sides_are_named(runs):
    invoke(runs / "new", "old")
    (row,) = atomic.read_json(runs / "new" / "comparison.json")["runs"]
    assert row["changed_on_dev"] == {
        "better": ["a.jsonl, line 1: 2 → 0 errors"],
        "worse": ["a.jsonl, line 2: 0 → 1 errors"],
    }


def test_runs_with_other_dev_sets_are_compared_on_test_alone(runs):
    write_predictions(runs / "new", documents(*[GOLD] * 40), documents(GOLD))
    assert invoke(runs / "new", "old")[0] == 0
    assert atomic.read_json(runs / "new" / "comparison.json")["runs"][0]["changed_on_dev"] is None


def test_several_references_are_compared_in_their_order(runs):
    write_predictions(runs / "third", documents(*[GOLD] * 40), documents(GOLD, HALF, HALF))
    assert invoke(runs / "new", "third, old")[0] == 0
    found = atomic.read_json(runs / "new" / "comparison.json")["runs"]
    assert [row["run"] for row in found] == ["third", "old"]
    assert found[0]["difference"] == {"f": 0.0, "interval": [0.0, 0.0], "p": 1.0}


def test_reference_that_is_named_twice_is_compared_once(runs):
    assert invoke(runs / "new", "old,old")[0] == 0
    assert len(atomic.read_json(runs / "new" / "comparison.json")["runs"]) == 1


def test_no_reference_writes_an_empty_list_and_writes_it_once(runs):
    code, said = invoke(runs / "new", "")
    assert (code, "No run to compare with" in said) == (0, True)
    path = runs / "new" / "comparison.json"
    assert atomic.read_json(path) == {"run": "new", "runs": []}
    before = path.stat()
    invoke(runs / "new", " , ")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_comparison_is_the_same_every_time(runs):
    path = runs / "new" / "comparison.json"
    invoke(runs / "new", "old")
    written = path.read_bytes()
    path.unlink()
    invoke(runs / "new", "old")
    assert path.read_bytes() == written


def test_other_test_set_is_refused_with_a_hint_and_nothing_is_written(runs):
    write_predictions(runs / "old", documents(GOLD))
    code, said = invoke(runs / "new", "old")
    assert code == 1
    assert "old and new were scored on different test sets" in said
    assert "weasel run predict . --vars.run old" in said
    assert not (runs / "new" / "comparison.json").exists()


def test_reference_without_predictions_is_refused_with_the_command_that_makes_them(runs):
    code, said = invoke(runs / "new", "none")
    assert code == 1
    assert "none/predictions/about.json is missing" in said
    assert "weasel run predict . --vars.run none" in said


def test_run_without_predictions_of_its_own_is_told_so_too(runs):
    atomic.remove(runs / "new" / "predictions")
    code, said = invoke(runs / "new", "old")
    assert code == 1
    assert "weasel run predict . --vars.run new" in said


def test_gold_that_was_read_in_another_way_is_refused_although_the_test_set_is_the_same(runs):
    """As when one run has entities and the other spans of the same corpus."""
    about = atomic.read_json(runs / "old" / "predictions" / "about.json")
    write_predictions(runs / "old", [document(BLIND)] * 40)
    atomic.write_json(runs / "old" / "predictions" / "about.json", about)
    code, said = invoke(runs / "new", "old")
    assert code == 1
    assert "its text or annotation differs from that of the reference run" in said


def test_test_set_without_entities_gives_no_conclusion_and_does_not_crash(runs):
    for name in ("old", "new"):
        write_predictions(runs / name, [document(BLIND)])
    code, said = invoke(runs / "new", "old")
    assert code == 0
    assert "The test set has no entities, so there is nothing to compare." in said


def test_run_is_not_compared_with_itself(tmp_path):
    run = tmp_path / "new"
    run.mkdir()
    code, said = invoke(run, "new")
    assert code == 1
    assert "this run itself" in said
