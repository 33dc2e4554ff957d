"""The counts of a conversion: every record and every span in exactly one place.

In: what became of each record. Out: the contents of `conversion.json`, proved to add up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import AnnotatedText, Fault
from scripts.conversion.aligned_doc import AlignedDoc
from scripts.conversion.outcome import SplitCounts, Tallied
from scripts.conversion.span_outcomes import ADJUSTED, LOST, TRIMMED, UNREAD
from scripts.corpus.marks import WRONG
from scripts.settings.convert import ConvertSettings


@dataclass(slots=True)
class Tally:
    """What `conversion.json` says: every record and every span is counted in exactly one place.

    pieces: how many more documents there are because long texts were cut.
    excluded: spans that were read and are in no Doc for a reason other than their text.
    lengths: by number of tokens, how many documents of train have it; training plans its steps by it.
    span_lengths: the same for spans, also those that overlap; a config of spancat suggests spans by it.
    """

    records: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    spans: Counter[str] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    files: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    splits: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SPLITS})
    labels: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SPLITS})
    lost: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SPLITS})
    labels_read: set[str] = field(default_factory=set)
    lengths: Counter[int] = field(default_factory=Counter)
    span_lengths: Counter[int] = field(default_factory=Counter)
    pieces: int = 0

    def count(self, file: str, outcome: str) -> None:
        """Count a record in all and in its file: as read, and as what became of it."""
        self.records[outcome] += 1
        self.files[file][outcome] += 1

    def count_read(self, file: str) -> None:
        """Count a record that came out of a reader."""
        self.count(file, "read")

    def count_merged(self, file: str) -> None:
        """Count a row that went into the record of another one."""
        self.count(file, "merged")

    def count_rejected(self, fault: Fault) -> None:
        """Count a record that can't be used."""
        self.count(fault.file, "rejected")

    def count_ignored(self, file: str, answer: str) -> None:
        """Count a record that its annotator did not accept, or that nobody looked at."""
        self.count(file, "ignored")
        self.ignored[answer] += 1

    def count_notes(self, notes: Iterable[str]) -> None:
        """Count what a reader had to fix."""
        self.notes.update(notes)

    def exclude(self, reason: str, count: int) -> None:
        """Count spans that are in no Doc because of whose or what they are."""
        self.excluded[reason] += count
        self.spans["read"] += count

    def count_doc(
        self, split: str, aligned: AlignedDoc, record: AnnotatedText, *, spans: int, dropped: int
    ) -> None:
        """Count an accepted record: its tokens, its entities by label, and its spans by outcome.

        Where spans are stored under a key, the entities that are counted are these spans.
        record: as the source has it. spans: how many it has, those that were searched for included,
        those that can't be read not.
        dropped: how many of them the label map dropped.
        """
        doc = aligned.doc
        here = self.splits[split]
        entities = aligned.kept
        known = aligned.all_known(record)
        unknown = 0 if known else len(doc) - int(np.count_nonzero(doc.to_array("ENT_IOB")))
        here["documents"] += 1
        here["tokens"] += len(doc)
        if split == "train":
            self.lengths[len(doc)] += 1
            self.span_lengths.update([len(span) for span in aligned.spans])
        here["entities"] += len(entities)
        here["without_entities"] += not entities
        if not known:
            here["partly_annotated"] += unknown > 0
            here["without_annotation"] += unknown == len(doc)
            here["not_exhaustive"] += not aligned.exhaustive(record)
        self.count(record.file, "accepted")
        labels, lost = self.labels[split], self.lost[split]
        for entity in entities:
            labels[entity.label_] += 1
        for label in aligned.lost_labels:
            lost[label] += 1
        for marks in (record.spans, record.unlocated):
            self.labels_read.update([mark.label for mark in marks])
        self.spans["read"] += spans + len(record.unread)
        self.spans[UNREAD] += len(record.unread)
        self.spans["kept"] += len(entities)
        self.spans["dropped"] += dropped
        if record.wrong:
            here["wrong_spans"] += len(doc.spans.get(WRONG, ()))
            self.exclude("known to be wrong", len(record.wrong))
        for change in aligned.changes:
            self.spans[change.outcome] += 1

    def merge(self, other: "Tally") -> None:
        """Add the counts of other records."""
        for mine, theirs in (
            (self.records, other.records),
            (self.ignored, other.ignored),
            (self.notes, other.notes),
            (self.spans, other.spans),
            (self.excluded, other.excluded),
            *((self.files[file], counter) for file, counter in other.files.items()),
            *(
                (mine[split], theirs[split])
                for mine, theirs in (
                    (self.splits, other.splits),
                    (self.labels, other.labels),
                    (self.lost, other.lost),
                )
                for split in SPLITS
            ),
        ):
            mine.update(theirs)
        self.lengths.update(other.lengths)
        self.span_lengths.update(other.span_lengths)
        self.labels_read |= other.labels_read
        self.pieces += other.pieces

    def unknown_labels(self, settings: ConvertSettings) -> list[str]:
        """Return a warning for each label that the user named and no annotation has: a slip, perhaps."""
        kept = {label for counter in (*self.labels.values(), *self.lost.values()) for label in counter}
        unknown = [f"the label map lists {x!r}" for x in settings.label_map if x not in self.labels_read]
        unknown += [
            f"labels in configs/convert.cfg lists {x!r}" for x in settings.labels if x not in kept
        ]
        return [f"{named}, which does not occur in the annotations" for named in unknown]

    def report(self, formats: dict[str, str], settings: ConvertSettings) -> Tallied:
        """Return the counts as conversion.json has them. Raises RuntimeError if they don't add up."""
        outcomes = ("accepted", "ignored", "rejected", "merged")
        records = {key: self.records[key] for key in ("read", *outcomes)}
        keys = ("read", "kept", *LOST, UNREAD, "dropped", TRIMMED, ADJUSTED)
        spans = {key: self.spans[key] for key in keys} | {"excluded": self.excluded.total()}
        lost = sum(spans[key] for key in (*LOST, UNREAD, "dropped", "excluded"))
        documents = sum(counter["documents"] for counter in self.splits.values())
        if records["read"] + self.pieces != sum(records[key] for key in outcomes):
            raise RuntimeError(f"records do not add up: {records}")
        if spans["read"] != spans["kept"] + lost or documents != records["accepted"]:
            raise RuntimeError(f"spans or documents do not add up: {spans}, {documents}")
        return {
            "records": {**records, "pieces": self.pieces},
            "ignored": dict(sorted(self.ignored.items())),
            "fixed": dict(self.notes.most_common()),
            "spans": spans,
            "excluded": {reason: count for reason, count in sorted(self.excluded.items()) if count},
            "splits": {split: self.counts_of(split) for split in SPLITS},
            "lengths": by_number(self.lengths),
            "span_lengths": by_number(self.span_lengths),
            "files": {
                file: {"format": formats[file], **dict(sorted(counter.items()))}
                for file, counter in self.files.items()
            },
            "unknown_labels": self.unknown_labels(settings),
            "spans_key": settings.spans_key,
        }

    def counts_of(self, split: str) -> SplitCounts:
        """Return the counts of one split."""
        counts = self.splits[split]
        return {
            "documents": counts["documents"],
            "tokens": counts["tokens"],
            "entities": counts["entities"],
            "without_entities": counts["without_entities"],
            "partly_annotated": counts["partly_annotated"],
            "without_annotation": counts["without_annotation"],
            "not_exhaustive": counts["not_exhaustive"],
            "wrong_spans": counts["wrong_spans"],
            "labels": dict(sorted(self.labels[split].items())),
            "lost_labels": dict(sorted(self.lost[split].items())),
        }


def by_number(counts: Counter[int]) -> dict[str, int]:
    """Return counts by number as JSON has them, in the order of the numbers."""
    return {str(number): count for number, count in sorted(counts.items())}
