"""Write annotated chunks in order: lines to one file, everything else to numbered files in a folder.

In: what the format made of each chunk. Out: files in the folder of an unfinished job. What `saved`
returns counts from then on; a job that goes on begins behind it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

from spacy.tokens import DocBin

from scripts.bulk import parquet
from scripts.bulk.job import Job
from scripts.bulk.shapes import Table
from scripts.bulk.sources import Source
from scripts.bulk.state import OUTPUT, flushed, reopened
from scripts.corpus.docs import ATTRIBUTES
from scripts.files import atomic

SELDOM = 1.0  # seconds between two states of a file of lines
SHARD = 20_000  # records in a numbered file
CHUNKS = 32  # in a numbered file; a chunk has a megabyte of text at most, but for one long record


class Output(Protocol):
    """Writes what becomes of chunks, in their order."""

    @property
    def ready(self) -> bool:
        """Whether what was added should be saved now."""

    def add(self, output: Any, records: int) -> None:
        """Add what the format made of a chunk."""

    def saved(self) -> int:
        """Have the disk take all that was added, and return how much counts: bytes, or files."""

    def finish(self) -> None:
        """Do what is left to do when all chunks are saved."""


class Lines:
    """One file. begin: what it begins with. size: bytes that count."""

    def __init__(self, path: Path, begin: bytes, size: int) -> None:
        self.stream = reopened(path, size)
        self.last = time.monotonic()
        if not size:
            self.stream.write(begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    @property
    def ready(self) -> bool:
        """Whether it is worth saving again."""
        return time.monotonic() - self.last >= SELDOM

    def add(self, output: bytes, records: int) -> None:  # noqa: ARG002
        """Write lines."""
        self.stream.write(output)

    def saved(self) -> int:
        """Return the size of the file."""
        self.last = time.monotonic()
        return flushed(self.stream)

    def finish(self) -> None:
        """Do nothing: the file is complete."""


class Shards:
    """Numbered files in a folder, each of about `SHARD` records or, if they are long, `CHUNKS` chunks.

    write: writes the outputs of chunks to one file. finish: is given all files. files: that count.
    """

    def __init__(
        self,
        folder: Path,
        ending: str,
        write: Callable[[list[Any], Path], None],
        finish: Callable[[list[Path]], None],
        files: int,
    ) -> None:
        self.folder, self.ending, self.files = folder, ending, files
        self.write, self.finish_all = write, finish
        self.waiting: list[Any] = []
        self.records = 0

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what is not saved."""

    @property
    def ready(self) -> bool:
        """Whether there is enough for a file."""
        return self.records >= SHARD or len(self.waiting) >= CHUNKS

    def add(self, output: Any, records: int) -> None:
        """Keep what becomes of a chunk until there is enough for a file."""
        if records:
            self.waiting.append(output)
        self.records += records

    def saved(self) -> int:
        """Write a file, and return how many there are."""
        if self.records or not self.files:
            with atomic.replacing(self.path(self.files)) as temporary:
                self.write(self.waiting, temporary)
            self.files += 1
        self.waiting, self.records = [], 0
        return self.files

    def finish(self) -> None:
        """Do what has to be done with all files, and remove any that do not count."""
        self.finish_all([self.path(number) for number in range(self.files)])
        for path in self.folder.iterdir():  # of a run that was killed before it could save its state
            if path not in {self.path(number) for number in range(self.files)}:
                path.unlink()

    def path(self, number: int) -> Path:
        """Return the path of a file."""
        return self.folder / f"{number:05}{self.ending}"


@contextmanager
def output_of(job: Job, source: Source, folder: Path, saved: int) -> Iterator[Output]:
    """Yield what writes a job's output to the folder of the unfinished job; saved: see `Output`."""
    place = folder / OUTPUT
    found: Lines | Shards
    if job.form == "docbin":
        found = Shards(place, ".spacy", write_docs, lambda _: None, saved)
    elif job.form == "parquet":
        schema = parquet.schema_of(source, job)
        write = lambda rows, path: parquet.write(rows, path, schema, job.entities)  # noqa: E731
        finish = parquet.unify if schema is None else lambda _: None
        found = Shards(place, ".parquet", write, finish, saved)
    else:
        found = Lines(place, Table.header(job) if job.form == "csv" else b"", saved)
    with found:
        yield found


def write_docs(outputs: list[bytes], path: Path) -> None:
    """Write DocBins as one."""
    found = DocBin(attrs=ATTRIBUTES, store_user_data=True)
    for output in outputs:
        found.merge(DocBin(store_user_data=True).from_bytes(output))
    found.to_disk(path)


def delivered(folder: Path, output: Path) -> None:
    """Move the output of a finished job from its folder to where it belongs, if that isn't done yet."""
    made = folder / OUTPUT
    files = list(made.iterdir()) if made.is_dir() else [made]
    if len(files) == 1:
        made = files[0]
    if files and made.exists():  # an empty folder is one whose only file was moved
        atomic.move(made, output)
