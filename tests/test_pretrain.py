"""Pretrained weights: `spacy pretrain` on raw texts, and configs that start from its result."""

from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.training.initialize import init_nlp
from spacy.util import load_config
from thinc.api import Config
from typer.testing import CliRunner

from scripts import config as config_step
from scripts import pretrain as step
from scripts.files import atomic
from scripts.settings.base import settings_path
from scripts.settings.raw import PretrainSettings
from tests.corpora import CONFIG, make_corpus

TRAIN = ["[Ada](PERSON) left.", "Nobody came."]
DEV = ["It was [Bo](PERSON)."]
TEST = ["[Bo](PERSON) came back."]
RAW = "It rained in Rome the whole day.\nBo came back.\nAnother text that nobody has read so far.\n"
ACTIONS = {"0": {}, "4": {"": 1}} | {move: {"PERSON": 1} for move in "123"}  # labels as spaCy has them
WEIGHTS = Path("training/run/pretrained/model-last.bin")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, raw texts, and weights that were pretrained on them."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        make_corpus(folder, train=TRAIN, dev=DEV, test=TEST)
        atomic.write_json(Path("corpus/labels/ner.json"), ACTIONS)
        Path("assets/raw").mkdir(parents=True)
        Path("assets/raw/mine.txt").write_text(RAW, encoding="utf8")
        found = PretrainSettings(pretrain_epochs=2)
        atomic.write_json(settings_path(Path("corpus"), "pretrain"), found.model_dump(mode="json"))
        assert configured(small())[0] == 0
        code, output = run()
        assert code == 0, output
    return folder


@pytest.fixture
def inside(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test in the folder."""
    monkeypatch.chdir(project)


def small(**values: Any) -> Config:
    """Return the default config with a narrow tok2vec and without clusters; values: of its [paths]."""
    config = load_config(CONFIG)
    config["paths"] |= values
    encode = config["components"]["tok2vec"]["model"]["encode"]
    encode |= {"width": 8, "depth": 1}
    config["initialize"]["before_init"] = None
    return config


def configured(config: Config, run: str = "run") -> tuple[int, str]:
    """Run the step `config`; return its exit code and output."""
    config.to_disk("mine.cfg")
    done = CliRunner().invoke(config_step.app, ["mine.cfg", f"training/{run}", "corpus"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def run() -> tuple[int, str]:
    """Run the step; return its exit code and output."""
    Path("training/run").mkdir(parents=True, exist_ok=True)
    done = CliRunner().invoke(step.app, ["training/run", "corpus"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


@pytest.mark.usefixtures("inside")
def test_weights_are_made_of_texts_that_the_corpus_lacks():
    texts = [row.split('"')[3] for row in Path("corpus/raw.jsonl").read_text("utf8").splitlines()]
    assert texts == [RAW.splitlines()[0], RAW.splitlines()[2]]
    assert sorted(path.name for path in WEIGHTS.parent.iterdir()) == [
        "config.cfg",
        "log.jsonl",
        "model-last.bin",
    ]
    assert load_config(WEIGHTS.parent / "config.cfg")["pretraining"]["max_epochs"] == 2


@pytest.mark.usefixtures("inside")
def test_config_that_names_the_weights_starts_from_them():
    code, output = configured(small(init_tok2vec=WEIGHTS.as_posix()), "student")
    assert code == 0, output
    assert "weights of tok2vec from training/run/pretrained/model-last.bin" in output
    path = Path("training/student/config.cfg")
    assert f"# Made with {WEIGHTS.as_posix()}, " in path.read_text(encoding="utf8")
    nlp = init_nlp(load_config(path))
    plain = init_nlp(load_config("training/run/config.cfg"))
    expected = spacy.util.load_model_from_config(load_config(path), auto_fill=True)
    layer = expected.get_pipe("tok2vec").model.from_bytes(WEIGHTS.read_bytes())
    assert nlp.get_pipe("tok2vec").model.to_bytes() == layer.to_bytes()
    assert plain.get_pipe("tok2vec").model.to_bytes() != layer.to_bytes()


@pytest.mark.usefixtures("inside")
def test_weights_of_another_architecture_are_refused():
    config = small(init_tok2vec=WEIGHTS.as_posix())
    config["components"]["tok2vec"]["model"]["encode"]["width"] = 16
    code, output = configured(config, "other")
    assert code == 1
    assert "are of another architecture than [components.tok2vec]" in output
    assert "Run the command pretrain with the config that you train" in output


@pytest.mark.usefixtures("inside")
def test_weights_that_are_not_there_are_refused():
    code, output = configured(small(init_tok2vec="nowhere.bin"), "other")
    assert code == 1
    assert "init_tok2vec in [initialize] is nowhere.bin, which does not exist" in output


def test_without_texts_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    Path("training/run").mkdir(parents=True)
    small().to_disk("training/run/config.cfg")
    code, output = run()
    assert code == 0, output
    assert "so there is nothing to pretrain on" in output
    assert not WEIGHTS.parent.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [("none", "has no component tok2vec to pretrain"), ("transformer", "is a transformer")],
)
def test_config_without_a_tok2vec_is_refused_before_the_texts_are_read(
    tmp_path, monkeypatch, change, said
):
    monkeypatch.chdir(tmp_path)
    make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    config = small()
    if change == "none":
        del config["components"]["tok2vec"]
    else:
        config["components"]["tok2vec"]["factory"] = change
    Path("training/run").mkdir(parents=True)
    config.to_disk("training/run/config.cfg")
    code, output = run()
    assert code == 1
    assert said in output
    assert "config.cfg" in output
    assert not Path("corpus/raw.jsonl").exists()
