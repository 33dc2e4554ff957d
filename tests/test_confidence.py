"""The pipeline with scores: calibrated on the dev set, the rest of it as it was, and no guesses."""

import filecmp
import json
import re
from pathlib import Path

import pytest
import spacy
from typer.testing import CliRunner

from scripts import confidence as step
from scripts.files import atomic
from scripts.files.contract import adapter_of
from scripts.files.rows import read_rows
from scripts.predict import predict
from scripts.scoring.calibration import Confidence
from scripts.scoring.document import MODEL, from_row
from tests.corpora import make_corpus, write_settings
from tests.pipelines import all_spans, fixed, save, trained

NAMES = ("Ada", "Bo", "Cem", "Dot", "Eve", "Flo")
TEXTS = [f"[{name}](PERSON) met [{other}](PERSON) in [Oslo](GPE)." for name in NAMES for other in NAMES]
PLAIN = ["May I go? [May](PERSON) left.", "Rome waits in [Rome](GPE)."]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    return make_corpus(folder, train=TEXTS[:8], dev=TEXTS[8:20] + PLAIN, test=TEXTS[20:] + PLAIN)


@pytest.fixture(scope="module")
def model(corpus) -> spacy.language.Language:
    return trained(corpus, updates=20)


def run_step(run: Path, corpus: Path, **settings: object) -> str:
    """Run the command with some settings, and return what it printed."""
    write_settings(corpus, **settings)
    done = CliRunner().invoke(step.app, [str(run), str(corpus)])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


@pytest.fixture(scope="module")
def made(corpus, model, tmp_path_factory) -> tuple[Path, str]:
    """A run's folder with the pipeline, and what the command printed."""
    run = save(model, tmp_path_factory.mktemp("training") / "run")
    return run, run_step(run, corpus, least_predicted=20, bins=5)


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_entities_have_a_score_after_loading(made):
    nlp = spacy.load(made[0] / "pipeline")
    assert nlp.pipe_names == ["ner", "confidence"]
    ents = [ent for doc in nlp.pipe(["Ada met Bo in Oslo.", "Nobody."]) for ent in doc.ents]
    assert ents
    assert all(0 < ent._.score < 1 for ent in ents)


def test_other_components_are_copied_byte_for_byte(made):
    before, after = made[0] / "model-best", made[0] / "pipeline"
    assert files_in(after) == sorted([*files_in(before), "confidence/calibration.json"])
    same = [name for name in files_in(before) if name not in ("config.cfg", "meta.json")]
    assert filecmp.cmpfiles(before, after, same, shallow=False)[0] == same
    meta = json.loads((after / "meta.json").read_text(encoding="utf8"))
    assert meta["pipeline"] == ["ner", "confidence"]


def test_file_says_how_well_the_scores_hold_and_what_the_thresholds_give(made):
    found = atomic.read_json(made[0] / "confidence.json")
    adapter_of(Confidence).validate_python(found)
    assert found["reason"] is None
    assert found["fitted_on"] >= 20
    assert len(found["test"]["bins"]) == 5
    assert sum(each["entities"] for each in found["test"]["bins"]) == found["test"]["entities"]
    assert set(found["labels"]) == {"GPE", "PERSON"}
    assert "Expected calibration error on the test set" in made[1]


def test_same_input_gives_the_same_bytes(made, corpus, model, tmp_path):
    run = save(model, tmp_path / "run")
    run_step(run, corpus, least_predicted=20, bins=5)
    for name in ("confidence.json", "pipeline/confidence/calibration.json", "pipeline/config.cfg"):
        assert (run / name).read_bytes() == (made[0] / name).read_bytes(), name


def test_calibration_is_fitted_on_the_dev_set_alone(corpus, model, made, tmp_path):
    other = make_corpus(
        tmp_path, train=TEXTS[:8], dev=TEXTS[8:20] + PLAIN, test=["[Oslo](PERSON) met us."]
    )
    run = save(model, tmp_path / "run")
    run_step(run, other, least_predicted=20)
    mine, first = (atomic.read_json(folder / "confidence.json") for folder in (run, made[0]))
    assert mine["calibration"] == first["calibration"]
    assert mine["test"] is None  # too few entities to judge the scores


def test_with_few_predicted_entities_there_are_no_scores(corpus, model, tmp_path):
    run = save(model, tmp_path / "run")
    told = run_step(run, corpus, least_predicted=1000)
    assert "Entities have no scores" in told
    assert "fewer than least_predicted (1000)" in told
    found = atomic.read_json(run / "confidence.json")
    assert found["calibration"] is found["test"] is None
    assert {ent._.score for ent in spacy.load(run / "pipeline")("Ada met Bo in Oslo.").ents} == {None}


@pytest.mark.parametrize("kind", ["ruler", "spancat"])
def test_pipeline_without_a_parser_is_copied_and_the_reason_is_said(kind, tmp_path):
    key = "sc" if kind == "spancat" else ""
    corpus = make_corpus(tmp_path, train=TEXTS[:3], dev=TEXTS[8:10], test=TEXTS[20:22], spans_key=key)
    run = save(all_spans(corpus, key) if key else fixed({"Ada": "PERSON"}), tmp_path / "run")
    told = run_step(run, corpus)
    assert "the pipeline has no `ner`" in told
    assert atomic.read_json(run / "confidence.json")["reason"]
    assert files_in(run / "pipeline") == files_in(run / "model-best")
    for name in files_in(run / "pipeline"):
        assert (run / "pipeline" / name).read_bytes() == (run / "model-best" / name).read_bytes()


@pytest.fixture
def only_places(tmp_path) -> Path:
    """A corpus in which nobody annotated PERSON, which the pipeline finds, as after an update."""
    train, dev, test = (
        [re.sub(r"\[(\w+)\]\(PERSON\)", r"\1", text) for text in texts]
        for texts in (TEXTS[:8], TEXTS[8:20] + PLAIN, TEXTS[20:])
    )
    return make_corpus(tmp_path, train=train, dev=dev, test=test)


def test_labels_that_nobody_annotated_have_no_scores_and_spoil_no_others(model, only_places, tmp_path):
    run = save(model, tmp_path / "run")
    told = run_step(run, only_places, least_predicted=10)
    assert "No scores for PERSON: neither the training set nor the dev set" in told
    found = atomic.read_json(run / "confidence.json")
    assert found["not_annotated"] == ["PERSON"]
    assert set(found["labels"]) == set(found["calibration"]["offsets"]) == {"GPE"}
    nlp = spacy.load(run / "pipeline")
    scores = {ent.label_: (ent._.score, ent._.sure) for ent in nlp("Ada met Bo in Oslo.").ents}
    assert scores["PERSON"] == (None, None)
    assert scores["GPE"][0] > 0.8
    predict({MODEL: nlp}, only_places, run / "predictions", {})
    document = from_row(next(iter(read_rows(run / "predictions/test"))))
    assert None in document.scores
    assert {entity.label for entity in document.score_of} == {"GPE"}


def test_label_that_is_absent_from_the_dev_set_by_chance_counts_as_annotated(model, tmp_path):
    dev = [re.sub(r"\[(\w+)\]\(PERSON\)", r"\1", text) for text in TEXTS[8:20]]
    corpus = make_corpus(tmp_path, train=TEXTS[:8], dev=dev, test=TEXTS[20:])
    run = save(model, tmp_path / "run")
    assert "No scores for" not in run_step(run, corpus, least_predicted=10)
    found = atomic.read_json(run / "confidence.json")
    assert set(found["labels"]) == {"GPE", "PERSON"}
    assert found["labels"]["PERSON"]["threshold"] is None


def test_predictions_have_the_score_of_each_entity(made, corpus):
    nlp = spacy.load(made[0] / "pipeline")
    predict({MODEL: nlp}, corpus, made[0] / "predictions", {})
    documents = list(map(from_row, read_rows(made[0] / "predictions/test")))
    assert any(document.scores for document in documents)
    for document in documents:
        alone = [ent._.score for ent in nlp(document.text).ents]
        assert list(document.scores) == pytest.approx(alone, rel=1e-4)


def test_label_with_few_entities_is_said_to_have_few_and_not_low_scores(model, tmp_path):
    corpus = make_corpus(tmp_path, train=TEXTS[:8], dev=TEXTS[8:16], test=TEXTS[20:])
    run = save(model, tmp_path / "run")
    told = run_step(run, corpus, least_predicted=10, wanted_precision=0.5)
    few = "GPE: no threshold for a precision of 50.0, because fewer than 10 entities of the dev set have"
    assert few in told
