"""Docs on disk: written as DocBin shards with where each came from, read back as a stream.

A corpus is one file (`corpus/train.spacy`) or, once it is large, a folder of that name with numbered
files in it; spaCy's own corpus reader takes both.
"""

from collections.abc import Iterator
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.training.corpus import FILE_TYPE, walk_corpus
from spacy.vocab import Vocab

from scripts.corpus.text import AnnotatedText
from scripts.files import atomic

SHARD = 20_000  # documents in one file: a DocBin is built in memory, so this bounds it
ATTRIBUTES = ["ENT_IOB", "ENT_TYPE"]  # all that a corpus of entities needs beside words and spaces
SOURCE = "source"  # key in doc.user_data: "file, place" of the record, as messages name it


def remember_source(doc: Doc, annotated: AnnotatedText) -> None:
    """Keep in the Doc where its record came from, its id, its group and its meta."""
    doc.user_data[SOURCE] = f"{annotated.file}, {annotated.place}"
    for key, value in (("id", annotated.id), ("group", annotated.group)):
        if value is not None:
            doc.user_data[key] = value
    if annotated.meta:
        doc.user_data["meta"] = dict(annotated.meta)


def source_of(doc: Doc) -> str:
    """Return where a Doc came from, or a stand-in for a Doc that does not say."""
    return str(doc.user_data.get(SOURCE, "unknown source"))


class DocWriter:
    """Write Docs to `path`: one file, or a folder of shards when there are more than `SHARD`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = path.with_name(f"{path.stem}-parts")
        self.count = 0
        self._bin = DocBin(attrs=ATTRIBUTES, store_user_data=True)

    def add(self, doc: Doc) -> None:
        """Add one Doc; a full shard goes to disk."""
        if len(self._bin) == SHARD:
            self._flush()
        self._bin.add(doc)
        self.count += 1

    def close(self) -> None:
        """Write what is left and give the file or folder its name."""
        self._flush()
        parts = sorted(self.parts.iterdir())
        atomic.remove(self.path)
        if len(parts) == 1:
            parts[0].rename(self.path)
            self.parts.rmdir()
        else:
            self.parts.rename(self.path)

    def _flush(self) -> None:
        self.parts.mkdir(parents=True, exist_ok=True)
        number = len(list(self.parts.iterdir()))
        self._bin.to_disk(self.parts / f"{number:05}{FILE_TYPE}")
        self._bin = DocBin(attrs=ATTRIBUTES, store_user_data=True)


def read_docs(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Yield the Docs of a corpus file or folder, a shard at a time, in a fixed order."""
    for shard in walk_corpus(path, FILE_TYPE):
        yield from DocBin().from_disk(shard).get_docs(vocab)


def count_docs(path: Path) -> int:
    """Return how many Docs a corpus file or folder holds, without making them."""
    return sum(len(DocBin().from_disk(shard)) for shard in walk_corpus(path, FILE_TYPE))
