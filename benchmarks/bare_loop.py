"""The minimum that a conversion can do: parse, tokenise, set entities, add to a DocBin, write.

    python -m benchmarks.bare_loop prodigy data.jsonl out.spacy

This is what a person would write by hand for one format, without checks or records. It is the rival in
`benchmarks.conversion`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import DocBin

Texts = Iterator[tuple[str, list[tuple[int, int, str]]]]


def prodigy(path: Path) -> Texts:
    """Yield texts and spans of Prodigy's JSONL."""
    with path.open(encoding="utf8") as stream:
        for line in stream:
            row = json.loads(line)
            yield row["text"], [(span["start"], span["end"], span["label"]) for span in row["spans"]]


def label_studio(path: Path) -> Texts:
    """Yield texts and spans of Label Studio's JSON."""
    for task in json.loads(path.read_text(encoding="utf8")):
        marks: list[dict[str, Any]] = [one["value"] for one in task["annotations"][0]["result"]]
        spans = [(mark["start"], mark["end"], mark["labels"][0]) for mark in marks]
        yield task["data"]["text"], spans


def columns(path: Path) -> Texts:
    """Yield texts, words joined by spaces, and spans of two columns with IOB2 tags."""
    words: list[str] = []
    spans: list[tuple[int, int, str]] = []
    position = 0
    with path.open(encoding="utf8") as stream:
        for line in stream:
            if not line.strip():
                if words:
                    yield " ".join(words), spans
                words, spans, position = [], [], 0
                continue
            word, tag = line.split()
            if tag.startswith("I-"):
                start, _, label = spans.pop()
                spans.append((start, position + len(word), label))
            elif tag != "O":
                spans.append((position, position + len(word), tag[2:]))
            words.append(word)
            position += len(word) + 1
    if words:
        yield " ".join(words), spans


def spacy_v2_json(path: Path) -> Texts:
    """Yield texts and spans of spaCy 2's JSON, one sentence a document."""
    for document in json.loads(path.read_text(encoding="utf8")):
        paragraph = document["paragraphs"][0]
        spans: list[tuple[int, int, str]] = []
        position = 0
        for token in paragraph["sentences"][0]["tokens"]:
            end = position + len(token["orth"])
            kind, _, label = token["ner"].partition("-")
            if kind in ("B", "U"):
                spans.append((position, end, label))
            elif kind in ("I", "L"):
                spans.append((spans.pop()[0], end, label))
            position = end + len(token["space"])
        yield paragraph["raw"], spans


READERS = {read.__name__: read for read in (prodigy, label_studio, columns, spacy_v2_json)}


def main(format: str, source: str, target: str) -> None:
    """Convert one file."""
    nlp = spacy.blank("en")
    docs = DocBin()
    for text, spans in READERS[format](Path(source)):
        doc = nlp.make_doc(text)
        doc.set_ents([span for mark in spans if (span := doc.char_span(*mark))])
        docs.add(doc)
    docs.to_disk(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
