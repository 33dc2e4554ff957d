"""How far a job is, so that it can go on after it was killed.

In and out: the folder `<output>.unfinished`, in which `state.json` says how much of the files next to it
counts. Anything beyond that was written by a run that was killed, and is cut off.
"""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import IO

from typing_extensions import TypedDict

from scripts.bulk.job import Annotated, Job
from scripts.bulk.sources import Source
from scripts.files import atomic, fingerprint

STATE, OUTPUT, REJECTED = "state.json", "output", "rejected.jsonl"
VERSION = 1  # of how the input is cut and the output is written


class MadeFrom(TypedDict):
    """Hashes of all that the output depends on."""

    input: str
    pipeline: str
    settings: str


class State(TypedDict):
    """The contents of state.json and, when the job is complete, of `<output>.about.json`.

    chunks: how many are in the output. position: bytes of the input that they are. output: bytes of the
    output that count, or files where it is a folder. rejects: bytes of the rejected records that count.
    records: that were annotated.
    left_out: what the format can't hold, a phrase a kind: how often.
    """

    made_from: MadeFrom
    pipeline: str
    complete: bool
    chunks: int
    position: int
    output: int
    rejects: int
    records: int
    words: int
    entities: int
    rejected: int
    left_out: dict[str, int]


def made_from(job: Job, source: Source) -> MadeFrom:
    """Return the hashes of what a job's output depends on. Files count by name, size and time."""
    digest = hashlib.sha256()
    for path, name in source.files:
        found = path.stat()
        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode("utf8", "replace"))
    settings = {**asdict(job), "lines": source.lines, "version": VERSION}
    del settings["pipeline"], settings["fingerprint"]
    return MadeFrom(
        input=digest.hexdigest(),
        pipeline=job.fingerprint,
        settings=fingerprint.of_text(json.dumps(settings, sort_keys=True)),
    )


def new_state(made_from: MadeFrom, job: Job) -> State:
    """Return the state of a job that has not begun."""
    return State(
        made_from=made_from,
        pipeline=job.pipeline,
        complete=False,
        chunks=0,
        position=0,
        output=0,
        rejects=0,
        records=0,
        words=0,
        entities=0,
        rejected=0,
        left_out={},
    )


def count(state: State, position: int, found: Annotated) -> None:
    """Count an annotated chunk."""
    state["chunks"] += 1
    state["position"] = position
    state["records"] += found.records
    state["words"] += found.words
    state["entities"] += found.entities
    state["rejected"] += len(found.rejected)
    for phrase, times in found.left_out.items():
        if times:
            state["left_out"][phrase] = state["left_out"].get(phrase, 0) + times


def save(folder: Path, state: State) -> None:
    """Write how far a job is. What it says must be on the disk before."""
    atomic.write_json(folder / STATE, state)


def reopened(path: Path, size: int) -> IO[bytes]:
    """Open a file for writing behind its first bytes, and cut off what is there."""
    path.touch()
    stream = path.open("r+b")
    stream.truncate(size)
    stream.seek(size)
    return stream


def flushed(stream: IO[bytes]) -> int:
    """Have the disk take what was written to a file, and return its size."""
    stream.flush()
    os.fsync(stream.fileno())
    return stream.tell()
