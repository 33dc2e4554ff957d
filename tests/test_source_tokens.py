"""A corpus with the tokens of the annotation file: every step predicts from these, so F is one."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import spacy
from spacy.language import Language
from typer.testing import CliRunner

from scripts import analyze
from scripts.confidence import component_of, judge
from scripts.corpus.docs import stored_docs
from scripts.corpus.marks import marked_spans
from scripts.diagnosis import network
from scripts.evaluate import evaluate
from scripts.files import atomic
from scripts.files.rows import read_rows
from scripts.predict import predict
from scripts.scoring.document import DICTIONARY, MODEL, Document, from_row
from scripts.trials.out_of_fold import PREDICTIONS, predict_fold
from scripts.trials.scores import counts_on, figures_of
from scripts.trials.trial import ALL, PIPELINE
from tests.corpora import make_corpus, record, write_settings
from tests.pipelines import save, trained

TRAIN = [
    "The [Acme-Globex-based](ORG) firm met [Ada](PERSON).",
    "[Ada](PERSON) likes the [Acme-Globex-based](ORG) firm.",
    "The [Initech/Hooli](ORG) firm met [Bo](PERSON) again.",
]
OTHERS = [
    "The [Acme-Globex-based](ORG) firm met [Bo](PERSON).",
    "[Bo](PERSON) left the [Hooli/Acme](ORG) firm.",
]


def tokenised(marked: str) -> dict[str, Any]:
    """Return a task whose tokens are the words between spaces, and full stops."""
    found = record(marked)
    places = [match.span() for match in re.finditer(r"[^\s.]+|\.", found["text"])]
    tokens = [
        {"text": found["text"][start:end], "start": start, "end": end, "id": number}
        for number, (start, end) in enumerate(places)
    ]
    return {**found, "tokens": tokens, "answer": "accept"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    splits = {"train": TRAIN, "dev": OTHERS, "test": OTHERS[::-1] + TRAIN[:1]}
    tasks = {split: list(map(tokenised, texts)) for split, texts in splits.items()}
    return make_corpus(tmp_path_factory.mktemp("data"), **tasks, format="prodigy", tokens="source")


@pytest.fixture(scope="module")
def nlp(corpus) -> Language:
    return trained(corpus)


def rows(folder: Path) -> list[Document]:
    return list(map(from_row, read_rows(folder)))


def names(document: Document, system: str = MODEL) -> list[str]:
    return [document.text[start:end] for start, end, _ in document.predicted[system]]


def test_evaluate_analyze_and_trials_find_the_same_f(corpus, nlp, tmp_path):
    run = save(nlp, tmp_path / "run")
    metrics, _ = evaluate(run / "model-best", corpus)
    predict({MODEL: nlp}, corpus, run / "predictions", {})
    atomic.write_json(run / "metrics.json", metrics)
    write_settings(corpus, resamples=100)
    done = CliRunner().invoke(analyze.app, [str(run), str(corpus)])
    assert done.exit_code == 0, done.output
    analysis = atomic.read_json(run / "analysis.json")
    assert metrics["ents_per_type"]["ORG"]["f"] > 0.5
    for split, theirs in (("test", metrics), ("dev", metrics["dev"])):
        assert analysis[split]["scores"]["micro"]["f"] == theirs["ents_f"]
        counts, _ = counts_on(nlp, corpus / f"{split}.spacy")
        assert figures_of(counts)[ALL]["f"] == theirs["ents_f"]


def test_rows_have_entities_of_these_tokens_at_their_characters(corpus, nlp, tmp_path):
    predict({MODEL: nlp}, corpus, tmp_path / "predictions", {})
    found = rows(tmp_path / "predictions/dev")
    for document, doc in zip(found, stored_docs(corpus / "dev.spacy"), strict=True):
        assert (document.text, document.tokens) == (doc.text, len(doc))
        starts, ends = {token.idx for token in doc}, {token.idx + len(token) for token in doc}
        assert all(start in starts and end in ends for start, end, _ in document.predicted[MODEL])
    assert "Acme-Globex-based" in names(found[0])


def test_dictionary_looks_names_up_by_these_tokens(corpus, nlp, tmp_path):
    predict({MODEL: nlp}, corpus, tmp_path / "predictions", {})
    first, second = rows(tmp_path / "predictions/dev")
    assert names(first, DICTIONARY) == ["Acme-Globex-based", "Bo"]
    assert names(second, DICTIONARY) == ["Bo"]


def test_confidence_judges_the_entities_that_evaluate_scores(corpus, nlp, tmp_path):
    run = save(nlp, tmp_path / "run")
    metrics, _ = evaluate(run / "model-best", corpus)
    again = spacy.load(run / "model-best")
    judged = judge(again, component_of(again), corpus / "test.spacy")
    assert judged.right.mean() == pytest.approx(metrics["ents_p"])


def test_predictions_of_a_fold_are_of_these_tokens(corpus, nlp, tmp_path):
    nlp.to_disk(tmp_path / PIPELINE)
    result: Any = {"trial": {"gpu_id": -1, "fold": [0, 1]}, "fingerprint": "x"}
    predict_fold(tmp_path, result, corpus)
    found = list(read_rows(tmp_path / PREDICTIONS))
    predict({MODEL: nlp}, corpus, tmp_path / "predicted", {})
    theirs = [
        [list(entity) for entity in row.predicted[MODEL]] for row in rows(tmp_path / "predicted/dev")
    ]
    assert json.loads(json.dumps(found[3:5])) == theirs


def test_doctor_scores_by_these_tokens(corpus, nlp):
    docs = network.with_entities(corpus, None)
    same = network.score(nlp, docs, None, SimpleNamespace(averages=None))
    counts, _ = counts_on(nlp, corpus / "train.spacy")
    assert same == pytest.approx(figures_of(counts)[ALL]["f"])
    assert any("Acme-Globex-based" in map(str, marked_spans(doc, None)) for doc in docs)
