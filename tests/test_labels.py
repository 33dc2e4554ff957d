"""The second half of the step: training must read every document, whatever the config says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.util import load_config, registry
from typer.testing import CliRunner

from scripts import labels as step
from scripts.files import atomic
from scripts.labels import documents_read
from tests.corpora import CONFIG, make_corpus

TRAIN = ["[Ada](PERSON) left.", "Nobody came, nobody called and nobody wrote.", "[Bo](PERSON) sang."]
DEV = ["It was [Bo](PERSON).", "It rained."]
TEST = ["[Ada](PERSON) came back."]
ACTIONS = {
    "0": {},
    "1": {"PERSON": 1},
    "2": {"PERSON": 1},
    "3": {"PERSON": 1},
    "4": {"PERSON": 1, "": 1},
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of three texts for training and two for dev, with its label file."""
    folder = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    atomic.write_json(folder / "labels" / "ner.json", ["PERSON"])
    return folder


def config_of(corpus: Path, **changes: dict[str, Any]) -> Path:
    """Write the default config for a corpus, with changes to the reader of a split."""
    config = load_config(CONFIG)
    config["paths"] |= {split: str(corpus / f"{split}.spacy") for split in ("train", "dev")}
    for split, values in changes.items():
        config["corpora"][split] |= values
    config.to_disk(corpus / "config.cfg")
    return corpus / "config.cfg"


def run_labels(corpus: Path, **changes: dict[str, Any]) -> tuple[int, str]:
    """Run the command as project.yml does; return its exit code and output."""
    done = CliRunner().invoke(step.app, [str(config_of(corpus, **changes)), str(corpus)])
    return done.exit_code, " ".join(done.output.split())


def test_documents_are_counted_as_the_readers_of_the_config_yield_them(corpus):
    assert documents_read(config_of(corpus)) == {"train": 3, "dev": 2}
    limited = config_of(corpus, train={"limit": 2}, dev={"limit": 1})
    assert documents_read(limited) == {"train": 2, "dev": 1}
    assert documents_read(config_of(corpus, train={"max_length": 5}))["train"] == 2


def test_augmented_examples_are_not_counted_as_documents(corpus):
    @registry.augmenters("tests.twice.v1")
    def twice() -> Callable[[Any, Any], list[Any]]:
        return lambda nlp, example: [example, example]

    config = config_of(corpus, train={"augmenter": {"@augmenters": "tests.twice.v1"}})
    assert documents_read(config)["train"] == 3


def test_readers_may_have_any_name(corpus):
    config = load_config(config_of(corpus))
    config["corpora"] = {"mine": config["corpora"]["train"], "yours": config["corpora"]["dev"]}
    config["training"] |= {"train_corpus": "corpora.mine", "dev_corpus": "corpora.yours"}
    config.to_disk(corpus / "config.cfg")
    assert documents_read(corpus / "config.cfg") == {"train": 3, "dev": 2}


def test_default_config_passes(corpus):
    code, output = run_labels(corpus)
    assert code == 0, output
    assert "Training will read 3 documents of the training set and 2 documents of the dev set" in output


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train": {"max_length": 5}}, "reads 2 of the 3 documents of the training set"),
        ({"train": {"limit": 1}}, "reads 1 of the 3 documents of the training set"),
        ({"dev": {"limit": 1}}, "reads 1 of the 2 documents of the dev set"),
    ],
)
def test_config_that_leaves_documents_out_fails(corpus, changes, message):
    code, output = run_labels(corpus, **changes)
    assert code == 1
    assert message in output


def test_label_file_that_lacks_a_label_of_the_training_set_fails(corpus):
    atomic.write_json(corpus / "labels" / "ner.json", ["ORG"])
    code, output = run_labels(corpus)
    assert code == 1
    assert "lacks labels that the training set has: PERSON" in output


def test_label_file_as_spacy_writes_it_passes(corpus):
    (corpus / "labels" / "ner.json").write_text(json.dumps(ACTIONS), encoding="utf8")
    code, output = run_labels(corpus)
    assert code == 0, output


def test_label_files_of_an_earlier_config_are_removed(corpus):
    atomic.write_json(corpus / "labels" / "spancat.json", ["PERSON"])
    assert run_labels(corpus)[0] == 0
    assert [path.name for path in (corpus / "labels").iterdir()] == ["ner.json"]
