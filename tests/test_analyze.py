"""The analysis of a run: spaCy's own figures for a trained pipeline, and no texts of the test set."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts import analyze as step
from scripts import evaluate, predict
from scripts.files import atomic
from scripts.files.ledger import GATHERED, entries, gathered, hashes
from tests.corpora import make_corpus, write_settings
from tests.pipelines import all_spans, save, trained
from tests.predictions import write_counts, write_predictions
from tests.scoring.documents import document

TRAIN = ["[Ada](PERSON) met [Bo](PERSON).", "[Oslo](GPE) is far.", "In [Oslo](GPE), [Ada](PERSON) sang."]
DEV = ["[Ada](PERSON) left [Oslo](GPE).", "[Mei](PERSON) came in [May](DATE)."]
# GPE is missed in Paris, DATE is unknown to train, and ORG cuts through a token.
TEST = [
    "[Ada](PERSON) met [Rosa](PERSON) in [Paris](GPE).",
    "[Oslo](GPE) in [May](DATE), with [Bo](PERSON).",
    "[Ada](PERSON) is at [Hallo](ORG)ranbury.",
    "Nobody else came.",
]


def run_step(app, *arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def analysis(run: Path, corpus: Path, *options: str, **settings: object) -> dict:
    write_settings(corpus, resamples=100, **settings)
    run_step(step.app, run, corpus, *options)
    return atomic.read_json(run / "analysis.json")


@pytest.mark.parametrize("kind", ["ner", "spancat"])
def test_figures_of_a_trained_pipeline_are_those_of_metrics_json_to_the_last_digit(kind, tmp_path):
    key = "sc" if kind == "spancat" else ""
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST, spans_key=key)
    nlp = all_spans(corpus, key) if key else trained(corpus)
    run = save(nlp, tmp_path / "run")
    run_step(evaluate.app, run, corpus)
    run_step(predict.app, run, corpus)
    found, metrics = analysis(run, corpus), atomic.read_json(run / "metrics.json")
    assert found["fingerprints"]["test"] == metrics["fingerprint"]
    for split, theirs in (("test", metrics), ("dev", metrics["dev"])):
        scores, lost = found[split]["scores"], found[split]["lost"]
        for key, name in (("p", "ents_p"), ("r", "ents_r"), ("f", "ents_f"), ("support", "support")):
            assert scores["micro"][key] == theirs[name]
        assert scores["micro"]["too_few"] is theirs["too_few"]
        assert {
            label: {key: row[key] for key in ("p", "r", "f", "support", "too_few")}
            for label, row in scores["labels"].items()
        } == theirs["ents_per_type"]
        assert lost["entities"] == theirs["lost_in_tokenisation"]
        assert (lost["r"], lost["f"]) == (theirs["ents_r_with_lost"], theirs["ents_f_with_lost"])
        assert found[split]["documents"] == theirs["documents"]
        assert found[split]["partly_annotated"] == theirs["partly_annotated"]
    assert 0 < metrics["ents_f"] < 1
    assert metrics["lost_in_tokenisation"] == 1


RIGHT = document("[Ada](PERSON) met [Bo](PERSON).", dictionary="[Ada](PERSON) met Bo.")
SECRET = document("[Zed](PERSON) hid.", "Zed hid.", "Zed hid.", place="line 7", id="secret")
FAULT = document("[Lea](PERSON) left.", "Lea left.", "Lea left.", place="line 9")


@pytest.fixture
def run(tmp_path) -> Path:
    return write_predictions(tmp_path / "run", [RIGHT, SECRET], [RIGHT, FAULT])


@pytest.fixture
def corpus(tmp_path) -> Path:
    return write_counts(tmp_path / "corpus")


def test_dev_is_explained_and_test_is_measured_without_a_text(run, corpus):
    found = analysis(run, corpus)
    assert [row["gold"] for row in found["dev"]["errors"]["examples"]] == ["PERSON: Lea"]
    assert found["test"]["errors"]["classes"]["missed"] == 1
    assert not {"examples", "worst_documents", "suspicious_gold"} & set(found["test"]["errors"])
    written = (run / "analysis.json").read_text(encoding="utf8")
    assert not any(word in written for word in ("Zed", "hid", "line 7", "secret"))
    assert found["test_errors_shown"] is False
    assert entries(run) == []


def test_errors_of_test_are_shown_when_asked_for_and_that_is_noted_for_good(run, corpus):
    found = analysis(run, corpus, errors_of="dev,test")
    assert [row["gold"] for row in found["test"]["errors"]["examples"]] == ["PERSON: Zed"]
    assert found["test_errors_shown"] is True
    noted = entries(run)
    texts = hashes([RIGHT.text, SECRET.text])
    assert [entry["texts"] for entry in noted] == [sorted(texts)]
    again = analysis(run, corpus)
    assert "examples" not in again["test"]["errors"]
    assert again["test_errors_shown"] is True
    analysis(run, corpus, errors_of="dev,test")
    assert entries(run) == noted


def test_another_test_set_has_not_been_shown(run, corpus):
    analysis(run, corpus, errors_of="dev,test")
    write_predictions(run, [FAULT], [RIGHT])
    assert analysis(run, corpus)["test_errors_shown"] is False


def test_corrected_test_set_and_another_run_keep_the_note(run, corpus, tmp_path):
    analysis(run, corpus, errors_of="dev,test")
    before = analysis(run, corpus)["fingerprints"]["test"]
    corrected = document("Zed hid.", "Zed hid.", "Zed hid.", place="line 7", id="secret")
    write_predictions(run, [RIGHT, corrected], [RIGHT])
    again = analysis(run, corpus)
    assert again["fingerprints"]["test"] != before
    assert again["test_errors_shown"] is True
    other = write_predictions(tmp_path / "other", [corrected], [RIGHT])
    assert analysis(other, corpus)["test_errors_shown"] is False  # before `inputs` has run again
    atomic.write_json(corpus / GATHERED, gathered(tmp_path))
    assert analysis(other, corpus)["test_errors_shown"] is True
    assert entries(other) == []


def test_showing_errors_of_test_changes_no_figure_and_no_advice(run, corpus):
    shown, hidden = analysis(run, corpus, errors_of="dev,test"), analysis(run, corpus)
    for key in ("examples", "worst_documents", "suspicious_gold"):
        del shown["test"]["errors"][key]
    assert shown == hidden


def test_analysis_is_the_same_every_time(run, corpus):
    written = []
    for _ in range(2):
        analysis(run, corpus)
        written.append((run / "analysis.json").read_bytes())
    assert written[0] == written[1]


def test_entities_that_tokenisation_lost_lower_recall_and_f(run, tmp_path):
    """Two of three found, one lost: 2 of 4; precision 1."""
    found = analysis(run, write_counts(tmp_path / "lost", ORG=1))
    assert found["test"]["scores"]["micro"]["r"] == pytest.approx(2 / 3)
    assert found["test"]["lost"] == {
        "entities": 1,
        "labels": {"ORG": 1},
        "r": pytest.approx(2 / 4),
        "f": pytest.approx(2 / 3),
    }
    assert found["dev"]["lost"]["entities"] == 0


def test_curve_is_judged_and_a_pipeline_without_one_is_analysed_all_the_same(run, corpus):
    assert analysis(run, corpus)["curve"] == {"points": [], "result": "unknown"}
    rows = [{"step": at, "score": at / 100, "losses": {"ner": 1.0}} for at in range(0, 101, 10)]
    (run / "curve.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = analysis(run, corpus)
    assert found["curve"]["result"] == "rising"
    assert "training too short" in [row["rule"] for row in found["advice"]]


def test_settings_reach_the_resampling_and_the_examples(run, corpus):
    found = analysis(run, corpus, "--seed=7", confidence=0.5, context=0, few_examples=501)
    assert found["bootstrap"] == {"resamples": 100, "confidence": 0.5, "seed": 7}
    assert found["dev"]["errors"]["examples"][0]["text"] == "Lea"
    assert "few examples" in [row["rule"] for row in found["advice"]]


def test_test_set_without_entities_has_no_figures_and_does_not_crash(tmp_path, corpus):
    nothing = document("Nobody came.", dictionary="Nobody came.")
    run = write_predictions(tmp_path / "run", [nothing], [nothing])
    said = run_step(step.app, run, corpus)
    assert "F on the test set – (too few)" in said
    assert atomic.read_json(run / "analysis.json")["test"]["scores"]["micro"]["f"] is None


def test_run_without_predictions_is_told_how_to_make_them(tmp_path, corpus):
    (tmp_path / "new").mkdir()
    done = CliRunner().invoke(step.app, [str(tmp_path / "new"), str(corpus)])
    assert done.exit_code == 1
    assert "weasel run predict . --vars.run new" in " ".join(done.output.split())


def test_file_of_another_version_is_refused_with_the_step_that_makes_it_again(run, corpus):
    counts = atomic.read_json(corpus / "counts.json")
    del counts["splits"]["test"]["lost_labels"]
    atomic.write_json(corpus / "counts.json", counts)
    done = CliRunner().invoke(step.app, [str(run), str(corpus)])
    said = " ".join(done.output.split())
    assert done.exit_code == 1
    assert "counts.json does not contain what it should: splits.test.lost_labels: Field required" in said
    assert "Create it again: weasel run convert" in said
