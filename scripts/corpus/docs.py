"""Docs on disk: DocBin shards and, beside them, where each Doc came from; read back as a stream.

A corpus is one file (`corpus/train.spacy`) or, once it is large, a folder of that name with numbered
files in it; spaCy's own corpus reader takes both. Sources are kept in `train.sources.jsonl`, one line a
Doc, and not in the DocBin: what a DocBin holds beside tokens is unpacked at every read, and spaCy reads
dev anew at every evaluation.
"""

import json
import shutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Self

import numpy as np
from spacy.tokens import Doc, DocBin
from spacy.training.corpus import FILE_TYPE, walk_corpus
from spacy.vocab import Vocab

from scripts.annotation.text import AnnotatedText
from scripts.files import atomic

ATTRIBUTES = ["ENT_IOB", "ENT_TYPE"]  # all that a corpus of entities needs beside words and spaces
WORD, LABEL = 0, 1 + ATTRIBUTES.index("ENT_TYPE")  # columns of a DocBin's tokens; words come first
AS_JSON = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make an encoder a call
SOURCE = "source"  # key in doc.user_data of a Doc that was read: its line of the sources file


def sources_path(path: Path) -> Path:
    """Return the file that says where the Docs of a corpus came from."""
    return path.with_suffix(".sources.jsonl")


def source_of(doc: Doc) -> str:
    """Return where a Doc that `read_docs` read came from, as messages name it: `file, place`."""
    source: dict[str, Any] = doc.user_data[SOURCE]
    return f"{source['file']}, {source['place']}"


class EntityBin(DocBin):
    """A DocBin of Docs that have words, entities and spans, and nothing else, which is made sooner.

    spaCy collects nine strings of every token, which takes longer than to tokenise; here only those are
    kept that the Docs are made of, and looked up once a shard. All Docs must share one vocabulary.
    """

    def __init__(self) -> None:
        super().__init__(attrs=ATTRIBUTES)
        self._labels: set[int] = set()  # of spans in groups
        self._vocab: Vocab | None = None

    def add(self, doc: Doc) -> None:
        """Add a Doc."""
        self._vocab = doc.vocab
        values: Any = doc.to_array(["ORTH", *ATTRIBUTES, "SPACY"])
        self.tokens.append(values[:, :-1])
        self.spaces.append(values[:, -1:].astype(bool))
        self.flags.append({"has_unknown_spaces": doc.has_unknown_spaces})
        self.cats.append(doc.cats)
        self.span_groups.append(doc.spans.to_bytes())
        if doc.spans:
            self._labels.update(span.label for group in doc.spans.values() for span in group)

    def to_bytes(self) -> bytes:
        """Return the Docs as spaCy stores them."""
        if self._vocab is not None:
            tokens = np.concatenate(self.tokens)
            columns = (tokens[:, column] for column in (WORD, LABEL))
            numbers = self._labels.union(*(np.unique(column).tolist() for column in columns))
            self.strings = {self._vocab.strings[number] for number in numbers}
        return bytes(super().to_bytes())


class ShardWriter:
    """Write one shard of the corpus `path`: Docs to `<path>.parts/00000.spacy`, sources beside it.

    A context manager: nothing is written where there is no Doc. `join_shards` makes the corpus of them.
    """

    def __init__(self, path: Path, number: int) -> None:
        self.docs = parts_of(path) / f"{number:05}{FILE_TYPE}"
        self.sources = parts_of(sources_path(path)) / f"{number:05}.jsonl"
        self._bin = EntityBin()
        self._lines: list[str] = []

    def add(self, doc: Doc, record: AnnotatedText) -> None:
        """Add one Doc and where it came from."""
        self._bin.add(doc)
        source = {
            "file": record.file,
            "place": record.place,
            "id": record.id,
            "group": record.group,
            "meta": dict(record.meta),
        }
        self._lines.append(AS_JSON(source) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the shard, unless something went wrong."""
        if kind is None and self._lines:
            for path in (self.docs, self.sources):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._bin.to_disk(self.docs)
            with atomic.open_text(self.sources) as stream:
                stream.writelines(self._lines)


def parts_of(path: Path) -> Path:
    """Return the folder in which the shards of a corpus wait."""
    return path.with_name(f"{path.name}.parts")


def join_shards(path: Path) -> None:
    """Make the corpus `path` of its shards: one file if there is one shard or none, else a folder."""
    parts = sorted(parts_of(path).glob("*")) if parts_of(path).is_dir() else []
    with atomic.open_text(sources_path(path)) as stream:
        for part in parts:
            with (parts_of(sources_path(path)) / f"{part.stem}.jsonl").open(encoding="utf8") as lines:
                shutil.copyfileobj(lines, stream)
    if not parts:
        DocBin(attrs=ATTRIBUTES).to_disk(path)
    elif len(parts) == 1:
        parts[0].replace(path)
    else:
        for number, part in enumerate(parts):
            part.replace(part.with_name(f"{number:05}{FILE_TYPE}"))
        parts_of(path).replace(path)
    for folder in (parts_of(path), parts_of(sources_path(path))):
        atomic.remove(folder)


def read_docs(path: Path, vocab: Vocab | None = None) -> Iterator[Doc]:
    """Yield the Docs of a corpus, a shard at a time and in order, each with its source.

    vocab: of the Docs; without one each shard has its own, so that new words don't pile up.
    Raises ValueError when there are not as many sources as Docs: the files do not belong together.
    """
    with sources_path(path).open(encoding="utf8") as lines:
        for doc, line in zip_longest(stored_docs(path, vocab), lines):
            if doc is None or line is None:
                names = f"{path.as_posix()} and {sources_path(path).name}"
                raise ValueError(f"{names} have not as many documents; make both: weasel run convert")
            doc.user_data[SOURCE] = json.loads(line)
            yield doc


def stored_docs(path: Path, vocab: Vocab | None = None) -> Iterator[Doc]:
    """Yield the Docs of a corpus as they are stored, a shard at a time and in order; see `read_docs`."""
    for shard in walk_corpus(path, FILE_TYPE):
        yield from DocBin().from_disk(shard).get_docs(Vocab() if vocab is None else vocab)
