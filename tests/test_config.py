"""Any spaCy config is filled in and connected to the project, or refused in words; then it trains."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from jinja2 import Template
from spacy.cli.debug_config import debug_config
from spacy.cli.init_config import RECOMMENDATIONS, TEMPLATE_PATH, init_config
from spacy.cli.train import train
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import load_config, registry
from thinc.api import Config
from typer.testing import CliRunner

from scripts import config as step
from scripts.files import atomic, fingerprint
from scripts.training.configuring import heading
from scripts.training.filling import Refusal
from scripts.training.refusals import refuse_missing_files
from tests.corpora import CONFIG, make_corpus
from tests.pipelines import trained

TRAIN = ["[Ada](PERSON) left on [Monday](DATE).", "Nobody came.", "[Bo](PERSON) sang."]
DEV = ["It was [Bo](PERSON).", "It rained on [Friday](DATE)."]
TEST = ["[Ada](PERSON) came back on [Monday](DATE)."]
SHORT = {"max_steps": 4, "eval_frequency": 2, "patience": 0}
# Configs as `spacy init config` writes them, by its arguments.
MADE: dict[str, dict[str, Any]] = {
    "efficiency": {"pipeline": ["ner"], "optimize": "efficiency"},
    "accuracy": {"pipeline": ["ner"], "optimize": "accuracy"},
    "gpu without transformers": {"pipeline": ["ner"], "gpu": True},
    "spancat": {"pipeline": ["spancat"]},
    "several": {"pipeline": ["ner", "spancat"]},
}


@pytest.fixture(autouse=True)
def without_wandb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Record nothing in wandb."""
    monkeypatch.setenv("WANDB_MODE", "disabled")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus, whose spans are kept for spancat as well."""
    folder = tmp_path_factory.mktemp("config")
    return make_corpus(folder, train=TRAIN, dev=DEV, test=TEST, spans_key="sc")


@pytest.fixture(scope="module")
def model(corpus: Path) -> Path:
    """A pipeline with ner, trained on the corpus."""
    trained(corpus, updates=1).to_disk(corpus.parent / "model")
    return corpus.parent / "model"


@pytest.fixture(scope="module")
def tagging(corpus: Path) -> Path:
    """A pipeline with a tagger."""
    nlp = spacy.blank("en")
    nlp.add_pipe("tagger")
    words = Doc(nlp.vocab, words=["Ada", "left"], tags=["NNP", "VBD"])
    nlp.initialize(lambda: [Example(nlp.make_doc("Ada left"), words)])
    nlp.to_disk(corpus.parent / "tagging")
    return corpus.parent / "tagging"


def base(hardware: str = "cpu", optimize: str = "efficiency", vectors: str | None = None) -> Config:
    """Return what the quickstart widget gives: a config with nothing filled in."""
    about = RECOMMENDATIONS["en"]
    text = Template(TEMPLATE_PATH.read_text(encoding="utf8")).render(
        lang="en",
        components=["ner"],
        optimize=optimize,
        hardware=hardware,
        transformer_data=about["transformer"],
        word_vectors=vectors,
        has_letters=True,
    )
    return Config().from_str(text, interpolate=False)


def run_config(
    corpus: Path, config: Config | Path, run: str = "run", seed: int = 0
) -> tuple[int, str, Path]:
    """Run the step; return its exit code, what it printed, and the path of the written config."""
    folder = corpus.parent / run
    path = corpus.parent / "source.cfg"
    if isinstance(config, Path):
        path = config
    else:
        config.to_disk(path)
    done = CliRunner().invoke(step.app, [str(path), str(folder), str(corpus), f"--seed={seed}"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split()), folder / "config.cfg"


def written(corpus: Path, config: Config | Path, **options: Any) -> Config:
    """Return the config that the step writes."""
    code, output, path = run_config(corpus, config, **options)
    assert code == 0, output
    return load_config(path)


def refused(corpus: Path, config: Config) -> str:
    """Return what the step says about a config that it refuses."""
    code, output, _ = run_config(corpus, config)
    assert code == 1, output
    assert "can't be" in output
    return output


def test_default_config_gets_its_numbers_from_the_corpus_and_its_place_from_the_command(corpus):
    code, output, path = run_config(corpus, CONFIG, "mine", seed=7)
    assert code == 0, output
    assert "900 steps, an evaluation every 90 ([schedule]: 9 passes" in output
    assert "training.dropout 0.2 (0.1)" in output
    found = load_config(path, interpolate=True)
    training = found["training"]
    assert (training["max_steps"], training["eval_frequency"], training["max_epochs"]) == (900, 90, 0)
    assert training["optimizer"]["learn_rate"]["total_steps"] == 900
    assert training["seed"] == 7
    assert found["paths"]["run"] == path.parent.as_posix()
    assert found["corpora"]["train"]["path"] == f"{corpus.as_posix()}/train.spacy"
    assert "schedule" not in found


def test_default_config_has_all_that_is_added_to_others(corpus):
    _, output, _ = run_config(corpus, CONFIG)
    for added in ("labels of", "normal forms", "loggers for", "saved with", "rejected"):
        assert added not in output


def test_file_that_would_not_change_is_not_written_again(corpus):
    _, _, path = run_config(corpus, CONFIG)
    before = path.stat().st_mtime_ns
    run_config(corpus, CONFIG)
    assert path.stat().st_mtime_ns == before


def test_config_for_check_and_labels_is_the_same_for_every_run_and_seed(corpus):
    found = set()
    for run, seed in (("one", 0), ("two", 1)):
        written(corpus, CONFIG, run=run, seed=seed)
        found.add((corpus / "config.cfg").read_text(encoding="utf8"))
    other = load_config(CONFIG)
    other["training"]["dropout"] = 0.3
    written(corpus, other)
    found.add((corpus / "config.cfg").read_text(encoding="utf8"))
    assert len(found) == 1
    assert "load_clusters" not in (config := found.pop())
    assert "read_labels" not in config
    assert "ner_template.RunRecord" not in config


@pytest.mark.parametrize("name", MADE)
def test_config_of_spacy_is_valid_and_trains_to_all_files_that_later_steps_read(corpus, name):
    if name == "gpu without transformers" and find_spec("spacy_transformers"):
        pytest.skip("spacy-transformers is installed")
    config = init_config(**MADE[name])
    config["training"] |= SHORT
    for block in config["components"].values():
        if "encode" in block["model"]:
            block["model"]["encode"] |= {"width": 16, "depth": 1}
    code, output, path = run_config(corpus, config, name.replace(" ", "_"))
    assert code == 0, output
    assert ("en_core_web_lg was not found" in output) is (name == "accuracy")
    debug_config(path)
    train(path, path.parent)
    nlp = spacy.load(path.parent / "model-best")
    assert set(nlp.pipe_labels[MADE[name]["pipeline"][0]]) == {"PERSON", "DATE"}
    assert "ner_template" not in nlp.config.to_str()
    assert atomic.read_json(path.parent / "run.json")["steps"]["planned"] == 4
    assert (path.parent / "curve.jsonl").is_file()


@pytest.mark.parametrize("optimize", ["efficiency", "accuracy"])
def test_partial_config_of_the_widget_is_filled_in(corpus, optimize):
    config = base(optimize=optimize)
    assert config["paths"]["train"] is None
    found = written(corpus, config)
    assert found["training"]["dropout"] == 0.1
    assert found["training"]["max_steps"] == 20_000
    assert (
        found["initialize"]["components"]["ner"]["labels"]["@readers"] == "ner_template.read_labels.v1"
    )
    assert found["components"]["tok2vec"]["model"]["embed"]["include_static_vectors"] is False


def test_ner_demo_of_spacys_projects_keeps_its_numbers(corpus):
    config = init_config(lang="en", pipeline=["ner"])
    config["training"] |= {"eval_frequency": 10, "max_steps": 100}  # as its project.yml overrides them
    found = written(corpus, config)["training"]
    assert (found["max_steps"], found["eval_frequency"], found["patience"]) == (100, 10, 1600)


@pytest.mark.slow
def test_vectors_that_are_there_are_used(corpus):
    nlp = spacy.blank("en")
    nlp.vocab.set_vector("Ada", np.ones(2, dtype="f"))
    nlp.to_disk(corpus.parent / "vectors")
    config = base(optimize="accuracy", vectors=(corpus.parent / "vectors").as_posix())
    config["training"] |= SHORT
    found = written(corpus, config, run="with_vectors")
    assert found["components"]["tok2vec"]["model"]["embed"]["include_static_vectors"] is True
    train(corpus.parent / "with_vectors/config.cfg", corpus.parent / "with_vectors")


@pytest.mark.skipif(bool(find_spec("spacy_transformers")), reason="spacy-transformers is installed")
def test_transformers_that_are_not_installed_are_named(corpus):
    said = refused(corpus, base("gpu"))
    assert "needs spacy-transformers, which is not installed: transformer in [components.tr" in said
    assert "python -m pip install -r requirements-transformer.txt" in said


PACKAGE_WITH_A_REGISTRY = """
import catalogue
from spacy.util import registry

registry.odd_things = catalogue.create("spacy", "odd_things")
registry.odd_things("spacy-experimental.Thing.v1", func=lambda: None)
registry.architectures("spacy-experimental.Odd.v1", func=lambda thing: None)
"""
LOOK = """
from scripts.training.filling import unknown_functions
thing = {"@odd_things": "spacy-experimental.Thing.v1"}
print(list(unknown_functions({"m": {"thing": thing, "@architectures": "spacy-experimental.Odd.v1"}})))
"""


def test_function_of_a_kind_that_its_package_brings_is_known(tmp_path):
    """spacy-transformers has the registry span_getters, which is there once the package is imported."""
    (tmp_path / "odd.py").write_text(PACKAGE_WITH_A_REGISTRY, encoding="utf8")
    about = tmp_path / "odd-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n", encoding="utf8")
    points = "[spacy_architectures]\nspacy-experimental.Odd.v1 = odd\n"
    (about / "entry_points.txt").write_text(points, encoding="utf8")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{LOOK}"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf8", check=False
    )
    assert found.stdout.strip() == "[]", found.stdout + found.stderr


def test_transformer_in_a_folder_that_is_not_there_is_refused():
    model = {"name": "./nowhere/model"}
    components = {"transformer": {"factory": "transformer", "model": model}}
    initialize = {"init_tok2vec": None, "vocab_data": None}
    with pytest.raises(Refusal, match=r"starts from ./nowhere/model, which is not a folder"):
        refuse_missing_files(Config({"components": components, "initialize": initialize}))


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (
            "nlp.pipeline",
            ["tok2vec", "nre"],
            "pipeline in [nlp] has nre, but there is no [components.nre]",
        ),
        ("nlp.pipeline", ["tok2vec"], "(tok2vec) has no component that learns to find entities"),
        ("training.frozen_components", ["ner"], "ner is in frozen_components of [training], so that"),
        ("training.frozen_components", ["nre"], "frozen_components in [training] has nre, which is not"),
        ("training.dev_corpus", "corpora.dve", "is corpora.dve, which is no section"),
        ("shedule.passes", 9.0, "There is no section [shedule], and spaCy would ignore it"),
        ("components.ner", {"source": "en_none_sm"}, "python -m spacy download en_none_sm"),
        ("components.ner", {"factory": "nre"}, "not registered: nre in [components.ner]"),
        ("training.logger", {"@loggers": "mine.v1"}, "not registered: mine.v1 in [training.logger]"),
        ("training.max_steps", 0, "Training would never end"),
        (
            "paths.init_tok2vec",
            "none.bin",
            "init_tok2vec in [initialize] is none.bin, which does not exist",
        ),
        (
            "nlp.pipeline",
            ["tok2vec", "ner", "ner"],
            "spaCy can't create a pipeline from it: [E007] 'ner'",
        ),
    ],
)
def test_what_can_never_train_is_refused_in_words(corpus, place, value, reason):
    config = init_config(pipeline=["ner"])
    config["training"]["patience"] = 0
    section, name = place.split(".")
    config.setdefault(section, {})[name] = value
    assert reason in " ".join(refused(corpus, config).split())


@pytest.mark.parametrize("pipeline", [["entity_ruler"], ["span_finder", "ner"], ["spancat", "ner"]])
def test_component_that_would_learn_nothing_is_refused(tmp_path, pipeline):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    said = " ".join(refused(corpus, init_config(pipeline=pipeline)).split())
    needed = "learns to find entities" if len(pipeline) == 1 else f"{pipeline[0]} trains on spans with"
    assert needed in said


def test_component_that_the_source_lacks_is_named(corpus, tmp_path):
    spacy.blank("en").to_disk(tmp_path / "blank")
    config = init_config(pipeline=["ner"])
    config["components"]["ner"] = {"source": str(tmp_path / "blank")}
    said = " ".join(refused(corpus, config).split())
    assert "spaCy can't create a pipeline from it: [E944] Can't copy pipeline component 'ner'" in said


def test_misspelt_value_that_spacy_would_ignore_is_refused(corpus):
    config = init_config(pipeline=["ner"])
    config["training"]["dropuot"] = config["training"].pop("dropout")
    said = refused(corpus, config)
    assert "[training] has no value dropuot, and spaCy would ignore it" in said
    assert "Did you mean dropout?" in said


def test_component_that_the_corpus_cannot_teach_is_refused(corpus):
    said = refused(corpus, init_config(pipeline=["tagger", "ner"]))
    assert "[components.tagger] (tagger) needs part-of-speech tags, but the corpus has none" in said
    assert "Remove tagger from pipeline in [nlp], or take it from another pipeline" in said


@pytest.mark.slow
def test_trained_tagger_beside_ner_is_frozen_and_does_not_count(corpus, tagging):
    config = init_config(pipeline=["tagger", "ner"])
    config["components"]["tagger"] = {"source": str(tagging)}
    config["training"] |= SHORT
    code, output, path = run_config(corpus, config, "tagged")
    assert code == 0, output
    assert "tagger is frozen: the corpus has no part-of-speech tags to train it on" in output
    found = load_config(path)["training"]
    assert found["frozen_components"] == ["tagger"]
    assert found["score_weights"]["tag_acc"] is None
    debug_config(path)
    train(path, path.parent)
    doc = spacy.load(path.parent / "model-best")("Ada left")
    assert {token.tag_ for token in doc} <= {"NNP", "VBD"}
    assert all(token.tag_ for token in doc)


def test_ner_of_another_pipeline_is_trained_on(corpus, model):
    config = init_config(pipeline=["ner"])
    config["nlp"]["pipeline"] = ["ner"]
    config["components"] = {"ner": {"source": str(model)}}
    config["training"] |= SHORT
    found = written(corpus, config, run="sourced")
    assert found["components"]["ner"] == {"source": str(model)}
    assert found["initialize"]["components"] == {}
    text = (corpus.parent / "sourced/config.cfg").read_text(encoding="utf8")
    assert f"# Made with {model}, " in text
    train(corpus.parent / "sourced/config.cfg", corpus.parent / "sourced")
    assert (corpus.parent / "sourced/curve.jsonl").is_file()


def test_run_that_starts_from_its_own_pipeline_is_refused(corpus, model):
    config = init_config(pipeline=["ner"])
    config["nlp"]["pipeline"] = ["ner"]
    config["components"] = {"ner": {"source": str(model)}}
    before = sorted(model.rglob("*"))
    code, output, _ = run_config(corpus, config, model.name)
    assert code == 1
    assert f"from {model}, which the training of the run {model.name} would delete" in output
    assert "Give this run another name" in output
    assert sorted(model.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["initialize.before_init.files.mine", "corpora.train.raw", "components.ner.model.name"]
)
def test_file_that_training_reads_is_part_of_the_config(corpus, tmp_path, name):
    found = written(corpus, load_config(CONFIG))
    file = tmp_path / "file.bin"
    *sections, last = name.split(".")
    block = found
    for section in sections:
        block = block[section]
    block[last] = file.as_posix()
    texts = []
    for contents in ("one", "two", None):
        if contents:
            file.write_text(contents, encoding="utf8")
        else:
            file.unlink()
        texts.append(heading(CONFIG, found))
    assert f"# Made with {file.as_posix()}, " in texts[0]
    assert len(set(texts)) == 3
    assert "# Made with" not in texts[2]


def test_ner_of_another_pipeline_that_lacks_a_label_is_refused(tmp_path, model):
    texts = ["[Ada](PERSON) of [Acme](ORG)."]
    corpus = make_corpus(tmp_path, train=texts, dev=["[Bo](PERSON)."], test=["[Acme](ORG)!"])
    config = init_config(pipeline=["ner"])
    config["components"]["ner"] = {"source": str(model)}
    said = refused(corpus, config)
    assert "takes ner from another pipeline, which has DATE, PERSON: it can't learn ORG" in said


def test_spancat_without_spans_is_refused(tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    said = refused(corpus, init_config(pipeline=["spancat"]))
    assert "trains on spans with the key 'sc', but the corpus has no such spans" in said


def test_language_of_the_corpus_replaces_that_of_the_config_with_its_tokenizer(tmp_path):
    texts = {"train": ["[Jürgen](PERSON) ging."], "dev": ["[Ada](PERSON)."], "test": ["[Bo](PERSON)!"]}
    corpus = make_corpus(tmp_path, lang="de", **texts)
    code, output, path = run_config(corpus, init_config(lang="zh", pipeline=["ner"]))
    assert code == 0, output
    assert "language de (vars.lang) instead of zh, with its own tokenizer" in output
    assert load_config(path)["nlp"]["tokenizer"]["@tokenizers"] == "spacy.Tokenizer.v1"


def test_tables_that_the_language_lacks_are_left_out(tmp_path):
    corpus = make_corpus(tmp_path, lang="xx", train=TRAIN, dev=DEV, test=TEST)
    code, output, path = run_config(corpus, CONFIG)
    assert code == 0, output
    assert "spacy-lookups-data has no table lexeme_norm for 'xx'" in output
    lookups = load_config(path, interpolate=True)["initialize"]["lookups"]
    assert registry.resolve({"lookups": lookups})["lookups"].tables == []


def test_large_training_set_is_read_as_a_stream(tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST, stream_from=1)
    config = init_config(pipeline=["ner"])
    config["training"]["max_epochs"] = 10
    code, output, path = run_config(corpus, config)
    assert code == 0, output
    assert "it is read as a stream (max_epochs = -1), so training ends at max_steps" in output
    assert load_config(path)["training"]["max_epochs"] == -1
    assert load_config(corpus / "config.cfg")["training"]["max_epochs"] == 0


def test_training_set_of_another_place_is_replaced_and_said(corpus):
    config = init_config(pipeline=["ner"])
    config["corpora"]["train"]["path"] = "elsewhere/train.spacy"
    _, output, path = run_config(corpus, config)
    assert "train.spacy instead of elsewhere/train.spacy" in output
    assert load_config(path)["corpora"]["train"]["path"] == "${paths.train}"


def test_loggers_and_callbacks_of_the_config_stay_beside_ours(corpus):
    @registry.callbacks("tests.saved.v1")
    def saved() -> Any:
        return lambda nlp: nlp

    config = init_config(pipeline=["ner"])
    console = {"@loggers": "spacy.ConsoleLogger.v2", "progress_bar": True}
    config["training"] |= {"logger": console, "before_to_disk": {"@callbacks": "tests.saved.v1"}}
    found = written(corpus, config)["training"]
    assert found["logger"]["logger1"]["@loggers"] == "spacy.ConsoleLogger.v2"
    assert found["before_to_disk"]["first"] == {"@callbacks": "tests.saved.v1"}


@pytest.mark.parametrize(
    ("path", "kept"), [("corpus/labels/ner.json", False), ("none.json", False), ("mine.json", True)]
)
def test_label_file_of_the_config_is_kept_only_where_there_is_one(corpus, path, kept):
    atomic.write_json(corpus.parent / "mine.json", ["PERSON", "DATE", "ORG"])
    config = init_config(pipeline=["ner"])
    reader = {"@readers": "spacy.read_labels.v1", "path": str(corpus.parent / path), "require": True}
    config["initialize"]["components"]["ner"] = {"labels": reader}
    found = written(corpus, config)["initialize"]["components"]["ner"]["labels"]
    assert (found["@readers"] == "spacy.read_labels.v1") is kept


def test_training_that_ends_while_the_learning_rate_rises_is_noted(corpus):
    config = load_config(CONFIG)
    for minimum, noted in ((100, True), (300, False)):
        config["schedule"] |= {"passes": 0.0, "minimum": minimum}
        code, output, _ = run_config(corpus, config)
        assert code == 0, output
        assert ("rises up to the last step: lower warmup_steps" in output) == noted


def test_mistake_in_the_schedule_is_named(corpus):
    config = load_config(CONFIG)
    config["schedule"]["pases"] = config["schedule"].pop("passes")
    said = refused(corpus, config)
    assert "[schedule] in" in said
    assert "passes: Field required" in said
    assert "pases: Extra inputs are not permitted" in said


def test_minimum_of_steps_larger_than_the_maximum_is_refused(corpus):
    config = load_config(CONFIG)
    config["schedule"] |= {"minimum": 500, "maximum": 100}
    said = " ".join(refused(corpus, config).split())
    assert "can't be used. minimum (500) is larger than maximum (100)" in said


def test_value_of_a_wrong_type_is_shown_as_spacy_shows_it(corpus):
    config = init_config(pipeline=["ner"])
    config["training"]["dropout"] = "much"
    code, output, _ = run_config(corpus, config)
    assert code == 1
    assert "dropout" in output


def test_value_that_occurs_twice_is_refused_in_words(corpus, tmp_path):
    (tmp_path / "twice.cfg").write_text("[nlp]\nlang = null\nlang = null\n", encoding="utf8")
    code, output, _ = run_config(corpus, tmp_path / "twice.cfg")
    assert code == 1
    assert "option 'lang' in section 'nlp' already exists" in output


@pytest.mark.parametrize(
    ("suggester", "changed"),
    [
        ({"@misc": "spacy.ngram_suggester.v1", "sizes": [1]}, {"sizes": [1, 2]}),
        (
            {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": 9},
            {"min_size": 1, "max_size": 2},
        ),
        ({"@misc": "spacy.preset_spans_suggester.v1", "spans_key": "found"}, {"spans_key": "found"}),
    ],
)
def test_suggester_gets_the_lengths_of_the_training_set(tmp_path, suggester, changed):
    train = ["[Ada Okafor](PERSON) left on [Monday](DATE).", "[Bo](PERSON) sang."]
    corpus = make_corpus(tmp_path, train=train, dev=DEV, test=TEST, spans_key="sc")
    config = init_config(pipeline=["spancat"])
    config["components"]["spancat"]["suggester"] = suggester
    config["schedule"] = {"passes": 1.0, "span_coverage": 1.0}
    found = written(corpus, config)["components"]["spancat"]["suggester"]
    assert {key: value for key, value in found.items() if not key.startswith("@")} == changed


def with_silver(**values: Any) -> Config:
    """Return the default config, reading silver documents as well."""
    config = load_config(CONFIG)
    config["corpora"]["train"] |= {"@readers": "ner_template.GoldAndSilver.v1", **values}
    return config


def test_config_with_silver_documents_trains_on_them(corpus, tmp_path):
    docs = [Doc(spacy.blank("en").vocab, words=["Zed", "ran"], ents=["B-PERSON", "O"])] * 3
    silver = tmp_path / "silver.spacy"
    DocBin(docs=docs).to_disk(silver)
    code, output, path = run_config(corpus, with_silver(silver=silver.as_posix(), ratio=0.5), "silver")
    assert code == 0, output
    assert f"texts that teach annotated, from {silver.as_posix()}" in output
    assert f"# Made with {silver.as_posix()}, {fingerprint.of_path(silver)}" in path.read_text("utf8")
    config = load_config(path)
    assert config["training"]["max_epochs"] == -1
    assert load_config(corpus / "config.cfg")["corpora"]["train"]["@readers"] == "spacy.Corpus.v1"
    nlp = spacy.blank("en")
    read = registry.resolve({"train": config.interpolate()["corpora"]["train"]})["train"]
    assert sorted(example.text == "Zed ran " for example in read(nlp)) == [False] * 3 + [True] * 2


def test_config_without_its_silver_documents_is_refused(corpus):
    output = refused(corpus, with_silver(silver="nowhere/silver.spacy"))
    assert "It trains on nowhere/silver.spacy, which does not exist" in output
    assert "Put texts into assets/raw, and run the command teach first" in output


def test_spancat_can_not_learn_from_silver_documents(corpus):
    config = init_config(**MADE["spancat"])
    config["corpora"]["train"] |= {"@readers": "ner_template.GoldAndSilver.v1"}
    output = refused(corpus, config)
    assert "spancat can't learn from texts that teach annotated: they have no spans" in output
