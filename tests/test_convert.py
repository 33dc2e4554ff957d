"""Conversion: the counts add up, bad input gives one clear message, and the old corpus stays whole."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, DocBin
from typer.testing import CliRunner

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import FileFault
from scripts.conversion.few_texts import PIECES
from scripts.conversion.making import REJECTS
from scripts.conversion.progress import Progress
from scripts.conversion.reading import AnnotationFiles
from scripts.conversion.showing import MOST_SHOWN, show
from scripts.convert import FAILED, OUTPUTS, STAGING, app, convert
from scripts.corpus.docs import SOURCE, read_docs, source_of
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.formats.readers import FORMATS
from scripts.inputs import inputs, versions
from tests import corpora
from tests.corpora import CONFIG, ROOT

VOCAB = spacy.blank("en").vocab
PLACES = ("Berlin", "Lagos", "Lima", "Oslo")
PIPELINES = {}
VERSIONS = cache(versions)
# Forty records of which every split gets some.
GOOD = [
    {
        "text": f"Ada went to {PLACES[n % 4]} on day {n}.",
        "spans": [[0, 3, "PER"], [12, 12 + len(PLACES[n % 4]), "LOC"]],
    }
    for n in range(40)
]


ALONE = {"merged": 0, "pieces": 0}  # where each record is one document


@pytest.fixture(autouse=True)
def once(monkeypatch):
    """Load a tokenizer and look up package versions once, not once a test."""
    monkeypatch.setattr("scripts.conversion.writing.blank_pipeline", pipeline_of)
    monkeypatch.setattr("scripts.inputs.versions", VERSIONS)


def pipeline_of(nlp_block):
    """Return the pipeline of a config's [nlp] section."""
    key = json.dumps(nlp_block, sort_keys=True)
    if key not in PIPELINES:
        PIPELINES[key] = blank_pipeline(nlp_block)
    return PIPELINES[key]


def jsonl(records):
    """Return records as JSON lines; a text stands for a line as it is."""
    rows = (record if isinstance(record, str) else json.dumps(record) for record in records)
    return "".join(f"{row}\n" for row in rows).encode()


BY_INPUTS = ("inputs.json", "inputs.cache.json", "environment.json", "packaging.json", "reporting.json")
BY_INPUTS += ("learning_curve.json", "settings")


def put(folder, data, name="data.jsonl"):
    """Write one annotation file and return its name in messages."""
    path = folder / "raw" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path.as_posix()


def found(folder, **changes):
    """Return what the step `inputs` says about the annotation files; the settings are written, too."""
    (folder / "corpus").mkdir(exist_ok=True)
    corpora.write_settings(folder / "corpus", **{"format": "auto", **changes})
    return inputs(str(folder / "raw"), folder / "corpus", config=CONFIG, lang="en")


def run(folder, **changes):
    """Convert the annotation files with some settings changed, and return the report."""
    chosen = corpora.settings(**{"format": "auto", **changes})
    return convert(found(folder, **changes), chosen, folder / "corpus")


def docs(folder, split=None):
    """Return the Docs of one split, or of all."""
    splits = (split,) if split else SPLITS
    return [doc for name in splits for doc in read_docs(folder / "corpus" / f"{name}.spacy", VOCAB)]


def rows(folder, path="rejected.jsonl"):
    """Return the list of what could not be used as it was."""
    lines = (folder / "corpus" / path).read_text(encoding="utf8").split("\n")
    return [json.loads(line) for line in lines if line]


def corpus(folder):
    """Return the bytes of everything in the corpus folder that `convert` may have written."""
    root = folder / "corpus"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] not in BY_INPUTS
    }


def old_corpus(folder):
    """Put a corpus there that is easily recognised, and return its bytes."""
    (folder / "corpus").mkdir(exist_ok=True)
    for name in OUTPUTS:
        (folder / "corpus" / name).write_text(f"old {name}")
    return corpus(folder)


def refused(folder, **changes):
    """Return the FileFault that stops a conversion, which must leave the old corpus as it was."""
    old = old_corpus(folder)
    with pytest.raises(FileFault) as caught:
        run(folder, **changes)
    kept = {name: data for name, data in corpus(folder).items() if not name.startswith(FAILED)}
    assert kept == old
    assert not (folder / "corpus" / STAGING).exists()
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    return caught.value


# --- what a conversion writes ---


def test_counts_add_up_and_are_those_of_the_corpus(tmp_path):
    name = put(tmp_path, jsonl([*GOOD, {"text": "Nobody was there."}]))
    report = run(tmp_path)
    assert report == atomic.read_json(tmp_path / "corpus" / "conversion.json")
    assert report["records"] == {"read": 41, "accepted": 41, "ignored": 0, "rejected": 0, **ALONE}
    assert (report["spans"]["read"], report["spans"]["kept"]) == (80, 80)
    for split, counts in report["splits"].items():
        here = docs(tmp_path, split)
        assert counts["documents"] == len(here) > 0
        assert counts["tokens"] == sum(map(len, here))
        assert counts["entities"] == sum(len(doc.ents) for doc in here) == 2 * counts["labels"]["PER"]
        assert counts["labels"]["PER"] == counts["labels"]["LOC"]
        assert (counts["partly_annotated"], counts["lost_labels"]) == (0, {})
    assert sum(counts["without_entities"] for counts in report["splits"].values()) == 1
    assert report["files"] == {name: {"format": "jsonl", "read": 41, "accepted": 41}}
    assert report["offsets"] is None
    assert rows(tmp_path) == []


def test_every_output_is_there_and_nothing_else(tmp_path):
    put(tmp_path, jsonl(GOOD))
    run(tmp_path)
    assert sorted(corpus(tmp_path)) == sorted(OUTPUTS)


def test_converting_twice_gives_the_same_bytes(tmp_path):
    put(tmp_path, jsonl(GOOD))
    run(tmp_path)
    first = corpus(tmp_path)
    run(tmp_path)
    assert corpus(tmp_path) == first


def test_docs_carry_their_entities_and_where_they_came_from(tmp_path):
    name = put(tmp_path, jsonl(GOOD))
    run(tmp_path)
    expected = {record["text"]: (record["spans"], n) for n, record in enumerate(GOOD, start=1)}
    for doc in docs(tmp_path):
        spans, number = expected.pop(doc.text)
        assert [[ent.start_char, ent.end_char, ent.label_] for ent in doc.ents] == spans
        assert source_of(doc) == f"{name}, line {number}"
    assert expected == {}


def pairs(records):
    """Return records as a JSON list of pairs."""
    return json.dumps([(record["text"], {"entities": record["spans"]}) for record in records]).encode()


def columns(records):
    """Return records as CoNLL columns."""
    sentences = []
    for record in records:
        marked = {record["text"][start:end]: label for start, end, label in record["spans"]}
        words = record["text"].split()
        sentences.append("".join(f"{w} {'B-' + marked[w] if w in marked else 'O'}\n" for w in words))
    return "\n".join(sentences).encode()


def docbin(records):
    """Return records as a DocBin."""
    nlp = spacy.blank("en")
    made = DocBin()
    for record in records:
        doc = nlp(record["text"])
        doc.set_ents([doc.char_span(start, end, label) for start, end, label in record["spans"]])
        made.add(doc)
    return made.to_bytes()


SAME = {
    "jsonl": jsonl(GOOD),
    "prodigy": jsonl([{**record, "_input_hash": 1, "answer": "accept"} for record in GOOD]),
    "pairs": pairs(GOOD),
    "columns": columns(GOOD),
    "docbin": docbin(GOOD),
}


def test_formats_below_are_registered():
    assert set(SAME) <= set(FORMATS)  # the rest have their golden cases


@pytest.mark.parametrize("format", sorted(SAME))
def test_same_annotations_are_converted_alike_from_every_format(tmp_path, format):
    name = put(tmp_path, SAME[format], "data")
    report = run(tmp_path)
    assert report["files"][name]["format"] == format
    assert (report["records"]["accepted"], report["spans"]["kept"]) == (40, 80)
    assert {tuple(ent.text for ent in doc.ents) for doc in docs(tmp_path)} == {
        ("Ada", p) for p in PLACES
    }


@pytest.mark.parametrize("format", ["jsonl", "pairs", "columns"])
def test_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path, format):
    put(tmp_path, SAME[format])
    run(tmp_path)
    plain = corpus(tmp_path)
    for data in (b"\xef\xbb\xbf" + SAME[format], SAME[format].replace(b"\n", b"\r\n")):
        put(tmp_path, data)
        run(tmp_path)
        assert corpus(tmp_path) == plain


def test_answers_other_than_accept_are_ignored_and_counted(tmp_path):
    tasks = [{**record, "_task_hash": n, "answer": "accept"} for n, record in enumerate(GOOD)]
    other = [{"text": "Bo", "answer": answer} for answer in ("reject", "ignore", "reject")]
    put(tmp_path, jsonl([*tasks, *other]))
    report = run(tmp_path)
    assert report["records"] == {"read": 43, "accepted": 40, "ignored": 3, "rejected": 0, **ALONE}
    assert report["ignored"] == {"ignore": 1, "reject": 2}
    assert "Bo" not in {doc.text for doc in docs(tmp_path)}


# --- splits ---


def test_files_named_train_and_eval_give_train_dev_and_test(tmp_path):
    put(tmp_path, jsonl(GOOD), "brands_train.jsonl")
    evaluated = [{"text": f"Bo {n} left.", "spans": [[0, 2, "PER"]]} for n in range(7)]
    put(tmp_path, jsonl(evaluated), "brands_eval.jsonl")
    report = run(tmp_path)
    assert {doc.text for doc in docs(tmp_path, "test")} == {record["text"] for record in evaluated}
    sizes = {split: counts["documents"] for split, counts in report["splits"].items()}
    assert sizes["train"] + sizes["dev"] == 40
    assert 0 < sizes["dev"] < sizes["train"]


def test_three_files_named_by_split_are_kept_as_they_are(tmp_path):
    for number, split in enumerate(("train", "valid", "test")):
        put(tmp_path, jsonl(GOOD[number * 10 : number * 10 + 10]), f"{split}.jsonl")
    run(tmp_path)
    for number, split in enumerate(SPLITS):
        expected = [record["text"] for record in GOOD[number * 10 : number * 10 + 10]]
        assert [doc.text for doc in docs(tmp_path, split)] == expected


def test_splits_that_records_name_are_kept(tmp_path):
    named = [{**record, "split": "validation"} for record in GOOD[:6]]
    named += [{**record, "split": "test"} for record in GOOD[6:12]]
    put(tmp_path, jsonl([*named, *GOOD[12:]]))
    run(tmp_path)
    assert {r["text"] for r in GOOD[:6]} == {doc.text for doc in docs(tmp_path, "dev")}
    assert {r["text"] for r in GOOD[6:12]} == {doc.text for doc in docs(tmp_path, "test")}


def in_jsonl(folder, rows):
    """Write pairs of a record and its split, train or test, as plain JSONL."""
    put(folder, jsonl({**record, "split": split} for record, split in rows))


def in_azure(folder, rows):
    """Write them as a project of Azure."""
    documents = []
    for number, (record, split) in enumerate(rows):
        put(folder, record["text"].encode(), f"{number}.txt")
        marks = [{"category": name, "offset": s, "length": e - s} for s, e, name in record["spans"]]
        region = {"regionOffset": 0, "regionLength": len(record["text"]), "labels": marks}
        found = {"location": f"{number}.txt", "dataset": split.title(), "entities": [region]}
        documents.append(found)
    kind = {"projectKind": "CustomEntityRecognition"}
    project = {"projectFileVersion": "2022-05-01", "metadata": kind}
    put(folder, json.dumps({**project, "assets": {**kind, "documents": documents}}).encode(), "p.json")


def in_vertex(folder, rows):
    """Write them as a dataset of Vertex AI."""
    use = {"train": "training", "test": "test"}
    put(
        folder,
        jsonl(
            {
                "textContent": record["text"],
                "textSegmentAnnotations": [
                    {"startOffset": start, "endOffset": end, "displayName": name}
                    for start, end, name in record["spans"]
                ],
                "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": use[split]},
            }
            for record, split in rows
        ),
    )


def texts_by_split(folder):
    """Return the texts of each split."""
    return {split: {doc.text for doc in docs(folder, split)} for split in SPLITS}


@pytest.mark.parametrize("write", [in_jsonl, in_azure, in_vertex])
@pytest.mark.parametrize("order", [1, -1], ids=["train first", "test first"])
def test_split_that_no_record_names_is_taken_from_the_others_as_with_files(tmp_path, write, order):
    rows = [(record, "train" if n < 30 else "test") for n, record in enumerate(GOOD)]
    (tmp_path / "named").mkdir()
    write(tmp_path / "named", rows[::order])
    run(tmp_path / "named")
    for name in ("train", "test"):
        put(tmp_path, jsonl(record for record, split in rows if split == name), f"{name}.jsonl")
    run(tmp_path)
    assert texts_by_split(tmp_path / "named") == texts_by_split(tmp_path)
    assert texts_by_split(tmp_path)["test"] == {
        record["text"] for record, name in rows if name == "test"
    }
    assert texts_by_split(tmp_path)["dev"]


def test_records_that_all_name_the_training_set_give_texts_to_the_others(tmp_path):
    put(tmp_path, jsonl({**record, "split": "train"} for record in GOOD))
    run(tmp_path)
    named = texts_by_split(tmp_path)
    put(tmp_path, jsonl(GOOD))
    run(tmp_path)
    assert named == texts_by_split(tmp_path)


def test_record_is_in_the_split_that_it_names_whatever_files_say(tmp_path):
    put(
        tmp_path,
        jsonl({**record, "split": "dev"} for record in GOOD[:3]) + jsonl(GOOD[3:20]),
        "train.jsonl",
    )
    put(tmp_path, jsonl(GOOD[20:25]) + jsonl([{**GOOD[25], "split": "train"}]), "test.jsonl")
    run(tmp_path)
    expected = {"train": [*GOOD[3:20], GOOD[25]], "dev": GOOD[:3], "test": GOOD[20:25]}
    assert texts_by_split(tmp_path) == {
        split: {record["text"] for record in records} for split, records in expected.items()
    }


def test_split_that_only_ignored_records_name_is_taken_from_the_others(tmp_path):
    ignored = [{"text": "Bo left.", "spans": [], "split": "dev", "answer": "reject"}]
    put(tmp_path, jsonl([*ignored, *GOOD]))
    run(tmp_path)
    assert texts_by_split(tmp_path)["dev"] <= {record["text"] for record in GOOD}


def test_text_of_which_only_one_row_names_the_training_set_is_one_document(tmp_path):
    put(tmp_path, jsonl([*GOOD, {**GOOD[0], "split": "train"}]))
    assert run(tmp_path)["records"]["merged"] == 1


@pytest.mark.parametrize(("split", "times"), [(None, 1), ("train", 1), ("test", 2)])
def test_records_are_read_again_only_where_some_name_the_dev_or_test_set(
    tmp_path, monkeypatch, split, times
):
    begun = []
    read = AnnotationFiles.read
    monkeypatch.setattr(AnnotationFiles, "read", lambda *args: begun.append(1) or read(*args))
    put(tmp_path, jsonl([*GOOD, {"text": "Bo left.", "spans": [[0, 2, "PER"]], "split": split}]))
    run(tmp_path)
    assert len(begun) == times


def test_records_of_a_group_are_never_parted(tmp_path):
    put(tmp_path, jsonl({**record, "group": f"thread {n // 4}"} for n, record in enumerate(GOOD)))
    run(tmp_path, dev=0.3, test=0.3)
    sides = [{doc.user_data["source"]["group"] for doc in docs(tmp_path, split)} for split in SPLITS]
    assert all(sides)
    assert sum(map(len, sides)) == len(set().union(*sides)) == 10


def test_adding_records_moves_none_that_were_there(tmp_path):
    put(tmp_path, jsonl(GOOD[:30]))
    run(tmp_path)
    before = {doc.text: split for split in SPLITS for doc in docs(tmp_path, split)}
    put(tmp_path, jsonl(GOOD[::-1]))
    run(tmp_path)
    after = {doc.text: split for split in SPLITS for doc in docs(tmp_path, split)}
    assert len(after) == 40
    assert before.items() <= after.items()


# --- spans ---

ODD = {
    "text": "Ada Okafor met  Zoë in New Yorkers",
    "id": "odd",
    "spans": [
        [0, 11, "PER"],  # a space at its end
        [15, 19, "PER"],  # and one at its beginning
        [15, 16, "PER"],  # nothing but a space
        [4, 4, "PER"],  # nothing at all
        [0, 10, "PER"],  # the first one again
        [0, 3, "PER"],  # inside of the first one
        [4, 14, "ORG"],  # overlaps the first one
        [23, 31, "LOC"],  # cuts `Yorkers`
    ],
}


def test_every_span_that_is_not_kept_as_marked_is_counted_and_listed(tmp_path):
    name = put(tmp_path, jsonl([*GOOD, ODD]))
    report = run(tmp_path)
    counted = {key: count for key, count in report["spans"].items() if count}
    assert counted == {
        "read": 88,
        "kept": 82,
        "trimmed": 2,
        "empty": 2,
        "duplicate": 1,
        "overlapping": 2,
        "misaligned": 1,
    }
    listed = rows(tmp_path)
    assert [(row["start"], row["end"], row["outcome"]) for row in listed] == [
        (15, 16, "empty"),
        (4, 4, "empty"),
        (0, 10, "duplicate"),
        (23, 31, "misaligned"),
        (0, 11, "trimmed"),
        (15, 19, "trimmed"),
        (0, 3, "overlapping"),
        (4, 14, "overlapping"),
    ]
    for row in listed:
        assert (row["what"], row["file"], row["place"], row["record"]) == (
            "span",
            name,
            "line 41",
            "odd",
        )
        assert row["mention"] == ODD["text"][row["start"] : row["end"]]
        assert row["reason"]
        assert row["hint"]
    (split,) = (counts for counts in report["splits"].values() if counts["partly_annotated"])
    assert split["lost_labels"] == {"LOC": 1}
    (doc,) = (doc for doc in docs(tmp_path) if doc.text == ODD["text"])
    assert [ent.text for ent in doc.ents] == ["Ada Okafor", "Zoë"]
    assert [token.text for token in doc if token.ent_iob == 0] == ["New", "Yorkers"]


def test_span_that_cuts_a_token_follows_the_policy_of_the_settings(tmp_path):
    put(tmp_path, jsonl([*GOOD, ODD]))
    spans = run(tmp_path, misaligned="expand")["spans"]
    assert (spans["adjusted"], spans["misaligned"], spans["kept"]) == (1, 0, 83)
    assert "New Yorkers" in {ent.text for doc in docs(tmp_path) for ent in doc.ents}


def test_overlapping_spans_follow_the_policy_of_the_settings(tmp_path):
    put(tmp_path, jsonl([*GOOD, ODD]))
    assert run(tmp_path, overlapping="drop")["spans"]["overlapping"] == 3
    (doc,) = (doc for doc in docs(tmp_path) if doc.text == ODD["text"])
    assert [ent.text for ent in doc.ents] == ["Zoë"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"misaligned": "error"}, "LOC 'New York' 23-31 cuts through a token"),
        ({"overlapping": "error"}, "PER 'Ada' 0-3 overlaps PER 'Ada Okafor' 0-10"),
    ],
)
def test_policy_error_stops_and_names_file_record_and_span(tmp_path, changes, message):
    name = put(tmp_path, jsonl([*GOOD, ODD]))
    fault = refused(tmp_path, **changes)
    assert str(fault) == f"{name}, line 41: {message}"


def test_spans_key_keeps_overlapping_spans_too(tmp_path):
    put(tmp_path, jsonl([*GOOD, ODD]))
    run(tmp_path, spans_key="sc")
    (doc,) = (doc for doc in docs(tmp_path) if doc.text == ODD["text"])
    assert sorted(span.text for span in doc.spans["sc"]) == ["Ada", "Ada Okafor", "Okafor met", "Zoë"]
    assert all(len(other.spans["sc"]) == 2 for other in docs(tmp_path) if other.text != doc.text)


def test_counts_are_of_the_spans_under_the_key_and_none_that_overlaps_is_lost(tmp_path):
    put(tmp_path, jsonl([*GOOD, ODD]))
    report = run(tmp_path, spans_key="sc", overlapping="error")
    assert {key: count for key, count in report["spans"].items() if count} == {
        "read": 88,
        "kept": 84,
        "trimmed": 2,
        "empty": 2,
        "duplicate": 1,
        "misaligned": 1,
    }
    assert "overlapping" not in [row["outcome"] for row in rows(tmp_path)]
    for split, counts in report["splits"].items():
        stored = Counter(span.label_ for doc in docs(tmp_path, split) for span in doc.spans["sc"])
        assert (counts["labels"], counts["entities"]) == (stored, stored.total())
    assert sum(counts["entities"] for counts in report["splits"].values()) == 84
    written = atomic.read_json(tmp_path / "corpus" / "counts.json")
    assert (written["spans_key"], written["splits"]) == ("sc", report["splits"])


def test_no_spans_key_keeps_none(tmp_path):
    put(tmp_path, jsonl([*GOOD, ODD]))
    run(tmp_path)
    assert all(not doc.spans for doc in docs(tmp_path))


# --- labels ---


def labels(report):
    """Return how often each label occurs in all splits together."""
    total = {}
    for counts in report["splits"].values():
        for label, count in counts["labels"].items():
            total[label] = total.get(label, 0) + count
    return total


def test_label_map_renames_merges_and_drops(tmp_path):
    third = {"text": "Ada bought bread.", "spans": [[0, 3, "MAN"], [11, 16, "FOOD"]]}
    put(tmp_path, jsonl([*GOOD, third]))
    report = run(tmp_path, label_map={"PER": "PERSON", "MAN": "PERSON", "LOC": None})
    assert labels(report) == {"PERSON": 41, "FOOD": 1}
    assert (report["spans"]["read"], report["spans"]["kept"], report["spans"]["dropped"]) == (82, 42, 40)


def test_labels_are_mapped_once_and_not_in_a_chain(tmp_path):
    put(tmp_path, jsonl(GOOD))
    assert labels(run(tmp_path, label_map={"PER": "LOC", "LOC": "PER"})) == {"PER": 40, "LOC": 40}


def test_spans_that_merging_makes_equal_are_duplicates(tmp_path):
    twice = {"text": "Ada left.", "spans": [[0, 3, "PER"], [0, 3, "MAN"]]}
    put(tmp_path, jsonl([*GOOD, twice]))
    assert run(tmp_path, label_map={"MAN": "PER"})["spans"]["duplicate"] == 1


def test_label_outside_of_the_closed_set_names_label_file_and_record(tmp_path):
    name = put(tmp_path, jsonl([*GOOD, {"text": "Ada", "spans": [[0, 3, "MAN"]]}]))
    fault = refused(tmp_path, labels=("LOC", "PER"))
    assert str(fault) == f"{name}, line 41: label 'MAN' is not one of LOC, PER"


def test_closed_set_is_held_against_the_labels_that_the_map_gives(tmp_path):
    put(tmp_path, jsonl(GOOD))
    report = run(tmp_path, labels=("PERSON",), label_map={"PER": "PERSON", "LOC": None})
    assert labels(report) == {"PERSON": 40}
    fault = refused(tmp_path, labels=("PER", "LOC"), label_map={"PER": "PERSON"})
    assert fault.reason == "label 'PERSON' is not one of LOC, PER"


@pytest.mark.parametrize("label", ["work of art", "a,b", "ORG/COMPANY", "B-PER", "-", "人名", "Ünit"])
def test_label_may_look_like_anything(tmp_path, label):
    put(tmp_path, jsonl([{"text": r["text"], "spans": [[0, 3, label]]} for r in GOOD]))
    assert labels(run(tmp_path)) == {label: 40}
    assert {ent.label_ for doc in docs(tmp_path) for ent in doc.ents} == {label}


# --- offsets that count something else ---


def counted(unit):
    """Return records behind wide characters, with offsets as a tool that counts in `unit` has them."""
    records = []
    for n in range(40):
        text = f"🙂 Zoë {n} remembered Ada wholeheartedly"
        sizes = {"characters": 0, "utf16": 1, "bytes": 4}  # what 🙂 and ë add to the offsets
        start = text.index("Ada") + sizes[unit]
        records.append({"text": text, "spans": [[start, start + 3, "PER"]]})
    return records


@pytest.mark.parametrize(("unit", "name"), [("utf16", "UTF-16 units"), ("bytes", "UTF-8 bytes")])
def test_offsets_in_another_unit_are_noticed_and_once_named_converted(tmp_path, unit, name):
    put(tmp_path, jsonl([*counted(unit), *GOOD]))
    said = run(tmp_path)["offsets"]
    assert said.startswith(f"offsets seem to count {name}: of the 40 spans that this would move, ")
    assert f"set offsets in configs/convert.cfg to {unit}" in said
    report = run(tmp_path, offsets=unit)
    assert report["offsets"] is None
    assert report["spans"]["kept"] == 120
    assert {doc.ents[0].text for doc in docs(tmp_path)} == {"Ada"}


@pytest.mark.parametrize("unit", ["utf16", "bytes"])
def test_right_offsets_under_the_wrong_setting_are_noticed_too(tmp_path, unit):
    put(tmp_path, jsonl([*counted("characters"), *GOOD]))
    said = run(tmp_path, offsets=unit, max_rejected=1)["offsets"]
    assert said.endswith("set offsets in configs/convert.cfg to characters")


def test_offsets_that_are_all_off_are_said_where_nothing_is_left(tmp_path):
    put(tmp_path, jsonl(counted("utf16")))
    fault = refused(tmp_path)
    assert fault.reason == "none of its 40 spans can be used (40 misaligned)"
    assert "set offsets in configs/convert.cfg to utf16" in fault.hint


@pytest.mark.parametrize("offsets", ["characters", "utf16"])
def test_record_with_one_bad_offset_keeps_its_other_spans(tmp_path, offsets):
    text = "Ada met Bo and Li there."
    good = [[0, 3, "PERSON"], [8, 10, "PERSON"], [15, 17, "PERSON"]]
    records = [{"text": f"{text} {n}", "label": good} for n in range(30)]
    records[3]["label"] = [*good[:2], [15, 99, "PERSON"], good[2]]
    put(tmp_path, jsonl(records))
    report = run(tmp_path, offsets=offsets)
    assert report["records"]["accepted"] == 30
    assert (report["spans"]["kept"], report["spans"]["out_of_text"]) == (90, 1)
    assert sum(split["not_exhaustive"] for split in report["splits"].values()) == 1
    assert sum(split["lost_labels"].get("PERSON", 0) for split in report["splits"].values()) == 1
    (row,) = rows(tmp_path)
    assert (row["place"], row["start"], row["end"], row["outcome"]) == ("line 4", 15, 99, "out_of_text")
    (problem,) = report["problems"]
    assert "99" in problem["examples"][0]["reason"]


@pytest.mark.parametrize("offsets", ["characters", "utf16"])
@pytest.mark.parametrize("misaligned", ["missing", "expand"])
def test_record_whose_offsets_are_shifted_is_rejected_whole(tmp_path, offsets, misaligned):
    text = "Ada met Bo and Li there."
    good = [[0, 3, "PERSON"], [8, 10, "PERSON"], [15, 17, "PERSON"]]
    records = [{"text": f"{text} {n}", "label": good} for n in range(30)]
    records[3] = {"text": text, "label": [[4, 7, "PERSON"], [13, 17, "PERSON"], [20, 25, "PERSON"]]}
    put(tmp_path, jsonl(records))
    report = run(tmp_path, offsets=offsets, misaligned=misaligned)
    assert (report["records"]["rejected"], report["records"]["accepted"]) == (1, 29)
    assert (report["spans"]["read"], report["spans"]["kept"]) == (87, 87)
    (row,) = rows(tmp_path)
    assert (row["what"], row["place"]) == ("record", "line 4")
    assert "25" in row["reason"]
    assert row["reason"].endswith("'d Li' cuts through a token: its offsets seem shifted")


def with_lost(share, span):
    """Return forty records of which the given share has a span that is lost in place of a good one."""
    lost = [{**record, "spans": [record["spans"][0], span]} for record in GOOD]
    return [
        bad if n < share * 40 else good for n, (good, bad) in enumerate(zip(GOOD, lost, strict=True))
    ]


LOST_SPANS = [
    ([12, 99, "LOC"], "span 12-99 'LOC' reaches beyond the text, which has 28 characters"),
    ([None, 18, "LOC"], "offset None is not a whole number"),
    ([12, 18, ""], "span 12-18 has no label"),
]


@pytest.mark.parametrize(("span", "reason"), LOST_SPANS)
def test_lost_spans_count_towards_the_limit_as_records_do(tmp_path, span, reason):
    put(tmp_path, jsonl(with_lost(0.1, span)))
    assert run(tmp_path)["records"]["rejected"] == 0
    name = put(tmp_path, jsonl(with_lost(0.5, span)))
    fault = refused(tmp_path)
    assert fault.file == "20 of 80 spans can't be used"
    assert fault.reason == (
        f"more than max_rejected in configs/convert.cfg (5%) allows: {name}, line 1: "
        f"{reason} (and 19 more like it)"
    )
    assert ", or raise max_rejected in configs/convert.cfg; see" in fault.hint
    assert len(rows(tmp_path, f"{FAILED}/rejected.jsonl")) == 20
    assert run(tmp_path, max_rejected=0.25)["spans"]["kept"] == 60


def test_lost_span_or_two_are_no_reason_to_stop_in_a_small_file_unless_none_is_allowed(tmp_path):
    small = [{**GOOD[0], "spans": [GOOD[0]["spans"][0], [12, 99, "LOC"]]}, *GOOD[1:9]]
    put(tmp_path, jsonl(small))
    assert run(tmp_path)["spans"]["out_of_text"] == 1
    assert "1 of 18 spans can't be used" in str(refused(tmp_path, max_rejected=0))


def test_span_beyond_its_text_is_shown_with_its_offsets(tmp_path):
    put(tmp_path, jsonl(with_lost(0.01, [12, 99, "LOC"])))
    (problem,) = run(tmp_path)["problems"]
    assert problem["examples"][0]["context"] == "[12-99](LOC)"


# --- labels as they are meant, and rows about one text ---


def tagged(n):
    """Return a record whose labels are tags of its words."""
    text = f"Ada Okafor left Oslo {n}."
    tags = ("B-PER", "I-PER", "O", "B-LOC")
    places = ((0, 3), (4, 10), (11, 15), (16, 20))
    return {"text": text, "spans": [[*place, tag] for place, tag in zip(places, tags, strict=True)]}


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_labels_that_are_tags_are_read_so_in_every_chunk(tmp_path, monkeypatch, processes):
    monkeypatch.setattr("scripts.conversion.chunks.CHUNK", 7)
    single = [{"text": f"Oslo {n}", "spans": [[0, 4, "B-LOC"]]} for n in range(10)]
    put(tmp_path, jsonl([*single, *map(tagged, range(30))]))
    report = run(tmp_path, labels=("LOC", "PER"), processes=processes)
    assert labels(report) == {"LOC": 40, "PER": 30}
    assert report["tags_in_labels"] == ["B-LOC", "B-PER", "I-PER", "O"]
    assert (report["spans"]["read"], report["spans"]["kept"], sum(report["excluded"].values())) == (
        130,
        70,
        60,
    )
    assert {ent.text for doc in docs(tmp_path) for ent in doc.ents} == {"Ada Okafor", "Oslo"}


def test_label_map_sees_the_label_that_a_tag_holds_and_a_clean_one(tmp_path):
    records = [tagged(n) for n in range(30)]
    records[0]["spans"][3][2] = "B-LOC\u200b "
    put(tmp_path, jsonl(records))
    report = run(tmp_path, label_map={"PER": "PERSON", "LOC ": None})
    assert labels(report) == {"PERSON": 30}
    assert report["fixed"] == {"label 'B-LOC\\u200b ', read as 'B-LOC'": 1}


def test_rows_that_differ_are_one_document_and_rows_that_say_the_same_are_merged(tmp_path):
    other = [{**r, "spans": [[0, 3, "ORG"], r["spans"][1]]} for r in GOOD[:10]]
    put(tmp_path, jsonl([*GOOD, *other, *GOOD[:20]]))
    report = run(tmp_path)
    assert report["records"] == {
        **ALONE,
        "read": 70,
        "accepted": 40,
        "ignored": 0,
        "rejected": 0,
        "merged": 30,
    }
    assert labels(report) == {"LOC": 40, "PER": 40}
    assert report["repeated"]["identical"] == 10
    assert report["repeated"]["different"]["texts"] == 10
    (first, *_) = report["repeated"]["different"]["examples"]
    assert list(first["rows"].values())[:2] == [
        ["PER 'Ada'", "LOC 'Berlin'"],
        ["ORG 'Ada'", "LOC 'Berlin'"],
    ]
    assert sorted(doc.text for doc in docs(tmp_path)) == sorted(record["text"] for record in GOOD)


def test_rows_with_one_span_each_are_one_document_with_all_and_silent_rows_do_not_count(
    tmp_path, capsys
):
    single = [{**record, "spans": [span]} for record in GOOD for span in record["spans"]]
    put(tmp_path, jsonl([*single, *({"text": record["text"]} for record in GOOD[:3])]))
    report = run(tmp_path)
    assert labels(report) == {"LOC": 40, "PER": 40}
    assert report["records"] == {**ALONE, "read": 83, "accepted": 40, "ignored": 0, "rejected": 0} | {
        "merged": 43
    }
    assert report["spans"]["excluded"] == 0
    repeated = report["repeated"]
    assert (repeated["unannotated"], repeated["complementary"]["texts"], repeated["different"]) == (
        3,
        40,
        None,
    )
    capsys.readouterr()
    show(report, tmp_path)
    printed = " ".join(capsys.readouterr().out.split())
    assert "40 texts have rows that mark different places" in printed
    assert "3 records without spans were ignored" in printed


def test_text_that_two_files_or_documents_have_is_two_texts(tmp_path):
    put(tmp_path, jsonl(GOOD), "train.jsonl")
    put(tmp_path, jsonl([*GOOD[:20], *({**r, "group": "b"} for r in GOOD[:3])]), "dev.jsonl")
    put(tmp_path, jsonl(GOOD[20:]), "test.jsonl")
    report = run(tmp_path)
    assert [split["documents"] for split in report["splits"].values()] == [40, 23, 20]


def test_sentence_that_comes_again_in_a_file_of_tokens_stays(tmp_path):
    put(tmp_path, columns([*GOOD, *GOOD[:5]]), "data.conll")
    assert run(tmp_path)["records"]["accepted"] == 45


def test_progress_tells_what_is_converted_in_lines_where_there_is_no_terminal(capsys):
    with Progress(100, seldom=0) as progress:
        progress.read(40, 7)
        progress.read(100, 3)
        assert capsys.readouterr().err == ""
        progress.converted()
        assert capsys.readouterr().err == "Converted 7 records, 40%\n"
        progress.converted()
        assert capsys.readouterr().err == "Converted 10 records, 100%\n"


def test_offsets_that_lead_beyond_the_text_are_said_where_too_many_are_rejected(tmp_path):
    far = [{"text": f"北京 {n} 李雷", "spans": [[9, 15, "PER"]]} for n in range(10)]
    put(tmp_path, jsonl(far))
    fault = refused(tmp_path)
    assert fault.reason.endswith(
        "raw/data.jsonl, line 1: span 9-15 'PER' reaches beyond the text, which has 7 characters "
        "(and 9 more like it)"
    )
    assert fault.hint.startswith("offsets seem to count UTF-8 bytes: of ")


# --- records that can't be used ---

ONE_BAD = {
    "no object": ("[1, 2]", "a JSON list where an object is expected"),
    "no JSON": (
        '{"text": "Ada"',
        "not valid JSON (Expecting ',' delimiter: line 1 column 15 (char 14))",
    ),
    "no text": ({"spans": []}, "the record has no text"),
    "blank text": ({"text": "\u3000\n"}, "the record has no text"),
    "NUL": ({"text": "Ada\0Bo"}, "the text contains a NUL character"),
    "surrogate": ({"text": "Ada \ud83d"}, "the text contains half of a surrogate pair"),
    "empty label": ({"text": "Ada", "spans": [[0, 3, ""]]}, "span 0-3 has no label"),
    "text offset": ({"text": "Ada", "spans": [["0", 3, "P"]]}, "offset '0' is not a whole number"),
    "part offset": ({"text": "Ada", "spans": [[0, 2.5, "P"]]}, "offset 2.5 is not a whole number"),
    "negative": ({"text": "Ada", "spans": [[-3, 3, "P"]]}, "span -3-3 'P' has a negative offset"),
    "reversed": ({"text": "Ada", "spans": [[3, 0, "P"]]}, "span 3-0 'P' ends before it begins"),
    "beyond": (
        {"text": "Ada", "spans": [[0, 4, "P"]]},
        "span 0-4 'P' reaches beyond the text, which has 3 characters",
    ),
    "too long": (
        {"text": "Ada " * 250_000 + "x"},
        "it has 1,000,001 characters; spaCy takes at most 1,000,000",
    ),
    "unknown": (
        {"text": "Ada", "spans": [[0, 2, "P"]]},
        "no token in it is annotated, or spans cut through all of its tokens",
    ),
}


@pytest.mark.parametrize("case", ONE_BAD)
def test_record_that_can_not_be_used_is_listed_and_the_run_goes_on(tmp_path, case):
    record, reason = ONE_BAD[case]
    name = put(tmp_path, jsonl([*GOOD[:20], record, *GOOD[20:]]))
    report = run(tmp_path)
    assert report["records"] == {"read": 41, "accepted": 40, "ignored": 0, "rejected": 1, **ALONE}
    assert list(report["rejected"].values()) == [1]
    (row,) = rows(tmp_path)
    assert (row["what"], row["file"], row["place"], row["reason"]) == ("record", name, "line 21", reason)
    assert row["hint"]
    assert len(docs(tmp_path)) == 40
    if isinstance(record, str):
        assert row["record"] == record
    else:
        assert json.loads(row["record"]).get("text") == record.get("text")


def test_ill_formed_tags_and_rows_reject_their_sentences_and_no_others(tmp_path):
    bad = "Bo PER\nleft O\n\nCy\nleft O\n\n"
    name = put(tmp_path, bad.encode() + columns(GOOD), "data.conll")
    report = run(tmp_path)
    assert report["records"] == {"read": 42, "accepted": 40, "ignored": 0, "rejected": 2, **ALONE}
    assert report["rejected"] == {
        f"{name}, lines 1-2: line 1: the tag 'PER' is not in the file's scheme (IOB2)": 1,
        f"{name}, lines 4-5: line 4 has too few columns: 1, not 2, in 'Cy'": 1,
    }
    assert [(row["file"], row["place"], row["reason"]) for row in rows(tmp_path)] == [
        (name, "lines 1-2", "line 1: the tag 'PER' is not in the file's scheme (IOB2)"),
        (name, "lines 4-5", "line 4 has too few columns: 1, not 2, in 'Cy'"),
    ]


def test_reasons_of_a_kind_are_counted_together(tmp_path):
    spans = [[0, 5, "O'Brien"], [0, 6, "P"], [0, 77, "New York"]]
    bad = [{"text": f"Ad{n}", "spans": [span]} for n, span in enumerate(spans)] + [{"text": ""}]
    name = put(tmp_path, jsonl([*GOOD, *bad]))
    report = run(tmp_path, max_rejected=0.1)
    first = 'span 0-5 "O\'Brien" reaches beyond the text, which has 3 characters'
    assert report["rejected"] == {
        f"{name}, line 41: {first}": 3,
        f"{name}, line 44: the record has no text": 1,
    }
    assert [(p["kind"], p["count"]) for p in report["problems"]] == [
        (first, 3),
        ("the record has no text", 1),
    ]


def test_as_many_rejects_as_allowed_pass_and_one_more_stops(tmp_path):
    bad = {"text": ""}
    put(tmp_path, jsonl([*GOOD[:38], bad, bad]))
    assert run(tmp_path, max_rejected=0.05)["records"]["rejected"] == 2
    name = put(tmp_path, jsonl([*GOOD[:38], bad, bad, bad]))
    fault = refused(tmp_path, max_rejected=0.05)
    assert str(fault) == (
        "3 of 41 records can't be used: more than max_rejected in configs/convert.cfg (5%) allows: "
        f"{name}, line 39: the record has no text (and 2 more like it)"
    )
    listed = (tmp_path / "corpus" / FAILED / "rejected.jsonl").as_posix()
    assert fault.hint == (
        "fill in its field `text`, or delete the record, or raise max_rejected in configs/convert.cfg; "
        f"see {listed}; the old corpus is unchanged"
    )
    assert [row["place"] for row in rows(tmp_path, f"{FAILED}/rejected.jsonl")] == [
        "line 39",
        "line 40",
        "line 41",
    ]
    counts = atomic.read_json(tmp_path / "corpus" / FAILED / "conversion.json")
    assert counts["records"]["rejected"] == 3


def test_list_of_a_failed_conversion_is_gone_after_one_that_works(tmp_path):
    put(tmp_path, jsonl([*GOOD, *[{"text": ""}] * 9]))
    refused(tmp_path)
    assert (tmp_path / "corpus" / FAILED).is_dir()
    put(tmp_path, jsonl(GOOD))
    run(tmp_path)
    assert sorted(corpus(tmp_path)) == sorted(OUTPUTS)


# --- files that can't be used ---

WHOLE_FILE = {
    "empty": (b"", "it is empty"),
    "blank": (b"\xef\xbb\xbf\r\n", "it is empty"),
    "prose": (b"Just a note.\n", "this is a text without annotations"),
    "NUL": (b"\0" * 100, "this is a binary file"),
    "cp1252": (
        jsonl(GOOD) + '{"text": "Zoë"}\n{"text": "Noë"}\n{"text": "Leë"}\n'.encode("cp1252"),
        "more than max_rejected in configs/convert.cfg (5%) allows: ",
    ),
    "lines cut": (jsonl(GOOD)[:-20], "line 40, the last, is not valid JSON"),
    "pairs cut": (pairs(GOOD)[:-30], "not valid JSON after record 39"),
    "binary cut": (docbin(GOOD)[:-30], "not a readable .spacy file"),
    "no records": (b"[]", "this is an empty JSON file"),
    "nothing accepted": (
        jsonl([{**record, "answer": "reject"} for record in GOOD]),
        "none of its records is accepted",
    ),
    "nothing marked": (
        jsonl([{"text": record["text"]} for record in GOOD]),
        "it contains no annotations",
    ),
    "too few": (jsonl(GOOD[:1] * 9), "it has one text, and nothing is left for the "),
}


@pytest.mark.parametrize("case", WHOLE_FILE)
def test_file_that_can_not_be_used_stops_and_leaves_the_old_corpus_as_it_was(tmp_path, case):
    data, reason = WHOLE_FILE[case]
    name = put(tmp_path, data, "data.txt")
    fault = refused(tmp_path)
    assert fault.reason.startswith(reason)
    assert fault.file in (name, (tmp_path / "raw").as_posix(), "3 of 43 records can't be used")


def test_file_that_holds_no_annotations_is_named_and_the_others_are_read(tmp_path):
    put(tmp_path, jsonl(GOOD), "a.jsonl")
    empty, prose = put(tmp_path, b"", "b.jsonl"), put(tmp_path, b"Just a note.\n", "note.txt")
    report = run(tmp_path)
    assert report["records"]["accepted"] == 40
    assert report["skipped_files"] == {empty: "it is empty", prose: "this is a text without annotations"}


def test_files_that_belong_to_others_are_counted_by_folder_and_shown_in_one_line(tmp_path, capsys):
    for name, data in brat_files("utf8").items():
        put(tmp_path, data, name)
    report = run(tmp_path)
    count = report["records"]["read"]
    assert report["read_along"] == {(tmp_path / "raw" / "docs").as_posix(): count}
    assert report["skipped_files"] == {}
    show(report, tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("read together with others") == 1
    assert f"{count} in " in said
    assert "Not read" not in said


def test_files_that_are_not_read_for_one_reason_are_last_line_of_in_one_line_a_folder(tmp_path, capsys):
    put(tmp_path, jsonl(GOOD), "a.jsonl")
    for number in range(9):
        put(tmp_path, b"Just a note.\n", f"notes/{number}.txt")
    empty = put(tmp_path, b"", "b.jsonl")
    report = run(tmp_path)
    assert len(report["skipped_files"]) == 10
    show(report, tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("Not read: ") == 2
    assert "notes/0.txt and 8 more in " in said
    assert f"{Path(empty).name}, it is empty" in said


def test_no_more_than_some_reasons_are_shown(tmp_path, capsys):
    put(tmp_path, jsonl(GOOD), "a.jsonl")
    for number in range(MOST_SHOWN + 2):
        put(tmp_path, b"Just a note.\n", f"{number}/note.txt")
    show(run(tmp_path), tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("Not read: ") == MOST_SHOWN + 1
    assert "Not read: 2 more groups of files, listed in conversion.json" in said


def test_refusal_of_a_whole_folder_names_the_file_that_is_no_mere_text_and_counts_the_rest(tmp_path):
    put(tmp_path, b"Just a note.\n", "a.txt")
    odd = put(tmp_path, b'{"body": "Ada"}\n{"body": "Bo"}\n', "b.jsonl")
    fault = refused(tmp_path)
    assert fault.file == odd
    assert fault.reason.startswith("its format is not recognised: it contains JSON lines")
    assert fault.reason.endswith("; the other file can't be read either")


CLASSES = [{"text": "Ada slept.", "label": "DULL"}, {"text": "Ada left.", "label": "NEWS"}]


@pytest.mark.parametrize("columns", [b"", b"Ada B-PER\nslept O\n"], ids=["alone", "mixture"])
def test_file_of_another_task_is_named_and_the_others_are_read(tmp_path, columns):
    put(tmp_path, jsonl(GOOD), "a.jsonl")
    classes = put(tmp_path, jsonl(CLASSES), "b.jsonl")
    if columns:
        put(tmp_path, columns, "c.iob")
        assert "c.iob: it is CoNLL-style columns" in str(refused(tmp_path))
        return
    report = run(tmp_path)
    assert report["records"]["read"] == 40
    assert list(report["skipped_files"]) == [classes]
    assert report["skipped_files"][classes].startswith("this is text classification")


def test_folder_of_nothing_but_another_task_is_refused(tmp_path):
    classes = put(tmp_path, jsonl(CLASSES))
    fault = refused(tmp_path)
    assert fault.file == classes
    assert fault.reason.startswith("this is text classification")


def test_file_of_another_task_and_format_makes_no_mixture(tmp_path):
    put(tmp_path, "".join(f"Ada\tB-PER\nslept\tO\n{n}\tO\n\n" for n in range(40)).encode(), "a.iob")
    classes = put(tmp_path, jsonl(CLASSES), "b.jsonl")
    assert list(run(tmp_path)["skipped_files"]) == [classes]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_file_with_another_byte_order_mark_is_read(tmp_path, encoding):
    put(tmp_path, jsonl(GOOD).decode().encode(encoding))
    assert run(tmp_path)["records"]["accepted"] == 40


def test_encoding_that_the_user_names_is_read(tmp_path):
    put(tmp_path, jsonl(GOOD) + '{"text": "Zoë"}\n'.encode("cp1252"))
    assert run(tmp_path, encoding="cp1252")["records"]["accepted"] == 41
    assert "Zoë" in {doc.text for doc in docs(tmp_path)}


def test_files_that_belong_together_do_so_though_only_one_is_in_another_encoding(tmp_path):
    for name, data in brat_files("utf8").items():
        encoding = "utf-16" if name.endswith(".txt") else "utf8"
        put(tmp_path, data.decode().encode(encoding), name)
    report = run(tmp_path, offsets="auto")
    assert report["records"]["accepted"] == report["records"]["read"] > 9
    assert all(Path(file).is_file() for file in report["files"])


def test_folder_with_two_formats_names_both_files(tmp_path):
    first = put(tmp_path, jsonl(GOOD), "a.jsonl")
    second = put(tmp_path, columns(GOOD), "b.conll")
    fault = refused(tmp_path)
    assert str(fault) == (
        f"{second}: it is CoNLL-style columns (IOB1, IOB2, BILUO, BIOES), but {first} is plain JSONL "
        "(text with spans, entities or labels)"
    )


def test_file_that_is_gone_since_it_was_found_is_named(tmp_path):
    path = put(tmp_path, jsonl(GOOD))
    seen = found(tmp_path)
    old = old_corpus(tmp_path)
    Path(path).unlink()
    with pytest.raises(FileFault) as caught:
        convert(seen, corpora.settings(format="auto"), tmp_path / "corpus")
    assert (str(caught.value), caught.value.hint) == (
        f"{path}: it no longer exists",
        "run the step `inputs` again",
    )
    assert corpus(tmp_path) == old


@pytest.mark.parametrize(
    ("name", "close"), [("Prodigyy", ", prodigy"), ("labelstudio", ", label_studio, "), ("zzz", "")]
)
def test_format_that_does_not_exist_is_answered_with_those_that_may_be_meant(tmp_path, name, close):
    put(tmp_path, jsonl(GOOD))
    fault = refused(tmp_path, format=name)
    assert str(fault) == f"format in configs/convert.cfg: there is no format {name!r}"
    assert fault.hint.startswith(f"choose auto{close}")
    assert fault.hint.endswith("or another format listed in docs/formats.md")


def test_format_that_is_named_is_not_guessed(tmp_path):
    name = put(tmp_path, SAME["prodigy"])
    assert run(tmp_path, format="jsonl")["files"][name]["format"] == "jsonl"


def test_empty_split_says_which_and_out_of_how_many(tmp_path):
    put(tmp_path, jsonl(GOOD), "train.jsonl")
    put(tmp_path, jsonl([{"text": "Bo", "answer": "reject", "_task_hash": 1}]), "test.jsonl")
    put(tmp_path, jsonl([{**r, "answer": "accept", "_task_hash": 1} for r in GOOD]), "train.jsonl")
    fault = refused(tmp_path)
    assert str(fault) == f"{(tmp_path / 'raw').as_posix()}: none of its 40 records is in the test set"


def test_few_texts_whose_hashes_leave_a_split_empty_are_split_by_rank(tmp_path):
    few = [GOOD[n] for n in (0, 1, 2)]
    put(tmp_path, jsonl(few))
    report = run(tmp_path)
    assert report["split_by"] == "rank"
    assert [report["splits"][split]["documents"] for split in SPLITS] == [1, 1, 1]
    assert report["records"]["read"] == report["records"]["accepted"] == 3
    texts = [doc.text for split in SPLITS for doc in read_docs(tmp_path / "corpus" / f"{split}.spacy")]
    assert sorted(texts) == sorted(record["text"] for record in few)


def book(sentences=60):
    """Return one long text with an entity in each of its sentences, none of which is there twice."""
    begin, text, spans = 0, "", []
    for n in range(sentences):
        begin = len(text)
        text += f"Ada went to {PLACES[n % 4]} on day {n}. "
        spans.append([begin, begin + 3, "PER"])
    return {"text": text, "spans": spans, "id": "book"}


@pytest.mark.parametrize("records", [[book()], [book(), {**book(70), "group": "other"}]])
def test_too_few_long_texts_are_cut_and_their_pieces_split_by_themselves(tmp_path, records):
    put(tmp_path, jsonl(records))
    fault = refused(tmp_path)
    assert fault.hint.startswith("set segment in configs/convert.cfg to paragraphs, sentences or lines")
    report = run(tmp_path, segment="sentences")
    assert all(report["splits"][split]["documents"] for split in SPLITS)
    size = sum(len(record["text"]) for record in records)
    assert report["pieces_apart"] == size // PIECES
    sentences = sum(len(record["spans"]) for record in records)
    assert report["spans"]["kept"] == sentences
    assert sum(report["splits"][split]["documents"] for split in SPLITS) == sentences
    assert report["records"]["accepted"] == len(records) + report["records"]["pieces"] == sentences
    groups = {doc.user_data[SOURCE]["group"] for doc in docs(tmp_path)}
    assert len(groups) == len(records)  # so that the figures' intervals know that they are few


def test_text_is_cut_where_it_should_be_however_its_offsets_are_counted(tmp_path):
    text, marks = "", []
    for n in range(30):
        begin = len(text.encode("utf-16-le")) // 2
        text += f"Ada \N{OX} went to {PLACES[n % 4]} on day {n}. "
        marks.append([begin, begin + 3, "PER"])
    put(tmp_path, jsonl([{"id": 1, "text": text, "label": marks}]))
    report = run(tmp_path, format="doccano", offsets="auto", segment="sentences")
    assert report["spans"]["kept"] == 30
    assert {ent.text for doc in docs(tmp_path) for ent in doc.ents} == {"Ada"}


def test_one_group_of_many_short_texts_fills_the_splits_too(tmp_path):
    put(tmp_path, jsonl([{**record, "group": "thread"} for record in GOOD]))
    assert refused(tmp_path).hint.startswith("set segment in configs/convert.cfg")
    report = run(tmp_path, segment="paragraphs")
    assert all(report["splits"][split]["documents"] for split in SPLITS)
    assert report["records"]["accepted"] == len(GOOD)


def test_pieces_stay_together_where_there_are_texts_enough(tmp_path):
    put(tmp_path, jsonl([*GOOD, book()]))
    report = run(tmp_path, segment="sentences", longest=100)
    assert report["pieces_apart"] is None
    found = [s for s in SPLITS for doc in docs(tmp_path, s) if doc.user_data[SOURCE].get("group")]
    assert len(found) > 9
    assert len(set(found)) == 1


def test_text_that_can_not_be_cut_says_so(tmp_path):
    put(tmp_path, jsonl([book()]))
    fault = refused(tmp_path, segment="paragraphs")
    assert fault.hint.startswith(
        "there are too few places to split at: set segment in configs/convert.cfg to sentences"
    )


def test_short_texts_that_are_too_few_are_not_to_be_cut(tmp_path):
    put(tmp_path, jsonl(GOOD[:2]))
    assert "segment" not in refused(tmp_path).hint


def test_file_without_a_record_says_so(tmp_path):
    put(tmp_path, b'{"examples": []}')
    fault = refused(tmp_path, format="lighttag")
    assert fault.reason == "it has no records"
    assert "answers" not in fault.hint


@pytest.mark.parametrize(("good", "bad", "share"), [(12, 1, 0.05), (8, 2, 0.05), (4, 1, 0.01)])
def test_a_reject_or_two_are_no_reason_to_stop_in_a_small_file(tmp_path, good, bad, share):
    put(tmp_path, jsonl([*GOOD[:good], *[{"text": ""}] * bad]))
    report = run(tmp_path, max_rejected=share)
    assert report["records"] == {"read": good + bad, "accepted": good, "rejected": bad, **ALONE} | {
        "ignored": 0
    }
    assert len(rows(tmp_path)) == bad


@pytest.mark.parametrize(("good", "bad", "share"), [(3, 1, 0.05), (12, 3, 0.05), (12, 1, 0.0)])
def test_more_rejects_than_that_stop_a_small_file_too(tmp_path, good, bad, share):
    put(tmp_path, jsonl([*GOOD[:good], *[{"text": ""}] * bad]))
    assert "can't be used" in str(refused(tmp_path, max_rejected=share))


def test_file_that_is_not_read_names_no_split(tmp_path):
    put(tmp_path, jsonl(GOOD))
    put(tmp_path, b"Nobody has annotated this text, which lies beside the others.", "test 1.txt")
    report = run(tmp_path)
    assert len(report["skipped_files"]) == 1
    assert all(report["splits"][split]["documents"] for split in SPLITS)


def test_texts_that_fill_every_split_are_split_by_hash(tmp_path):
    put(tmp_path, jsonl(GOOD))
    assert run(tmp_path)["split_by"] == "hash"


# --- the command ---


def test_command_prints_counts_and_where_the_corpus_is(tmp_path):
    put(tmp_path, jsonl([*GOOD, ODD]))
    found(tmp_path)
    folder = (tmp_path / "corpus").as_posix()
    result = CliRunner().invoke(app, [folder])
    assert result.exit_code == 0
    printed = " ".join(result.output.split())
    assert "Format: jsonl (1 file) Records: 41 read = 41 accepted + 0 rejected" in printed
    spans = "82 kept (2 trimmed) + 1 misaligned + 2 overlapping + 1 duplicate + 2 empty"
    assert f"Spans: 88 read = {spans}" in printed
    assert (tmp_path / "corpus" / "train.spacy").is_file()


def test_command_says_what_is_wrong_and_what_to_do_without_a_traceback(tmp_path):
    put(tmp_path, b"")
    found(tmp_path)
    folder = (tmp_path / "corpus").as_posix()
    result = CliRunner().invoke(app, [folder])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    printed = " ".join(result.output.split())
    assert "data.jsonl: it is empty" in printed
    assert printed.endswith("export it again")


def dies(job, number, records):
    """Stand in for `make` in a process that the system kills."""
    os._exit(1)


def test_process_that_is_killed_is_said_without_a_traceback(tmp_path, monkeypatch):
    put(tmp_path, jsonl(GOOD))
    found(tmp_path, processes=2)
    monkeypatch.setattr("scripts.conversion.writing.make", dies)
    monkeypatch.setattr("scripts.conversion.chunks.CHUNK", 10)
    folder = (tmp_path / "corpus").as_posix()
    result = CliRunner().invoke(app, [folder])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    printed = " ".join(result.output.split())
    assert "was killed" in printed
    assert "Set processes in configs/convert.cfg to 1" in printed
    assert sorted(path.name for path in (tmp_path / "corpus").iterdir()) == sorted(BY_INPUTS)


def command(folder):
    """Return the command line of the step."""
    corpus = folder / "corpus"
    return [sys.executable, "-m", "scripts.convert", str(corpus)]


ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "NO_COLOR": "1"}
MANY = [{"text": f"Ada met number {n}.", "spans": [[0, 3, "PER"]]} for n in range(20_000)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes to set")
def test_full_disk_leaves_the_old_corpus_whole_and_says_so(tmp_path):
    import resource

    put(tmp_path, jsonl(MANY[:1000]))
    found(tmp_path)
    old = old_corpus(tmp_path)
    limit = 20_000  # bytes a file may have: the sources of a thousand records need more
    done = subprocess.run(
        command(tmp_path),
        cwd=ROOT,
        env=ENVIRONMENT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        encoding="utf8",
        check=False,
    )
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 1, said
    assert "Can't read the annotations or write the corpus: [Errno 27] File too large" in said
    assert "The old corpus is unchanged." in said
    assert "Traceback" not in said
    assert corpus(tmp_path) == old
    assert not (tmp_path / "corpus" / STAGING).exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_kill_in_the_middle_leaves_the_old_corpus_whole_and_the_next_run_cleans_up(tmp_path):
    put(tmp_path, jsonl(MANY))
    found(tmp_path)
    old = old_corpus(tmp_path)
    staging = tmp_path / "corpus" / STAGING
    process = subprocess.Popen(
        command(tmp_path), cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        while not list((staging / REJECTS).glob("*")) and process.poll() is None:
            time.sleep(0.005)  # until the first chunk is being converted
    finally:
        process.kill()
    assert process.wait() == -signal.SIGKILL
    assert staging.is_dir()  # else it was not in the middle
    kept = {name: data for name, data in corpus(tmp_path).items() if not name.startswith(STAGING)}
    assert kept == old

    put(tmp_path, jsonl(GOOD))
    run(tmp_path)
    assert sorted(corpus(tmp_path)) == sorted(OUTPUTS)
    assert len(docs(tmp_path)) == 40


def test_folder_of_shards_from_before_makes_way_for_a_file(tmp_path):
    put(tmp_path, jsonl(GOOD))
    shards = tmp_path / "corpus" / "train.spacy"
    shards.mkdir(parents=True)
    (shards / "00000.spacy").write_text("old")
    run(tmp_path)
    assert shards.is_file()
    assert len(docs(tmp_path)) == 40


def test_large_corpus_is_a_folder_of_shards_that_a_later_file_replaces(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.conversion.chunks.CHUNK", 10)
    put(tmp_path, jsonl(GOOD))
    old_corpus(tmp_path)
    report = run(tmp_path)
    assert (tmp_path / "corpus" / "train.spacy").is_dir()
    assert len(docs(tmp_path, "train")) == report["splits"]["train"]["documents"] > 10
    monkeypatch.undo()
    run(tmp_path)
    assert sorted(corpus(tmp_path)) == sorted(OUTPUTS)


def test_partly_annotated_corpus_of_spacy_stays_so(tmp_path):
    made = DocBin()
    for n in range(40):
        doc = Doc(VOCAB, words=["Ada", "met", f"Bo{n}"])
        doc.set_ents([doc.char_span(0, 3, "PER")], missing=[doc[2:3]], default="outside")
        made.add(doc)
    put(tmp_path, made.to_bytes(), "data.spacy")
    report = run(tmp_path)
    assert sum(counts["partly_annotated"] for counts in report["splits"].values()) == 40
    assert {tuple(token.ent_iob for token in doc) for doc in docs(tmp_path)} == {(3, 2, 0)}


def test_split_of_a_record_is_kept_whatever_the_hash_says(tmp_path):
    rows = [
        {"text": f"Ada left room {n}.", "spans": [[0, 3, "PERSON"]], "split": split}
        for split in ("train", "dev", "test")
        for n in range({"train": 0, "dev": 100, "test": 200}[split], 300, 3)
    ]
    put(tmp_path, "".join(json.dumps(row) + "\n" for row in rows).encode())
    report = run(tmp_path)
    for split in ("train", "dev", "test"):
        expected = sum(row["split"] == split for row in rows)
        assert report["splits"][split]["documents"] == expected


# --- what the message says when a whole conversion is refused ---


def test_ends_that_are_inclusive_are_named_as_a_cause_and_the_spans_are_listed(tmp_path):
    cut = [{"text": f"Adam left room {n}.", "spans": [[0, 3, "PERSON"]]} for n in range(30)]
    put(tmp_path, jsonl(cut))
    fault = refused(tmp_path)
    assert fault.reason == "none of its 30 spans can be used (30 misaligned)"
    assert "inclusive" in fault.hint
    assert len(rows(tmp_path, f"{FAILED}/rejected.jsonl")) == 30


def test_spans_that_are_all_outvoted_are_last_line_with_the_var_that_says_which_count(tmp_path):
    marked = [{**r, "spans": [[0, 3, label]]} for r in GOOD for label in ("PER", "ORG")]
    put(tmp_path, jsonl(marked))
    fault = refused(tmp_path)
    assert fault.reason == "none of its 80 spans can be used (80 outvoted)"
    assert fault.hint.startswith("set annotators in configs/convert.cfg")


def test_spans_that_the_label_map_drops_are_last_line_with_the_map(tmp_path):
    put(tmp_path, jsonl(GOOD))
    fault = refused(tmp_path, label_map={"PER": None, "LOC": None})
    assert fault.reason == "none of its 80 spans can be used (80 dropped)"
    assert fault.hint.startswith("correct the label map")


def test_spans_of_other_layers_are_last_line_with_the_var_that_says_which_counts(tmp_path):
    about = {"type": "groundtruth/text-span", "human-annotated": "yes"}
    lines = []
    for record in GOOD:
        (per, loc) = (
            dict(zip(("startOffset", "endOffset", "label"), s, strict=True)) for s in record["spans"]
        )
        jobs = {"a": [per, {**loc, "label": "GPE"}], "b": [loc]}
        found = {job: {"annotations": {"entities": marks}} for job, marks in jobs.items()}
        lines.append({"source": record["text"], **found, "a-metadata": about, "b-metadata": about})
    put(tmp_path, jsonl(lines), "output.manifest")
    fault = refused(tmp_path, layer="b", label_map={"LOC": None})
    assert fault.reason == "none of its 120 spans can be used (40 dropped, 80 other layers)"
    assert fault.hint.startswith("set layer in configs/convert.cfg")


def test_file_that_is_for_test_alone_says_that_train_is_missing(tmp_path):
    put(tmp_path, jsonl(GOOD), name="test.jsonl")
    fault = refused(tmp_path)
    assert fault.reason.endswith("records is in the training set")
    assert "put train in a file name" in fault.hint


def test_offsets_that_the_reader_counts_itself_are_characters_whatever_the_var_says(tmp_path):
    put(tmp_path, b"\xf0\x9f\x98\x80\tO\nAda\tB-PER\nleft\tO\n\n" * 40, name="train.conll")
    put(tmp_path, b"\xf0\x9f\x98\x80\tO\nBo\tB-PER\ncame\tO\n\n", name="dev.conll")
    put(tmp_path, b"\xf0\x9f\x98\x80\tO\nCy\tB-PER\nsat\tO\n\n", name="test.conll")
    report = run(tmp_path, offsets="utf16")
    assert report["spans"]["kept"] == report["spans"]["read"] == 42
    assert {ent.text for doc in docs(tmp_path) for ent in doc.ents} == {"Ada", "Bo", "Cy"}


def test_labels_that_the_user_names_and_no_annotation_has_are_said(tmp_path):
    put(tmp_path, jsonl(GOOD))
    label = next(iter(run(tmp_path)["splits"]["train"]["labels"]))
    report = run(tmp_path, label_map={"PERS": "X"}, labels=(label, "PER", "ORG", "PERSON", "DATE"))
    assert (
        "the label map lists 'PERS', which does not occur in the annotations" in report["unknown_labels"]
    )
    assert all(f"names {label!r}" not in warning for warning in report["unknown_labels"])


@pytest.mark.slow
def test_number_of_processes_changes_nothing_in_what_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.conversion.chunks.CHUNK", 15)
    put(tmp_path, jsonl([*GOOD, {"text": ""}]))
    run(tmp_path)
    alone = corpus(tmp_path)
    run(tmp_path, processes=2)
    assert corpus(tmp_path) == alone


def test_progress_is_last_line_in_bytes_read_and_ends_at_their_sum(tmp_path):
    put(tmp_path, jsonl(GOOD * 40), "a.jsonl")
    put(tmp_path, jsonl(GOOD * 40), "b.jsonl")
    settings = corpora.settings(format="auto")
    sources = AnnotationFiles.of(found(tmp_path)["files"], tmp_path / "unpacked", settings)
    seen = [sources.position() for _ in sources.read(settings)]
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] <= sources.size == 2 * len(jsonl(GOOD * 40))
    assert sources.position() == sources.size


def brat_files(encoding):
    """Return the files of a folder of brat with names that aren't ASCII."""
    return {
        f"docs/{number}{ending}": text.encode(encoding)
        for number in range(40)
        for ending, text in ((".txt", f"Zoë met {number}."), (".ann", "T1\tPER 0 3\tZoë\n"))
    }


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_files_that_belong_together_do_so_in_another_encoding_too(tmp_path, encoding, packed):
    if packed:
        (tmp_path / "raw").mkdir()
        with zipfile.ZipFile(tmp_path / "raw/docs.zip", "w") as archive:
            for name, data in brat_files(encoding).items():
                archive.writestr(name, data)
    else:
        for name, data in brat_files(encoding).items():
            put(tmp_path, data, name)
    report = run(tmp_path, offsets="auto", encoding="auto" if encoding == "utf-16" else encoding)
    assert report["records"]["accepted"] == 40
    assert report["spans"]["kept"] == 40


def tokenised(text):
    """Return a task whose tokens are the words between spaces."""
    places = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    tokens = [{"text": text[a:b], "start": a, "end": b, "id": n} for n, (a, b) in enumerate(places)]
    return {"text": text, "tokens": tokens, "spans": [{"start": 0, "end": 3, "label": "P"}]}


def test_tokens_of_the_source_that_overlap_are_no_tokens(tmp_path):
    tasks = [tokenised(record["text"]) for record in GOOD]
    tasks[3]["tokens"].insert(1, {"text": "da", "start": 1, "end": 3, "id": 9})
    put(tmp_path, jsonl([{**task, "answer": "accept"} for task in tasks]))
    report = run(tmp_path, format="prodigy", tokens="source")
    (reason,) = report["rejected"]
    assert "overlaps the previous one" in reason
    assert report["records"]["accepted"] == 39


def test_corpus_of_nothing_but_rejects_says_why(tmp_path):
    put(tmp_path, jsonl([{"text": record["text"], "spans": [[0, 3]]} for record in GOOD]))
    fault = refused(tmp_path, max_rejected=1.0)
    assert fault.reason.startswith("none of its 40 records can be used: ")
    assert fault.reason.endswith("line 1: [0, 3] is not a span (and 39 more like it)")
