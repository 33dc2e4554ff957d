"""Folders of runs for tests of the report: predictions made by hand, analysed by the real step.

A document: its text with gold in brackets as in tests.corpora, and what each system predicts.
"""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from scripts import analyze
from scripts.files import atomic
from scripts.files.rows import write_rows
from scripts.scoring.document import Document, Entity, to_row
from tests.corpora import record, write_settings
from tests.predictions import SPLIT, conversion
from tests.predictions import counts as all_counts

Spans = list[tuple[int, int, str]]
CURVE = [(0, 0.0), (100, 0.4), (200, 0.7), (300, 0.6), (400, 0.62)]
RECORD = {
    "commit": "0123456789abcdef",
    "config": "c" * 64,
    "corpus": {"train": "a" * 64, "dev": "b" * 64},
    "seed": 0,
    "device": "cpu (NumpyOps)",
    "platform": "Linux",
    "python": "3.11.7",
    "versions": {"spacy": "3.8.18", "thinc": "8.3.14", "attrs": "25.1.0"},
    "started": "2026-01-02T03:04:05+00:00",
    "steps": {"planned": 400, "last": 400, "best": 200},
    "stopped": "after step 400",
    "seconds": 12.5,
}


def document(marked: str, found: Spans | None = None, **changes: Any) -> Document:
    """Return a document; without `found` the model predicts what gold says. The dictionary is blind."""
    made = record(marked)
    gold = [(span["start"], span["end"], span["label"]) for span in made["spans"]]
    return of_spans(made["text"], gold, gold if found is None else found, **changes)


def of_spans(text: str, gold: Spans, found: Spans, **changes: Any) -> Document:
    """Return a document from spans in characters."""
    model = tuple(sorted(Entity(*span) for span in found))
    return Document(
        text=text,
        tokens=len(text.split()),
        gold=tuple(sorted(Entity(*span) for span in gold)),
        predicted={"model": model, "dictionary": ()},
        **{"file": "raw/texts.jsonl", **changes},
    )


def many(count: int = 40) -> list[Document]:
    """Return enough documents for a result: in every fourth the model predicts nothing."""
    text = "[Ada](PERSON) went to [Oslo](GPE)."
    return [
        document(text, None if number % 4 else [], place=f"line {number + 1}") for number in range(count)
    ]


def make_run(
    folder: Path,
    test: list[Document],
    dev: list[Document],
    errors_of: str = "dev",
    spans_key: str | None = None,
) -> tuple[Path, Path]:
    """Write a run's folder and its corpus' reports, analyse them, and return both folders."""
    run, corpus = folder / "training" / "default", folder / "corpus"
    for split, documents in (("test", test), ("dev", dev)):
        write_rows(run / "predictions" / split, map(to_row, documents))
    about = {"spans_key": spans_key, "systems": ["model", "dictionary"], "documents": {}}
    about["fingerprints"] = {"test": "t" * 64, "dev": "b" * 64}
    atomic.write_json(run / "predictions" / "about.json", about)
    atomic.write_json(run / "predictions" / "known.json", {"Ada": {"PERSON": 3}, "Oslo": {"ORG": 1}})
    atomic.write_json(run / "run.json", RECORD)
    rows = [{"step": step, "score": score, "losses": {"ner": 9.0}} for step, score in CURVE]
    atomic.write_text(run / "curve.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    splits = {name: counts(documents) for name, documents in (("test", test), ("dev", dev))}
    write_corpus(corpus, {"train": counts(dev), **splits})
    write_settings(corpus, resamples=100, errors_of=errors_of)
    done = CliRunner().invoke(analyze.app, [str(run), str(corpus)])
    assert done.exit_code == 0, done.output
    return run, corpus


def counts(documents: list[Document]) -> dict[str, Any]:
    """Return what conversion says about a split."""
    labels: dict[str, int] = {}
    for one in documents:
        for mention in one.gold:
            labels[mention.label] = labels.get(mention.label, 0) + 1
    return {
        **SPLIT,
        "documents": len(documents),
        "tokens": sum(one.tokens for one in documents),
        "entities": sum(labels.values()),
        "without_entities": sum(not one.gold for one in documents),
        "partly_annotated": sum(bool(one.unknown) for one in documents),
        "labels": labels,
    }


def write_corpus(corpus: Path, splits: dict[str, Any]) -> None:
    """Write what conversion reports about a corpus: counts, and nothing rejected."""
    total = sum(split["documents"] for split in splits.values())
    files = {"raw/texts.jsonl": {"format": "jsonl", "read": total, "accepted": total}}
    atomic.write_json(corpus / "conversion.json", conversion(splits, files=files))
    atomic.write_json(corpus / "counts.json", all_counts(splits))
    (corpus / "rejected.jsonl").touch()


HOSTILE = {
    "script": '<script>document.title=1</script></script><img src=x onerror="document.title=1">',
    "quotes": "\"'`{x}{0}%s${1}&amp;{{ 7*7 }}{% if %}",
    "right to left": "\u202eשלום עולם\u202c مرحبا",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 🇳🇴",
    "combining": "Z" + "\u0301\u0316\u0323" * 20 + "algo",
    "long word": "x" * 5000,
    "controls": "a\x00b\x07c\u2028d\r\ne\tf",
}
LABELS = ("<b>{x}", "a|b`c\n`d", "\u202eשם", "L" * 120, "PERSON", '"quoted" & <i>', "🏷️ tag")


def hostile() -> list[Document]:
    """Return documents whose texts and labels try to break a page, each with several errors."""
    found = []
    for number, words in enumerate(HOSTILE.values()):
        label, other = LABELS[number], LABELS[(number + 1) % len(LABELS)]
        text = f"Before {words} after Ada {words[:50]}"
        end = 7 + len(words)
        place = f"line {number}, {words[:30]}"
        gold = [(7, end, label), (end + 7, end + 10, other)]
        found.append(of_spans(text, gold, [(7, end, other)], place=place, id=words[:40]))
        found.append(of_spans(text, [], [(end + 7, end + 10, label)], place=place, file="<u>f"))
    return found
