"""Values that a trial changes and that the wiring of its config would replace."""

from dataclasses import replace

import pytest

from scripts.training.filling import Refusal
from scripts.trials.prepare import Preparation
from tests.corpora import make_corpus
from tests.trials.tiny import CONFIG as TINY
from tests.trials.tiny import tiny_trial

SCHEDULE = "\n[schedule]\npasses = 2.0\nminimum = 12\nmaximum = 12\nevaluations = 3\n"
WARMUP = {"@schedules": "warmup_linear.v1", "initial_rate": 0.01, "warmup_steps": 2, "total_steps": 9}
NO_STEPS = {"@schedules": "warmup_linear.v1", "initial_rate": 0.01}
LABELS = {"@readers": "spacy.read_labels.v1", "path": "no.json", "require": False}
SPANCAT = """
[nlp]
lang = "en"
pipeline = ["spancat"]

[components]

[components.spancat]
factory = "spancat"
spans_key = "sc"

[components.spancat.suggester]
@misc = "spacy.ngram_range_suggester.v1"
min_size = 1
max_size = 3

[schedule]
passes = 1.0
span_coverage = 1.0
"""


@pytest.fixture(scope="module")
def scheduled(tiny):
    """A trial of the tiny config with [schedule]."""
    (tiny / "scheduled.cfg").write_text(TINY + SCHEDULE, encoding="utf8")
    return tiny_trial(tiny, config=str(tiny / "scheduled.cfg"))


def prepare(trial, folder, **overrides):
    """Return the task of the trial with these overrides."""
    return Preparation(folder).task(replace(trial, overrides=overrides))


def refused(trial, folder, overrides):
    """Return what is said about a trial with overrides that is refused."""
    with pytest.raises(Refusal) as caught:
        prepare(trial, folder, **overrides)
    return f"{caught.value}. {caught.value.hint}"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("training.max_steps", 300, "is decided by [schedule]: 300 has no effect. Change schedule.p"),
        ("training.max_steps", 12, "is decided by [schedule]: 12 has no effect"),
        ("training.eval_frequency", 50, "50 has no effect. Change schedule.evaluations."),
        ("system.seed", 7, "is decided by the trial: 7 has no effect. Use seeds of the variant"),
        ("system.seed", 0, "is decided by the trial"),
        ("training.seed", 7, "Use seeds of the variant"),
        ("nlp.lang", "de", 'would be "en", not "de". The corpus decides it: set vars.lang'),
        ("nlp.tokenizer", {"@tokenizers": "spacy.zh.ChineseTokenizer"}, "The corpus decides it"),
        ("paths.train", "corpus/dev.spacy", "To train on less, use share or without."),
        ("corpora.train.path", "corpus/dev.spacy", "To train on less, use share or without."),
        ("initialize.lookups", None, "set initialize.lookups.tables to []"),
        ("components.ner.incorrect_spans_key", None, "Leave it out: this project decides it."),
        ("initialize.components", {"ner": {"labels": LABELS}}, 'not "no.json"'),
    ],
)
def test_value_that_would_be_replaced_is_refused_with_what_to_do(name, value, said, scheduled, tmp_path):
    assert said in refused(scheduled, tmp_path, {name: value})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("training.dropout", "high", "dropout: Input should be a valid number. Correct the value."),
        ("components.ner.model.hidden_width", "wide", "hidden_width: 'wide' is not int. Correct"),
        ("training.optimizer.learn_rate", NO_STEPS, "argument: 'warmup_steps'. optimizer.learn_rate"),
        ("schedule.passes", "many", "[schedule]: passes: Input should be a valid number, unable to"),
        ("schedule.minimum", 500, "[schedule]: minimum (500) is larger than maximum (12). Correct"),
        ("training.dropout", "${nope.x}", "contains an interpolation key 'nope.x'"),
    ],
)
def test_wrong_value_is_named_without_what_python_made_of_the_others(
    name, value, said, scheduled, tmp_path
):
    reason = refused(scheduled, tmp_path, {name: value})
    assert said in reason
    assert "<" not in reason


def test_everything_that_would_be_replaced_is_named_each_with_what_to_do(scheduled, tmp_path):
    said = refused(scheduled, tmp_path, {"training.eval_frequency": 50, "nlp.lang": "de"})
    assert "has no effect. Change schedule.evaluations. nlp.lang would be" in said
    assert said.endswith("set vars.lang, and run weasel run all.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schedule.minimum", 10),
        ("training.dropout", 0.3),
        ("training.dropout", "${training.optimizer.learn_rate}"),
        ("training.seed", "${system.seed}"),
        ("training.optimizer.learn_rate", WARMUP),
        ("nlp.lang", "en"),
        ("corpora.train", {"@readers": "spacy.Corpus.v1", "path": "${paths.train}", "limit": 9}),
        ("training.logger", {"@loggers": "spacy.ConsoleLogger.v3"}),
        ("training.score_weights", {"ents_f": 1.0, "ents_r": 1.0}),
        ("initialize.components", {"ner": {"labels": None}}),
        ("components.ner.update_with_oracle_cut_size", 50),
        ("initialize.lookups", {"@misc": "spacy.LookupsDataLoader.v1", "lang": "en", "tables": []}),
    ],
)
def test_value_that_is_used_is_accepted(name, value, scheduled, tmp_path):
    assert prepare(scheduled, tmp_path, **{name: value}).fingerprint


def test_config_without_schedule_can_change_its_steps(tiny, tmp_path):
    overrides = {"training.max_steps": 30, "training.eval_frequency": 10}
    assert "max_steps = 30" in prepare(tiny_trial(tiny), tmp_path, **overrides).config


def test_length_of_suggested_spans_is_that_of_schedule(tmp_path):
    texts = ["[Ada](PERSON) saw [Acme](ORG).", "[Bo](PERSON) left [Corp](ORG)."]
    make_corpus(tmp_path, train=texts, dev=texts, test=texts, spans_key="sc")
    (tmp_path / "spancat.cfg").write_text(SPANCAT, encoding="utf8")
    trial = tiny_trial(tmp_path, config=str(tmp_path / "spancat.cfg"))
    said = refused(trial, tmp_path, {"components.spancat.suggester.max_size": 4})
    assert "would be 1, not 4. Set schedule.span_coverage to null" in said
    unset = {"schedule.span_coverage": None, "components.spancat.suggester.max_size": 4}
    assert "max_size = 4" in prepare(trial, tmp_path, **unset).config
