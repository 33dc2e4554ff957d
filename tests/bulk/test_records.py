"""Entities of all kinds of pipelines, and pipelines that fail: direct tests of one chunk."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Span

from scripts.bulk.annotate import Annotator
from scripts.bulk.chunks import in_chunks
from scripts.bulk.job import Chunk, Job, Raw, Unusable
from scripts.bulk.outputs import Shards
from scripts.bulk.parquet import unify, write
from scripts.bulk.pool import annotate_here
from scripts.bulk.progress import Progress
from scripts.bulk.records import entities_of
from scripts.bulk.shapes import Docs, as_json, cell
from tests.pipelines import fixed, scores

JOB = Job("fixed", "", None, "jsonl")


@Language.component("bulk_test_fails")
def fails(doc):
    if "bomb" in doc.text:
        raise KeyError("a bomb")
    return doc


@Language.component("bulk_test_nested")
def nested(doc):
    doc.spans["sc"] = [Span(doc, 0, 2, "LONG"), Span(doc, 0, 1, "SHORT")]
    return doc


def annotated(nlp, job, *texts):
    chunk = Chunk(0, [Raw("a", f"line {n}", {"text": text}) for n, text in enumerate(texts)], 0)
    return Annotator(nlp).annotate(chunk, job)


def test_record_for_which_the_pipeline_fails_is_rejected_and_the_others_are_not():
    nlp = fixed({"Ada": "PERSON"})
    nlp.add_pipe("bulk_test_fails")
    found = annotated(nlp, JOB, "Ada", "a bomb", "Ada")
    assert (found.records, found.entities) == (2, 2)
    assert [(row["place"], "KeyError" in row["reason"]) for row in found.rejected] == [("line 1", True)]


def test_text_with_too_many_signs_without_a_space_is_rejected_unless_the_tokenizer_is_another():
    job = replace(JOB, most_signs=5)
    texts = (10 * "Ada", "Ada " + 6 * "(", "Ada " + 5 * "(", "Ada " + 4 * "((( ")
    found = annotated(fixed({"Ada": "PERSON"}), job, *texts)
    assert (found.records, found.entities) == (3, 2)
    assert [row["place"] for row in found.rejected] == ["line 1"]
    assert "more than 5 signs without a space" in found.rejected[0]["reason"]
    assert annotated(spacy.blank("zh"), job, 10 * "(").records == 1


def test_spans_of_the_key_are_all_written_and_in_columns_the_longest():
    nlp = spacy.blank("en")
    nlp.add_pipe("bulk_test_nested")
    job = Job("nested", "", "sc", "jsonl")
    row = json.loads(annotated(nlp, job, "New York").output)
    assert [entity["label"] for entity in row["entities"]] == ["LONG", "SHORT"]
    found = annotated(nlp, Job("nested", "", "sc", "iob"), "New York")
    assert found.output == b"New\tB-LONG\nYork\tI-LONG\n\n"
    assert sum(found.left_out.values()) == 1


def test_score_of_an_entity_is_written_if_the_pipeline_gives_one():
    doc = fixed({"Ada": "PERSON", "Acme": "ORG"})("Ada left Acme")
    with scores(default=None):
        doc.ents[0]._.score = 0.123456
        first, second = entities_of(doc.ents)
    assert first["score"] == 0.1235
    assert "score" not in second


def test_words_of_a_chunk_are_forgotten_once_enough_are_known(monkeypatch):
    monkeypatch.setattr("scripts.bulk.annotate.REMEMBERED", 5)
    nlp = fixed({"Ada": "PERSON"})
    annotator = Annotator(nlp)
    for number, word in enumerate(("unknown1", "unknown2")):
        annotator.annotate(Chunk(number, [Raw("a", "", {"text": word})], 0), JOB)
    assert "unknown1" in nlp.vocab.strings
    assert "unknown2" not in nlp.vocab.strings


def test_chunks_end_at_a_number_of_records_or_of_bytes():
    records = [(Raw("a", "", {"text": "x" * size}), n) for n, size in enumerate((1, 1, 1, 9, 1, 1))]
    chunks = list(in_chunks(records, Job("p", "", None, "jsonl", records=3, bytes=5)))
    assert [(chunk.number, len(chunk.records), chunk.position) for chunk in chunks] == [
        (0, 3, 2),
        (1, 1, 3),
        (2, 2, 5),
    ]


def test_file_of_long_records_ends_after_a_number_of_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.bulk.outputs.CHUNKS", 2)
    sizes = []

    def write(outputs, path):
        sizes.append(len(outputs))
        path.touch()

    written = Shards(tmp_path, ".x", write, print, 0)
    for number in range(4):
        written.add(b"x", 1)
        assert written.ready == (number % 2 == 1)
        if written.ready:
            written.saved()
    assert sizes == [2, 2]


def test_cells_of_a_table_are_as_a_person_writes_them_but_for_lists():
    day, half = date(2020, 1, 2), Decimal("0.5")
    values = (day, half, b"\x01", float("nan"), None, True, 7, 1.5, [day], {"a": None})
    assert [cell(value) for value in values] == [
        *("2020-01-02", "0.5", "01", "", "", "true", "7", "1.5", '["2020-01-02"]', '{"a": null}')
    ]


def test_large_number_stays_one_beside_what_json_has_no_number_for():
    assert json.loads(as_json({"a": float("nan"), "b": 1 << 70})) == {"a": None, "b": 1 << 70}


def test_pipeline_that_is_not_the_one_of_the_job_is_refused(tmp_path):
    nlp = fixed({"Ada": "PERSON"})
    nlp.to_disk(tmp_path)
    job = Job(str(tmp_path), "other", None, "jsonl")
    with pytest.raises(RuntimeError, match="not that of the job"):
        list(annotate_here([Chunk(0, [Raw("a", "", Unusable("x"))], 0)], job, 1))


def test_progress_says_how_much_time_is_left_where_there_is_no_terminal(capsys):
    with Progress(100, 50, seldom=0.0) as progress:
        progress.done(75, 10, 100)
    assert "Annotated 10 records" in (said := capsys.readouterr().err)
    assert "75%" in said
    assert "left" in said


def test_activations_of_a_transformer_are_not_stored():
    doc = spacy.blank("en")("Ada")
    size = []
    for rows in (1, 10_000):
        doc.user_data["._.", "trf_data", None, None] = np.zeros((rows, 8))
        docs = Docs(JOB)
        docs.add(doc, [], {"text": "Ada"})
        size.append(len(docs.output()))
    assert size[0] == size[1]


def test_parquet_files_of_large_numbers_and_of_fractions_have_one_schema(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    large = 2**60 + 1
    files = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    for file, values in zip(files, ([large, None], [1.5, 2.5]), strict=True):
        write(
            [[{"n": value, "small": value and 1, "entities": []} for value in values]],
            file,
            None,
            "entities",
        )
    unify(files)
    rows = [row for file in files for row in parquet.read_table(file).to_pylist()]
    assert [row["n"] for row in rows] == [str(large), None, "1.5", "2.5"]
    assert {row["small"] for row in rows} == {1, None}
