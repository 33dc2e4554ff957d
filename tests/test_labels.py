"""The second half of the step: training must read every document, whatever the config says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.util import registry
from typer.testing import CliRunner

from scripts import labels as step
from scripts.files import atomic
from scripts.labels import documents_read
from tests.corpora import CONFIG, make_corpus

TRAIN = ["[Ada](PERSON) left.", "Nobody came, nobody called and nobody wrote.", "[Bo](PERSON) sang."]
DEV = ["It was [Bo](PERSON).", "It rained."]
TEST = ["[Ada](PERSON) came back."]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """A corpus of three texts for training and two for dev, with its label file."""
    folder = make_corpus(tmp_path_factory.mktemp("labels"), train=TRAIN, dev=DEV, test=TEST)
    atomic.write_json(folder / "labels" / "ner.json", ["PERSON"])
    return folder


def paths(corpus: Path) -> dict[str, str]:
    """Return the overrides that point the config at a corpus."""
    return {f"paths.{split}": str(corpus / f"{split}.spacy") for split in ("train", "dev")}


def variant(folder: Path, old: str, new: str, section: str) -> Path:
    """Write a copy of the default config with one value of a section changed."""
    before, head, after = CONFIG.read_text(encoding="utf8").partition(f"\n[{section}]\n")
    assert old in after.split("\n[")[0]
    path = folder / "config.cfg"
    path.write_text(before + head + after.replace(old, new, 1), encoding="utf8")
    return path


def run_labels(corpus: Path, config: Path = CONFIG, labels: str = "labels/ner.json") -> tuple[int, str]:
    """Run the command as project.yml does; return its exit code and output."""
    overrides = [word for key, value in paths(corpus).items() for word in (f"--{key}", value)]
    arguments = [str(config), str(corpus / labels), str(corpus / "counts.json"), "--nlp.lang", "en"]
    done = CliRunner().invoke(step.app, [*arguments, *overrides])
    return done.exit_code, " ".join(done.output.split())


def test_documents_are_counted_as_the_readers_of_the_config_yield_them(corpus):
    assert documents_read(CONFIG, paths(corpus)) == {"train": 3, "dev": 2}


def test_limit_and_length_in_the_config_are_counted_too(corpus, tmp_path):
    limited = {**paths(corpus), "corpora.train.limit": 2, "corpora.dev.limit": 1}
    assert documents_read(CONFIG, limited) == {"train": 2, "dev": 1}
    assert documents_read(CONFIG, {**paths(corpus), "corpora.train.max_length": 5})["train"] == 2


def test_augmented_examples_are_not_counted_as_documents(corpus, tmp_path):
    @registry.augmenters("tests.twice.v1")
    def twice() -> Callable[[Any, Any], list[Any]]:
        return lambda nlp, example: [example, example]

    section = '[corpora.train.augmenter]\n@augmenters = "tests.twice.v1"\n\n[corpora.dev]'
    text = CONFIG.read_text(encoding="utf8").replace("augmenter = null\n", "", 1)
    config = tmp_path / "config.cfg"
    config.write_text(text.replace("[corpora.dev]", section, 1), encoding="utf8")
    assert documents_read(config, paths(corpus))["train"] == 3


def test_default_config_passes(corpus):
    code, output = run_labels(corpus)
    assert code == 0, output
    assert "Training will read 3 documents of train and 2 of dev" in output


@pytest.mark.parametrize(
    ("old", "new", "section", "message"),
    [
        ("max_length = 0", "max_length = 5", "corpora.train", "reads 2 of the 3 documents of train"),
        ("limit = 0", "limit = 1", "corpora.train", "reads 1 of the 3 documents of train"),
        ("limit = 0", "limit = 1", "corpora.dev", "reads 1 of the 2 documents of dev"),
    ],
)
def test_config_that_leaves_documents_out_fails(corpus, tmp_path, old, new, section, message):
    code, output = run_labels(corpus, variant(tmp_path, old, new, section))
    assert code == 1
    assert message in output


def test_label_file_that_lacks_a_gold_label_fails(corpus):
    atomic.write_json(corpus / "labels" / "stale.json", ["ORG"])
    code, output = run_labels(corpus, labels="labels/stale.json")
    assert code == 1
    assert "lacks labels that train has: PERSON" in output


@pytest.mark.parametrize(("known", "code"), [(["ORG", "DATE"], 1), (["PERSON", "DATE"], 0)])
def test_component_from_elsewhere_that_cannot_learn_a_label_is_named(corpus, tmp_path, known, code):
    config = variant(tmp_path, 'factory = "ner"', 'source = "someones_pipeline"', "components.ner")
    (tmp_path / "ner.json").write_text(json.dumps(known), encoding="utf8")
    found, output = run_labels(corpus, config, labels=str(tmp_path / "ner.json"))
    assert found == code, output
    if code:
        assert "takes ner from someones_pipeline, which has DATE, ORG: it can't learn PERSON" in output
        assert "configs/label_map.yml" in output
        assert "weasel run labels" not in output  # which would change nothing


def test_label_file_as_spacy_writes_it_passes(corpus):
    actions = {
        "0": {},
        "1": {"PERSON": 1},
        "2": {"PERSON": 1},
        "3": {"PERSON": 1},
        "4": {"PERSON": 1, "": 1},
    }
    (corpus / "labels" / "actions.json").write_text(json.dumps(actions), encoding="utf8")
    code, output = run_labels(corpus, labels="labels/actions.json")
    assert code == 0, output
