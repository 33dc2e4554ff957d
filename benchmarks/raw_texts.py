"""Shared by the benchmarks of texts without annotations: where they come from."""

import json
import random
import shutil
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from scripts.corpus.docs import ATTRIBUTES, stored_docs
from scripts.files import atomic

RAW = "raw"  # in the copy of the project


def put_raw_texts(folder: Path, raw: Path | None) -> None:
    """Give a prepared folder raw texts: those in `raw`, or else half of its training set."""
    if raw:
        shutil.copytree(raw, folder / RAW)
    else:
        hold_out_half(folder)


def hold_out_half(folder: Path) -> None:
    """Make raw texts of a random half of the training set of a prepared folder, and take it away."""
    path = folder / "corpus/train.spacy"
    docs = list(stored_docs(path, Vocab()))
    random.Random(0).shuffle(docs)  # noqa: S311 (no cryptography)
    half = len(docs) // 2
    atomic.remove(path)
    DocBin(attrs=ATTRIBUTES, docs=docs[:half]).to_disk(path)
    write_texts(folder / RAW / "half.jsonl", docs[half:])


def write_texts(path: Path, docs: list[Doc]) -> None:
    """Write the texts of Docs as JSONL."""
    path.parent.mkdir()
    rows = (json.dumps({"text": doc.text}, ensure_ascii=False) + "\n" for doc in docs)
    path.write_text("".join(rows), encoding="utf8", newline="\n")
