"""Corrected documents come back: from three tools, by their text, with a reason where they can't."""

import json
import os
import sys

import pytest
from typer.testing import CliRunner

from scripts import merge as step
from scripts import review as review_step
from scripts.annotation.text import FileFault
from scripts.convert import convert
from scripts.corpus.docs import read_docs, sources_path
from scripts.export import export
from scripts.files import atomic, fingerprint
from scripts.files.rows import write_rows
from scripts.formats.brat.writer import type_name
from scripts.formats.writers import WRITERS
from scripts.inputs import inputs
from tests.corpora import CONFIG, make_corpus, record, settings

TRAIN = [
    {**record("[Ada Lee](PERSON) joined [Acme](ORG) 😀 in May."), "id": "a"},
    {**record("Nobody saw [Bo](ORG) there."), "id": "b"},
    {**record("[Acme](ORG) grew."), "id": "c"},
]
SUGGESTED = {"a": [[0, 7, "PERSON"], [15, 19, "ORG"]], "b": [[11, 13, "PERSON"]], "c": [[0, 4, "ORG"]]}


@pytest.fixture
def corpus(tmp_path):
    return make_corpus(tmp_path, train=TRAIN, dev=["[Cy](PERSON) ran."], test=["[Di](PERSON) sat."])


def predictions_for(corpus, folder, key=None):
    """Write predictions as `crossvalidate` does: two pipelines that say what is suggested.

    key: of the spans, None for entities.
    """
    counts = {}
    for split in ("train", "dev", "test"):
        sources = [json.loads(line) for line in sources_path(corpus / f"{split}.spacy").open()]
        rows = []
        for doc, source in zip(read_docs(corpus / f"{split}.spacy"), sources, strict=True):
            marked = doc.spans[key] if key else doc.ents
            gold = [(span.start_char, span.end_char, span.label_) for span in marked]
            found = SUGGESTED.get(source["id"], gold)
            predicted = {"seed-0": found, "seed-1": found}
            rows.append(
                {"text": doc.text, "tokens": len(doc), "gold": gold, "predicted": predicted, **source}
            )
        counts[split] = write_rows(folder / "predictions" / split, rows)
    prints = {split: fingerprint.of_path(corpus / f"{split}.spacy") for split in counts}
    about = {"members": ["seed-0", "seed-1"], "spans_key": key, "folds": 2}
    atomic.write_json(
        folder / "predictions/about.json", {**about, "fingerprints": prints, "documents": counts}
    )


def reviewed(corpus, tmp_path, format, key=None, code=0):
    """Return the folder of the work list, in a format, or what was printed where it is refused."""
    predictions_for(corpus, tmp_path / "cv", key)
    folders = [tmp_path / name for name in ("cv", "corpus", "training/review", "work")]
    atomic.write_json(
        corpus / "settings/review.json",
        {**atomic.read_json(corpus / "settings/review.json"), "suggest_above": 0.0},
    )
    options = [f"--format={format}", f"--corrections={tmp_path / 'corrections'}"]
    done = CliRunner().invoke(review_step.app, [*map(str, folders), *options])
    assert done.exit_code == code, done.output
    return tmp_path / "work" if code == 0 else " ".join(done.output.split())


def merged(corpus, tmp_path, code=0):
    arguments = [str(tmp_path / "back"), str(corpus), str(tmp_path / "corrections")]
    done = CliRunner().invoke(step.app, arguments)
    assert done.exit_code == code, done.output
    return atomic.read_json(corpus / "merge.json") if code == 0 else done.output


def converted(corpus, tmp_path):
    """Convert again, with the corrections, and return the entities of each document by its text."""
    found = inputs(
        str(tmp_path / "raw"), corpus, config=CONFIG, lang="en", corrections=tmp_path / "corrections"
    )
    report = convert(found, settings(), corpus)
    docs = [doc for split in ("train", "dev", "test") for doc in read_docs(corpus / f"{split}.spacy")]
    return {doc.text: [(ent.text, ent.label_) for ent in doc.ents] for doc in docs}, report


def from_label_studio(work):
    """Return what Label Studio exports once somebody has corrected and submitted the first task."""
    tasks = json.loads((work / "review.json").read_text(encoding="utf8"))
    assert [task["meta"]["id"] for task in tasks] == ["b"]
    assert "Wrong label" in tasks[0]["meta"]["review"]
    done = []
    for number, task in enumerate(tasks, start=7):
        (suggestion,) = task["predictions"]
        assert suggestion["result"][0]["value"]["labels"] == ["PERSON"]
        extra = {"value": {"start": 0, "end": 6, "text": "Nobody", "labels": ["PERSON"]}}
        results = [*suggestion["result"], {**suggestion["result"][0], "id": "new", **extra}]
        annotation = {"id": 3, "completed_by": 1, "was_cancelled": False, "result": results}
        done.append({**task, "id": number, "annotations": [annotation], "inner_id": 1})
    return "export.json", json.dumps([*done, {**tasks[0], "id": 9, "annotations": []}])


def from_doccano(work):
    """Return what doccano exports: identifiers of its own, and the metadata beside the text."""
    row = json.loads((work / "review.jsonl").read_text(encoding="utf8"))
    assert row["label"] == [[11, 13, "PERSON"]]
    exported = {"id": 1, "text": row["text"], "label": [[0, 6, "PERSON"], *row["label"]], "Comments": []}
    return "admin.jsonl", json.dumps(exported) + "\n"


def from_prodigy(work):
    """Return what Prodigy's db-out writes for an accepted task and an ignored one."""
    task = json.loads((work / "review.jsonl").read_text(encoding="utf8"))
    assert "answer" not in task
    assert [span["label"] for span in task["spans"]] == ["PERSON"]
    span = {"start": 0, "end": 6, "token_start": 0, "token_end": 0, "label": "PERSON"}
    answered = {**task, "spans": [span, *task["spans"]], "_view_id": "ner_manual", "answer": "accept"}
    answered |= {"_input_hash": 5, "_task_hash": 6, "_annotator_id": "db-anna"}
    ignored = {**answered, "text": "[not seen]", "tokens": [], "spans": [], "answer": "ignore"}
    return "annotations.jsonl", json.dumps(answered) + "\n" + json.dumps(ignored) + "\n"


@pytest.mark.parametrize(
    ("format", "tool"),
    [("label_studio", from_label_studio), ("doccano", from_doccano), ("prodigy", from_prodigy)],
)
def test_work_list_goes_to_a_tool_and_comes_back_into_the_corpus(format, tool, corpus, tmp_path):
    name, exported = tool(reviewed(corpus, tmp_path, format))
    atomic.write_text(tmp_path / "back" / name, exported)
    raw = (tmp_path / "raw/train.jsonl").read_bytes()
    report = merged(corpus, tmp_path)
    assert report["documents"] == report["changed"] == 1
    assert report["spans"] == {"added": 1, "relabelled": 1}
    assert (report["rejected"], report["repeated"]) == (0, 0)
    docs, conversion = converted(corpus, tmp_path)
    assert docs["Nobody saw Bo there."] == [("Nobody", "PERSON"), ("Bo", "PERSON")]
    assert docs["Acme grew."] == [("Acme", "ORG")]
    assert conversion["corrections"] == {"documents": 1, "unused": 0, "without_overlaps": 0}
    assert conversion["excluded"] == {"replaced by a correction": 1}
    assert (tmp_path / "raw/train.jsonl").read_bytes() == raw


def row(marked, **values):
    return json.dumps({**record(marked), **values}, ensure_ascii=False) + "\n"


def test_record_that_has_no_document_or_a_rival_is_rejected_with_the_reason(corpus, tmp_path):
    lines = [
        row("[Acme](ORG) grew a lot.", id="c"),
        row("[Zed](PERSON) fell.", id="z"),
        row("Nobody saw [Bo](PERSON) there.", id="b"),
        row("Nobody saw Bo there.", id="b"),
        row("[Ada](PERSON) Lee joined [Acme](ORG) 😀 in May.", id="a"),
        row("[Ada](PERSON) Lee joined [Acme](ORG) 😀 in May.", id="a"),
        row("[Cy](PERSON) ran."),
        '{"text": "Di sat.", "spans": [{"start": 40, "end": 42, "label": "ORG"}]}\n',
        '{"text": 5}\n',
    ]
    atomic.write_text(tmp_path / "back/export.jsonl", "".join(lines))
    report = merged(corpus, tmp_path)
    reasons = {reject["place"]: reject["reason"] for reject in report["rejects"]}
    assert "the wording has changed" in reasons["line 1"]
    assert "none has the identifier 'z'" in reasons["line 2"]
    assert "2 records of its text, which differ" in reasons["line 3"] == reasons["line 4"]
    assert "outside the text" in reasons["line 8"]
    assert "line 9" in reasons
    assert report["read"] == len(lines)
    assert (report["changed"], report["repeated"], report["unchanged"]) == (1, 1, 1)
    assert report["rejected"] == len(report["rejects"]) == 6
    assert report["spans"] == {"moved": 1}


def test_both_versions_are_kept_and_the_last_one_is_used(corpus, tmp_path):
    for label in ("PERSON", "PERSON", "PLACE"):
        atomic.write_text(
            tmp_path / "back/export.jsonl", row(f"Nobody saw [Bo]({label}) there.", id="b")
        )
        report = merged(corpus, tmp_path)
    assert report["new_labels"] == ["PLACE"]
    files = sorted(path.name for path in (tmp_path / "corrections").iterdir())
    assert files == ["0001.jsonl", "0002.jsonl", "history.jsonl"]  # the second merge changed nothing
    found = [json.loads((tmp_path / "corrections" / name).read_text()) for name in files[:2]]
    assert [one["before"] for one in found] == [[[11, 13, "ORG"]], [[11, 13, "PERSON"]]]
    history = (tmp_path / "corrections/history.jsonl").read_text().splitlines()
    assert [json.loads(line)["documents"] for line in history] == [1, 1]
    assert converted(corpus, tmp_path)[0]["Nobody saw Bo there."] == [("Bo", "PLACE")]
    (tmp_path / "corrections/0002.jsonl").unlink()  # which takes that merge back
    assert converted(corpus, tmp_path)[0]["Nobody saw Bo there."] == [("Bo", "PERSON")]


def test_export_that_was_merged_before_a_later_correction_changes_nothing(corpus, tmp_path):
    first = row("Nobody saw [Bo](PERSON) there.", id="b")
    atomic.write_text(tmp_path / "back/export.jsonl", first)
    merged(corpus, tmp_path)
    atomic.write_text(tmp_path / "back/export.jsonl", row("Nobody saw [Bo](PLACE) there.", id="b"))
    merged(corpus, tmp_path)
    atomic.write_text(tmp_path / "back/export.jsonl", first)
    report = merged(corpus, tmp_path)
    assert report["ignored"] == {"merged before, and corrected again since": 1}
    assert (report["read"], report["changed"], report["corrections"]) == (1, 0, None)
    assert converted(corpus, tmp_path)[0]["Nobody saw Bo there."] == [("Bo", "PLACE")]
    (tmp_path / "corrections/0002.jsonl").unlink()
    assert merged(corpus, tmp_path)["unchanged"] == 1
    assert converted(corpus, tmp_path)[0]["Nobody saw Bo there."] == [("Bo", "PERSON")]


def test_span_of_a_correction_that_cuts_through_a_token_is_said_to_be_one(corpus, tmp_path):
    atomic.write_text(tmp_path / "back/export.jsonl", row("Nobody saw [B](PERSON)o there.", id="b"))
    merged(corpus, tmp_path)
    found = inputs(
        str(tmp_path / "raw"), corpus, config=CONFIG, lang="en", corrections=tmp_path / "corrections"
    )
    with pytest.raises(FileFault, match=r"\(as it was corrected\): PERSON 'B' 11-12 cuts through"):
        convert(found, settings(misaligned="error"), corpus)


def test_document_that_was_left_as_it_is_is_noted_once_as_confirmed(corpus, tmp_path):
    atomic.write_text(tmp_path / "back/export.jsonl", row("[Acme](ORG) grew.", id="c"))
    first, second = merged(corpus, tmp_path), merged(corpus, tmp_path)
    assert (first["unchanged"], first["documents"], first["confirmed"]) == (1, 0, 1)
    assert (second["unchanged"], second["confirmed"], second["corrections"]) == (1, 0, None)
    assert len(list((tmp_path / "corrections").glob("0*.jsonl"))) == 1
    assert converted(corpus, tmp_path)[0]["Acme grew."] == [("Acme", "ORG")]


def test_labels_of_corrections_are_not_mapped_a_second_time(corpus, tmp_path):
    atomic.write_text(tmp_path / "back/export.jsonl", row("Nobody saw [Bo](PERSON) there.", id="b"))
    merged(corpus, tmp_path)
    found = inputs(
        str(tmp_path / "raw"), corpus, config=CONFIG, lang="en", corrections=tmp_path / "corrections"
    )
    convert(found, settings(label_map={"ORG": "PERSON", "PERSON": "ORG"}), corpus)
    docs = {doc.text: [ent.label_ for ent in doc.ents] for doc in read_docs(corpus / "train.spacy")}
    assert docs["Nobody saw Bo there."] == ["PERSON"]
    assert docs["Acme grew."] == ["PERSON"]


def test_white_space_that_a_tool_changed_makes_no_other_text(corpus, tmp_path):
    text = "Nobody  saw\nBo there.\n"
    spans = [{"start": 12, "end": 14, "label": "PERSON"}]
    atomic.write_text(tmp_path / "back/export.jsonl", json.dumps({"text": text, "spans": spans}) + "\n")
    merged(corpus, tmp_path)
    assert converted(corpus, tmp_path)[0]["Nobody saw Bo there."] == [("Bo", "PERSON")]


def test_correction_of_a_text_that_is_gone_is_counted_and_a_damaged_file_is_named(corpus, tmp_path):
    atomic.write_text(tmp_path / "back/export.jsonl", row("Nobody saw [Bo](PERSON) there."))
    merged(corpus, tmp_path)
    rest = "".join(json.dumps(one) + "\n" for one in TRAIN if one["id"] != "b")
    (tmp_path / "raw/train.jsonl").write_text(rest, encoding="utf8")
    assert converted(corpus, tmp_path)[1]["corrections"] == {
        "documents": 0,
        "unused": 1,
        "without_overlaps": 0,
    }
    (tmp_path / "corrections/0001.jsonl").write_text("{}\n", encoding="utf8")
    assert "line 1 is no correction" in " ".join(merged(corpus, tmp_path, code=1).split())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_export_whose_name_is_no_utf8_is_taken_back(corpus, tmp_path):
    name = os.fsdecode(b"caf\xe9.jsonl")
    atomic.write_text(tmp_path / "back" / name, row("Nobody saw [Bo](PERSON) there.", id="b"))
    report = merged(corpus, tmp_path)
    (history,) = (tmp_path / "corrections/history.jsonl").read_text(encoding="utf8").splitlines()
    assert json.loads(history)["read_from"] == report["read_from"]
    assert [path.rpartition("/")[2] for path in report["read_from"]] == [name]


def test_folder_without_an_export_is_said_to_be_empty(corpus, tmp_path):
    assert "contains no export" in merged(corpus, tmp_path, code=1)


def test_exports_and_corrections_are_never_annotation_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("assets/mine.jsonl", "assets/corrected/a.jsonl", "assets/corrections/0001.jsonl"):
        atomic.write_text(tmp_path / name, row("[Ada](PERSON) ran."))
    found = inputs("assets", tmp_path / "corpus", config=CONFIG, lang="en")
    assert [file["path"] for file in found["files"]] == ["assets/mine.jsonl"]


# "Acme York" is an ORG with a GPE inside it.
SPANS = [{"start": 0, "end": 9, "label": "ORG"}, {"start": 5, "end": 9, "label": "GPE"}]
NESTED = [
    {"text": "Acme York grew.", "spans": SPANS, "id": "n"},
    {"text": "Acme York fell.", "spans": SPANS, "id": "o"},
    "[Acme](ORG) rose.",
]


@pytest.fixture
def nested(tmp_path):
    """A corpus with overlapping spans, and what the steps read about it."""
    made = make_corpus(
        tmp_path, train=NESTED, dev=["[Cy](PERSON) ran."], test=["[Di](PERSON) sat."], spans_key="sc"
    )
    atomic.write_json(made / "settings/export.json", {"spans_key": "sc"})
    return made


@pytest.mark.parametrize("format", [name for name in WRITERS if name != "prodigy"])
def test_export_that_nobody_changed_changes_nothing_whatever_its_labels_are(format, tmp_path):
    labels = ("Job title", "Job/title", "Job_title", "人名", "地名", "Größe")
    texts = [record(f"[Ada Lee](A) saw [Bo](B) {n}.") for n in range(len(labels))]
    for number, text in enumerate(texts):
        for span, label in zip(text["spans"], (labels[number], labels[number - 1]), strict=True):
            span["label"] = label
    corpus = make_corpus(tmp_path, train=texts[:4], dev=texts[4:5], test=texts[5:])
    export(corpus, tmp_path / "back", WRITERS[format])
    report = merged(corpus, tmp_path)
    assert (report["unchanged"], report["changed"], report["rejected"]) == (6, 0, 0)
    assert (report["spans"], report["new_labels"]) == ({}, [])


@pytest.mark.parametrize("format", [name for name in WRITERS if name != "prodigy"])
def test_text_that_begins_with_a_byte_order_mark_is_known_again(format, tmp_path):
    text = "\ufeffAda saw Bo\u2060."
    spans = [[0, 4, "PERSON"], [9, 12, "PERSON"]]
    others = {"dev": ["[Cy](PERSON) ran."], "test": ["[Di](PERSON) sat."]}
    corpus = make_corpus(tmp_path, train=[{"text": text, "spans": spans}], **others)
    export(corpus, tmp_path / "back", WRITERS[format])
    report = merged(corpus, tmp_path)
    assert (report["unchanged"], report["changed"], report["rejected"]) == (3, 0, 0)


def test_label_that_brat_cannot_hold_is_known_again_where_a_correction_uses_it(tmp_path):
    texts = [record("[Ada](人名) saw [Oslo](地名)."), record("[Bo](人名) ran.")]
    corpus = make_corpus(tmp_path, train=texts, dev=[texts[1]], test=[texts[1]])
    export(corpus, tmp_path / "back", WRITERS["brat"])
    (path,) = (tmp_path / "back").glob("train/*1.ann")
    changed = path.read_text(encoding="utf8").replace(type_name("地名"), type_name("人名"))
    atomic.write_text(path, changed.replace("T1\t" + type_name("人名"), "T1\tNEW"))
    report = merged(corpus, tmp_path)
    assert report["spans"] == {"relabelled": 2}
    assert report["new_labels"] == ["NEW"]


def spans_in(corpus, tmp_path):
    """Convert again with the corrections, and return the spans of the training set by text."""
    found = inputs(
        str(tmp_path / "raw"), corpus, config=CONFIG, lang="en", corrections=tmp_path / "corrections"
    )
    report = convert(found, settings(spans_key="sc"), corpus)
    docs = read_docs(corpus / "train.spacy")
    return {doc.text: [(s.text, s.label_) for s in doc.spans["sc"]] for doc in docs}, report


def test_overlapping_spans_come_back(nested, tmp_path):
    new = {"start": 10, "end": 14, "label": "EVENT"}
    rows = [{**NESTED[0], "spans": [*SPANS, new]}, NESTED[1]]
    atomic.write_text(tmp_path / "back/a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    report = merged(nested, tmp_path)
    assert (report["documents"], report["confirmed"], report["spans"]) == (1, 1, {"added": 1})
    docs, conversion = spans_in(nested, tmp_path)
    assert docs["Acme York grew."] == [("Acme York", "ORG"), ("York", "GPE"), ("grew", "EVENT")]
    assert docs["Acme York fell."] == [("Acme York", "ORG"), ("York", "GPE")]
    assert conversion["corrections"] == {"documents": 2, "unused": 0, "without_overlaps": 0}


def test_export_without_any_overlapping_spans_deletes_none(nested, tmp_path):
    rows = [{**NESTED[0], "spans": SPANS[:1]}, record("[Acme](PERSON) rose.")]
    atomic.write_text(tmp_path / "back/a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    report = merged(nested, tmp_path)
    assert (report["documents"], report["rejected"]) == (1, 1)
    assert report["spans"] == {"relabelled": 1}
    assert "no record of this export has any" in report["rejects"][0]["reason"]
    docs, _ = spans_in(nested, tmp_path)
    assert docs["Acme York grew."] == [("Acme York", "ORG"), ("York", "GPE")]


def test_one_overlap_can_be_deleted_where_others_are_left(nested, tmp_path):
    rows = [{**NESTED[0], "spans": SPANS[:1]}, NESTED[1]]
    atomic.write_text(tmp_path / "back/a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert merged(nested, tmp_path)["spans"] == {"removed": 1}
    docs, _ = spans_in(nested, tmp_path)
    assert docs["Acme York grew."] == [("Acme York", "ORG")]


def test_correction_of_entities_does_not_delete_spans_that_overlapped_them(tmp_path):
    flat = make_corpus(tmp_path, train=NESTED, dev=["[Cy](PERSON) ran."], test=["[Di](PERSON) sat."])
    rows = [{**NESTED[0], "spans": SPANS[:1]}, record("[Acme](PERSON) rose.")]
    atomic.write_text(tmp_path / "back/a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert merged(flat, tmp_path)["confirmed"] == 1
    docs, conversion = spans_in(flat, tmp_path)
    assert docs["Acme York grew."] == [("Acme York", "ORG"), ("York", "GPE")]
    assert docs["Acme rose."] == [("Acme", "PERSON")]
    assert conversion["corrections"] == {"documents": 1, "unused": 0, "without_overlaps": 1}


def test_correction_that_is_not_used_hides_no_overlapping_spans_from_the_next_one(tmp_path):
    flat = make_corpus(tmp_path, train=NESTED, dev=["[Cy](PERSON) ran."], test=["[Di](PERSON) sat."])
    relabelled = {**NESTED[0], "spans": [{**SPANS[0], "label": "CORP"}]}
    path = tmp_path / "back/a.jsonl"
    atomic.write_text(path, json.dumps({**NESTED[0], "spans": SPANS[:1]}) + "\n")
    assert merged(flat, tmp_path)["confirmed"] == 1
    spans_in(flat, tmp_path)
    atomic.write_json(flat / "settings/export.json", {"spans_key": "sc"})
    twice = {**record("[Acme](ORG) rose."), "spans": [{"start": 0, "end": 4, "label": "ORG"}] * 2}
    atomic.write_text(path, json.dumps(relabelled) + "\n" + json.dumps(twice) + "\n")
    assert merged(flat, tmp_path)["rejected"] == 1  # a span that is there twice is no overlap
    atomic.write_text(path, json.dumps(NESTED[0]) + "\n")
    assert merged(flat, tmp_path)["confirmed"] == 1
    docs, conversion = spans_in(flat, tmp_path)
    assert docs["Acme York grew."] == [("Acme York", "ORG"), ("York", "GPE")]
    assert conversion["corrections"] == {"documents": 2, "unused": 0, "without_overlaps": 0}


@pytest.fixture
def crossing(monkeypatch):
    """Let the pipelines find a span that overlaps one of the corpus."""
    monkeypatch.setitem(SUGGESTED, "n", [[0, 9, "ORG"], [0, 4, "PERSON"], [5, 9, "GPE"]])


@pytest.mark.usefixtures("crossing")
def test_work_list_has_suggestions_that_overlap_what_is_there(nested, tmp_path):
    work = reviewed(nested, tmp_path, "doccano", "sc")
    rows = [json.loads(line) for line in (work / "review.jsonl").read_text(encoding="utf8").splitlines()]
    assert [sorted(row["label"]) for row in rows if row["text"] == NESTED[0]["text"]] == [
        [[0, 4, "PERSON"], [0, 9, "ORG"], [5, 9, "GPE"]]
    ]


@pytest.mark.usefixtures("crossing")
def test_work_list_in_a_format_that_can_not_hold_overlapping_spans_is_refused(nested, tmp_path):
    said = reviewed(nested, tmp_path, "columns", "sc", code=1)
    assert "can't hold overlapping spans: 2 would come back deleted" in said
    assert not (tmp_path / "work").exists()
    assert (tmp_path / "training/review/review.html").is_file()


def test_pipelines_that_see_no_overlaps_suggest_nothing(nested, tmp_path, monkeypatch):
    monkeypatch.setitem(SUGGESTED, "n", [[5, 9, "GPE"]])
    work = reviewed(nested, tmp_path, "doccano")
    rows = [json.loads(line) for line in (work / "review.jsonl").read_text(encoding="utf8").splitlines()]
    assert [sorted(row["label"]) for row in rows if row["text"] == NESTED[0]["text"]] == [
        [[0, 9, "ORG"], [5, 9, "GPE"]]
    ]
