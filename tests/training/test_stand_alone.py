"""The config that a pipeline is saved with stands alone: it names no function of ours."""

import tomllib
from typing import Any

import pytest
import spacy
from spacy.util import load_config, registry
from thinc.api import Config

from scripts.corpus.marks import FAST
from scripts.files import atomic
from scripts.training.entity_confidence import FACTORY
from scripts.training.stand_alone import (
    ADD_LABELS,
    CLUSTER_EMBED,
    COPY_WEIGHTS,
    GOLD_AND_SILVER,
    LOAD_CLUSTERS,
    LOGGERS,
    NUMPY_BLAS,
    READ_LABELS,
    REHEARSAL,
    REPLACE_ENTITIES,
    STAND_ALONE,
    TRIAL,
    alone,
    functions_in,
    stand_alone,
)
from tests.corpora import CONFIG, ROOT

CONSOLE = {"@loggers": "spacy.ConsoleLogger.v3", "progress_bar": "eval"}
OTHER = {"@loggers": "someone.Logger.v1"}
WITH_THE_PIPELINE = {"architectures": CLUSTER_EMBED, "callbacks": LOAD_CLUSTERS}
RECORD = {"@loggers": "ner_template.RunRecord.v1"}


def chain(*loggers: dict[str, Any]) -> dict[str, Any]:
    """Return loggers as one."""
    return {
        "@loggers": "spacy.ChainLogger.v1",
        **{f"logger{n}": one for n, one in enumerate(loggers, 1)},
    }


def saved(**training: Any) -> dict[str, Any]:
    """Return [training] of the default config with changes, as it is saved."""
    config = load_config(CONFIG)
    config["training"] |= training
    found: dict[str, Any] = alone(config)["training"]
    return found


def test_every_registered_function_is_replaced_or_saved_with_the_pipeline():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    named = {name for group in project["entry-points"].values() for name in group}
    replaced = {STAND_ALONE, READ_LABELS, GOLD_AND_SILVER, REPLACE_ENTITIES}
    replaced |= {COPY_WEIGHTS, ADD_LABELS, REHEARSAL, NUMPY_BLAS}
    # TRIAL has no entry point: the worker of a trial registers it.
    saved = {CLUSTER_EMBED, LOAD_CLUSTERS, FAST, FACTORY}
    assert named == LOGGERS - {TRIAL} | replaced | saved


def ours(config: Config) -> set[str]:
    """Return the functions of this project that a config names."""
    return {name for name in functions_in(config) if name.startswith("ner_template")}


def test_default_config_names_the_functions_of_one_file_of_ours():
    found = alone(load_config(CONFIG))
    assert ours(found) == {CLUSTER_EMBED, LOAD_CLUSTERS}
    assert len({registry.find(kind, name)["file"] for kind, name in WITH_THE_PIPELINE.items()}) == 1
    assert found["training"]["logger"]["@loggers"] == "spacy.ConsoleLogger.v3"
    assert found["training"]["before_to_disk"] is None
    assert found["initialize"]["lookups"] is None


def test_loss_that_is_no_number_is_said_before_the_pipeline_is_saved():
    nlp = spacy.blank("en")
    nlp.meta["performance"] = {"ents_f": None, "ner_loss": 1.5}
    assert stand_alone()(nlp) is nlp
    nlp.meta["performance"]["ner_loss"] = float("nan")
    with pytest.raises(FloatingPointError, match="The loss of ner is no longer a number"):
        stand_alone()(nlp)


def test_config_without_clusters_names_no_function_of_ours():
    config = load_config(CONFIG)
    config["components"]["tok2vec"]["model"]["embed"]["@architectures"] = "spacy.MultiHashEmbed.v2"
    assert ours(alone(config)) == set()


def test_silver_texts_augmentation_and_pretrained_weights_are_left_out():
    config = load_config(CONFIG)
    before = config["corpora"]["train"]
    augmenter = {"@augmenters": REPLACE_ENTITIES, "level": 0.5, "path": "${paths.train}"}
    silver = {"silver": "corpus/silver.spacy", "ratio": 1.0}
    config["corpora"]["train"] = before | silver | {"@readers": GOLD_AND_SILVER, "augmenter": augmenter}
    config["paths"]["init_tok2vec"] = "training/default/pretrained/model-last.bin"
    found = alone(config)
    assert found["corpora"]["train"] == before
    assert found["paths"]["init_tok2vec"] is None
    lower = {"@augmenters": "spacy.lower_case.v1", "level": 0.1}
    config["corpora"]["train"] = before | {"augmenter": lower}
    assert alone(config)["corpora"]["train"]["augmenter"] == lower


def test_config_that_needed_another_pipeline_needs_it_no_more():
    config = load_config(CONFIG)
    config["initialize"]["after_init"] = {"@callbacks": COPY_WEIGHTS, "source": "a", "component": "ner"}
    config["corpora"]["dev"] = {"@readers": REHEARSAL, "path": "${paths.dev}", "source": "a"}
    found = alone(config)
    assert found["initialize"]["after_init"] is None
    assert found["corpora"] == load_config(CONFIG)["corpora"]
    own = {"@callbacks": "someone.else.v1"}
    config["initialize"]["after_init"] = own
    assert alone(config)["initialize"]["after_init"] == own


def test_paths_and_seed_can_still_be_given():
    again = Config().from_str(
        alone(load_config(CONFIG)).to_str(),
        overrides={"paths.train": "mine.spacy", "system.seed": 7, "paths.labels": "mine"},
    )
    assert again["corpora"]["train"]["path"] == "mine.spacy"
    assert again["training"]["seed"] == 7
    assert again["initialize"]["components"]["ner"]["labels"]["path"] == "mine/ner.json"


def test_labels_come_from_the_file_where_there_is_one(tmp_path):
    config = load_config(CONFIG, overrides={"paths.labels": str(tmp_path)})
    labels = alone(config).interpolate()["initialize"]["components"]["ner"]
    assert registry.resolve(labels) == {"labels": None}
    atomic.write_json(tmp_path / "ner.json", ["PERSON"])
    assert registry.resolve(labels) == {"labels": ["PERSON"]}


def test_first_learning_rate_is_not_0_with_which_an_update_would_learn_nothing():
    config = load_config(CONFIG)
    warming = config["training"]["optimizer"]["learn_rate"]
    block = alone(config)["training"]["optimizer"]["learn_rate"]
    assert block["schedule"] == warming
    rates = registry.resolve({"rates": block})["rates"]
    assert [next(rates) for _ in range(3)] == [0.001, 0.0, pytest.approx(0.00004)]
    low = {**config["training"]["optimizer"], "learn_rate": {**warming, "initial_rate": 0.00005}}
    assert saved(optimizer=low)["optimizer"]["learn_rate"]["rate"] == pytest.approx(0.25 * 0.00005)
    constant = {"@optimizers": "Adam.v1", "learn_rate": 0.005}
    assert saved(optimizer=constant)["optimizer"] == constant
    falling = {**constant, "learn_rate": {**warming, "warmup_steps": 0}}
    assert saved(optimizer=falling)["optimizer"] == falling


def test_config_that_stands_alone_is_left_as_it_is():
    once = alone(load_config(CONFIG))
    assert alone(once).to_str() == once.to_str()


def test_loggers_of_others_stay_and_ours_go():
    assert saved(logger=CONSOLE)["logger"] == CONSOLE
    assert saved(logger=chain(CONSOLE, OTHER))["logger"] == chain(CONSOLE, OTHER)
    assert saved(logger=chain(RECORD, CONSOLE, OTHER))["logger"] == chain(CONSOLE, OTHER)
    assert saved(logger=chain(chain(CONSOLE, OTHER), RECORD))["logger"] == chain(CONSOLE, OTHER)
    assert saved(logger=chain(CONSOLE, RECORD))["logger"] == CONSOLE
    for ours in (RECORD, chain(RECORD)):
        assert saved(logger=ours)["logger"]["@loggers"] == "spacy.ConsoleLogger.v1"


def test_numbers_and_callbacks_of_the_user_stay():
    update = {"@callbacks": "someone.else.v1", "steps": 3}
    mine = {"@callbacks": "someone.saves.v1"}
    found = saved(
        max_steps=40, before_update=update, before_to_disk={"@callbacks": STAND_ALONE, "first": mine}
    )
    assert found["max_steps"] == 40
    assert found["before_update"] == update
    assert found["before_to_disk"] == mine


def test_callback_of_the_user_is_called_before_the_pipeline_is_saved():
    def shout(nlp: Any) -> Any:
        nlp.meta["name"] = "LOUD"
        return nlp

    assert stand_alone(shout)(spacy.blank("en")).meta["name"] == "LOUD"


def test_scores_are_saved_in_a_fixed_order():
    nlp = spacy.blank("en")
    nlp.meta["performance"] = {"ents_per_type": {"ORG": {"r": 1, "p": 2}, "DATE": {}}, "ents_f": 3}
    kept = stand_alone()(nlp).meta["performance"]
    assert list(kept) == ["ents_f", "ents_per_type"]
    assert list(kept["ents_per_type"]) == ["DATE", "ORG"]
    assert list(kept["ents_per_type"]["ORG"]) == ["p", "r"]
