"""From a chunk of annotated texts to Docs on disk: the part of conversion that several processes share.

In: records and faults in order. Out: shards of Docs, their sources and the rejects of this chunk, in
files that are named after the chunk's number, and its counts. A chunk knows nothing of the others, so
the number of processes changes nothing.
"""

import gc
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from spacy.attrs import LANG
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable
from scripts.annotation.units import CHARACTERS, mover
from scripts.conversion.alignment import align
from scripts.conversion.changes import Change, unplaced
from scripts.conversion.locating import in_text
from scripts.conversion.offsets import OffsetEvidence
from scripts.conversion.policies import PolicyError
from scripts.conversion.problems import Problems
from scripts.conversion.rejects import fault_of, list_changes, list_fault, list_unread
from scripts.conversion.settings import Settings
from scripts.conversion.shards import ShardWriter
from scripts.conversion.splitting import Cuts, choose_split, position
from scripts.conversion.tally import Tally
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic

REJECTS = "rejected"  # folder with the rejects of each chunk
SOURCE = "source"  # what vars.tokens is for the file's own tokens
MOST_WORDS = 60_000  # different ones that a pipeline keeps in memory, beyond those of a chunk


@dataclass(frozen=True, slots=True)
class Plan:
    """What every chunk has to know; JSON at the bottom, so that it can be handed to another process.

    nlp: the config's [nlp] block. files: the split that each file's name gives, by the file's name.
    open_splits: those of dev and test that no file gives. cuts: where texts go that no file puts there.
    apart: whether each piece of a long text goes where its own text is put, not all where the first is.
    reading: how offsets are counted. counted_by_tool: whether they stand in the files, so that they may
    be counted otherwise. staging: the folder that shards and rejects go to.
    """

    settings: Settings
    nlp: dict[str, Any]
    files: dict[str, str | None]
    open_splits: frozenset[str]
    cuts: Cuts
    reading: str
    counted_by_tool: bool
    staging: Path
    apart: bool = False


@dataclass(slots=True)
class Made:
    """What was counted in one chunk; positions: of its texts that the hash split."""

    tally: Tally = field(default_factory=Tally)
    evidence: OffsetEvidence = field(default_factory=OffsetEvidence)
    problems: Problems = field(default_factory=Problems)
    positions: set[float] = field(default_factory=set)


def make(plan: Plan, number: int, records: Sequence[AnnotatedText | Fault]) -> Made:
    """Write the Docs, sources and rejects of one chunk and return its counts.

    Raises FileFault when a policy says `error` or a label is outside of the closed set.
    """
    nlp = pipeline(json.dumps(plan.nlp, sort_keys=True))
    made = Made(evidence=OffsetEvidence(plan.reading))
    with ExitStack() as files:
        writers = {
            split: files.enter_context(ShardWriter(plan.staging / f"{split}.spacy", number))
            for split in SPLITS
        }
        rejects = files.enter_context(atomic.open_text(plan.staging / REJECTS / f"{number:05}.jsonl"))
        for record in records:
            fault = record if isinstance(record, Fault) else None
            if isinstance(record, AnnotatedText):
                try:
                    make_doc(record, nlp, plan, made, writers, rejects)
                except Unusable as error:
                    fault = fault_of(record, error)
                except PolicyError as error:
                    where = f"{record.file}, {record.place}"
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
    """Return the blank pipeline of a config's [nlp] block, which is JSON.

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
    plan: Plan,
    made: Made,
    writers: dict[str, ShardWriter],
    rejects: Any,
) -> None:
    """Write the Doc of one accepted record to its split, and count and list what became of its spans.

    Raises Unusable when the record is no good, and what `make` raises.
    """
    settings = plan.settings
    if len(record.text) > nlp.max_length:
        reason = f"it has {len(record.text):,} characters; spaCy takes {nlp.max_length:,}"
        raise Unusable(
            reason, "set vars.segment to lines, paragraphs or sentences: it is then cut there"
        )
    doc = source_tokens(record, nlp) if settings.tokens == SOURCE else nlp.make_doc(record.text)
    if plan.counted_by_tool and not record.counted:
        made.evidence.add(doc, record.text, record.spans)
    counted = record
    beyond: list[Change] = []
    if plan.reading != CHARACTERS and not record.counted:
        counted, beyond = with_characters(record, plan.reading)
    problems: list[Change] = []
    if record.mentions:
        counted, problems = in_text(counted, doc, settings.mentions)
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
    aligned.changes += problems
    aligned.lost_labels += [note.span.label for note in with_label(problems, settings)]
    split = split_of(record, plan, made)
    found = len(counted.spans) + len(beyond) + len(problems)
    dropped = len(counted.spans) - len(mapped.spans) + len(beyond) - len(lost)
    made.tally.count_doc(split, aligned, record, spans=found, dropped=dropped)
    list_changes(rejects, record, aligned, split)
    list_unread(rejects, record, split)
    for change in aligned.changes:
        made.problems.add_change(record, change)
    for unread in record.unread:
        made.problems.add_unread(record, unread)
    writers[split].add(aligned.doc, record)


def split_of(record: AnnotatedText, plan: Plan, made: Made) -> str:
    """Return the split that the record or its file names, or else the one that its text's hash gives."""
    named = record.split or plan.files[record.file]
    if record.split or named in ("dev", "test"):
        return str(named)
    where = position(record.text if plan.apart else record.group or record.text)
    made.positions.add(where)
    return choose_split(where, plan.cuts, plan.open_splits)


def with_characters(record: AnnotatedText, reading: str) -> tuple[AnnotatedText, list[Change]]:
    """Return a record whose offsets count characters, and a note on each span that can't be read so.

    An unknown area whose place can't be read leaves it open what of the text is annotated.
    """
    move = mover(record.text, reading)
    unread: list[Change] = []
    found: dict[str, list[CharSpan]] = {"spans": [], "wrong": [], "missing": []}
    areas = tuple(CharSpan(start, end, "") for start, end in record.missing)
    for name, marks in (("spans", record.spans), ("wrong", record.wrong), ("missing", areas)):
        for span in marks:
            try:
                found[name].append(move(span))
            except Unusable as error:
                if name == "spans":
                    unread.append(unplaced(span, error))
    moved = replace(
        record,
        spans=tuple(found["spans"]),
        wrong=tuple(found["wrong"]),
        missing=tuple((span.start, span.end) for span in found["missing"]),
        exhaustive=record.exhaustive and len(found["missing"]) == len(areas),
    )
    return moved, unread


def with_labels(record: AnnotatedText, settings: Settings) -> AnnotatedText:
    """Return a record with its labels mapped, without the spans that the map drops.

    Raises FileFault when a label is outside of the closed set.
    """
    if not settings.label_map and not settings.labels:
        return record
    found = []
    for marks in (record.spans, record.wrong):
        mapped = [(span, settings.label_map.get(span.label, span.label)) for span in marks]
        found.append(tuple(replace(span, label=label) for span, label in mapped if label is not None))
    for span in found[0]:
        if settings.labels and span.label not in settings.labels:
            reason = f"label {span.label!r} is not one of {', '.join(settings.labels)}"
            hint = "add it to vars.labels, or rename or drop it in the label map"
            raise FileFault(f"{record.file}, {record.place}", reason, hint)
    return replace(record, spans=found[0], wrong=found[1])


def with_label(notes: list[Change], settings: Settings) -> list[Change]:
    """Return notes on spans with their labels mapped, without those of spans that the map drops."""
    found = []
    for note in notes:
        label = settings.label_map.get(note.span.label, note.span.label)
        if label is not None:
            found.append(replace(note, span=replace(note.span, label=label)))
    return found


def source_tokens(record: AnnotatedText, nlp: Language) -> Doc:
    """Return the Doc with the file's own tokens, marked so that training and scoring keep them.

    Raises Unusable when the source has none, or when they leave out something visible.
    """
    if record.tokens is None:
        raise Unusable("the source has no tokens of its own", "set vars.tokens to pipeline")
    words: list[str] = []
    spaces: list[bool] = []
    end = 0
    for start, stop in (*record.tokens, (len(record.text), len(record.text))):
        if not end <= start <= stop <= len(record.text):
            reason = f"its token {start}-{stop} overlaps the one before, or is not in the text"
            raise Unusable(reason, "set vars.tokens to pipeline")
        gap = record.text[end:start]
        if gap.strip():
            raise Unusable(f"{gap.strip()[:40]!r} is in no token", "set vars.tokens to pipeline")
        if words and gap.startswith(" "):
            spaces[-1], gap = True, gap[1:]
        if gap:  # white space beyond one space is a token of its own
            words.append(gap)
            spaces.append(False)
        if start < stop:
            words.append(record.text[start:stop])
            spaces.append(False)
        end = stop
    doc = Doc(nlp.vocab, words=words, spaces=spaces)
    doc.has_unknown_spaces = True  # spaCy's corpus reader then keeps these tokens
    return doc
