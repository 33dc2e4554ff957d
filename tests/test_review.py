"""The command `review`: its files, its page, its work list, and what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from scripts import review as step
from scripts.conversion.corrections import write_corrections
from scripts.corpus.docs import SOURCE, read_docs
from scripts.files import atomic, fingerprint
from scripts.files.rows import write_rows
from scripts.settings.review import ReviewSettings
from tests.corpora import make_corpus, record

EVIL = "<script>alert(1)</script>"
TRAIN = [
    *(f"[Acme](ORG) grew {n}." for n in range(6)),
    {**record("Then Acme fell."), "id": EVIL},
    {**record("[Acme](PERSON) rose, and [Bo](PERSON) left."), "id": "b"},
]
MEMBERS = ["seed-0", "seed-1"]


def predicted(text):
    """Return what both pipelines find: every Acme, and Bo."""
    names = (("Acme", "ORG"), ("Bo", "PERSON"))
    found = [(text.find(name), name, label) for name, label in names]
    return [(at, at + len(name), label) for at, name, label in found if at >= 0]


def write_predictions(corpus, folder):
    """Write predictions as `crossvalidate` does."""
    counts = {}
    for split in ("train", "dev", "test"):
        rows = [
            {
                "text": doc.text,
                "tokens": len(doc),
                "gold": [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents],
                "predicted": dict.fromkeys(MEMBERS, predicted(doc.text)),
                **doc.user_data[SOURCE],
            }
            for doc in read_docs(corpus / f"{split}.spacy")
        ]
        counts[split] = write_rows(folder / "predictions" / split, rows)
    prints = {split: fingerprint.of_path(corpus / f"{split}.spacy") for split in counts}
    about = {"members": MEMBERS, "spans_key": None, "folds": 2, "fingerprints": prints}
    atomic.write_json(folder / "predictions/about.json", {**about, "documents": counts})


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("review")
    test = ["Later Acme met [Cy](PERSON)."]
    found = make_corpus(folder, train=TRAIN, dev=["[Acme](ORG) is old."], test=test)
    write_predictions(found, folder / "cv")
    return found


@pytest.fixture
def run(corpus, tmp_path):
    """Run the step with settings, and return what it printed."""

    def run(code=0, format="jsonl", **changes):
        path = corpus / "settings/review.json"
        atomic.write_json(path, {**atomic.read_json(path), "review_of": "train,dev,test", **changes})
        folders = (corpus.parent / "cv", corpus, tmp_path / "training/review", tmp_path / "work")
        options = [f"--format={format}", f"--corrections={tmp_path / 'corrections'}"]
        done = CliRunner().invoke(step.app, [*map(str, folders), *options])
        assert done.exit_code == code, done.output
        return " ".join(done.output.split())

    return run


def rows_in(folder):
    path = folder / "training/review/review.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def test_flags_of_all_sets_are_listed_with_their_evidence(run, tmp_path):
    said = run()
    rows = rows_in(tmp_path)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    missing = next(row for row in rows if row["id"] == EVIL)
    assert (missing["kind"], missing["words"], missing["votes"]) == ("missing", "Acme", 2)
    assert (missing["as_suggested"], missing["as_gold"]) == (7, 0)
    assert {row["split"] for row in rows} == {"train", "test"}
    found = json.loads((tmp_path / "training/review/review.json").read_text(encoding="utf8"))
    assert sum(found["kinds"].values()) == len(rows)
    assert found["documents"] == 10
    assert "The test set was reviewed, too" in said
    assert "errors of the test set" in (tmp_path / "training/review/ledger.jsonl").read_text()


def test_test_set_can_be_left_alone(run, tmp_path):
    run(review_of="train,dev")
    assert "test" not in {row["split"] for row in rows_in(tmp_path)}
    assert not (tmp_path / "training/review/ledger.jsonl").read_text()
    assert "Later" not in (tmp_path / "training/review/review.html").read_text(encoding="utf8")


def test_page_escapes_what_comes_from_texts_and_asks_nothing_of_a_network(run, tmp_path):
    run()
    page = (tmp_path / "training/review/review.html").read_text(encoding="utf8")
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "2 of 2 pipelines suggest it; elsewhere 7 times as suggested, never unmarked" in page
    assert "://" not in page
    assert page.count('<article data-label="') == len(rows_in(tmp_path))


def test_work_list_has_the_suggestions_and_the_identifiers_first_what_is_most_wrong(run, tmp_path):
    run(work_list=1)
    (row,) = (json.loads(line) for line in (tmp_path / "work/review.jsonl").read_text().splitlines())
    assert row["text"].startswith("Later")  # with two flags
    run(work_list=9)
    rows = {
        r.get("id"): r for r in map(json.loads, (tmp_path / "work/review.jsonl").open(encoding="utf8"))
    }
    assert [(s["start"], s["label"]) for s in rows["b"]["spans"]] == [(0, "ORG"), (15, "PERSON")]
    assert "Wrong label: Acme (2 of 2 pipelines suggest it" in rows["b"]["review"]


def test_work_list_that_somebody_changed_is_not_overwritten(run, tmp_path):
    run()
    (tmp_path / "work/review.jsonl").write_text("corrected", encoding="utf8")
    assert "has changed since it was written" in run(code=1)
    assert (tmp_path / "work/review.jsonl").read_text(encoding="utf8") == "corrected"


def test_corpus_that_changed_since_the_cross_validation_is_refused(run, corpus):
    path = corpus.parent / "cv/predictions/about.json"
    about = atomic.read_json(path)
    atomic.write_json(path, {**about, "fingerprints": {**about["fingerprints"], "dev": "other"}})
    said = run(code=1)
    atomic.write_json(path, about)
    assert "The dev set has changed since the cross-validation" in said
    assert "weasel run crossvalidate" in said


def test_documents_that_were_reviewed_are_left_out_as_long_as_they_have_the_spans_of_it(run, tmp_path):
    text = "Acme rose, and Bo left."
    spans = [(0, 4, "PERSON"), (15, 17, "PERSON")]
    row = {"text": text, "spans": spans, "before": spans, "id": "b", "file": "", "place": ""}
    write_corrections(tmp_path / "corrections", [{**row, "read_from": ""}])
    assert "flags in documents that `merge` has brought back, 1" in run()
    assert "b" not in {row["id"] for row in rows_in(tmp_path)}
    write_corrections(tmp_path / "corrections", [{**row, "spans": [], "read_from": ""}])
    run()  # that one is not converted yet
    assert "b" in {row["id"] for row in rows_in(tmp_path)}


def test_unknown_format_is_refused_with_those_that_are_known(run):
    assert "no writer for 'odt'" in run(code=1, format="odt")


def test_document_that_is_annotated_in_part_only_is_not_in_the_work_list(tmp_path):
    cut = {"start": 8, "end": 11, "label": "PERSON"}  # through a token, which is unknown then
    part = {"text": "At Acme Bobby.", "spans": [cut], "id": "part"}
    rows = [*TRAIN[:6], {**record("By Acme."), "id": "whole"}, part]
    corpus = make_corpus(tmp_path, train=rows, dev=["No."], test=["Nor."])
    write_predictions(corpus, tmp_path / "cv")
    records, left = step.work_records(
        corpus, None, flags_of(tmp_path / "cv"), ReviewSettings(), len(MEMBERS)
    )
    assert [record.id for record in records] == ["whole"]
    assert left == 1


def flags_of(folder):
    return step.review(
        lambda: step.documents_in(folder / "predictions", ["train", "dev", "test"]), MEMBERS
    )
