"""configs/transfer.cfg and configs/update.cfg start from a pipeline that is not needed afterwards."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.cli.train import train
from spacy.util import load_config
from typer.testing import CliRunner

from scripts import config as step
from scripts.labels import documents_read
from scripts.package import code_files
from tests.corpora import ROOT, make_corpus
from tests.pipelines import trained
from tests.test_package import ALONE

SHORT = {"max_steps": 4, "eval_frequency": 2}
OLD = ["[Ada](PERSON) left on [Monday](DATE).", "Nobody came.", "[Bo](PERSON) sang."]
NEW = ["Ada left [Acme](ORG) on Monday.", "It rained at [Ferry Ltd](ORG)."]
LOAD = (
    "import cluster_embed, fast_ner, spacy; print(sorted(spacy.load({model!r}).get_pipe('ner').labels))"
)


def corpus_in(folder: Path, texts: list[str]) -> Path:
    """Make a corpus that has the same texts in each split, but for a word."""
    splits = {split: [f"{split}: {text}" for text in texts] for split in ("train", "dev", "test")}
    folder.mkdir()
    return make_corpus(folder, **splits)


def configure(name: str, corpus: Path, changes: dict[str, Any]) -> tuple[int, str, Path]:
    """Run the step `config` for a shipped config with changes; return its end and what it wrote."""
    config = load_config(ROOT / "configs" / name)
    for section, values in {"training": SHORT, **changes}.items():
        block: Any = config
        for key in section.split("."):
            block = block[key]
        block.update(values)
    del config["schedule"]
    config["training"]["optimizer"]["learn_rate"] = 0.001
    config.to_disk(corpus.parent / name)
    run = corpus.parent / "run"
    done = CliRunner().invoke(step.app, [str(corpus.parent / name), str(run), str(corpus)])
    return done.exit_code, " ".join(done.output.split()), run / "config.cfg"


def train_without(source: Path, config: Path) -> Path:
    """Train, take the source away, train again with the saved config; return the first pipeline."""
    train(config, config.parent)
    shutil.rmtree(source)
    model = config.parent / "model-best"
    corpus = config.parents[1] / "corpus"
    paths = {f"paths.{name}": str(corpus / f"{name}.spacy") for name in ("train", "dev")}
    train(model / "config.cfg", config.parent / "again", overrides=paths)
    return model


def test_transfer_config_is_the_default_config_but_for_what_its_comments_say():
    default, transfer = (load_config(ROOT / f"configs/{name}.cfg") for name in ("config", "transfer"))
    assert transfer["initialize"]["after_init"]["source"] == "en_core_web_sm"
    default["initialize"]["after_init"] = transfer["initialize"]["after_init"]
    default["components"]["tok2vec"]["model"]["encode"] |= {"width": 96, "depth": 4}
    default["training"]["optimizer"]["learn_rate"]["initial_rate"] = 0.003
    assert transfer == default


def test_combined_config_is_the_transfer_config_with_vectors_and_steps_of_the_vectors_config():
    names = ("transfer", "vectors", "combined")
    transfer, vectors, combined = (load_config(ROOT / f"configs/{name}.cfg") for name in names)
    transfer["paths"]["vectors"] = vectors["paths"]["vectors"]
    own, theirs = (each["components"]["tok2vec"]["model"]["embed"] for each in (transfer, vectors))
    own |= {name: theirs[name] for name in ("clusters", "include_static_vectors")}
    transfer["initialize"]["before_init"] = vectors["initialize"]["before_init"]
    transfer["schedule"] = vectors["schedule"]
    assert combined == transfer


@pytest.fixture(scope="module")
def transferred(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A pipeline that transfer.cfg trained, and the config that it was trained with."""
    folder = tmp_path_factory.mktemp("transfer")
    corpus = corpus_in(folder / "old", OLD)
    trained(corpus, updates=1).to_disk(folder / "source")
    changes = {"initialize.after_init": {"source": str(folder / "source")}}
    code, output, path = configure("transfer.cfg", corpus, changes)
    assert code == 0, output
    return train_without(folder / "source", path), path.read_text(encoding="utf8")


def load_alone(model: Path, folder: Path) -> str:
    """Return the labels of a pipeline that is loaded with the code of its wheel, not this project."""
    for path in code_files(model):
        shutil.copy(path, folder)
    program = ALONE.format(target=str(folder)) + LOAD.format(model=str(model))
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


@pytest.mark.slow
def test_transfer_config_trains_and_the_pipeline_needs_the_files_of_its_layers(transferred, tmp_path):
    model, config = transferred
    assert "source, " in config.partition("\n\n")[0]  # and its fingerprint: a new one trains again
    assert [path.name for path in code_files(model)] == ["cluster_embed.py", "fast_ner.py"]
    assert load_alone(model, tmp_path) == "['DATE', 'PERSON']"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*W113")
def test_update_config_adds_labels_to_a_pipeline_of_this_project(transferred, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(transferred[0], source)
    corpus = corpus_in(tmp_path / "new", NEW)
    code, output, path = configure("update.cfg", corpus, {"paths": {"source": str(source)}})
    assert code == 0, output
    assert "source, " in path.read_text(encoding="utf8").partition("\n\n")[0]
    assert "Rehearsal" not in (corpus / "config.cfg").read_text(encoding="utf8")
    assert documents_read(corpus / "config.cfg") == {"train": 2, "dev": 2}
    model = train_without(source, path)
    assert spacy.load(model).pipe_names == ["ner"]
    assert load_alone(model, tmp_path) == "['DATE', 'ORG', 'PERSON']"


@pytest.mark.parametrize(
    ("name", "section", "told"),
    [
        (
            "transfer.cfg",
            "initialize.after_init",
            "[initialize.after_init] takes weights from en_none_sm, which was not found",
        ),
        ("update.cfg", "paths", "[components.ner] takes the component from en_none_sm"),
        ("update.cfg", "corpora.train", "[corpora.train] takes predictions from en_none_sm"),
    ],
)
def test_source_that_is_not_there_is_refused(name, section, told, tmp_path):
    corpus = corpus_in(tmp_path / "corpus", OLD)
    changes = {section: {"source": "en_none_sm"}}
    if section != "paths" and name == "update.cfg":
        trained(corpus, updates=1).to_disk(tmp_path / "source")
        changes["paths"] = {"source": str(tmp_path / "source")}
    code, output, _ = configure(name, corpus, changes)
    assert code == 1
    assert told in output
    assert "Install it: python -m spacy download en_none_sm" in output
