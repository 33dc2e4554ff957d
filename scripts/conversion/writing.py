"""The corpus, written to a folder: read the records, convert them in chunks, join what the chunks made.

In: the contents of inputs.json. Out: the files of the corpus but for the reports, whose contents are
returned.
"""

import json
import shutil
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import FileFault
from scripts.conversion.chunks import in_chunks
from scripts.conversion.corrections import Corrector, read_corrections
from scripts.conversion.few_texts import FewTextsSplit, split_of_few
from scripts.conversion.inputs import Inputs
from scripts.conversion.making import REJECTS, SOURCE_TOKENS, ChunkCounts, Job, make
from scripts.conversion.offset_evidence import OffsetEvidence
from scripts.conversion.outcome import Conversion, Counts, Noted
from scripts.conversion.progress import Progress
from scripts.conversion.reading import PATTERNS, AnnotationFiles
from scripts.conversion.repeats import SeenTexts
from scripts.conversion.selecting import FirstPass, Selector
from scripts.conversion.shards import join_shards
from scripts.conversion.shuffling import shuffle_shards
from scripts.conversion.splitting import thresholds_for
from scripts.conversion.waiting import WaitingRows
from scripts.conversion.workers import Workers
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.settings.convert import ConvertSettings

UNPACKED = "unpacked"  # the members of archives among the annotations, in the staging folder
CUTTABLE = 500  # characters from which cutting a text is worth a try


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known before all records are read: how few texts are split, what other records say."""

    few: FewTextsSplit = field(default_factory=FewTextsSplit)
    known: FirstPass = field(default_factory=FirstPass)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of converting all records: what is read, how, and what was counted on the way."""

    attempt: Attempt
    files: AnnotationFiles
    job: Job
    selector: Selector
    corrector: Corrector
    total: ChunkCounts

    def next_attempt(self) -> Attempt | None:
        """Return what is known now that all records were read, or None if that changes nothing."""
        few, known = self.attempt.few, self.attempt.known
        if self.selector.has_learned():
            return Attempt(few, self.selector.learned())
        if fewer := split_of_few(few, self.total, self.job, self.selector.cutter.characters):
            return Attempt(fewer, known)
        return None


def write_corpus(
    inputs: Inputs, settings: ConvertSettings, staging: Path, workers: Workers
) -> Conversion:
    """Read every record, have its Doc written, and return what conversion.json says.

    What is learned about the records on the way may show that all of them have to be made again.
    """
    blank_pipeline(inputs["nlp"])  # a language without its package is said before anything is read
    attempt: Attempt | None = Attempt()
    while attempt:
        atomic.remove(staging)
        (staging / REJECTS).mkdir(parents=True)
        current = begin(inputs, settings, staging, attempt)
        make_all(current, workers)
        attempt = current.next_attempt()
    tally = current.total.tally
    tally.merge(current.selector.tally)
    streamed = tally.splits["train"]["documents"] > settings.stream_from
    if streamed:
        shuffle_shards(staging / "train.spacy", workers)
    for split in SPLITS:
        join_shards(staging / f"{split}.spacy")
    join_rejects(staging)
    counts = tally.report(current.files.formats, settings)
    return {**counts, "streamed": streamed, **noticed(current)}


def begin(inputs: Inputs, settings: ConvertSettings, staging: Path, attempt: Attempt) -> Round:
    """Return a conversion of which nothing is read yet but the dictionaries, which are written."""
    few = attempt.few
    settings = settings.model_copy(update={"longest": few.longest or settings.longest})
    files = AnnotationFiles.of(inputs["files"], staging / UNPACKED, settings)
    unit = files.unit_in_use(settings.offsets)
    running = files.unit is None
    selector = Selector(settings, unit, attempt.known, splits=files.splits, running=running)
    job = Job(
        settings=settings,
        nlp=inputs["nlp"],
        files=files.splits,
        open_splits=selector.open_splits,
        thresholds=few.thresholds or thresholds_for(settings.dev, settings.test),
        unit=unit,
        counted_by_tool=not running,
        staging=staging,
        apart=few.longest is not None,
    )
    with atomic.open_text(staging / PATTERNS) as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in files.patterns())
    corrections = read_corrections(map(Path, inputs.get("corrections", {})))
    corrector = Corrector(corrections, bool(settings.spans_key), selector.tally.exclude)
    counts = ChunkCounts(evidence=OffsetEvidence(job.unit))
    return Round(attempt, files, job, selector, corrector, counts)


def make_all(current: Round, workers: Workers) -> None:
    """Read and convert all records, and count them; less of them where all have to be made again."""
    job, files, selector = current.job, current.files, current.selector
    with (
        WaitingRows(job.staging) as waiting,
        SeenTexts(job.staging) as repeats,
        Progress(files.size) as progress,
    ):
        chosen = selector.select(files.read(job.settings), waiting, repeats)
        records = current.corrector.correct(chosen)
        tokens = job.settings.tokens == SOURCE_TOKENS or workers.count == 1
        chunks = in_chunks(records, files, progress, tokens=tokens)
        try:
            for made in workers.map(partial(make, job), chunks):
                current.total.merge(made)
                progress.converted()
        except FileFault:
            if selector.labels.may_be_tags():  # and so no labels that the user didn't name
                for _ in records:
                    pass
            if not selector.has_learned():
                raise


def noticed(current: Round) -> Noted:
    """Return what conversion.json says besides counts: how texts were split, and what was noticed."""
    few, files, selector = current.attempt.few, current.files, current.selector
    evidence, problems = current.total.evidence, current.total.problems
    cutter = selector.cutter
    return {
        "split_by": "rank" if few.thresholds else "hash",
        "pieces_apart": few.longest,
        "segment_helps": cutter.longest_text >= CUTTABLE or cutter.grouped > len(SPLITS),
        "offsets": evidence.proposal(),
        "agreement": selector.agreement.report(),
        "repeated": selector.about_one_text(),
        "corrections": {
            "documents": current.corrector.documents,
            "unused": len(current.corrector.corrections) - len(current.corrector.used),
            "without_overlaps": current.corrector.without_overlaps,
        },
        "tags_in_labels": sorted(selector.labels.tags),
        "question": selector.question(),
        "read_along": files.read_along,
        "skipped_files": files.skipped_files,
        "rejected": problems.rejected(),
        "unusable_spans": problems.unusable_spans(),
        "problems": problems.report(),
    }


def counts_of(report: Conversion) -> Counts:
    """Return the part of conversion.json that later steps need."""
    return {
        "records": report["records"],
        "spans": report["spans"],
        "splits": report["splits"],
        "lengths": report["lengths"],
        "span_lengths": report["span_lengths"],
        "streamed": report["streamed"],
        "spans_key": report["spans_key"],
    }


def join_rejects(staging: Path) -> None:
    """Make one file of the rejects of all chunks, in order."""
    with atomic.open_text(staging / "rejected.jsonl") as stream:
        for part in sorted((staging / REJECTS).iterdir()):
            with part.open(encoding="utf8") as lines:
                shutil.copyfileobj(lines, stream)
