"""Word vectors from every kind of source, and training, packaging and using a pipeline with them."""

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.cli.train import train
from spacy.util import load_config
from spacy.vectors import Mode
from typer.testing import CliRunner

from scripts import config as config_step
from scripts import package as package_step
from scripts import vectors as step
from scripts.settings.base import settings_path
from scripts.settings.word_vectors import WordVectorsSettings
from scripts.training.cluster_embed import clusters_in, layers_of
from scripts.training.word_vectors import give, principal, share_case
from tests.corpora import CONFIG, make_corpus
from tests.test_package import METRICS, load

TRAIN = ["[Ada](PERSON) left on [Monday](DATE).", "Nobody came.", "[Bo](PERSON) sang.", "Bo sang."] * 2
DEV = ["It was [Bo](PERSON).", "It rained on [Friday](DATE)."]
TEST = ["[Ada](PERSON) came back on [Monday](DATE)."]
WORDS = {
    "ada": (3, 1, 0),
    "bo": (3, 0.9, 0.1),
    "eve": (3, 1.1, 0),
    "monday": (0, 1, 3),
    "on": (-3, 1, 1),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus."""
    return make_corpus(tmp_path_factory.mktemp("vectors"), train=TRAIN, dev=DEV, test=TEST)


@pytest.fixture
def corpus(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the corpus in a project's folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WANDB_MODE", "disabled")
    return Path(shutil.copytree(made, tmp_path / "corpus"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of word vectors."""
    lines = [" ".join([word, *map(str, numbers)]) for word, numbers in WORDS.items()]
    path = tmp_path / "words.vec.gz"
    with gzip.open(path, "wt", encoding="utf8") as stream:
        stream.write("\n".join([f"{len(lines)} 3", *lines]) + "\n")
    return path


def run(corpus: Path, code: int = 0, **values: Any) -> str:
    """Run the command with settings, as project.yml does; return what it printed."""
    path = settings_path(corpus, "vectors")
    path.write_text(WordVectorsSettings(**values).model_dump_json(), encoding="utf8")
    found = CliRunner().invoke(step.app, [str(corpus), "assets/vectors"])
    assert found.exit_code == code, found.output
    return " ".join(found.output.split())


def test_file_is_converted_and_its_words_are_found_in_any_case(corpus, file):
    said = run(corpus, method="file", source=str(file), cluster_depth=2)
    nlp = spacy.load("assets/vectors")
    assert nlp("Ada")[0].vector.tolist() == [3, 1, 0]
    assert nlp.vocab.vectors.shape == (5, 3)
    assert "assets/vectors has 5 vectors of 3 dimensions" in said
    assert "of the tokens in the training set" in said
    found = clusters_in(Path("assets/vectors/clusters.msgpack"))
    paths = dict(zip(*(array.tolist() for array in found), strict=True))
    ada, bo, monday = (paths[nlp.vocab.strings[word]] for word in ("ada", "bo", "monday"))
    assert ada % 4 == bo % 4 != monday % 4


def test_the_first_lines_of_a_file_are_read_and_the_vectors_pruned(corpus, file):
    run(corpus, method="file", source=str(file), words=4, keep=2, cluster_depth=0)
    nlp = spacy.load("assets/vectors")
    assert nlp.vocab.vectors.shape == (2, 3)
    assert nlp.vocab.vectors.n_keys == 4 * 3
    assert [token.has_vector for token in nlp("On ADA, Eve")] == [False, True, False, True]
    assert nlp("bo")[0].vector.tolist() == pytest.approx(WORDS["bo"])
    assert nlp("monday")[0].vector.tolist() == pytest.approx(WORDS["bo"])  # the most similar one
    assert not Path("assets/vectors/clusters.msgpack").exists()


def test_vectors_of_a_pipeline_are_taken_and_pruned(corpus, file):
    run(corpus, method="file", source=str(file))
    Path("assets/vectors").rename("other")
    run(corpus, method="pipeline", source="other", keep=3)
    nlp = spacy.load("assets/vectors")
    assert nlp.vocab.vectors.shape == (3, 3)
    assert nlp("Eve")[0].vector.tolist() == pytest.approx(WORDS["eve"])
    assert len(clusters_in(Path("assets/vectors/clusters.msgpack"))[0]) == 15


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"method": "file", "source": "no.vec"}, "no.vec does not exist"),
        ({"method": "file", "source": "corpus/inputs.json"}, "can't be read as word vectors"),
        ({"method": "pipeline", "source": "en_no"}, "python -m spacy download en_no"),
        ({"method": "pipeline", "source": "blank"}, "The pipeline blank has no word vectors"),
    ],
)
def test_source_that_has_no_vectors_is_refused_in_words(corpus, values, reason):
    spacy.blank("en").to_disk("blank")
    assert reason in run(corpus, code=1, **values)
    assert not Path("assets/vectors").exists()


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "it has no vectors"),
        (["2 3", "ada 1 2 3", "bo 1 2"], "line 3 has 2 numbers instead of 3"),
        (["ada 1 2 3", "bo 1 abc 3"], "line 2 has 'abc' in place of a number"),
        (["2 3", "ada 1 2 3", "bo 1 nan 3"], "line 3 has 'nan' in place of a number"),
    ],
)
def test_line_that_is_no_vector_is_named(corpus, lines, reason):
    Path("broken.vec").write_text("".join(f"{line}\n" for line in lines), encoding="utf8")
    said = run(corpus, code=1, method="file", source="broken.vec")
    assert f"broken.vec can't be read as word vectors: {reason}" in said
    assert "A line has a word and its numbers" in said


@pytest.mark.parametrize("method", ["transformer", "floret"])
def test_package_that_is_missing_is_named_with_the_file_that_installs_it(corpus, method, monkeypatch):
    package = {"transformer": "sentence-transformers", "floret": "floret"}[method]
    monkeypatch.setitem(sys.modules, package.replace("-", "_"), None)  # as if it were not installed
    said = run(corpus, code=1, method=method)
    assert f"This method needs {package}, which is not installed" in said
    assert "pip install -r requirements-vectors.txt" in said


def test_floret_learns_from_the_training_set_and_raw_texts(corpus):
    pytest.importorskip("floret")
    Path("assets/raw").mkdir(parents=True)
    lines = [f"Eve{n} sang on Monday{n % 7} with {n * 7919 % 1000:x}." for n in range(300)]
    Path("assets/raw/more.txt").write_text("\n".join([*lines, "It was Bo."] * 3), encoding="utf8")
    values = {"dimensions": 8, "floret_rows": 50, "floret_epochs": 2, "cluster_depth": 3}
    run(corpus, method="floret", **values)
    nlp = spacy.load("assets/vectors")
    assert nlp.vocab.vectors.mode == Mode.floret
    assert np.abs(nlp("unheard")[0].vector).sum() > 0
    words = {nlp.vocab.strings[key] for key in clusters_in(Path("assets/vectors/clusters.msgpack"))[0]}
    assert {"Eve7", "sang"} <= words
    assert not {"It", "came"} & words  # only in a text of the dev set or of the training set
    before = {
        path.name: path.read_bytes() for path in Path("assets/vectors").rglob("*") if path.is_file()
    }
    run(corpus, method="floret", **values)
    assert all(
        (next(Path("assets/vectors").rglob(name))).read_bytes() == before[name] for name in before
    )


def test_sentence_transformer_is_distilled(corpus, tmp_path):
    library = pytest.importorskip("sentence_transformers")
    models = pytest.importorskip("sentence_transformers.models")
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {word: n for n, word in enumerate(["?", *WORDS])}
    level = tokenizers.models.WordLevel(vocabulary, unk_token="?")  # noqa: S106
    tokenizer = tokenizers.Tokenizer(level)
    module = models.StaticEmbedding(tokenizer, embedding_dim=8)
    library.SentenceTransformer(modules=[module], device="cpu").save(str(tmp_path / "model"))
    Path("assets/raw").mkdir(parents=True)
    Path("assets/raw/more.txt").write_text("Eve left.\nEve sang.\n", encoding="utf8")
    run(corpus, method="transformer", source=str(tmp_path / "model"), words=50, dimensions=3)
    nlp = spacy.load("assets/vectors")
    assert nlp.vocab.vectors.shape[1] == 3
    assert nlp("Eve")[0].has_vector and nlp("THE")[0].has_vector
    assert not nlp("Ada")[0].has_vector  # as an unseen name
    assert nlp("Eve")[0].vector.tolist() != nlp("on")[0].vector.tolist()


def test_forms_of_a_word_share_the_vector_that_it_was_given():
    nlp = spacy.blank("en")
    give(nlp, ["ada", "1999"], np.eye(2, dtype="float32"))
    share_case(nlp.vocab.vectors)
    assert [nlp.vocab[word].vector.tolist() for word in ("ada", "Ada", "ADA", "1999", "aDa")] == [
        [1, 0], [1, 0], [1, 0], [0, 1], [0, 0],
    ]  # fmt: skip


def test_principal_components_are_those_with_most_variance():
    random = np.random.RandomState(0)
    vectors = (random.standard_normal((200, 4)) * [5, 0.01, 2, 0.01] + 7).astype("float32")
    found = principal(vectors, 2)
    assert found.shape == (200, 2)
    assert found.std() == pytest.approx(1, abs=1e-3)
    assert abs(np.corrcoef(found[:, 0], vectors[:, 0])[0, 1]) > 0.95
    assert abs(np.corrcoef(found[:, 1], vectors[:, 2])[0, 1]) > 0.95


@pytest.mark.slow
def test_pipeline_with_vectors_trains_and_its_wheel_works_alone(corpus, file, tmp_path):
    run(corpus, method="file", source=str(file), cluster_depth=3)
    settings = load_config(CONFIG)
    settings["paths"]["vectors"] = "assets/vectors"
    model = settings["components"]["tok2vec"]["model"]
    model["embed"]["include_static_vectors"] = True
    model["encode"] |= {"width": 16, "depth": 1}
    model["embed"]["clusters"] = ["vectors"]
    settings["initialize"]["before_init"]["files"] = {"vectors": "assets/vectors/clusters.msgpack"}
    settings["schedule"] |= {"passes": 0, "minimum": 20, "evaluations": 1}
    settings.to_disk("own.cfg")
    made = CliRunner().invoke(config_step.app, ["own.cfg", "training/own", str(corpus)])
    assert made.exit_code == 0, made.output
    assert "# Made with assets/vectors, " in Path("training/own/config.cfg").read_text(encoding="utf8")
    train(Path("training/own/config.cfg"), Path("training/own"))
    Path("assets/vectors").rename("gone")
    best = spacy.load("training/own/model-best")
    assert len(layers_of(best.get_pipe("tok2vec"))[0].attrs["clusters"]["vectors"]["words"]) == 15
    shutil.copytree("training/own/model-best", "training/own/pipeline")
    Path("training/own/metrics.json").write_text(json.dumps(METRICS), encoding="utf8")
    options = ["--name=own", "--version=1.0", "--license=MIT"]
    built = CliRunner().invoke(package_step.app, ["training/own", str(corpus), *options])
    assert built.exit_code == 0, built.output
    (wheel,) = Path("training/own/packages").glob("*.whl")
    program = (
        "import en_own\nnlp = en_own.load()\nprint(nlp.vocab.vectors.shape, nlp('Ada')[0].has_vector)"
    )
    assert load(wheel, tmp_path / "site", program) == "(5, 3) True"
