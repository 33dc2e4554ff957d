"""Configs of spaCy, from `weasel run all` to the report; and ours by hand, with spaCy's commands."""

import json

import pytest

from tests.template.conftest import Project
from tests.template.test_all import STEPS


@pytest.mark.slow
def test_accurate_config_of_spacy_runs_to_the_report(fresh: Project) -> None:
    """A row of the table of docs/caching.md is tried with the efficient one."""
    fresh.init_config("quick", "-p", "ner", "-o", "accuracy")
    run = fresh.weasel("run", "all", ".", "--vars.config", "quick.cfg", "--vars.run", "quick")
    assert run.code == 0, run.output
    assert run.ran == STEPS
    assert "No word vectors: en_core_web_lg was not found" in run.output
    folder = fresh.folder / "training/quick"
    record = json.loads((folder / "run.json").read_text(encoding="utf8"))
    assert record["steps"]["planned"] == 40
    assert (folder / "report.html").is_file()


@pytest.mark.slow
def test_spancat_of_spacy_runs_to_the_report(fresh: Project) -> None:
    fresh.init_config("spans", "-p", "spancat")
    fresh.set_vars(config="spans.cfg")
    fresh.set_settings(spans_key="sc")
    run = fresh.weasel("run", "all")
    assert run.code == 0, run.output
    assert [path.name for path in (fresh.folder / "corpus/labels").iterdir()] == ["spancat.json"]
    assert (fresh.folder / "training/default/report.html").is_file()


@pytest.mark.slow
def test_trained_pipeline_is_trained_on(finished: Project) -> None:
    source = "training/default/model-best"
    finished.init_config("further", "-p", "ner")
    components = {"tok2vec": {"source": source}, "ner": {"source": source}}
    finished.set_config({"components": components}, "further.cfg")
    run = finished.weasel("run", "all", ".", "--vars.config", "further.cfg", "--vars.run", "further")
    assert run.code == 0, run.output
    first, second = (
        json.loads((finished.folder / f"training/{name}/metrics.json").read_text(encoding="utf8"))
        for name in ("default", "further")
    )
    assert second["dev"]["ents_f"] >= first["dev"]["ents_f"]


def test_spacys_own_commands_take_the_written_config(original: tuple[Project, object]) -> None:
    project = original[0]
    for path in ("training/default/config.cfg", "configs/config.cfg"):
        valid = project.python("-m", "spacy", "debug", "config", path)
        assert "Config is valid" in valid.output
        data = project.python("-m", "spacy", "debug", "data", path)
        assert "Pipeline can be initialized with data" in data.output
        model = project.python("-m", "spacy", "debug", "model", path, "ner")
        assert "model looks good" in model.output


@pytest.mark.slow
def test_training_by_hand_makes_the_same_pipeline(finished: Project) -> None:
    folder = finished.folder / "training"
    run = finished.python(
        "-m", "spacy", "train", "training/default/config.cfg", "--output", "training/hand"
    )
    assert run.code == 0, run.output
    weights = [(folder / name / "model-best/ner/model").read_bytes() for name in ("default", "hand")]
    assert weights[0] == weights[1]
