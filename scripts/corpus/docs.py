"""Docs on disk: DocBin shards and, beside them, where each Doc came from; read back as a stream.

A corpus is one file (`corpus/train.spacy`) or, once it is large, a folder of that name with numbered
files in it; spaCy's own corpus reader takes both. Sources are kept in `train.sources.jsonl`, one line a
Doc, and not in the DocBin: what a DocBin holds beside tokens is unpacked at every read, and spaCy reads
dev anew at every evaluation.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from spacy.tokens import Doc, DocBin
from spacy.training.corpus import FILE_TYPE, walk_corpus
from spacy.vocab import Vocab

from scripts.corpus.text import AnnotatedText
from scripts.files import atomic

SHARD = 20_000  # documents in one file: a DocBin is built in memory, so this bounds it
ATTRIBUTES = ["ENT_IOB", "ENT_TYPE"]  # all that a corpus of entities needs beside words and spaces
SOURCE = "source"  # key in doc.user_data of a Doc that was read: its line of the sources file


def sources_path(path: Path) -> Path:
    """Return the file that says where the Docs of a corpus came from."""
    return path.with_suffix(".sources.jsonl")


def source_of(doc: Doc) -> str:
    """Return where a Doc that `read_docs` read came from, as messages name it: `file, place`."""
    source: dict[str, Any] = doc.user_data[SOURCE]
    return f"{source['file']}, {source['place']}"


class DocWriter:
    """Write Docs to `path`: one file, or a folder of shards when there are more than `SHARD`.

    A context manager: the file or folder has its name once the block has ended without an error.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = path.with_suffix(".parts")
        self.parts.mkdir(parents=True)
        self._bin = DocBin(attrs=ATTRIBUTES)
        self._sources = atomic.open_text(sources_path(path))

    def add(self, doc: Doc, record: AnnotatedText) -> None:
        """Add one Doc and where it came from; a full shard goes to disk."""
        if len(self._bin) == SHARD:
            self._flush()
        self._bin.add(doc)
        source = {
            "file": record.file,
            "place": record.place,
            "id": record.id,
            "group": record.group,
            "meta": dict(record.meta),
        }
        self._sources.write(json.dumps(source, ensure_ascii=False) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write what is left and give the file or folder its name, unless something went wrong."""
        self._sources.close()
        if kind is None:
            self._finish()

    def _finish(self) -> None:
        self._flush()
        parts = sorted(self.parts.iterdir())
        if len(parts) == 1:
            parts[0].rename(self.path)
            self.parts.rmdir()
        else:
            self.parts.rename(self.path)

    def _flush(self) -> None:
        number = len(list(self.parts.iterdir()))
        self._bin.to_disk(self.parts / f"{number:05}{FILE_TYPE}")
        self._bin = DocBin(attrs=ATTRIBUTES)


def read_docs(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Yield the Docs of a corpus, a shard at a time and in order, each with its source.

    Raises ValueError when there are not as many sources as Docs: the files do not belong together.
    """
    with sources_path(path).open(encoding="utf8") as lines:
        for doc, line in zip(stored_docs(path, vocab), lines, strict=True):
            doc.user_data[SOURCE] = json.loads(line)
            yield doc


def stored_docs(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Yield the Docs of a corpus as they are stored, a shard at a time and in order."""
    for shard in walk_corpus(path, FILE_TYPE):
        yield from DocBin().from_disk(shard).get_docs(vocab)
