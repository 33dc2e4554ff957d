"""Run a job: from its files to its output, or on from where it was when it was killed."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from scripts.bulk.chunks import in_chunks
from scripts.bulk.job import Job
from scripts.bulk.outputs import delivered, output_of
from scripts.bulk.pool import Backend
from scripts.bulk.progress import Progress
from scripts.bulk.shapes import as_json
from scripts.bulk.sources import Source
from scripts.bulk.state import (
    REJECTED,
    STATE,
    MadeFrom,
    State,
    count,
    flushed,
    made_from,
    new_state,
    reopened,
    save,
)
from scripts.files import atomic
from scripts.files.contract import read_if_there
from scripts.files.lock import Worker, only_run_in


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of a job, all next to its output."""

    output: Path

    @property
    def unfinished(self) -> Path:
        """The folder that is there until the job is complete."""
        return self.output.with_name(self.output.name + ".unfinished")

    @property
    def rejected(self) -> Path:
        """The records that could not be used."""
        return self.output.with_name(self.output.name + ".rejected.jsonl")

    @property
    def about(self) -> Path:
        """What the output was made from."""
        return self.output.with_name(self.output.name + ".about.json")


class MadeFromOther(Exception):
    """Raised where there is an output, or a part of one, of another input, pipeline or settings.

    path: of it. changed: what is not the same, in words.
    """

    def __init__(self, path: Path, changed: list[str]) -> None:
        super().__init__(f"{path.as_posix()} was made from other {' and '.join(changed)}")
        self.path = path


def state_of(paths: Paths, made: MadeFrom, job: Job) -> State:
    """Return how far a job is: complete, begun, or new. Raises MadeFromOther."""
    found = read_if_there(paths.unfinished / STATE, State, "apply")
    if found is not None:
        refuse_other(paths.unfinished, found["made_from"], made)
        return found
    if paths.output.exists():
        about = read_if_there(paths.about, State, "apply")
        if about is None:
            raise MadeFromOther(paths.output, ["input, with another program"])
        refuse_other(paths.output, about["made_from"], made)
        return about
    return new_state(made, job)


def refuse_other(path: Path, found: MadeFrom, made: MadeFrom) -> None:
    """Raise MadeFromOther if two outputs depend on different things."""
    changed = [name for name in made if made[name] != found[name]]  # type: ignore[literal-required]
    if changed:
        raise MadeFromOther(path, changed)


def run(
    job: Job, source: Source, output: Path, backend: Backend, processes: int, *, again: bool = False
) -> tuple[State, bool]:
    """Annotate what is not annotated yet; return the counts, and whether anything was left to do.

    again: whether to begin from the start whatever there is. Raises MadeFromOther, OtherRun if another
    process works on this output, and what `backend` raises.
    """
    paths, made = Paths(output), made_from(job, source)
    state = new_state(made, job) if again else state_of(paths, made, job)
    if state["complete"] and not paths.unfinished.exists():
        return state, False
    with only_run_in_folder(paths.unfinished):
        if not again:
            # Another process may have gone on with the job, or completed it, before the lock was ours.
            state = state_of(paths, made, job)
        if not state["complete"]:
            if not state["chunks"]:
                atomic.remove(paths.unfinished / STATE)
            annotate(job, source, paths, state, backend, processes)
        # Without a state, these are files of a job that began again and was killed before it saved one.
        saved = (paths.unfinished / STATE).exists()
        if saved:
            deliver(paths, state)
    atomic.remove(paths.unfinished)
    return state, saved


def only_run_in_folder(folder: Path) -> AbstractContextManager[Worker]:
    """Hold the lock of a folder, which is made if it isn't there."""
    folder.mkdir(parents=True, exist_ok=True)
    return only_run_in(folder)


def annotate(
    job: Job, source: Source, paths: Paths, state: State, backend: Backend, processes: int
) -> None:
    """Annotate the chunks that are missing, and save how far that is now and then."""
    folder = paths.unfinished
    chunks = islice(in_chunks(source.records(), job), state["chunks"], None)
    rejects = reopened(folder / REJECTED, state["rejects"])
    progress = Progress(source.bytes, state["position"])
    with rejects, output_of(job, source, folder, state["output"]) as output, progress:

        def keep() -> None:
            state["output"], state["rejects"] = output.saved(), flushed(rejects)
            save(folder, state)

        for chunk, found in backend(chunks, job, processes):
            output.add(found.output, found.records)
            rejects.write(
                "".join(as_json(row) + "\n" for row in found.rejected).encode("utf8", "replace")
            )
            count(state, chunk.position, found)
            progress.done(chunk.position, state["records"], found.words)
            if output.ready:
                keep()
        keep()
        output.finish()
    state["complete"] = True
    save(folder, state)


def deliver(paths: Paths, state: State) -> None:
    """Move the files of a complete job to where they belong, as far as that isn't done yet."""
    rejected = paths.unfinished / REJECTED
    if rejected.exists():
        if state["rejected"]:
            atomic.move(rejected, paths.rejected)
        else:
            atomic.remove(paths.rejected)
            atomic.remove(rejected)
    delivered(paths.unfinished, paths.output)
    atomic.write_json(paths.about, state)
