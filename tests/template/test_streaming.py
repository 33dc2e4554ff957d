"""A corpus too large to hold: shuffled, trained on as a stream, evaluated document by document."""

import json

import pytest
from spacy.cli.evaluate import evaluate

from scripts.corpus.docs import sources_path
from tests.template.conftest import Project, Run, new_project


@pytest.fixture(scope="module")
def streamed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Run]:
    """A copy in which `weasel run all` has run once with a train that is streamed."""
    project = new_project(tmp_path_factory.mktemp("streamed") / "project")
    project.set_settings(stream_from=40)
    run = project.weasel("run", "all")
    assert run.code == 0, run.output
    return project, run


def read_json(project: Project, name: str) -> dict[str, object]:
    """Return a JSON file of the project."""
    return json.loads((project.folder / name).read_text(encoding="utf8"))


def test_train_is_shuffled_and_the_counts_say_so(streamed: tuple[Project, Run]) -> None:
    project, _ = streamed
    assert read_json(project, "corpus/counts.json")["streamed"] is True
    sources = sources_path(project.folder / "corpus/train.spacy").read_text(encoding="utf8")
    places = [int(json.loads(line)["place"].split()[1]) for line in sources.splitlines()]
    assert places != sorted(places)


def test_training_passes_over_train_without_end_and_learns(streamed: tuple[Project, Run]) -> None:
    project, _ = streamed
    record = read_json(project, "training/default/run.json")
    assert "the last of the schedule" in record["stopped"]
    metrics = read_json(project, "training/default/metrics.json")
    assert metrics["ents_f"] > 0.2


def test_all_labels_are_found_though_spacy_looks_at_few_documents_of_a_stream(
    streamed: tuple[Project, Run],
) -> None:
    labels = read_json(streamed[0], "corpus/labels/ner.json")
    assert {name for action in labels.values() for name in action if name} == {"PERSON", "DATE"}


def test_figures_are_those_of_spacys_own_evaluation(streamed: tuple[Project, Run]) -> None:
    project, _ = streamed
    metrics = read_json(project, "training/default/metrics.json")
    model, corpus = project.folder / "training/default/model-best", project.folder / "corpus/test.spacy"
    scores = evaluate(str(model), corpus)
    assert {key: metrics[key] for key in ("ents_p", "ents_r", "ents_f")} == {
        key: scores[key] for key in ("ents_p", "ents_r", "ents_f")
    }


def test_corpus_below_the_limit_is_held_in_memory(original: tuple[Project, Run]) -> None:
    project, _ = original
    assert read_json(project, "corpus/counts.json")["streamed"] is False
