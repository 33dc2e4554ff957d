"""Every spaCy config in configs/: accepted, trained, scored and packaged, and its wheel works by itself.

A new config is found by itself. What it needs (a pipeline to take components from, vectors, a
transformer) is made tiny by PREPARATIONS; a config that needs a package which is not installed is
skipped.
"""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.cli.train import train
from spacy.util import load_config, walk_dict
from thinc.api import Config
from typer.testing import CliRunner

from scripts import confidence as confidence_step
from scripts import config as config_step
from scripts import evaluate as evaluate_step
from scripts import package as package_step
from scripts.conversion.outcome import Counts
from scripts.corpus.marks import stored_spans_key
from scripts.files import atomic
from scripts.training.filling import unknown_factories, unknown_functions
from scripts.training.stand_alone import LOAD_CLUSTERS, function_of
from tests.corpora import make_corpus, record
from tests.test_package import ALONE

FOLDER = Path(__file__).parents[2] / "configs"
CONFIGS = sorted(path for path in FOLDER.glob("*.cfg") if "[nlp]" in path.read_text(encoding="utf8"))
NESTED = record("[Ada Okafor](PERSON) left the [Bank of Lagos](ORG) on [Monday](DATE).")
NESTED["spans"].append({"start": 28, "end": 33, "label": "PLACE"})
TRAIN = [NESTED, "Nobody came.", "[Bo](PERSON) sang at [Acme](ORG) in [Rome](PLACE) on [Friday](DATE)."]
DEV = ["[Ada](PERSON) is in [Lagos](PLACE).", "It rained on [Friday](DATE)."]
# Values that make a pipeline tiny and its training short, by their names, wherever they are.
TINY: dict[str, Any] = {
    "width": 16,
    "depth": 1,
    "hidden_width": 8,
    "hidden_size": 8,
    "max_steps": 4,
    "eval_frequency": 2,
    "total_steps": 4,
    "warmup_steps": 1,
    "passes": 0.0,
    "minimum": 4,
    "maximum": 4,
    "evaluations": 2,
}
LOADED = """
import spacy
nlp = spacy.load({package!r})
doc = nlp("Ada Okafor left the Bank of Lagos on Monday.")
print("FOUND", len(doc), len(doc.ents), [len(spans) for spans in doc.spans.values()])
"""

Preparation = Callable[[Config, Path], None]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of a few texts, with a span inside of another, for ner and for spancat."""
    folder = tmp_path_factory.mktemp("configs")
    return make_corpus(folder, train=TRAIN, dev=DEV, test=TRAIN, spans_key="sc")


@pytest.fixture(autouse=True)
def without_wandb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Record nothing in wandb."""
    monkeypatch.setenv("WANDB_MODE", "disabled")


def shrunk(config: Config) -> Config:
    """Return a config that trains for a few steps with tiny layers."""
    for keys, value in list(walk_dict(config)):
        if keys[-1] in TINY and isinstance(value, int | float):
            reduce(getitem, keys[:-1], config)[keys[-1]] = TINY[keys[-1]]
    return config


def few_clusters(config: Config, folder: Path) -> None:
    """Keep only a few words of each table of word clusters."""
    block = config.get("initialize", {}).get("before_init")
    if function_of(block) == LOAD_CLUSTERS:
        block["limit"] = 100


def tiny_source(config: Config, folder: Path) -> None:
    """Let what a config takes from another pipeline come from a tiny default pipeline."""
    named = [keys for keys, _ in walk_dict(config) if keys[-1] == "source"]
    if not named:
        return
    default = shrunk(load_config(FOLDER / "config.cfg", interpolate=False))
    few_clusters(default, folder)
    default.to_disk(folder / "default.cfg")
    step(config_step.app, folder / "default.cfg", folder / "source", folder / "corpus")
    train(folder / "source" / "config.cfg", folder / "source")
    for keys in named:
        block = reduce(getitem, keys[:-1], config)
        block["source"] = str(folder / "source" / "model-best")
        if (
            block.get("component") == "ner"
        ):  # in spaCy's small pipelines; the default one has no weights there
            block["component"] = "tok2vec"


def tiny_vectors(config: Config, folder: Path) -> None:
    """Let word vectors be those of two words, with two numbers each."""
    config.setdefault("paths", {}).setdefault("vectors", None)
    if Config(config).interpolate().get("initialize", {}).get("vectors"):
        nlp = spacy.blank("en")
        for word in ("Ada", "Rome"):
            nlp.vocab.set_vector(word, np.ones(2, dtype="f"))
        nlp.to_disk(folder / "vectors")
        config["initialize"]["vectors"] = str(folder / "vectors")


def tiny_transformer(config: Config, folder: Path) -> None:
    """Let the transformer be one with random weights, of the letters of English."""
    if "transformer" not in config["nlp"]["pipeline"]:
        return
    from transformers import BertConfig, BertModel, BertTokenizerFast  # may not be installed

    letters = "abcdefghijklmnopqrstuvwxyz."
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{each}" for each in letters)]
    target = folder / "transformer"
    target.mkdir()
    (target / "vocab.txt").write_text("\n".join(tokens), encoding="utf8")
    BertTokenizerFast(str(target / "vocab.txt")).save_pretrained(target)
    sizes = {
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
    }
    BertModel(BertConfig(vocab_size=len(tokens), **sizes)).save_pretrained(target)
    config["paths"]["transformer"] = str(target)


PREPARATIONS: tuple[Preparation, ...] = (few_clusters, tiny_source, tiny_vectors, tiny_transformer)


def missing(path: Path) -> list[str]:
    """Return the packages of functions and components that a config names and that are not installed."""
    config = load_config(path)
    unknown = (*unknown_functions(config), *unknown_factories(config))
    return sorted({package for _, package in unknown if package})


def step(app: Any, *arguments: object) -> str:
    """Run a step in this process, and return what it printed."""
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.slow
@pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
def test_shipped_config_trains_and_its_wheel_works_without_this_project(
    path: Path, corpus: Path, tmp_path: Path
) -> None:
    if packages := missing(path):
        pytest.skip(f"{path.name} needs {', '.join(packages)}")
    tiny, run = tmp_path / path.name, tmp_path / "run"
    (tmp_path / "corpus").symlink_to(corpus, target_is_directory=True)
    config = shrunk(load_config(path, interpolate=False))
    for prepare in PREPARATIONS:
        prepare(config, tmp_path)
    config.to_disk(tiny)
    step(config_step.app, tiny, run, corpus)
    train(run / "config.cfg", run)
    step(evaluate_step.app, run, corpus)
    step(confidence_step.app, run, corpus)
    step(package_step.app, run, corpus, "--name", path.stem, "--version=1.0", "--license=MIT")
    (wheel,) = (run / "packages").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    program = ALONE.format(target=str(tmp_path / "installed"))
    program += LOADED.format(package=f"en_{path.stem}")
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf8", check=False
    )
    assert "FOUND 10" in loaded.stdout, loaded.stderr


def test_every_config_says_what_it_is_for() -> None:
    for path in CONFIGS:
        assert path.read_text(encoding="utf8").startswith("# "), path.name


def test_spans_key_of_a_config_is_that_of_its_spancat() -> None:
    found = {path.name: stored_spans_key(load_config(path)) for path in CONFIGS}
    assert found["config.cfg"] == ""
    assert found["spancat.cfg"] == "sc"


def test_nested_spans_are_all_in_the_corpus(corpus: Path) -> None:
    counts: Counts = atomic.read_json(corpus / "counts.json")
    assert counts["span_lengths"] == {"1": 6, "2": 1, "3": 1}
