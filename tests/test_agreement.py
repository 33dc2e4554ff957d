"""The step `agreement`: two exports, or annotators in one, and a work list of the texts that differ."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import agreement as step
from scripts.files import atomic
from scripts.inputs import inputs
from tests.corpora import CONFIG, record, write_records, write_settings

FIRST = [
    {**record("[Ada](PERSON) left [Acme Ltd](ORG)."), "id": "one", "genre": "news"},
    record("Nobody came in [May](DATE)."),
    record("Only here."),
]
SECOND = [
    record("Nobody came in [May](DATE)."),
    record("[Ada](PERSON) left [Acme](ORG) Ltd."),
    record("Only there, [Bo](PERSON)."),
    {**record("Skipped."), "answer": "reject"},
]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two exports, and what `inputs` writes."""
    monkeypatch.chdir(tmp_path)
    write_records(Path("first.jsonl"), FIRST)
    write_records(Path("second.jsonl"), SECOND)
    inputs("first.jsonl", Path("corpus"), config=CONFIG, lang="en")
    write_settings(Path("corpus"), format="auto")
    return Path("corpus")


def run(*arguments: str) -> tuple[int, str]:
    """Run the step; return its exit code and what it printed."""
    done = CliRunner().invoke(step.app, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def lines(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf8").splitlines()]


def test_two_exports_are_compared_and_the_texts_that_differ_are_a_work_list(corpus):
    code, output = run("first.jsonl", "second.jsonl")
    assert code == 0, output
    report = atomic.read_json(Path("agreement/agreement.json"))
    assert report["annotators"] == {"first.jsonl": 1, "second.jsonl": 1}
    assert report["compared"]["texts"] == 2
    assert report["compared"]["all"]["f"] == pytest.approx(2 / 3)
    assert report["compared"]["all"]["relaxed"] == pytest.approx(1)
    assert report["left_out"] == {"reject": 1}
    (work,) = lines("agreement/adjudication.jsonl")
    assert (work["id"], work["genre"]) == ("one", "news")
    assert [span["label"] for span in work["spans"]] == ["PERSON"]
    assert work["disputed"] == "ORG 'Acme' 9–13: second.jsonl; ORG 'Acme Ltd' 9–17: first.jsonl"
    single = lines("agreement/only_in_one.jsonl")
    assert [(row["annotator"], row["text"]) for row in single] == [
        ("first.jsonl", "Only here."),
        ("second.jsonl", "Only there, Bo."),
    ]
    assert "the second is shorter 1" in output
    assert "1 texts are different" in output
    page = Path("agreement/agreement.html").read_text(encoding="utf8")
    assert "How far do the annotators agree?" in page
    assert "Acme" in page


def test_annotators_in_one_export_of_label_studio_are_compared_in_pairs(corpus):
    def annotation(who: str, *spans: tuple[int, int, str]) -> dict:
        found = [
            {"from_name": "label", "to_name": "text", "type": "labels", "id": f"{who}{start}"}
            | {"value": {"start": start, "end": end, "labels": [label], "text": "Ada Bo"[start:end]}}
            for start, end, label in spans
        ]
        return {"result": found, "completed_by": {"email": who}}

    ada, bo = (0, 3, "PERSON"), (4, 6, "PERSON")
    task = {"id": 7, "data": {"text": "Ada Bo"}}
    task["annotations"] = [annotation("ann", ada, bo), annotation("cy", ada), annotation("di", ada, bo)]
    alone = {"id": 8, "data": {"text": "Alone"}, "annotations": [annotation("ann")]}
    Path("tasks.json").write_text(json.dumps([task, alone]), encoding="utf8")
    code, output = run("tasks.json", "--format", "label_studio")
    assert code == 0, output
    report = atomic.read_json(Path("agreement/agreement.json"))
    assert [(pair["first"], pair["second"], pair["all"]["f"]) for pair in report["pairs"]] == [
        ("ann", "cy", pytest.approx(2 / 3)),
        ("ann", "di", pytest.approx(1)),
        ("cy", "di", pytest.approx(2 / 3)),
    ]
    (work,) = atomic.read_json(Path("agreement/adjudication.json"))
    assert len(work["predictions"][0]["result"]) == 1
    assert work["meta"]["disputed"] == "PERSON 'Bo' 4–6: ann, di"
    assert Path("agreement/label_config.xml").is_file()
    assert report["annotators"]["ann"] == 1


def test_work_list_that_was_edited_is_not_overwritten(corpus):
    assert run("first.jsonl", "second.jsonl")[0] == 0
    assert run("first.jsonl", "second.jsonl")[0] == 0
    with Path("agreement/adjudication.jsonl").open("a", encoding="utf8") as stream:
        stream.write("{}\n")
    code, output = run("first.jsonl", "second.jsonl")
    assert code == 1
    assert "agreement has changed since it was written" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("first.jsonl",), "no text has two annotators"),
        (("first.jsonl", "other.jsonl"), "no text is in both exports"),
        (("first.jsonl", "first.jsonl"), "would be compared with itself"),
        (("first.jsonl", "nothing.jsonl"), "set vars.other_annotations"),
        (("first.jsonl", "second.jsonl", "--format", "xls"), "There is no writer for 'xls'"),
    ],
)
def test_what_can_not_be_compared_is_said(corpus, arguments, said):
    write_records(Path("other.jsonl"), ["Something [else](ORG)."])
    code, output = run(*arguments)
    assert code == 1
    assert said in output
    assert not Path("agreement").exists()
