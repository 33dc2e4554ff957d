"""The config that a pipeline is saved with stands alone: no function of ours, no reference to follow."""

import tomllib
from pathlib import Path
from typing import Any

import spacy
from spacy.util import load_config, registry
from thinc.api import Config

from scripts.files import atomic
from scripts.training.stand_alone import LOGGERS, REPLACEMENTS, alone, functions_in, stand_alone
from tests.corpora import CONFIG, ROOT


def default(folder: Path, **overrides: Any) -> Config:
    """Return the default config for a corpus of a thousand documents of ninety tokens."""
    atomic.write_json(folder / "counts.json", {"lengths": {"90": 1000}})
    return load_config(CONFIG, overrides={"paths.counts": str(folder / "counts.json"), **overrides})


def test_every_registered_function_has_one_of_spacy_in_its_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    named = {name for group in project["entry-points"].values() for name in group}
    assert named == LOGGERS | set(REPLACEMENTS)


def test_default_config_names_no_function_of_ours_and_has_numbers(tmp_path):
    found = alone(default(tmp_path))
    assert [name for name in functions_in(found) if name.startswith("ner_template")] == []
    steps = found["training"]["max_steps"]
    assert 600 < steps < 1000
    assert found["training"]["eval_frequency"] == steps // 10
    assert found["training"]["max_epochs"] == 0
    assert found["training"]["optimizer"]["learn_rate"]["total_steps"] == steps
    assert found["training"]["logger"] == {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}
    assert found["training"]["before_to_disk"] is None
    assert found["initialize"]["lookups"] is None


def test_paths_and_seed_can_still_be_given(tmp_path):
    again = Config().from_str(
        alone(default(tmp_path)).to_str(),
        overrides={"paths.train": "mine.spacy", "system.seed": 7, "paths.labels": "mine"},
    )
    assert again["corpora"]["train"]["path"] == "mine.spacy"
    assert again["training"]["seed"] == 7
    assert again["initialize"]["components"]["ner"]["labels"]["path"] == "mine/ner.json"


def test_labels_come_from_the_file_where_there_is_one(tmp_path):
    block = alone(default(tmp_path, **{"paths.labels": str(tmp_path)})).interpolate()
    labels = block["initialize"]["components"]["ner"]
    assert registry.resolve(labels) == {"labels": None}
    atomic.write_json(tmp_path / "ner.json", ["PERSON"])
    assert registry.resolve(labels) == {"labels": ["PERSON"]}


def test_config_that_stands_alone_is_left_as_it_is(tmp_path):
    once = alone(default(tmp_path))
    assert alone(once).to_str() == once.to_str()


def test_plain_numbers_loggers_of_others_and_functions_of_the_user_are_left_as_they_are(tmp_path):
    config = default(tmp_path)
    config["training"]["max_steps"] = 40
    config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v3", "progress_bar": "eval"}
    config["training"]["before_update"] = {"@callbacks": "someone.else.v1", "steps": 3}
    found = alone(config)["training"]
    assert found["max_steps"] == 40
    for key in ("logger", "before_update"):
        assert found[key] == config["training"][key]


def test_scores_are_saved_in_a_fixed_order():
    nlp = spacy.blank("en")
    nlp.meta["performance"] = {"ents_per_type": {"ORG": {"r": 1, "p": 2}, "DATE": {}}, "ents_f": 3}
    kept = stand_alone()(nlp).meta["performance"]
    assert list(kept) == ["ents_f", "ents_per_type"]
    assert list(kept["ents_per_type"]) == ["DATE", "ORG"]
    assert list(kept["ents_per_type"]["ORG"]) == ["p", "r"]
