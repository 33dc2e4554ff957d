import json
import shutil

import numpy as np
import pytest
import srsly
from typer.testing import CliRunner

from scripts import crossvalidate as step
from scripts.corpus.docs import read_docs
from scripts.files import atomic
from scripts.scoring.crossvalidation import scores, summary
from scripts.trials.data import part_for
from scripts.trials.folds import fold_of
from tests.corpora import make_corpus, record
from tests.trials.conftest import tiny  # noqa: F401  (a fixture)
from tests.trials.tiny import tiny_trial

FOLDS = 2


def rows_in(folder, split):
    path = folder / "predictions" / split / "00000.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


@pytest.fixture(scope="module")
def crossed(tiny, tmp_path_factory):  # noqa: F811
    """The folder of a cross-validation, a function that runs it again, and what was printed."""
    folder = tmp_path_factory.mktemp("crossed")
    values = {"variants": {"base": {}}, "crossvalidation": {"folds": FOLDS, "seeds": [0, 1]}}
    srsly.write_yaml(tiny / "crossed.yml", {**values, "jobs": 2})

    def run():
        options = [f"--file={tiny / 'crossed.yml'}", "--config=tiny.cfg"]
        done = CliRunner().invoke(step.app, [str(tiny / "corpus"), str(folder), *options])
        assert done.exit_code == 0, done.output
        return done.output

    return folder, run, run()


@pytest.mark.slow
def test_every_document_of_every_set_is_predicted_with_every_seed(crossed, tiny):  # noqa: F811
    folder, _, said = crossed
    for split in ("train", "dev", "test"):
        docs = list(read_docs(tiny / "corpus" / f"{split}.spacy"))
        rows = rows_in(folder, split)
        assert [row["text"] for row in rows] == [doc.text for doc in docs]
        assert all(set(row["predicted"]) == {"seed-0", "seed-1"} for row in rows)
    found = json.loads((folder / "summary.json").read_text(encoding="utf8"))
    assert sum(found["documents"]) == 50
    assert found["all"]["support"] == 100
    assert found["labels"].keys() == {"PERSON", "ORG"}
    assert len(found["all"]["f"]["by_fold"]) == FOLDS
    assert "50 documents in 2 folds" in said
    assert not list(folder.glob("*/model-best"))


@pytest.mark.slow
def test_second_run_trains_nothing_and_writes_the_same(crossed):
    folder, run, _ = crossed
    before = (folder / "summary.json").read_bytes(), rows_in(folder, "train")
    trained = {path: path.stat().st_mtime_ns for path in folder.glob("*/result.json")}
    assert len(trained) == 2 * FOLDS
    run()
    assert {path: path.stat().st_mtime_ns for path in trained} == trained
    assert ((folder / "summary.json").read_bytes(), rows_in(folder, "train")) == before
    lost = next(folder.glob("fold-1-*-seed-0/predictions"))
    for path in lost.iterdir():
        path.unlink()
    run()  # its pipeline is gone as well, so that it is trained again
    assert ((folder / "summary.json").read_bytes(), rows_in(folder, "train")) == before


@pytest.mark.slow
def test_overlapping_spans_that_the_config_can_not_find_are_mentioned(crossed, tiny):  # noqa: F811
    _, run, said = crossed
    assert "overlapping spans" not in said
    path = tiny / "corpus/settings/export.json"
    before = path.read_bytes()
    atomic.write_json(path, {"spans_key": "sc"})
    try:
        again = " ".join(run().split())
    finally:
        path.write_bytes(before)
    assert "tiny.cfg finds entities, so overlapping spans of the corpus are not predicted" in again


@pytest.fixture(scope="module")
def grouped(tmp_path_factory):
    """A corpus with groups of two texts, and a text without a group in two places."""
    rows = [{**record(f"[Ada](PERSON) saw {n}."), "group": f"g{n // 2}"} for n in range(40)]
    test = [record("Nobody was there.")]
    return make_corpus(tmp_path_factory.mktemp("folds"), train=rows[:30], dev=rows[30:], test=test)


def part(grouped, folder, fold, folds=4):
    trial = tiny_trial(folder, corpus=grouped.as_posix(), fold=(fold, folds))
    return part_for(trial, folder / "parts")


def test_fold_is_left_out_of_training_and_of_what_chooses_and_groups_stay_together(grouped, tmp_path):
    docs = [doc for split in ("train", "dev") for doc in read_docs(grouped / f"{split}.spacy")]
    for fold in range(4):
        found = part(grouped, tmp_path, fold)
        sets = [[doc.text for doc in read_docs(found / f"{name}.spacy")] for name in ("train", "dev")]
        held_out = [doc.text for doc in docs if fold_of(doc, 4) == fold]
        assert sorted(sets[0] + sets[1] + held_out) == sorted(doc.text for doc in docs)
        assert sets[0] and sets[1]
        groups = [{int(text.split()[-1][:-1]) // 2 for text in texts} for texts in (*sets, held_out)]
        assert not groups[0] & groups[1] and not groups[0] & groups[2] and not groups[1] & groups[2]
        counts = json.loads((found / "counts.json").read_text(encoding="utf8"))
        assert counts["splits"]["train"]["documents"] == len(sets[0])


def test_fold_of_a_corpus_that_is_read_as_a_stream_has_its_labels(grouped, tmp_path):
    """spaCy would collect those of the first 100 documents only, and spancat can't learn others."""
    corpus = tmp_path / "corpus"
    shutil.copytree(grouped, corpus)
    counts = atomic.read_json(corpus / "counts.json")
    atomic.write_json(corpus / "labels/spancat.json", ["PERSON", "RARE"])
    for streamed in (False, True):
        atomic.write_json(corpus / "counts.json", {**counts, "streamed": streamed})
        found = part(corpus, tmp_path / str(streamed), 0)
        assert (found / "labels/spancat.json").is_file() == streamed


def test_nothing_is_learned_from_the_test_set(grouped, tmp_path):
    for fold in range(4):
        found = part(grouped, tmp_path, fold)
        texts = [doc.text for name in ("train", "dev") for doc in read_docs(found / f"{name}.spacy")]
        assert "Nobody was there." not in texts


def test_fold_of_a_document_does_not_change_when_others_are_added(grouped, tmp_path):
    more = [record(f"[Bo](PERSON) ran {n}.") for n in range(20)]
    first = [record(f"[Ada](PERSON) sat {n}.") for n in range(20)]
    folds = []
    for name, train in (("one", first), ("two", more + first)):
        corpus = make_corpus(tmp_path / name, train=train, dev=["No."], test=["Nor."])
        folds.append({doc.text: fold_of(doc, 5) for doc in read_docs(corpus / "train.spacy")})
    assert folds[0].items() <= folds[1].items()
    assert set(folds[1].values()) == set(range(5))


def test_mean_and_spread_are_over_folds_and_undefined_folds_are_left_out():
    good, bad, none = ([[tp, 2 - tp, 2 - tp]] for tp in (2, 1, 2))
    none = [[0, 0, 0]]
    found = scores([np.array(fold) for fold in (good, bad, none)])
    assert found["f"]["by_fold"] == [1.0, 0.5, None]
    assert found["f"]["mean"] == 0.75
    assert round(found["f"]["sd"], 4) == 0.3536
    assert found["support"] == 4


def test_label_that_one_fold_lacks_is_counted_where_it_is():
    folds = [{"A": np.array([[3, 0, 1]]), "B": np.array([[1, 0, 0]])}, {"A": np.array([[2, 2, 0]])}]
    found = summary("a.cfg", [0], [5, 6], folds)
    assert found["labels"]["B"]["f"]["by_fold"] == [1.0, None]
    assert found["all"]["support"] == 7
    assert found["too_few"] == ["A", "B"]
