"""Rows about one text become one annotated text: binary answers, several annotators, plain repeats.

In: the rows of one text. Out: one annotated text, and counts of what was merged and excluded.
"""

from collections import Counter
from dataclasses import replace

from scripts.annotation.text import AnnotatedText
from scripts.conversion.agreement import Agreement, triple
from scripts.conversion.merged import CONTRADICTORY, ContradictionError, Merged
from scripts.conversion.voting import merge_annotators


def must_wait(record: AnnotatedText) -> bool:
    """Say whether other rows about the same text may still come and belong to this one."""
    return record.annotator is not None or not record.exhaustive


def merge(
    rows: list[AnnotatedText], *, annotators: str, contradictions: str, agreement: Agreement
) -> Merged:
    """Return the annotated text that the rows of one text make.

    annotators: which of several rows counts (`majority`, `first`, `last`, `error`, or a name).
    contradictions: what becomes of a span that was both accepted and rejected.
    Rows that say nothing count only if no others do.
    Raises ContradictionError when a policy says `error`.
    """
    counting = [row for row in rows if not is_unannotated(row)] or rows
    found = merge_counting(counting, annotators, contradictions, agreement)
    found.unannotated = len(rows) - len(counting)
    found.rows += found.unannotated
    return found


def is_unannotated(row: AnnotatedText) -> bool:
    """Say whether a row marks nothing, names nobody, and doesn't say that anybody looked at its text."""
    marks = row.spans or row.wrong or row.unlocated or row.unread
    return not marks and row.annotated is None and row.annotator is None


def merge_counting(
    rows: list[AnnotatedText], annotators: str, contradictions: str, agreement: Agreement
) -> Merged:
    """Return what rows make of which each says something about the text."""
    whole = [row for row in rows if row.exhaustive]
    partial = [row for row in rows if not row.exhaustive]
    if not partial:
        return merge_annotators(whole, annotators, agreement)
    binary = merge_answers(partial, contradictions)
    if not whole:
        return binary
    # Somebody marked the text whole: answers about single spans stay where they don't contradict.
    found = merge_annotators(whole, annotators, agreement)
    gold = {triple(span) for span in found.record.spans}
    wrong = tuple(span for span in binary.record.wrong if triple(span) not in gold)
    found.excluded[CONTRADICTORY] += len(binary.record.wrong) - len(wrong)
    found.excluded["repeated"] += len(binary.record.spans)
    found.excluded.update(binary.excluded)
    found.rows += binary.rows
    unread = found.record.unread + binary.record.unread
    found.record = replace(found.record, wrong=found.record.wrong + wrong, unread=unread)
    return found


def merge_answers(rows: list[AnnotatedText], policy: str) -> Merged:
    """Return what several answers about single spans say of one text.

    Raises ContradictionError when a span was both accepted and rejected and the policy says `error`.
    """
    accepted = {triple(span): span for row in rows for span in row.spans}
    rejected = {triple(span): span for row in rows for span in row.wrong}
    both = accepted.keys() & rejected.keys()
    excluded = Counter[str]()
    if both and policy == "error":
        start, end, label = min(both)
        mention = f"{label} {rows[0].text[start:end]!r}"
        where = f"{rows[0].file}, {rows[0].place}"
        raise ContradictionError(f"{where}: {mention} is both accepted and rejected")
    excluded["repeated"] = sum(len(row.spans) + len(row.wrong) for row in rows)
    excluded["repeated"] -= len(accepted) + len(rejected)
    if policy in ("unknown", "reject"):
        accepted = {key: span for key, span in accepted.items() if key not in both}
    if policy in ("unknown", "accept"):
        rejected = {key: span for key, span in rejected.items() if key not in both}
    excluded[CONTRADICTORY] = len(both) * (2 if policy == "unknown" else 1)
    record = replace(
        rows[0],
        spans=tuple(accepted.values()),
        wrong=tuple(rejected.values()),
        missing=tuple(dict.fromkeys(area for row in rows for area in row.missing)),
        unread=tuple(span for row in rows for span in row.unread),
        notes=tuple(note for row in rows for note in row.notes),
    )
    return Merged(record, len(rows), +excluded)
