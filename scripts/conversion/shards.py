"""The corpus on its way to disk: shards of Docs and, next to them, where each Doc came from.

In: Docs with their records, a chunk at a time, from several processes. Out: numbered shards, and the
corpus that they make in the end: one file or, where there are several, a folder.
"""

import json
import shutil
from pathlib import Path
from typing import Self

from spacy.tokens import Doc, DocBin

from scripts.annotation.text import AnnotatedText
from scripts.conversion.doc_bins import EntityBin
from scripts.corpus.docs import ATTRIBUTES, SUFFIX, DocSource, sources_path
from scripts.files import atomic

AS_JSON = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make an encoder a call


class ShardWriter:
    """Write one shard of the corpus `path`: Docs to `<path>.parts/00000.spacy`, sources next to it.

    A context manager: nothing is written where there is no Doc. `join_shards` makes the corpus of them.
    """

    def __init__(self, path: Path, number: int) -> None:
        self.docs = parts_of(path) / f"{number:05}{SUFFIX}"
        self.sources = parts_of(sources_path(path)) / f"{number:05}.jsonl"
        self._bin = EntityBin()
        self._lines: list[str] = []

    def add(self, doc: Doc, record: AnnotatedText) -> None:
        """Add one Doc and where it came from."""
        self._bin.add(doc)
        source: DocSource = {
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
            part.replace(part.with_name(f"{number:05}{SUFFIX}"))
        parts_of(path).replace(path)
    for folder in (parts_of(path), parts_of(sources_path(path))):
        atomic.remove(folder)
