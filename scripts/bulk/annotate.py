"""Annotate a chunk: what each process of a job does, on this machine or on another.

In: a job and a chunk. Out: what the format makes of its records, those that were rejected, and counts.
A process loads the pipeline once. Its memory stays flat: it forgets the words of each chunk, but for
those of the first texts. These include the frequent ones, and the tokenizer is faster with words that it
has seen.
"""

import ctypes
import gc
import importlib
import importlib.metadata
import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import get_model_meta, get_package_path, is_package
from thinc.api import require_gpu

from scripts.bulk.job import Annotated, Chunk, Fields, Job, Rejected, Unusable
from scripts.bulk.records import fields_of
from scripts.bulk.shapes import SHAPES
from scripts.corpus.marks import marked_spans
from scripts.corpus.new_words import forgetting
from scripts.corpus.signs import has_more_signs, takes_signs_off
from scripts.files import fingerprint

REMEMBERED = 4_000_000  # characters of the texts whose words a process keeps
COLLECT_EVERY = 50_000  # new objects; the Docs of a chunk are more than Python's 700, and in no cycle
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # options of mallopt
KEPT = 1 << 29  # bytes of free memory that a process keeps, at most
LONGEST = 200  # characters of an error of the pipeline

Usable = list[tuple[int, Fields]]  # the fields of records, each with its number in the chunk


class Annotator:
    """A loaded pipeline. seen: characters of the texts that it has annotated, up to `REMEMBERED`."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.seen = 0
        self.takes_signs_off = takes_signs_off(nlp)

    def annotate(self, chunk: Chunk, job: Job) -> Annotated:
        """Return what becomes of a chunk."""
        found = Annotated(None)
        usable: Usable = []
        for number, raw in enumerate(chunk.records):
            try:
                usable.append((number, self.checked(fields_of(raw, job), job)))
            except Unusable as error:
                found.rejected.append(Rejected(file=raw.file, place=raw.place, reason=str(error)))
        remembers = self.seen < REMEMBERED
        self.seen += sum(len(fields[job.text]) for _, fields in usable) if remembers else 0
        with nullcontext() if remembers else forgetting(self.nlp):
            try:
                self.shape(self.docs(usable, job), job, found)
            except Exception:  # of a component, about one of the texts
                found = Annotated(None, rejected=found.rejected)
                self.shape(self.docs_one_by_one(usable, job, chunk, found), job, found)
        return found

    def checked(self, fields: Fields, job: Job) -> Fields:
        """Return the fields of a record. Raises Unusable if the tokenizer may take very long for it."""
        if self.takes_signs_off and has_more_signs(fields[job.text], job.most_signs):
            most = f"{job.most_signs:,} signs without a space between them"
            raise Unusable(f"the text has more than {most}, which may take very long; see --max-signs")
        return fields

    def shape(self, docs: Iterator[tuple[Doc, Fields]], job: Job, found: Annotated) -> None:
        """Add Docs to what becomes of a chunk; none of them is kept."""
        shape = SHAPES[job.form](job)
        for doc, fields in docs:
            spans = marked_spans(doc, job.key)
            shape.add(doc, spans, fields)
            found.records += 1
            found.words += len(doc)
            found.entities += len(spans)
        found.output, found.left_out = shape.output(), shape.left_out

    def docs(self, usable: Usable, job: Job) -> Iterator[tuple[Doc, Fields]]:
        """Yield the Doc of each record with its fields."""
        texts = ((fields[job.text], fields) for _, fields in usable)
        yield from self.nlp.pipe(texts, as_tuples=True, batch_size=job.batch)

    def docs_one_by_one(
        self, usable: Usable, job: Job, chunk: Chunk, found: Annotated
    ) -> Iterator[tuple[Doc, Fields]]:
        """Do the same a record at a time, and reject those for which the pipeline raises an error."""
        for number, fields in usable:
            try:
                yield self.nlp(fields[job.text]), fields
            except Exception as raised:
                error = raised.__cause__ or raised  # spaCy takes a KeyError for something else
                raw, said = chunk.records[number], " ".join(str(error).split())[:LONGEST]
                reason = f"the pipeline failed: {type(error).__name__}: {said}"
                found.rejected.append(Rejected(file=raw.file, place=raw.place, reason=reason))


class OtherPipeline(RuntimeError):
    """Raised where a process can't load the pipeline of the job, or finds another one under its name."""


def annotated(chunk: Chunk, job: Job) -> Annotated:
    """Return what becomes of a chunk; the first call in a process loads the pipeline."""
    return annotator(job.pipeline, job.fingerprint, job.gpu_id).annotate(chunk, job)


@cache
def annotator(pipeline: str, expected: str, gpu_id: int) -> Annotator:
    """Return the loaded pipeline of this process. Raises OtherPipeline."""
    if fingerprint_of(pipeline) != expected:
        raise OtherPipeline(f"the pipeline {pipeline} here is not that of the job: copy it again")
    if gpu_id >= 0:
        require_gpu(gpu_id)
    gc.set_threshold(COLLECT_EVERY)
    keep_memory()
    try:
        return Annotator(spacy.load(pipeline))
    except (OSError, ValueError, ImportError) as error:
        said = " ".join(str(error).split())[:LONGEST]
        raise OtherPipeline(f"the pipeline {pipeline} can't be loaded: {said}") from error


def keep_memory() -> None:
    """Have the C library of Linux keep the memory of a chunk for the next one, if it is glibc.

    Otherwise it returns it to the system after each chunk, and gets it back page by page, which takes a
    tenth of the time (https://man7.org/linux/man-pages/man3/mallopt.3.html).
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            library = ctypes.CDLL(None)
            for option in (TRIM_THRESHOLD, MMAP_THRESHOLD):
                library.mallopt(option, KEPT)


def fingerprint_of(pipeline: str) -> str:
    """Return the hash of the files of a pipeline and of the spaCy that runs it."""
    return fingerprint.of_text(
        f"{fingerprint.of_path(folder_of(pipeline))} spaCy {importlib.metadata.version('spacy')}"
    )


def folder_of(pipeline: str) -> Path:
    """Return the folder with the data of a pipeline. Raises OSError when there is none of that name."""
    if is_package(pipeline):
        importlib.invalidate_caches()
        folder = get_package_path(pipeline)
        meta = get_model_meta(folder)
        return folder / f"{meta['lang']}_{meta['name']}-{meta['version']}"
    if not (Path(pipeline) / "config.cfg").is_file():
        raise FileNotFoundError(pipeline)
    return Path(pipeline)
