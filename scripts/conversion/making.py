"""From a chunk of annotated texts to Docs on disk: the part of conversion that several processes share.

In: records and faults in order. Out: shards of Docs, their sources and the rejects of this chunk, in
files that are named after the chunk's number, and its counts. A chunk knows nothing of the others, so
the number of processes changes nothing.
"""

import gc
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from spacy.attrs import LANG
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from scripts.annotation.normalising import position
from scripts.annotation.offset_units import CHARACTERS
from scripts.annotation.splits import SPLITS
from scripts.annotation.text import AnnotatedText, Fault, FileFault, Unusable
from scripts.conversion.aligned_doc import AlignedDoc
from scripts.conversion.alignment import align
from scripts.conversion.changes import Change
from scripts.conversion.label_mapping import with_label, with_labels
from scripts.conversion.locating import in_text
from scripts.conversion.offset_evidence import OffsetEvidence
from scripts.conversion.offsets import with_characters
from scripts.conversion.policies import PolicyError
from scripts.conversion.problems import ProblemCollector
from scripts.conversion.rejects import fault_of, list_changes, list_fault, list_unread
from scripts.conversion.shards import ShardWriter
from scripts.conversion.source_tokens import source_tokens
from scripts.conversion.splitting import Thresholds, choose_split
from scripts.conversion.tally import Tally
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.settings.convert import ConvertSettings

REJECTS = "rejected"  # folder with the rejects of each chunk
SOURCE_TOKENS = "source"  # what `tokens` is for the file's own tokens
FEW = 1000  # texts that may be split by rank where their hashes leave a split empty
MOST_WORDS = 60_000  # different ones that a pipeline keeps in memory, beyond those of a chunk


@dataclass(frozen=True, slots=True)
class Job:
    """What every chunk has to know; JSON at the bottom, so that it can be handed to another process.

    nlp: the config's [nlp] block. files: the split that each file's name gives, by the file's name.
    open_splits: those of dev and test that neither a file nor a record names. thresholds: of the
    hashes, for texts that may go to them. apart: whether each piece of a long text is split by itself,
    not all with the first. unit: what offsets count. counted_by_tool: whether they are in the files, so
    that another unit is possible. staging: the folder that shards and rejects go to.
    """

    settings: ConvertSettings
    nlp: dict[str, Any]
    files: dict[str, str | None]
    open_splits: frozenset[str]
    thresholds: Thresholds
    unit: str
    counted_by_tool: bool
    staging: Path
    apart: bool = False


@dataclass(slots=True)
class ChunkCounts:
    """What was counted in one chunk; positions: of its texts that the hash split."""

    tally: Tally = field(default_factory=Tally)
    evidence: OffsetEvidence = field(default_factory=OffsetEvidence)
    problems: ProblemCollector = field(default_factory=ProblemCollector)
    positions: set[float] = field(default_factory=set)

    def merge(self, other: "ChunkCounts") -> None:
        """Add what was counted in another chunk; of positions no more than there are of few texts."""
        self.tally.merge(other.tally)
        self.evidence.merge(other.evidence)
        self.problems.merge(other.problems)
        if len(self.positions) < FEW:
            self.positions |= other.positions


def make(job: Job, number: int, records: Sequence[AnnotatedText | Fault]) -> ChunkCounts:
    """Write the Docs, sources and rejects of one chunk and return its counts.

    Raises FileFault when a policy says `error` or a label is outside the closed set.
    """
    nlp = pipeline(json.dumps(job.nlp, sort_keys=True))
    made = ChunkCounts(evidence=OffsetEvidence(job.unit))
    with ExitStack() as files:
        writers = {
            split: files.enter_context(ShardWriter(job.staging / f"{split}.spacy", number))
            for split in SPLITS
        }
        rejects = files.enter_context(atomic.open_text(job.staging / REJECTS / f"{number:05}.jsonl"))
        for record in records:
            fault = record if isinstance(record, Fault) else None
            if isinstance(record, AnnotatedText):
                try:
                    make_doc(record, nlp, job, made, writers, rejects)
                except Unusable as error:
                    fault = fault_of(record, error)
                except PolicyError as error:
                    corrected = " (as it was corrected)" if record.corrected else ""
                    where = f"{record.file}, {record.place}{corrected}"
                    hint = "correct it, or choose another policy"
                    raise FileFault(where, str(error), hint) from None
            if fault:
                made.tally.count_rejected(fault)
                made.problems.add_fault(fault)
                list_fault(rejects, fault)
    return made


def pipeline(nlp_block: str) -> Language:
    """Return the blank pipeline of this process: a new one when the last has seen many words.

    A memory zone would forget them too, but spaCy's tokenizer doesn't cache in one, and takes two to
    four times as long.
    """
    if len(loaded(nlp_block).vocab) > MOST_WORDS:
        loaded.cache_clear()
        gc.collect()
    return loaded(nlp_block)


@lru_cache(maxsize=1)
def loaded(nlp_block: str) -> Language:
    """Return the blank pipeline of a config's [nlp] block, which is JSON; the next chunk has the same.

    With spaCy's own tokenizer its words have no shapes, norms or flags: neither that nor a corpus needs
    them, and working them out is four tenths of what a new word takes. Another tokenizer may need them.
    """
    nlp = blank_pipeline(json.loads(nlp_block))
    if type(nlp.tokenizer) is Tokenizer:
        vocab: Any = nlp.vocab  # whose getters spaCy's types leave out
        vocab.lex_attr_getters = {LANG: vocab.lex_attr_getters[LANG]}
    return nlp


def make_doc(
    record: AnnotatedText,
    nlp: Language,
    job: Job,
    made: ChunkCounts,
    writers: dict[str, ShardWriter],
    rejects: Any,
) -> None:
    """Write the Doc of one accepted record to its split, and count and list what became of its spans.

    Raises Unusable when the record is no good, and what `make` raises.
    """
    doc = tokenised(record, nlp, job.settings)
    if job.counted_by_tool and not record.counted:
        made.evidence.add(doc, record.text, record.spans)
    aligned, found, dropped = laid_over(doc, record, job)
    split = split_of(record, job, made)
    made.tally.count_doc(split, aligned, record, spans=found, dropped=dropped)
    list_changes(rejects, record, aligned, split)
    list_unread(rejects, record, split)
    for change in aligned.changes:
        made.problems.add_change(record, change)
    for unread in record.unread:
        made.problems.add_unread(record, unread)
    writers[split].add(aligned.doc, record)


def tokenised(record: AnnotatedText, nlp: Language, settings: ConvertSettings) -> Doc:
    """Return the Doc of a record, with the pipeline's tokens or the source's own.

    Raises Unusable when the text is too long, or when the source's tokens are no good.
    """
    if len(record.text) > nlp.max_length:
        reason = f"it has {len(record.text):,} characters; spaCy takes at most {nlp.max_length:,}"
        raise Unusable(
            reason,
            "set segment in configs/convert.cfg to lines, paragraphs or sentences, to cut it",
        )
    return source_tokens(record, nlp) if settings.tokens == SOURCE_TOKENS else nlp.make_doc(record.text)


def laid_over(doc: Doc, record: AnnotatedText, job: Job) -> tuple[AlignedDoc, int, int]:
    """Return a Doc with the entities of a record, how many spans that has, and how many the map drops.

    Raises what `align` raises, and FileFault when a label is outside the closed set.
    """
    settings = job.settings
    counted = record
    beyond: list[Change] = []
    if job.unit != CHARACTERS and not record.counted:
        counted, beyond = with_characters(record, job.unit)
    unplaced: list[Change] = []
    if record.unlocated:
        counted, unplaced = in_text(counted, doc, settings.mentions)
    mapped = with_labels(counted, settings)
    lost = with_label(beyond, settings)
    aligned = align(
        mapped,
        doc,
        misaligned=settings.misaligned,
        overlapping=settings.overlapping,
        discontinuous=settings.discontinuous,
        spans_key=settings.spans_key,
        lost=lost,
    )
    aligned.changes += unplaced
    aligned.lost_labels += [note.span.label for note in with_label(unplaced, settings)]
    found = len(counted.spans) + len(beyond) + len(unplaced)
    dropped = len(counted.spans) - len(mapped.spans) + len(beyond) - len(lost)
    return aligned, found, dropped


def split_of(record: AnnotatedText, job: Job, made: ChunkCounts) -> str:
    """Return the split that the record or its file names, or else the one that its text's hash gives.

    Texts of the training set are among the others: a split that nothing names is taken from them.
    """
    named = record.split or job.files[record.file]
    if named in ("dev", "test"):
        return named
    where = position(record.text if job.apart else record.group or record.text)
    made.positions.add(where)
    return choose_split(where, job.thresholds, job.open_splits)
