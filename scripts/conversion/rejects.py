"""The list of rejects: each record and span that could not be used as it was, and what would fix it.

In: faults, and the changes that alignment made. Out: lines of `rejected.jsonl`.
"""

import json
from typing import IO, Any

from scripts.annotation.text import AnnotatedText, Fault, Unusable
from scripts.conversion.aligned_doc import AlignedDoc
from scripts.conversion.span_outcomes import UNREAD


def list_fault(rejects: IO[str], fault: Fault) -> None:
    """List a record that can't be used."""
    write_row(
        rejects,
        what="record",
        file=fault.file,
        place=fault.place,
        record=fault.record,
        reason=fault.reason,
        hint=fault.hint,
    )


def list_changes(rejects: IO[str], record: AnnotatedText, aligned: AlignedDoc, split: str) -> None:
    """List every span of an accepted record that did not go through as it was marked."""
    for change in aligned.changes:
        write_row(
            rejects,
            **where(record, split),
            label=change.span.label,
            start=change.span.start,
            end=change.span.end,
            mention=change.mention,
            tokens=change.tokens,
            outcome=change.outcome,
            reason=change.reason,
            hint=change.hint,
        )


def list_unread(rejects: IO[str], record: AnnotatedText, split: str) -> None:
    """List every span of an accepted record that can't be read."""
    for span in record.unread:
        write_row(
            rejects,
            **where(record, split),
            span=span.shown,
            outcome=UNREAD,
            reason=span.reason,
            hint=span.hint,
        )


def where(record: AnnotatedText, split: str) -> dict[str, str | None]:
    """Return how a row about a span begins: which record it belongs to."""
    return {
        "what": "span",
        "file": record.file,
        "place": record.place,
        "record": record.id,
        "split": split,
    }


def write_row(rejects: IO[str], **row: Any) -> None:
    """Write one line of rejected.jsonl."""
    rejects.write(json.dumps(row, ensure_ascii=False) + "\n")


def fault_of(record: AnnotatedText, error: Unusable) -> Fault:
    """Return the fault of a record that was read, with the record as it is listed among the rejects."""
    spans = [(span.start, span.end, span.label) for span in record.spans]
    shown = json.dumps({"id": record.id, "text": record.text, "spans": spans}, ensure_ascii=False)
    return Fault(record.file, record.place, shown, error.reason, error.hint)
