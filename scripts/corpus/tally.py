"""The counts of a conversion: every record and every span in exactly one place.

In: what became of each record. Out: the contents of `conversion.json`, proved to add up.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from scripts.corpus.alignment import ADJUSTED, LOST, TRIMMED, Aligned
from scripts.corpus.settings import Settings
from scripts.corpus.splitting import SPLITS
from scripts.corpus.text import AnnotatedText, Fault


@dataclass(slots=True)
class Tally:
    """What `conversion.json` says: every record and every span is counted in exactly one place."""

    records: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    spans: Counter[str] = field(default_factory=Counter)
    files: dict[str, Counter[str]] = field(default_factory=dict)
    splits: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SPLITS})
    labels: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SPLITS})
    lost: dict[str, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in SPLITS})
    labels_read: set[str] = field(default_factory=set)

    def count_record(self, file: str, outcome: str) -> None:
        """Count a record as accepted, ignored or rejected, in all and in its file."""
        for counter in (self.records, self.files.setdefault(file, Counter())):
            counter["read"] += 1
            counter[outcome] += 1

    def count_rejected(self, fault: Fault) -> None:
        """Count a record that can't be used, and its reason without particulars."""
        self.count_record(fault.file, "rejected")
        self.rejected[kind_of(fault.reason)] += 1

    def count_ignored(self, record: AnnotatedText) -> None:
        """Count a record that its annotator did not accept."""
        self.count_record(record.file, "ignored")
        self.ignored[record.answer] += 1

    def count_doc(self, split: str, aligned: Aligned, spans: int, dropped: int) -> None:
        """Count an accepted record: its tokens, its entities by label, and its spans by outcome.

        spans: how many the source has; dropped: how many of them the label map dropped.
        """
        doc = aligned.doc
        here = self.splits[split]
        here["documents"] += 1
        here["tokens"] += len(doc)
        here["entities"] += len(doc.ents)
        here["without_entities"] += not doc.ents
        here["partly_annotated"] += any(token.ent_iob == 0 for token in doc)
        self.labels[split].update(ent.label_ for ent in doc.ents)
        self.lost[split].update(aligned.lost_labels)
        self.spans["read"] += spans
        self.spans["kept"] += len(doc.ents)
        self.spans["dropped"] += dropped
        for change in aligned.changes:
            self.spans[change.outcome] += 1

    def unknown_labels(self, settings: Settings) -> list[str]:
        """Return a warning for each label that the user named and no annotation has: a slip, perhaps."""
        kept = {label for counter in (*self.labels.values(), *self.lost.values()) for label in counter}
        unknown = [f"the label map names {x!r}" for x in settings.label_map if x not in self.labels_read]
        unknown += [f"vars.labels names {x!r}" for x in settings.labels if x not in kept]
        return [f"{named}, which no annotation has" for named in unknown]

    def report(self, formats: dict[str, str], offsets: str | None, settings: Settings) -> dict[str, Any]:
        """Return the contents of conversion.json. Raises RuntimeError if the counts don't add up."""
        records = {key: self.records[key] for key in ("read", "accepted", "ignored", "rejected")}
        keys = ("read", "kept", *LOST, "dropped", TRIMMED, ADJUSTED)
        spans = {key: self.spans[key] for key in keys}
        lost = sum(spans[key] for key in (*LOST, "dropped"))
        documents = sum(counter["documents"] for counter in self.splits.values())
        if records["read"] != sum(records.values()) - records["read"]:
            raise RuntimeError(f"records do not add up: {records}")
        if spans["read"] != spans["kept"] + lost or documents != records["accepted"]:
            raise RuntimeError(f"spans or documents do not add up: {spans}, {documents}")
        share = ("documents", "tokens", "entities", "without_entities", "partly_annotated")
        return {
            "records": records,
            "ignored": dict(sorted(self.ignored.items())),
            "rejected": dict(self.rejected.most_common()),
            "spans": spans,
            "splits": {
                split: {
                    **{key: self.splits[split][key] for key in share},
                    "labels": dict(sorted(self.labels[split].items())),
                    "lost_labels": dict(sorted(self.lost[split].items())),
                }
                for split in SPLITS
            },
            "files": {
                file: {"format": formats[file], **dict(counter)} for file, counter in self.files.items()
            },
            "offsets": offsets,
            "unknown_labels": self.unknown_labels(settings),
        }


def kind_of(reason: str) -> str:
    """Return a reason without its particulars, so that reasons of a kind are counted together."""
    told = re.sub(r"^line \d+: ", "", reason)
    words = told.split(": ")[0] if told.startswith("line ") else told.split(" (")[0]
    return " ".join("…" if any(c.isdigit() or c in "'\"" for c in w) else w for w in words.split())
