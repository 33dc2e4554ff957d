"""Which spans count where several people, or several rows, annotated one text.

In: rows that each annotate the text as a whole. Out: one annotated text, by a vote or a policy.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

from scripts.annotation.text import AnnotatedText, CharSpan, UnlocatedEntity
from scripts.conversion.agreement import Agreement, Triple, triple
from scripts.conversion.merged import OTHER_ANNOTATORS, OTHER_ROWS, OUTVOTED, ContradictionError, Merged


def merge_annotators(rows: list[AnnotatedText], policy: str, agreement: Agreement) -> Merged:
    """Return what the rows of several annotators make of one text.

    Of each annotator the first row votes. Rows whose annotator isn't named vote each, and so do all rows
    where one person alone is named; but these are put together where each marks other places than the
    rest, as a table does that has a row for each entity. Raises ContradictionError when the policy says
    `error`.
    """
    complementary = False
    by_name = {row.annotator: row for row in reversed(rows) if row.annotator is not None}
    if len(by_name) > 1:
        voters = [r for r in rows if r.annotator is None or r is by_name[r.annotator]]
        agreement.add([row for row in voters if row.annotator is not None])
    else:
        voters = rows
    if policy == "error" and (why := needed_choice(rows, voters)):
        raise ContradictionError(f"{rows[0].file}, {rows[0].place}: {why}")
    if policy in ("first", "last"):
        record, excluded = rows[0 if policy == "first" else -1], Counter[str]()
    elif policy in by_name:
        record, excluded = by_name[policy], Counter()
    elif len(by_name) < 2 and are_complementary(rows):
        record, excluded, complementary = put_together(rows), Counter(), True
    elif policy in ("majority", "error") or len(by_name) < 2:
        record, excluded = majority(voters)
    else:
        nothing = replace(rows[0], spans=(), unread=(), unlocated=(), answer=OTHER_ANNOTATORS)
        record, excluded = nothing, Counter()
    kept = marks_in(record) + excluded.total()
    reason = OTHER_ANNOTATORS if len(by_name) > 1 else OTHER_ROWS
    excluded[reason] += sum(map(marks_in, rows)) - kept
    return Merged(record, len(rows), excluded, complementary=complementary)


def marks_in(row: AnnotatedText) -> int:
    """Return how many entities a row names, read or not."""
    return len(row.spans) + len(row.unread) + len(row.unlocated)


def are_complementary(rows: list[AnnotatedText]) -> bool:
    """Say whether each of several rows marks something, and no place of one is marked by another."""
    if len(rows) < 2 or not all(row.spans or row.unlocated for row in rows):
        return False
    places = sorted(place for row in rows for place in {(span.start, span.end) for span in row.spans})
    named = [name for row in rows for name in {mention.text for mention in row.unlocated}]
    apart = all(one[1] <= two[0] for one, two in pairwise(places))
    return apart and len(set(named)) == len(named)


def put_together(rows: list[AnnotatedText]) -> AnnotatedText:
    """Return the first of several rows with the marks of all."""
    return replace(
        rows[0],
        spans=tuple(span for row in rows for span in row.spans),
        wrong=tuple(span for row in rows for span in row.wrong),
        missing=tuple(area for row in rows for area in row.missing),
        unlocated=tuple(mention for row in rows for mention in row.unlocated),
        unread=tuple(span for row in rows for span in row.unread),
    )


def needed_choice(rows: list[AnnotatedText], voters: list[AnnotatedText]) -> str | None:
    """Return why rows of one text need a choice, or None if they don't."""
    names = dict.fromkeys(repr(row.annotator) for row in rows if row.annotator is not None)
    if len(names) > 1:
        return f"it has several annotators, {', '.join(names)}"
    differ = len({(frozenset(row.spans), row.unlocated) for row in voters}) > 1
    return f"its text has {len(rows)} rows that differ" if differ else None


def majority(rows: list[AnnotatedText]) -> tuple[AnnotatedText, Counter[str]]:
    """Return the spans that more than half of the rows have; where it is a draw, unknown."""
    votes: dict[Triple, list[CharSpan]] = defaultdict(list)
    for row in rows:
        for span in {triple(span): span for span in row.spans}.values():
            votes[triple(span)].append(span)
    kept = tuple(spans[0] for spans in votes.values() if 2 * len(spans) > len(rows))
    draws = tuple(
        (start, end) for (start, end, _), spans in votes.items() if 2 * len(spans) == len(rows)
    )
    excluded = Counter({OUTVOTED: len(votes) - len(kept)})
    mentions, open_ = majority_of_mentions(rows)
    record = replace(
        rows[0],
        spans=kept,
        missing=rows[0].missing + draws,
        unlocated=mentions,
        exhaustive=rows[0].exhaustive and not open_,
        unread=tuple(span for row in rows for span in row.unread),
    )
    return record, excluded


def majority_of_mentions(rows: list[AnnotatedText]) -> tuple[tuple[UnlocatedEntity, ...], bool]:
    """Return the mentions that more than half of the rows name, and whether any other is a draw.

    One that a row names twice is two of them. Where a draw occurs isn't known yet.
    """
    votes: Counter[tuple[UnlocatedEntity, int]] = Counter()
    for row in rows:
        times: Counter[UnlocatedEntity] = Counter()
        for mention in row.unlocated:
            votes[mention, times[mention]] += 1
            times[mention] += 1
    kept = tuple(mention for (mention, _), count in votes.items() if 2 * count > len(rows))
    return kept, any(2 * count == len(rows) for count in votes.values())
