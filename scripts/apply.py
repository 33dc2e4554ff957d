"""Step `apply`: a pipeline annotates many texts; a run that was killed goes on where it was.

In: JSONL, CSV, Parquet or text files, or a folder of them, and a pipeline. Out: the same records with
their entities as JSONL, CSV, Parquet, DocBin or IOB; next to it `<output>.rejected.jsonl`, the records
that can't be used and why, and `<output>.about.json`, what the output was made from.
"""

import os
import sys
from dataclasses import replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import NoReturn

import typer
from spacy.util import load_config

from scripts import INTERRUPTED
from scripts.bulk import parquet
from scripts.bulk.annotate import OtherPipeline, fingerprint_of, folder_of
from scripts.bulk.cluster import annotate_there
from scripts.bulk.job import Job, Unusable
from scripts.bulk.pool import Backend, WorkerDied, annotate_here
from scripts.bulk.records import fields_of
from scripts.bulk.run import MadeFromOther, Paths, run
from scripts.bulk.shapes import ENDINGS, form_of
from scripts.bulk.sources import Source, kind_of, source_of
from scripts.bulk.state import State
from scripts.corpus.marks import spans_key_of
from scripts.files.pipelines import pipeline_of, to_type
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say
from scripts.trials.cluster import NoCluster

BATCH = 256  # texts in a batch, where the pipeline has no value of its own
LOOKED_AT = 1000  # records in which the columns of a CSV file are looked for
LONGEST = 300  # characters of a path or an error on the screen
NAME = "Name a folder with a config.cfg, or an installed package."
GO_ON = "The same command goes on where this one ended."

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class BackendName(StrEnum):
    """Where the processes are."""

    local = "local"
    ray = "ray"


@app.command()
def apply_cli(
    texts: str = typer.Argument(..., help="A .jsonl, .csv, .tsv, .parquet or .txt file, or a folder"),
    output: str = typer.Argument(
        ..., help="A file that ends in .jsonl, .csv, .parquet, .spacy (DocBin), .iob or .conll"
    ),
    folder: Path = typer.Option(Path("training/default"), "--run", help="The run's folder"),
    pipeline: str = typer.Option("", help="Another pipeline: a package or a folder"),
    text: str = typer.Option("text", help="The key or column with the text"),
    id: str = typer.Option("id", help="The key or column with the identifier, for IOB"),
    entities: str = typer.Option("entities", help="The key or column for the entities"),
    keep: str = typer.Option("", help="Other keys or columns to keep, with commas (default: all)"),
    lines: bool = typer.Option(False, "--lines", help="Each line of a .txt file is a text"),
    processes: int = typer.Option(0, min=0, help="How many at a time; 0 for one for each core"),
    batch_size: int = typer.Option(0, min=0, help="Texts in a batch; 0 for the pipeline's own value"),
    max_length: int = typer.Option(1_000_000, min=1, help="Characters of a text, at most"),
    max_signs: int = typer.Option(
        10_000, min=1, help="Signs, neither letters nor digits, without a space, at most"
    ),
    again: bool = typer.Option(False, "--again", help="Begin from the start, and replace the output"),
    backend: BackendName = typer.Option(BackendName.local, help="Where the processes are"),
    gpu_id: int = typer.Option(-1, help="GPU to predict on, or -1 for the CPU"),
) -> None:
    """Annotate texts with a pipeline."""
    source, target = checked(texts, output, lines=lines, longest=max_length)
    job = replace(
        job_of(pipeline or pipeline_of(folder).as_posix(), NAME if pipeline else to_type("all", folder)),
        form=form_of(target.suffix) or "",
        text="text" if is_plain(source) else text,
        id=id,
        entities=entities,
        keep=tuple(name.strip() for name in keep.split(",")) if keep else None,
        longest=max_length,
        most_signs=max_signs,
        gpu_id=gpu_id,
    )
    if batch_size:
        job = replace(job, batch=batch_size)
    job = with_columns(job, source)
    here = processes or (1 if gpu_id >= 0 else os.cpu_count() or 1)
    local = backend == BackendName.local
    annotate, count = (annotate_here, here) if local else (annotate_there, processes)
    show(try_to_run(job, source, target, annotate, count, again=again), source, target)


def checked(texts: str, output: str, *, lines: bool, longest: int) -> tuple[Source, Path]:
    """Return what is to be read and written; ends the program where that is not possible."""
    if not texts or not output:
        how = "--vars.apply_input texts.jsonl --vars.apply_output annotated.jsonl"
        msg.fail("Name the texts and the output", f"weasel run apply . {how}", exits=1)
    path, target = Path(texts), Path(output)
    endings = ", ".join(ending for some in ENDINGS.values() for ending in some)
    if not path.exists():
        fail(f"{path.as_posix()} does not exist", "Correct the name of the texts.")
    if form_of(target.suffix) is None:
        fail(f"{target.as_posix()} is of no known kind", f"End its name in one of {endings}.")
    if target.resolve() == path.resolve() or path.resolve() in target.resolve().parents:
        fail(f"{target.as_posix()} is among the texts", "Write the output to another folder.")
    try:
        source = source_of(path, lines=lines, longest=longest)
    except Unusable as error:
        fail(f"The texts can't be read: {error}", "Rename the file, or convert it.")
    reads = any(kind_of(file) == ".parquet" for file, _ in source.files)
    if (reads or target.suffix == ".parquet") and parquet.is_missing():
        fail("Parquet needs the package pyarrow, which isn't installed", parquet.HINT)
    return source, target


def fail(title: str, hint: str) -> NoReturn:
    """Say what is wrong and what to do, and end the program."""
    msg.fail(printable(title, LONGEST), hint)
    sys.exit(1)


def job_of(pipeline: str, how: str = NAME) -> Job:
    """Return a job that knows its pipeline and nothing else; ends the program where there is none.

    how: what to do if there is none.
    """
    try:
        config = load_config(folder_of(pipeline) / "config.cfg")
        key = spans_key_of(config)
    except OSError:
        fail(f"There is no pipeline {pipeline}", how)
    except (ValueError, KeyError) as error:
        fail(f"{pipeline} can't be used: {error}", "Name a pipeline that finds entities.")
    batch = config["nlp"].get("batch_size") or BATCH
    return Job(pipeline=pipeline, fingerprint=fingerprint_of(pipeline), key=key, form="", batch=batch)


def is_plain(source: Source) -> bool:
    """Say whether all files are texts, which have no keys."""
    return all(kind_of(path) == ".txt" for path, _ in source.files)


def with_columns(job: Job, source: Source) -> Job:
    """Return the job with the columns of its CSV file: all fields of the first records.

    Warns about fields to keep that none of these records has.
    """
    if job.form != "csv" and not job.keep:
        return job
    names: dict[str, None] = {}
    for raw, _ in islice(source.records(), LOOKED_AT):
        try:
            names.update(dict.fromkeys(fields_of(raw, job)))
        except Unusable:
            continue
    if absent := [name for name in job.keep or () if name not in names]:
        which = printable(", ".join(absent), LONGEST)
        msg.warn(f"No record among the first {LOOKED_AT:,} has {which}", "Check the names after --keep.")
    return replace(job, columns=tuple(names)) if job.form == "csv" else job


def try_to_run(
    job: Job, source: Source, output: Path, backend: Backend, processes: int, *, again: bool
) -> State:
    """Run the job; ends the program where it can't be completed."""
    interrupted = False
    try:
        state, was_left = run(job, source, output, backend, processes, again=again)
        if not was_left:
            msg.info("There is nothing to do: the output is complete, and nothing has changed")
        return state
    except MadeFromOther as error:
        fail(str(error), "Name another output, or replace this one: --again")
    except NoCluster as error:
        fail(str(error), error.hint)
    except (WorkerDied, OtherPipeline) as error:
        fail(f"The job was stopped: {error}", GO_ON)
    except KeyboardInterrupt:
        interrupted = True
    if interrupted:
        msg.warn("Interrupted", GO_ON)
    sys.exit(INTERRUPTED)


def show(state: State, source: Source, output: Path) -> None:
    """Print what was annotated and what was not; ends the program with code 1 if nothing was."""
    paths = Paths(output)
    total = state["records"] + state["rejected"]
    if total and not state["records"]:
        fail(f"None of the {total:,} records could be used", f"See {paths.rejected.as_posix()}.")
    msg.good(f"{state['records']:,} of {total:,} records annotated in {output.as_posix()}")
    say(f"Entities  {state['entities']:,} in {state['words']:,} words")
    if state["rejected"]:
        say(f"Rejected  {state['rejected']:,}; reasons: {paths.rejected.as_posix()}")
    for phrase, times in state["left_out"].items():
        say(f"Changed   {times:,} times: {printable(phrase)}")
    if source.skipped:
        say(f"Skipped   {source.skipped:,} files of other kinds")


if __name__ == "__main__":
    run_step(app, writes=False)
