"""Predictions from raw text, beside gold and baselines: what the rows hold, the same every time."""

from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from spacy.tokens import Doc, Span
from typer.testing import CliRunner

from scripts import predict as step
from scripts.corpus.docs import SOURCE
from scripts.corpus.marks import unknown_areas
from scripts.files import atomic, fingerprint
from scripts.files.rows import read_rows
from scripts.predict import predict, relabelled, rows
from scripts.scoring.document import EXISTING, MODEL, Document, Entity, from_row
from tests.corpora import make_corpus, record
from tests.pipelines import all_spans, fixed, save
from tests.scoring.documents import doc_pairs

KNOWS = {"Ada": "PERSON", "Oslo": "GPE"}
TRAIN = ["[Bo](PERSON) left.", "[May](DATE) came; May I? May you?", "[Mei Lind](PERSON) waits."]
DEV = ["[Ada](PERSON) sang."]
TEST = [
    "👩‍👩‍👧 [Bo](PERSON) met Ada in May.",
    {**record("[Lea](PERSON) in [Oslo](GPE)"), "id": "x7", "group": "thread 3", "kind": "mail"},
    "[Ada](PERSON) at [Hallo](ORG)ranbury in Oslo.",  # cuts through a token, which is then unknown
]


@pytest.fixture
def corpus(tmp_path) -> Path:
    return make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)


def found(folder: Path, split: str = "test") -> list[Document]:
    return list(map(from_row, read_rows(folder / split)))


def texts(document: Document, entities: tuple[Entity, ...]) -> list[tuple[str, str]]:
    return [(document.text[entity.start : entity.end], entity.label) for entity in entities]


def test_model_is_given_the_raw_text_and_never_sees_gold(corpus, tmp_path):
    counts = predict({MODEL: fixed(KNOWS)}, corpus, tmp_path / "new", {})
    assert counts == {"test": 3, "dev": 1}
    first, second, third = found(tmp_path / "new")
    assert first.text == "👩‍👩‍👧 Bo met Ada in May."
    assert texts(first, first.gold) == [("Bo", "PERSON")]
    assert texts(first, first.predicted[MODEL]) == [("Ada", "PERSON")]
    assert texts(second, second.predicted[MODEL]) == [("Oslo", "GPE")]
    assert texts(third, third.predicted[MODEL]) == [("Ada", "PERSON"), ("Oslo", "GPE")]


def test_dictionary_of_train_predicts_beside_the_model(corpus, tmp_path):
    predict({MODEL: fixed(KNOWS)}, corpus, tmp_path / "new", {})
    first, *_ = found(tmp_path / "new")
    assert texts(first, first.predicted["dictionary"]) == [("Bo", "PERSON")]  # May is more often no date
    known = atomic.read_json(tmp_path / "new" / "known.json")
    assert known == {"Bo": {"PERSON": 1}, "May": {"": 2, "DATE": 1}, "Mei Lind": {"PERSON": 1}}


def test_rows_say_where_documents_came_from(corpus, tmp_path):
    predict({MODEL: fixed(KNOWS)}, corpus, tmp_path / "new", {})
    first, second, _ = found(tmp_path / "new")
    assert (Path(second.file).name, second.place) == ("test.jsonl", "line 2")
    assert (second.id, second.group, second.meta) == ("x7", "thread 3", {"kind": "mail"})
    assert (first.id, first.group, first.meta) == (None, None, {})
    assert first.tokens == len(spacy.blank("en")(first.text))


def test_tokens_without_annotation_are_noted_as_unknown(corpus, tmp_path):
    predict({MODEL: fixed(KNOWS)}, corpus, tmp_path / "new", {})
    first, _, third = found(tmp_path / "new")
    assert first.unknown == ()
    assert [third.text[start:end] for start, end in third.unknown] == ["Halloranbury"]


def test_about_says_what_the_rows_were_made_from(corpus, tmp_path):
    predict({MODEL: fixed(KNOWS)}, corpus, tmp_path / "new", {})
    assert atomic.read_json(tmp_path / "new" / "about.json") == {
        "spans_key": None,
        "systems": ["model", "dictionary"],
        "fingerprints": {
            split: fingerprint.of_path(corpus / f"{split}.spacy") for split in ("test", "dev")
        },
        "documents": {"test": 3, "dev": 1},
    }


def test_second_run_gives_the_same_bytes_whatever_is_held_at_once(corpus, tmp_path, monkeypatch):
    run = save(fixed(KNOWS), tmp_path / "run")
    written = []
    for batch in (500, 2, 1):
        monkeypatch.setattr(step, "BATCH", batch)
        done = CliRunner().invoke(step.app, [str(run), str(corpus)])
        assert done.exit_code == 0, done.output
        assert "3 documents of the test set, 1 documents of the dev set" in " ".join(done.output.split())
        files = sorted((run / "predictions").rglob("*.json*"))
        written.append({path.name + path.parent.name: path.read_bytes() for path in files})
    assert written[0] == written[1] == written[2]
    assert len(written[0]) == 4


def test_existing_pipeline_is_compared_in_the_words_of_the_corpus(corpus, tmp_path):
    run = save(fixed(KNOWS), tmp_path / "run")
    other = fixed({"Ada": "PER", "Oslo": "LOC", "May": "DATE", "met": "VERB"})
    other.to_disk(tmp_path / "other")
    (tmp_path / "map.yml").write_text("PER: PERSON\nLOC: GPE\nVERB: null\n")
    options = [f"--baseline={tmp_path / 'other'}", f"--baseline-labels={tmp_path / 'map.yml'}"]
    done = CliRunner().invoke(step.app, [str(run), str(corpus), *options])
    assert done.exit_code == 0, done.output
    first, second, _ = found(run / "predictions")
    assert texts(first, first.predicted[EXISTING]) == [("Ada", "PERSON"), ("May", "DATE")]
    assert texts(second, second.predicted[EXISTING]) == []  # train has no GPE
    about = atomic.read_json(run / "predictions" / "about.json")
    assert about["systems"] == ["model", "existing", "dictionary"]


def test_label_map_renames_drops_and_leaves_the_rest():
    given = (Entity(0, 1, "A"), Entity(2, 3, "B"), Entity(4, 5, "C"))
    found = (Entity(0, 1, "X"), Entity(4, 5, "C"))
    assert relabelled(given, {"A": "X", "B": None}, {"B", "C", "X"}) == found
    assert relabelled(given, {"A": "X", "B": None}, {"X"}) == found[:1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--baseline=no_such_pipeline"], "correct vars.baseline, or leave it empty"),
        (["--baseline-labels=no/such.yml"], "Correct vars.baseline_labels"),
    ],
)
def test_baseline_that_can_not_be_loaded_is_refused_before_anything_is_predicted(
    options, told, corpus, tmp_path
):
    run = save(fixed(KNOWS), tmp_path / "run")
    done = CliRunner().invoke(step.app, [str(run), str(corpus), *options])
    assert done.exit_code == 1
    assert told in " ".join(done.output.split())
    assert not (run / "predictions").exists()


def test_pipeline_that_marks_nothing_is_refused_and_old_predictions_stay(corpus, tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    run = save(nlp, tmp_path / "run")
    atomic.write_json(run / "predictions" / "about.json", "old")
    done = CliRunner().invoke(step.app, [str(run), str(corpus)])
    assert done.exit_code == 1
    assert "Nothing was predicted" in done.output
    assert "the pipeline has neither `ner` nor `spancat`" in " ".join(done.output.split())
    assert atomic.read_json(run / "predictions" / "about.json") == "old"


OVERLAPS = {
    "text": "New York Times",
    "spans": [{"start": 0, "end": 8, "label": "GPE"}, {"start": 0, "end": 14, "label": "ORG"}],
}


def test_spans_that_overlap_are_gold_and_predicted(tmp_path):
    given = {"train": [OVERLAPS], "dev": [OVERLAPS], "test": [OVERLAPS, "[York](GPE) fell."]}
    corpus = make_corpus(tmp_path, **given, spans_key="sc")
    predict({MODEL: all_spans(corpus, "sc")}, corpus, tmp_path / "new", {})
    first, second = found(tmp_path / "new")
    assert texts(first, first.gold) == [("New York", "GPE"), ("New York Times", "ORG")]
    assert first.predicted["dictionary"] == first.gold
    words = ["New", "New York", "York", "York Times", "Times"]
    assert texts(first, first.predicted[MODEL]) == [
        (word, label) for word in words for label in ("GPE", "ORG")
    ]
    assert (texts(second, second.gold), second.unknown) == ([("York", "GPE")], ())
    assert atomic.read_json(tmp_path / "new" / "about.json")["spans_key"] == "sc"


def test_corpus_without_the_spans_of_the_pipeline_is_refused(tmp_path):
    given = {"train": [OVERLAPS], "dev": [OVERLAPS], "test": [OVERLAPS]}
    nlp = all_spans(make_corpus(tmp_path / "one", **given, spans_key="sc"), "sc")
    corpus = make_corpus(tmp_path / "other", **given)
    with pytest.raises(
        ValueError,
        match=r"^the corpus has no doc\.spans\['sc'\]; leave spans_key in configs/convert\.cfg empty",
    ):
        predict({MODEL: nlp}, corpus, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def test_spans_known_to_be_wrong_are_kept():
    nlp = spacy.blank("en")
    doc = nlp("May I come?")
    doc.spans["incorrect_spans"] = [Span(doc, 0, 1, label="DATE")]
    doc.user_data[SOURCE] = {"file": "a", "place": "line 1", "id": None, "group": None, "meta": {}}
    (row,) = rows(iter([doc]), {MODEL: nlp}, None, {}, set())
    assert from_row(row).wrong == (Entity(0, 3, "DATE"),)


@given(doc_pairs())
def test_token_is_unknown_where_spacy_says_so_and_nowhere_else(pair):
    """White space between two unknown tokens goes with them: nothing but it could be predicted there."""
    _, gold = pair
    areas = unknown_areas(gold)
    for token in gold:
        inside = any(start < token.idx + len(token) and token.idx < end for start, end in areas)
        if token.ent_iob == 0:
            assert inside
        elif token.text.strip():
            assert not inside
    assert all(first[1] < second[0] for first, second in pairwise(areas))


def test_neighbouring_unknown_tokens_are_one_area():
    doc = Doc(spacy.blank("en").vocab, words=["a", "b", "c", "d"])
    doc.set_ents([], missing=[doc[0:2], doc[3:4]], default="outside")
    assert unknown_areas(doc) == ((0, 3), (6, 7))
