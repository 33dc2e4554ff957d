"""A span that can't be read: it is counted and listed, its record is kept, and its place is unknown."""

import json

import pytest
import spacy

from scripts.annotation.text import AnnotatedText, CharSpan, UnreadSpan
from scripts.conversion.agreement import Agreement
from scripts.conversion.merging import merge
from scripts.conversion.segmenting import segment
from scripts.conversion.waiting import WaitingRows
from scripts.convert import convert
from scripts.corpus.docs import read_docs
from scripts.inputs import inputs
from tests.corpora import CONFIG, settings

TEXT = "Ada met Bo in Lima."
SPAN = CharSpan(0, 3, "PER")
BAD = UnreadSpan("{...}", "offset None is not a whole number", "write offsets as numbers")
RECORDS = [
    {"text": f"Ada met Bo in Lima {n}.", "spans": [[0, 3, "PER"], [8, 10, "PER"], [14, 18, "LOC"]]}
    for n in range(30)
]


@pytest.fixture
def converted(tmp_path, monkeypatch):
    """Return what converts records and gives the report, the Docs by their texts, and the rejects."""
    monkeypatch.setattr("scripts.inputs.versions", lambda _: {})

    def run(records, **changes):
        raw, corpus = tmp_path / "raw", tmp_path / "corpus"
        raw.mkdir()
        corpus.mkdir()
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (raw / "data.jsonl").write_text(lines, encoding="utf8", newline="\n")
        found = inputs(str(raw), corpus, config=CONFIG, lang="en")
        report = convert(found, settings(**changes), corpus)
        vocab = spacy.blank("en").vocab
        docs = [doc for s in ("train", "dev", "test") for doc in read_docs(corpus / f"{s}.spacy", vocab)]
        rows = (corpus / "rejected.jsonl").read_text(encoding="utf8").splitlines()
        return report, {doc.text: doc for doc in docs}, [json.loads(row) for row in rows]

    return run


def test_one_bad_span_is_counted_and_listed_and_the_others_are_kept(converted):
    bad = {"start": None, "end": 10, "label": "PER"}
    odd = {"text": "Ada met Bo in Oslo.", "spans": [[0, 3, "PER"], bad, [14, 18, "LOC"]]}
    report, docs, (row,) = converted([*RECORDS, odd])
    assert report["records"]["rejected"] == 0
    assert report["spans"]["read"] == 93
    assert report["spans"]["kept"] == 92
    assert report["spans"]["unread"] == 1
    doc = docs[odd["text"]]
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Ada", "PER"), ("Oslo", "LOC")]
    assert [token.text for token in doc if token.ent_iob == 0] == ["met", "Bo", "in", "."]
    assert all(token.ent_iob != 0 for token in docs[RECORDS[0]["text"]])
    assert (row["what"], row["place"], row["outcome"]) == ("span", "line 31", "unread")
    assert (row["span"], row["reason"]) == (repr(bad), "offset None is not a whole number")
    (problem,) = report["problems"]
    assert problem["count"] == 1
    assert problem["kind"].startswith("spans that can't be read")
    assert problem["examples"][0]["context"] == repr(bad)
    assert sum(split["not_exhaustive"] for split in report["splits"].values()) == 1


ALL = ["met", "Bo", "in", "Oslo", "."]
CASES = {  # spans beside a good one, and the tokens of which nothing is known then
    "one": ([[8, 10, ""]], ["Bo"]),
    "two": ([[8, 10, ""], [14, 18, None]], ["Bo", "Oslo"]),
    "beyond the text": ([[8, 99, ""]], ALL),
    "empty": ([[8, 8, ""]], ALL),
    "another without a place": ([[8, 10, ""], [14, None, "LOC"]], ALL),
}


def test_of_a_span_without_a_label_only_the_place_is_unknown_if_it_is_in_the_text(converted):
    odd = {name: f"Ada met Bo in Oslo. {name}" for name in CASES}
    records = [{"text": odd[name], "spans": [[0, 3, "PER"], *CASES[name][0]]} for name in CASES]
    report, docs, _ = converted([*RECORDS, *records], max_rejected=0.1)
    assert report["spans"]["unread"] == 7
    for name, (_, unknown) in CASES.items():
        tokens = [token.text for token in docs[odd[name]] if token.ent_iob == 0]
        assert tokens == unknown + (name.split() if unknown is ALL else [])


def test_place_of_a_span_without_a_label_is_counted_as_the_tool_counts_and_cut_with_its_text(converted):
    text = "😀😀 Ada left.\nBo stayed.\nNobody came.\n"
    long = {"text": text, "spans": [[5, 8, "PER"], [15, 17, ""]]}
    _, docs, _ = converted([*RECORDS, long], offsets="utf16", segment="lines", longest=14)
    assert [t.text for doc in docs.values() for t in doc if t.ent_iob == 0] == ["Bo"]
    assert [ent.text for ent in docs["😀😀 Ada left.\n"].ents] == ["Ada"]


def test_record_whose_spans_are_all_bad_is_rejected(converted):
    report, docs, (row,) = converted([*RECORDS, {"text": "Bo left.", "spans": [[None, 2, "PER"]]}])
    assert (report["records"]["rejected"], report["spans"]["unread"]) == (1, 0)
    assert "Bo left." not in docs
    assert row["what"] == "record"


def test_long_text_in_pieces_lists_a_bad_span_once_and_knows_no_piece_whole(converted):
    long = {"text": "Ada left.\nBo stayed.\n", "spans": [[0, 3, "PER"], ["x", 12, "PER"]]}
    report, docs, rows = converted([*RECORDS, long], segment="lines", longest=12)
    assert report["spans"]["unread"] == 1
    assert [row["what"] for row in rows] == ["span", "record"]
    assert rows[1]["reason"].startswith("no token in it is annotated")  # of the second piece
    assert "Bo stayed.\n" not in docs


def test_first_piece_keeps_what_could_not_be_read():
    record = AnnotatedText("Ada.\nBo.\n", (SPAN,), "f", "line 1", unread=(BAD,))
    assert [piece.unread for piece in segment(record, "lines", 5)] == [(BAD,), ()]


def row(place, annotator, *, spans=(SPAN,), unread=(), exhaustive=True):
    """Return a row about the text."""
    changes = {"annotator": annotator, "unread": unread, "exhaustive": exhaustive}
    return AnnotatedText(TEXT, spans, "f", place, **changes)


@pytest.mark.parametrize(
    ("policy", "unread", "others"),
    [("majority", 2, 0), ("first", 1, 2), ("last", 1, 2), ("ada", 1, 2), ("nobody", 0, 4)],
)
def test_unread_spans_of_several_annotators_are_each_in_one_place(policy, unread, others):
    rows = [row("1", "ada", unread=(BAD,)), row("2", "bo", unread=(BAD,))]
    found = merge(rows, annotators=policy, contradictions="unknown", agreement=Agreement())
    assert len(found.record.unread) == unread
    assert found.excluded["other annotators"] + found.excluded["outvoted"] == others + (
        policy == "majority"
    )
    total = len(found.record.spans) + len(found.record.unread) + found.excluded.total()
    assert total == sum(len(row.spans) + len(row.unread) for row in rows)


def test_unread_spans_of_binary_answers_are_joined():
    rows = [row(str(n), None, unread=(BAD,), exhaustive=False) for n in range(2)]
    found = merge(rows, annotators="majority", contradictions="unknown", agreement=Agreement())
    assert found.record.unread == (BAD, BAD)


def test_unread_spans_wait_on_disk_with_their_row(tmp_path):
    rows = [row("1", "ada", unread=(BAD, BAD._replace(place=(8, 10))))]
    with WaitingRows(tmp_path) as waiting:
        waiting.add(rows[0])
        assert list(waiting.texts()) == [rows]
