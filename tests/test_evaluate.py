"""Figures of a pipeline that needs no training, counted by hand; what is refused; what is written."""

from pathlib import Path

import pytest
import spacy
from typer.testing import CliRunner

from scripts import evaluate as step
from scripts.evaluate import count_gold, evaluate
from scripts.files import atomic, fingerprint
from scripts.scoring.metrics import FEW
from tests.corpora import make_corpus, record

# What the pipeline knows, and nothing else: each of these words is always an entity.
PATTERNS = {"Ada": "PERSON", "Bo": "PERSON", "Halloran": "ORG", "May": "DATE"}
TRAIN = ["[Ada](PERSON) left.", "It is [Ivan](PERSON)."]
DEV = ["[Ada](PERSON) and [Bo](PERSON) sang."]
# PERSON: 2 right (Ada, Ada), 1 wrong (Bo), 2 missed (Mei, Rosa). GPE: 1 missed. DATE: 1 only predicted.
TEST = [
    "[Ada](PERSON) met [Mei](PERSON) in [Paris](GPE).",
    "May I ask [Ada](PERSON) to stay?",
    "Bo is a tree, and [Rosa](PERSON) waters it.",
    "Nobody else came.",
]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run's folder with a pipeline of fixed entities as model-best."""
    folder = tmp_path_factory.mktemp("run")
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": word} for word, label in PATTERNS.items()])
    nlp.to_disk(folder / "model-best")
    return folder


def test_gold_is_counted_by_label_with_partly_annotated_documents(tmp_path):
    # the second span cuts through a token, so that token counts as not annotated
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=[*TEST, "[Ada](PERSON) [Hallo](ORG)ran."])
    documents, partly, support, groups = count_gold(corpus / "test.spacy")
    assert (documents, partly) == (5, 1)
    assert dict(support) == {"PERSON": 5, "GPE": 1}
    assert groups == {"PERSON": 4, "GPE": 1, None: 4}  # documents that have an entity


def test_documents_of_one_group_count_once_and_no_more_than_are_enough(tmp_path):
    texts = [{**record(f"[Ada](PERSON) left in hour {n}."), "group": "a thread"} for n in range(40)]
    corpus = make_corpus(tmp_path / "one", train=TRAIN, dev=DEV, test=[*texts, TEST[0]])
    assert count_gold(corpus / "test.spacy")[3] == {"PERSON": 2, "GPE": 1, None: 2}
    texts = [f"[Ada](PERSON) left in hour {n}." for n in range(40)]
    corpus = make_corpus(tmp_path / "many", train=TRAIN, dev=DEV, test=texts)
    assert count_gold(corpus / "test.spacy")[3] == {"PERSON": FEW, None: FEW}


def test_figures_are_those_counted_by_hand(run, tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    metrics, speed = evaluate(run / "model-best", corpus)
    assert metrics["ents_p"] == pytest.approx(2 / 4)
    assert metrics["ents_r"] == pytest.approx(2 / 5)
    assert metrics["ents_f"] == pytest.approx(4 / 9)
    assert (metrics["support"], metrics["documents"], metrics["partly_annotated"]) == (5, 4, 0)
    person = metrics["ents_per_type"]["PERSON"]
    assert person == {
        "p": pytest.approx(2 / 3),
        "r": pytest.approx(2 / 4),
        "f": pytest.approx(4 / 7),
        "support": 4,
        "too_few": True,
    }
    date, gpe = (metrics["ents_per_type"][label] for label in ("DATE", "GPE"))
    assert date == {"p": 0.0, "r": None, "f": None, "support": 0, "too_few": True}
    assert gpe == {"p": 0.0, "r": 0.0, "f": 0.0, "support": 1, "too_few": True}
    assert metrics["too_few"] is True
    assert "ORG" not in metrics["ents_per_type"]
    assert metrics["fingerprint"] == fingerprint.of_file(corpus / "test.spacy")
    assert (metrics["dev"]["ents_f"], metrics["dev"]["support"]) == (pytest.approx(1.0), 2)
    assert set(speed) == {"test", "dev"}
    assert speed["test"]["words_per_second"] > 0


def test_mentions_that_tokenisation_lost_are_counted_as_missed_beside_the_plain_figures(run, tmp_path):
    corpus = make_corpus(
        tmp_path, train=TRAIN, dev=DEV, test=["[Ada](PERSON) is at [Hallo](ORG)ranbury."]
    )
    metrics, _ = evaluate(run / "model-best", corpus)
    assert (metrics["ents_r"], metrics["support"], metrics["partly_annotated"]) == (
        pytest.approx(1),
        1,
        1,
    )
    assert metrics["lost_in_tokenisation"] == 1
    assert metrics["ents_r_with_lost"] == pytest.approx(1 / 2)
    assert metrics["ents_f_with_lost"] == pytest.approx(2 / 3)


def test_test_split_without_entities_has_no_recall_and_does_not_crash(run, tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=["Nobody came.", "May I ask why?"])
    metrics, _ = evaluate(run / "model-best", corpus)
    assert (metrics["ents_p"], metrics["ents_r"], metrics["ents_f"]) == (0.0, None, None)
    assert metrics["ents_r_with_lost"] is None
    done = CliRunner().invoke(step.app, [str(run), str(corpus)])
    assert done.exit_code == 0, done.output
    assert "F on the test set –, on the dev set 100.0" in done.output


def test_test_split_without_entities_and_predictions_has_no_figures(run, tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=["Nobody came.", "It rained."])
    metrics, _ = evaluate(run / "model-best", corpus)
    assert (metrics["ents_r"], metrics["ents_f"], metrics["ents_per_type"]) == (None, None, {})
    done = CliRunner().invoke(step.app, [str(run), str(corpus)])
    assert done.exit_code == 0, done.output
    assert "something is wrong" not in done.output  # there was nothing to find


def test_corpus_that_is_not_the_one_that_was_counted_is_refused(run, tmp_path):
    corpus = make_corpus(tmp_path / "one", train=TRAIN, dev=DEV, test=TEST)
    other = make_corpus(tmp_path / "other", train=TRAIN, dev=DEV, test=TEST[:3])
    (other / "test.spacy").replace(corpus / "test.spacy")
    with pytest.raises(ValueError, match=r"test.sources.jsonl have different numbers of documents"):
        evaluate(run / "model-best", corpus)
    (other / "test.sources.jsonl").replace(corpus / "test.sources.jsonl")
    with pytest.raises(ValueError, match=r"has 3 documents to score; convert counted 4$"):
        evaluate(run / "model-best", corpus)
    (run / "metrics.json").unlink(missing_ok=True)
    done = CliRunner().invoke(step.app, [str(run), str(corpus)])
    assert done.exit_code == 1
    assert "The scores would be wrong" in done.output
    assert not (run / "metrics.json").exists()


def test_labels_that_nobody_annotated_are_said_to_count_as_wrong(run, tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    done = CliRunner().invoke(step.app, [str(run), str(corpus)])
    told = " ".join(done.output.split())
    assert "Neither the test set nor the dev set has entities of DATE" in told
    assert "counts as wrong in the total" in told
    corpus = make_corpus(tmp_path, train=TRAIN, dev=[*DEV, "In [May](DATE)."], test=TEST)
    assert "Neither" not in CliRunner().invoke(step.app, [str(run), str(corpus)]).output


def test_speed_is_written_apart_so_that_metrics_are_the_same_every_time(run, tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    written = []
    for _ in range(2):
        done = CliRunner().invoke(step.app, [str(run), str(corpus)])
        assert done.exit_code == 0, done.output
        written.append((run / "metrics.json").read_bytes())
    assert written[0] == written[1]
    assert b"speed" not in written[0]
    assert b"words_per_second" not in written[0]
    assert set(atomic.read_json(run / "speed.json")) == {"test", "dev"}
    table = [line.split() for line in done.output.splitlines()]
    assert ["all", "50.0", "40.0", "44.4", "5", "(too", "few)"] in table
    assert ["DATE", "0.0", "–", "–", "0", "(too", "few)"] in table


@pytest.mark.parametrize("change", ["known", "partly"])
def test_figures_of_a_streamed_corpus_are_those_of_spacys_own_evaluation(run, tmp_path, change):
    extra = ["[Ada](PERSON) [Hallo](ORG)ran."] if change == "partly" else []
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=[*TEST, *extra])
    held, _ = evaluate(run / "model-best", corpus)
    counts = atomic.read_json(corpus / "counts.json")
    atomic.write_json(corpus / "counts.json", {**counts, "streamed": True})
    streamed, speed = evaluate(run / "model-best", corpus)
    assert streamed == held
    assert speed["test"]["words_per_second"] > 0
