"""`weasel run all`, as a new user types it: what it prints and makes."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import srsly

from tests.template.conftest import ROOT, Project, Run, records, write_jsonl

STEPS = srsly.read_yaml(ROOT / "project.yml")["workflows"]["all"]


def printed(run: Run) -> list[str]:
    """Return the lines of a run that are not empty."""
    return [line for line in run.output.splitlines() if line.strip()]


def test_first_run_runs_every_step_in_order(original: tuple[Project, Run]) -> None:
    assert original[1].ran == STEPS


def test_last_lines_are_headline_gain_advice_and_paths_of_the_report(
    original: tuple[Project, Run],
) -> None:
    project, run = original
    folder = project.folder / "training/default"
    analysis = json.loads((folder / "analysis.json").read_text(encoding="utf8"))
    advice = [row["action"] for row in analysis["advice"][:3]]
    headline, gain, *numbered, page, pipeline, times = printed(run)[-5 - len(advice) :]
    assert times.startswith(f"Step {len(STEPS)} of {len(STEPS)} took")
    f = analysis["test"]["scores"]["micro"]["f"] * 100
    few = analysis["test"]["scores"]["micro"]["too_few"]
    assert few  # so that there is no interval
    assert headline == f"F on the test set {f:.1f} (too few to judge)"
    assert re.fullmatch(r"Gain over a dictionary [+-]\d+\.\d points \(too few to judge\)", gain)
    assert numbered == [f"{number}. {action}" for number, action in enumerate(advice, 1)]
    name, path = page.split()[:2]
    assert name == "Report:"
    assert (project.folder / path).is_file()
    name, path = pipeline.split()
    assert name == "Pipeline:"
    assert (project.folder / path / "meta.json").is_file()


def test_package_says_score_rejects_model_wheel_and_try(original: tuple[Project, Run]) -> None:
    project, run = original
    lines = printed(run)
    at = next(number for number, line in enumerate(lines) if line.startswith("Test F"))
    last = [line.split() for line in lines[at : at + 5]]
    assert [words[0] for words in last] == ["Test", "Rejects", "Model", "Wheel", "Try"]
    metrics = json.loads((project.folder / "training/default/metrics.json").read_text(encoding="utf8"))
    assert last[0][2] == f"{metrics['ents_f'] * 100:.1f}"
    assert lines[at].endswith("54 entities, too few to judge)")
    assert (project.folder / last[2][1]).is_dir()
    assert (project.folder / last[3][1]).is_file()
    assert last[1][1] == "0"


def test_report_and_evaluation_have_the_same_f(original: tuple[Project, Run]) -> None:
    folder = original[0].folder / "training/default"
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf8"))
    micro = json.loads((folder / "analysis.json").read_text(encoding="utf8"))["test"]["scores"]["micro"]
    assert micro["f"] == pytest.approx(metrics["ents_f"])
    assert micro["support"] == metrics["support"]
    for name in ("report.html", "report.md"):
        assert f"{metrics['ents_f'] * 100:.1f}" in (folder / name).read_text(encoding="utf8")


def test_line_that_is_shown_to_try_works(original: tuple[Project, Run]) -> None:
    project, run = original
    shown = next(line for line in run.output.splitlines() if line.startswith("Try it"))
    assert '-m scripts.try "Type a sentence here."' in shown
    tried = project.python("-m", "scripts.try", "Ada Okafor waits at Room 4 on Friday with parcel 3.")
    assert tried.code == 0
    assert "[Ada Okafor](PERSON)" in tried.output
    piped = project.python("-m", "weasel", "run", "try", stdin="Mei Tanaka waits.\n\nLea Weiss waits.\n")
    assert piped.output.count("](PERSON)") == 2


def test_counts_of_conversion_agree_with_the_metrics(original: tuple[Project, Run]) -> None:
    folder = original[0].folder
    conversion = json.loads((folder / "corpus/conversion.json").read_text(encoding="utf8"))
    metrics = json.loads((folder / "training/default/metrics.json").read_text(encoding="utf8"))
    splits = conversion["splits"]
    assert sum(split["documents"] for split in splits.values()) == len(records())
    assert metrics["documents"] == splits["test"]["documents"]
    assert metrics["support"] == splits["test"]["entities"]
    assert metrics["dev"]["support"] == splits["dev"]["entities"]
    for label, prf in metrics["ents_per_type"].items():
        assert prf["support"] == splits["test"]["labels"][label]


def test_run_record_says_what_the_model_was_made_from(original: tuple[Project, Run]) -> None:
    record = json.loads((original[0].folder / "training/default/run.json").read_text(encoding="utf8"))
    assert record["seed"] == 0
    assert record["device"].startswith("cpu")
    assert record["versions"]["spacy"]
    assert record["steps"] == {"planned": 60, "last": 60, "best": record["steps"]["best"]}
    assert record["stopped"] == "after step 60, the last of the schedule (training.max_steps)"
    known = ("config", "corpus", "annotations", "started", "seconds", "platform")
    assert all(record[key] for key in known)
    curve = (original[0].folder / "training/default/curve.jsonl").read_text(encoding="utf8").splitlines()
    assert [json.loads(line)["step"] for line in curve] == list(range(0, 61, 6))


def test_wheel_says_labels_licence_and_scores_on_test(original: tuple[Project, Run]) -> None:
    folder = original[0].folder / "training/default"
    (wheel,) = (folder / "packages").iterdir()
    assert wheel.name.startswith("en_entities-0.1.0-")
    with zipfile.ZipFile(wheel) as archive:
        meta = json.loads(archive.read("en_entities/meta.json"))
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf8"))
    written = meta["test_performance"]  # spaCy writes ten digits
    assert written["ents_f"] == pytest.approx(metrics["ents_f"], abs=1e-9)
    assert written["support"] == metrics["support"]
    assert meta["labels"]["ner"] == ["DATE", "PERSON"]
    assert meta["license"] == "CC-BY-4.0"


def test_test_set_is_not_read_before_evaluation(finished: Project) -> None:
    (finished.folder / "corpus/test.spacy").unlink()
    for name in ("labels", "train"):
        run = finished.weasel("run", name, ".", "--force")
        assert run.code == 0, run.output


def test_label_that_is_added_and_removed_again_follows_in_the_label_file(finished: Project) -> None:
    path = finished.folder / "corpus/labels/ner.json"
    assert "ORG" not in path.read_text(encoding="utf8")
    rows = records()
    extra = [{"text": f"Kestrel Mills sent crate {n}.", "spans": [[0, 13, "ORG"]]} for n in range(40)]
    for data, expected in ((rows + extra, True), (rows, False)):
        write_jsonl(finished.folder / "assets/mine/all.jsonl", data)
        run = finished.steps("inputs", "convert", "config", "labels")
        assert run.code == 0, run.output
        assert ("ORG" in path.read_text(encoding="utf8")) is expected


def test_spacy_train_typed_just_so_works_after_convert_and_labels(finished: Project) -> None:
    shutil.rmtree(finished.folder / "training/default")
    run = finished.python("-m", "spacy", "train", "configs/config.cfg")
    assert run.code == 0, run.output
    assert not (finished.folder / "training/default/run.json").exists()
    run = finished.python("-m", "spacy", "train", "configs/config.cfg", "--output", "elsewhere")
    assert run.code == 0, run.output
    assert (finished.folder / "elsewhere/run.json").is_file()


def test_stale_label_file_stops_spacy_train_before_training(finished: Project) -> None:
    path = finished.folder / "corpus/labels/ner.json"
    labels = json.loads(path.read_text(encoding="utf8"))
    for names in labels.values():
        names.pop("DATE", None)
    path.write_text(json.dumps(labels), encoding="utf8")
    run = finished.python("-m", "spacy", "train", "configs/config.cfg")
    assert run.code == 1
    assert "lacks labels that the training set has: DATE" in run.output
    assert "LOSS NER" not in run.output


def test_problem_that_makes_training_meaningless_stops_the_run(fresh: Project) -> None:
    rows = records()
    write_jsonl(fresh.folder / "assets/mine/train.jsonl", rows)
    write_jsonl(fresh.folder / "assets/mine/test.jsonl", rows[:40])
    (fresh.folder / "assets/mine/all.jsonl").unlink()
    run = fresh.weasel("run", "all")
    assert run.code == 1
    assert run.ran == ["inputs", "convert", "config", "check"]
    assert "text in two splits" in run.output
    assert not list(Path(fresh.folder / "training").glob("*/model-best"))
