"""The command `doctor` on projects that are well, new or half broken, and on networks."""

import json
import shutil

import pytest
import srsly
from thinc.api import Config
from typer.testing import CliRunner

from scripts import config as config_step
from scripts import doctor as step
from scripts.diagnosis import gold, machine, network, written
from scripts.diagnosis.symptom import Symptom
from scripts.files import atomic
from scripts.training.filling import fill
from tests.corpora import CONFIG, ROOT
from tests.pipelines import fixed, save
from tests.trials.tiny import CONFIG as TINY
from tests.trials.tiny import tiny_corpus


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with a corpus and a run that has a config and a pipeline."""
    folder = tmp_path_factory.mktemp("doctor")
    tiny_corpus(folder)
    save(fixed({"Ada": "PERSON"}), folder / "run")
    write_config(folder / "run")
    return folder


def write_config(run, **changes):
    config, _ = fill(Config().from_str(TINY))
    for name, value in changes.items():
        section, _, key = name.rpartition("__")
        block = config
        for part in section.split("__"):
            block = block[part]
        block[key] = value
    config.to_disk(run / "config.cfg")


def severities(symptoms) -> list[str]:
    return [symptom.severity for symptom in symptoms]


def call(folder, *options):
    arguments = [str(folder / "raw"), str(folder / "corpus"), str(folder / "run"), *options]
    return CliRunner().invoke(step.app, arguments)


@pytest.mark.slow
def test_project_that_is_well_is_told_so_and_its_network_learns(project):
    done = call(project)
    said = " ".join(done.output.split())
    assert "The network learns: F" in said
    assert "The pipeline finds" in said
    assert "PERSON" in said
    broken = [line for line in done.output.splitlines() if "✘" in line]
    assert (done.exit_code, broken) == (0, [])


def test_folder_in_which_nothing_has_been_run_says_what_to_run(tmp_path):
    done = call(tmp_path)
    said = " ".join(done.output.split())
    assert done.exit_code == 1
    assert "There are no annotations in" in said
    assert "The annotations are not converted yet" in said
    assert "There is no trained pipeline yet" in said
    assert said.endswith("1 thing is broken.")


def test_damaged_files_are_findings_and_stop_nothing(project, tmp_path):
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    (tmp_path / "corpus" / "counts.json").write_text("{", encoding="utf8")
    (tmp_path / "corpus" / "check.json").write_text("[]", encoding="utf8")
    (tmp_path / "run" / "config.cfg").write_text("[training", encoding="utf8")
    (tmp_path / "run" / "model-best" / "config.cfg").write_text("", encoding="utf8")
    done = call(tmp_path)
    said = " ".join(done.output.split())
    assert done.exit_code == 1
    for told in (
        "counts.json can't be used",
        "Looking at the findings of check failed",
        "can't be loaded",
    ):
        assert told in said
    assert "Looking at the network failed" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_network_that_can_not_learn_is_broken(project, tmp_path, monkeypatch):
    monkeypatch.setattr(network, "STEPS", 20)
    write_config(tmp_path, training__optimizer__learn_rate=0.0)
    (found,) = network.by_heart(tmp_path / "config.cfg", project / "corpus")
    assert found.severity == "broken"
    assert "The network can't learn a few documents by heart" in found.message
    assert "learning rate" in found.advice


def test_component_that_is_frozen_can_not_learn(project, tmp_path):
    write_config(tmp_path, training__frozen_components=["ner"])
    (found,) = network.by_heart(tmp_path / "config.cfg", project / "corpus")
    assert found.message == "ner can't learn, because of frozen_components in [training]"
    assert found.severity == "broken"


@pytest.mark.parametrize(
    ("rate", "severity"),
    [(0.0, "broken"), (1e-9, "broken"), (5e-5, "well"), (0.005, "well"), (1.0, "broken")],
)
def test_learning_rate_is_looked_at(tmp_path, rate, severity):
    write_config(tmp_path, training__optimizer__learn_rate=rate)
    assert severities(network.learning_rate(tmp_path / "config.cfg")) == [severity]


def test_settings_that_can_not_be_used_are_named(tmp_path):
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    assert severities(written.settings(tmp_path / "configs")) == ["well"]
    (tmp_path / "configs" / "serve.cfg").write_text("[serve]\nport = 99999999\n", encoding="utf8")
    found = list(written.settings(tmp_path / "configs", "convert.misaligned=nonsense"))
    assert severities(found) == ["broken", "broken"]
    assert [each.message.split()[0] for each in found] == ["convert.misaligned", "port"]


def test_config_that_was_changed_or_can_not_be_used_is_named(project, tmp_path):
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    path, run, corpus = tmp_path / "mine.cfg", tmp_path / "new", tmp_path / "corpus"
    path.write_text(TINY, encoding="utf8")

    def found():
        return list(written.config(path, run, corpus))

    assert severities(found()) == ["well"]
    assert severities(written.config(path, run, tmp_path)) == ["note"]  # without a corpus
    done = CliRunner().invoke(config_step.app, [str(path), str(run), str(corpus)])
    assert done.exit_code == 0, done.output
    assert severities(found()) == ["well"]
    config = Config().from_str(TINY)
    config.setdefault("training", {})["dropout"] = 1.0
    config.to_disk(path)
    changed, dropout = found()
    assert (changed.severity, dropout.severity) == ("warn", "broken")
    assert changed.advice == f"weasel run config . --vars.config {path.name} --vars.run {run.name}"
    assert dropout.message == "dropout in [training] is 1, with which nothing can be learned"
    config["nlp"]["pipeline"] = ["nothere"]
    config.to_disk(path)
    assert severities(found()) == ["broken"]
    path.write_text(TINY + "\ngarbage[[\n", encoding="utf8")
    assert severities(found()) == ["broken"]


def test_learning_rate_of_a_schedule_is_its_largest(tmp_path):
    shutil.copy(CONFIG, tmp_path / "config.cfg")
    (found,) = network.learning_rate(tmp_path / "config.cfg")
    assert found == Symptom("well", "The learning rate rises to 0.004")


def test_pipeline_that_finds_nothing_or_scores_nearly_nothing_is_broken(project, tmp_path):
    run = save(fixed({"Nobody": "PERSON"}), tmp_path / "run")
    assert severities(network.predictions(run, project / "corpus")) == ["broken"]
    run = save(fixed({"Ada": "PERSON"}), tmp_path / "run")
    atomic.write_json(run / "metrics.json", {"ents_f": 0.03, "dev": {"ents_f": 0.8}})
    found = list(network.predictions(run, project / "corpus"))
    assert severities(found) == ["well", "broken"]
    assert found[1].message == "F is 3.0 on the test set, and 80.0 on the dev set"


def test_labels_that_only_one_set_has_and_sets_without_entities_are_found(project, tmp_path):
    shutil.copytree(project / "corpus", tmp_path, dirs_exist_ok=True)
    counts = json.loads((tmp_path / "counts.json").read_text(encoding="utf8"))
    counts["splits"]["dev"]["labels"] = {"PERSON": 8, "DATE": 1}
    counts["splits"]["test"]["labels"] = {}
    atomic.write_json(tmp_path / "counts.json", counts)
    found = list(gold.gold(tmp_path))
    assert severities(found) == ["broken", "warn", "warn"]
    assert "A set has no entities: 72 in the training set, 9 in the dev set, 0 in the test set" in (
        found[0].message
    )
    assert found[1].message == "Labels that the training set lacks can't be learned: DATE"
    assert found[2].message == "Labels that the dev set lacks are not measured while training: ORG"


def test_packages_that_are_missing_or_of_another_version_are_named(tmp_path):
    (tmp_path / "requirements.txt").write_text("-c x\nno-such-package==1.0\nspacy==0.1\n", "utf8")
    (tmp_path / "constraints.txt").write_text(
        "# x\nspacy==0.1\nnumpy==0.2 ; python_version < '3'\n", "utf8"
    )
    missing, other = machine.packages(tmp_path)
    assert missing.message == "Packages are not installed: no-such-package"
    assert other.message.startswith("Versions that were not tested here: spacy 3.")
    assert missing.advice == "python -m pip install -r requirements.txt"


def test_functions_that_spacy_does_not_find_are_named(tmp_path):
    text = '[project]\nname = "x"\n[project.entry-points.spacy_misc]\n"mine.v1" = "mine:f"\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf8")
    (found,) = machine.functions(tmp_path)
    assert found.message == "spaCy doesn't find functions of this project: mine.v1"
    assert severities(machine.functions(ROOT)) == ["well"]


def test_gpu_that_is_asked_for_and_is_not_there_is_broken():
    if machine.has_gpu:
        pytest.skip("there is a GPU")
    assert severities(machine.gpu(-1)) == ["well"]
    (found,) = machine.gpu(0)
    assert found.severity == "broken"
    assert "set gpu_id to -1 in project.yml" in found.advice


def test_damaged_record_of_weasel_is_found(tmp_path):
    (tmp_path / "project.lock").write_text("a: [", encoding="utf8")
    (found,) = machine.locks(tmp_path)
    assert found == Symptom("warn", "project.lock is damaged", "weasel run inputs deletes it")
    srsly.write_yaml(tmp_path / "project.lock", {"convert": {}})
    assert severities(machine.locks(tmp_path)) == ["well"]


@pytest.mark.parametrize(
    ("mode", "said"), [("online", "online"), ("disabled", "turned off by WANDB_MODE")]
)
def test_state_of_wandb_is_told(monkeypatch, mode, said):
    monkeypatch.setenv("WANDB_MODE", mode)
    (found,) = machine.tracking()
    assert said in found.message
