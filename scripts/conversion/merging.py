"""Rows about one text become one annotated text: binary answers, several annotators, plain repeats.

In: annotated texts of which several may be about the same text, though they lie far apart in a file.
They wait on disk, in a database in `folder`, so that memory stays flat. Out: one annotated text for each
text, in the order in which the texts were first seen, and counts of what was merged and set aside.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from itertools import combinations, groupby, pairwise
from pathlib import Path
from typing import Self

from scripts.annotation.text import AnnotatedText, CharSpan, Mention, UnreadSpan
from scripts.conversion.outcome import AnnotatorAgreement
from scripts.conversion.repeats import identity

KEY = 16  # bytes that stand for a text
TABLE = "CREATE TABLE rows (number INTEGER PRIMARY KEY, text BLOB, record TEXT)"
IN_ORDER = """
    SELECT rows.text, rows.record FROM rows
    JOIN (SELECT text, MIN(number) AS first FROM rows GROUP BY text) AS texts ON texts.text = rows.text
    ORDER BY texts.first, rows.number
"""

# Why spans are in no document, though they could be read.
OUTVOTED, CONTRADICTORY = "outvoted", "contradictory"
OTHER_ANNOTATORS, OTHER_ROWS = "other annotators", "other rows of the text"

Triple = tuple[int, int, str]


class ContradictionError(ValueError):
    """Raised when a policy says `error` and rows of one text contradict each other."""


@dataclass(slots=True)
class Merged:
    """One annotated text, and what became of the rows that it was made from.

    rows: how many there were. aside: spans that are in none of its fields, by reason. silent: how many
    rows say nothing, beside others that do. complementary: whether each marked other places.
    """

    record: AnnotatedText
    rows: int
    aside: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    complementary: bool = False


@dataclass(slots=True)
class Agreement:
    """How far annotators agree: for every two of them that saw a text, the spans that they share.

    both: twice the shared spans, by label; either: the spans of the two together. F is their ratio,
    the F-score of one annotator against the other, which needs no count of what neither marked.
    Source: Hripcsak and Rothschild (2005), https://doi.org/10.1197/jamia.M1733
    """

    texts: int = 0
    both: Counter[str] = field(default_factory=Counter)
    either: Counter[str] = field(default_factory=Counter)

    def add(self, rows: list[AnnotatedText]) -> None:
        """Compare every two annotators of one text."""
        self.texts += 1
        for one, two in combinations(rows, 2):
            mine, theirs = ({triple(span) for span in row.spans} for row in (one, two))
            for span in mine & theirs:
                self.both[span[2]] += 2
            for span in [*mine, *theirs]:
                self.either[span[2]] += 1

    def report(self) -> AnnotatorAgreement | None:
        """Return the F-score of exact spans per label and over all, or None without two annotators."""
        if not self.texts:
            return None
        by_label = {
            label: round(self.both[label] / count, 4) for label, count in sorted(self.either.items())
        }
        total = self.either.total()
        overall = round(self.both.total() / total, 4) if total else None
        return {"texts": self.texts, "f": overall, "f_by_label": by_label}


class Waiting:
    """Rows that wait on disk until all of their text have been seen. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "waiting.sqlite"
        self.rows = 0
        self._database: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._database:
            self._database.close()
            self.path.unlink()

    def add(self, record: AnnotatedText, split: str | None = None) -> None:
        """Put a row to the others of its text; split: the one that the file's name gives."""
        if self._database is None:
            self._database = sqlite3.connect(self.path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute(TABLE)
            self._database.execute("BEGIN")
        key = blake2b(json.dumps(identity(record, split)).encode(), digest_size=KEY).digest()
        row = json.dumps(asdict(record))
        self._database.execute("INSERT INTO rows (text, record) VALUES (?, ?)", (key, row))
        self.rows += 1

    def texts(self) -> Iterator[list[AnnotatedText]]:
        """Yield the rows of each text, texts and rows in the order in which they came."""
        if self._database is None:
            return
        self._database.execute("CREATE INDEX texts ON rows (text, number)")
        for _, rows in groupby(self._database.execute(IN_ORDER), key=lambda row: row[0]):
            yield [from_json(row[1]) for row in rows]


def from_json(line: str) -> AnnotatedText:
    """Return the annotated text that `Waiting` wrote."""
    found = json.loads(line)
    for name in ("spans", "wrong"):
        found[name] = tuple(
            CharSpan(**{**span, "parts": tuple(map(tuple, span["parts"]))}) for span in found[name]
        )
    found["mentions"] = tuple(Mention(**mention) for mention in found["mentions"])
    found["unread"] = tuple(
        UnreadSpan(shown, reason, hint, place and tuple(place))
        for shown, reason, hint, place in found["unread"]
    )
    found["missing"] = tuple(map(tuple, found["missing"]))
    found["tokens"] = found["tokens"] and tuple(map(tuple, found["tokens"]))
    found["notes"] = tuple(found["notes"])
    return AnnotatedText(**found)


def must_wait(record: AnnotatedText) -> bool:
    """Say whether other rows about the same text may still come and belong to this one."""
    return record.annotator is not None or not record.exhaustive


def merge(
    rows: list[AnnotatedText], *, annotators: str, contradictions: str, agreement: Agreement
) -> Merged:
    """Return the annotated text that the rows of one text make.

    annotators: which of several rows counts (`majority`, `first`, `last`, `error`, or a name).
    contradictions: what becomes of a span that was both accepted and rejected.
    Rows that say nothing don't count beside others.
    Raises ContradictionError when a policy says `error`.
    """
    telling = [row for row in rows if not is_silent(row)] or rows
    found = of_telling(telling, annotators, contradictions, agreement)
    found.silent = len(rows) - len(telling)
    found.rows += found.silent
    return found


def is_silent(row: AnnotatedText) -> bool:
    """Say whether a row marks nothing, names nobody, and doesn't say that anybody looked at its text."""
    marks = row.spans or row.wrong or row.mentions or row.unread
    return not marks and row.annotated is None and row.annotator is None


def of_telling(
    rows: list[AnnotatedText], annotators: str, contradictions: str, agreement: Agreement
) -> Merged:
    """Return what rows make of which each says something about the text."""
    whole = [row for row in rows if row.exhaustive]
    partial = [row for row in rows if not row.exhaustive]
    if not partial:
        return of_annotators(whole, annotators, agreement)
    binary = of_answers(partial, contradictions)
    if not whole:
        return binary
    # Somebody marked the text whole: answers about single spans stay where they don't contradict.
    found = of_annotators(whole, annotators, agreement)
    gold = {triple(span) for span in found.record.spans}
    wrong = tuple(span for span in binary.record.wrong if triple(span) not in gold)
    found.aside[CONTRADICTORY] += len(binary.record.wrong) - len(wrong)
    found.aside["repeated"] += len(binary.record.spans)
    found.aside.update(binary.aside)
    found.rows += binary.rows
    unread = found.record.unread + binary.record.unread
    found.record = replace(found.record, wrong=found.record.wrong + wrong, unread=unread)
    return found


def of_annotators(rows: list[AnnotatedText], policy: str, agreement: Agreement) -> Merged:
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
    if policy == "error" and (why := disagreement(rows, voters)):
        raise ContradictionError(f"{rows[0].file}, {rows[0].place}: {why}")
    if policy in ("first", "last"):
        record, aside = rows[0 if policy == "first" else -1], Counter[str]()
    elif policy in by_name:
        record, aside = by_name[policy], Counter()
    elif len(by_name) < 2 and are_complementary(rows):
        record, aside, complementary = put_together(rows), Counter(), True
    elif policy in ("majority", "error") or len(by_name) < 2:
        record, aside = majority(voters)
    else:
        nothing = replace(rows[0], spans=(), unread=(), mentions=(), answer=OTHER_ANNOTATORS)
        record, aside = nothing, Counter()
    kept = marks_in(record) + aside.total()
    reason = OTHER_ANNOTATORS if len(by_name) > 1 else OTHER_ROWS
    aside[reason] += sum(map(marks_in, rows)) - kept
    return Merged(record, len(rows), aside, complementary=complementary)


def marks_in(row: AnnotatedText) -> int:
    """Return how many entities a row names, read or not."""
    return len(row.spans) + len(row.unread) + len(row.mentions)


def are_complementary(rows: list[AnnotatedText]) -> bool:
    """Say whether each of several rows marks something, and no place of one is marked by another."""
    if len(rows) < 2 or not all(row.spans or row.mentions for row in rows):
        return False
    places = sorted(place for row in rows for place in {(span.start, span.end) for span in row.spans})
    named = [name for row in rows for name in {mention.text for mention in row.mentions}]
    apart = all(one[1] <= two[0] for one, two in pairwise(places))
    return apart and len(set(named)) == len(named)


def put_together(rows: list[AnnotatedText]) -> AnnotatedText:
    """Return the first of several rows with the marks of all."""
    return replace(
        rows[0],
        spans=tuple(span for row in rows for span in row.spans),
        wrong=tuple(span for row in rows for span in row.wrong),
        missing=tuple(area for row in rows for area in row.missing),
        mentions=tuple(mention for row in rows for mention in row.mentions),
        unread=tuple(span for row in rows for span in row.unread),
    )


def disagreement(rows: list[AnnotatedText], voters: list[AnnotatedText]) -> str | None:
    """Return why rows of one text need a choice, or None if they don't."""
    names = dict.fromkeys(repr(row.annotator) for row in rows if row.annotator is not None)
    if len(names) > 1:
        return f"it has several annotators, {', '.join(names)}"
    differ = len({(frozenset(row.spans), row.mentions) for row in voters}) > 1
    return f"its text has {len(rows)} rows, which differ" if differ else None


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
    aside = Counter({OUTVOTED: len(votes) - len(kept)})
    mentions, open_ = majority_of_mentions(rows)
    record = replace(
        rows[0],
        spans=kept,
        missing=rows[0].missing + draws,
        mentions=mentions,
        exhaustive=rows[0].exhaustive and not open_,
        unread=tuple(span for row in rows for span in row.unread),
    )
    return record, aside


def majority_of_mentions(rows: list[AnnotatedText]) -> tuple[tuple[Mention, ...], bool]:
    """Return the mentions that more than half of the rows name, and whether any other is a draw.

    One that a row names twice is two of them. Where a draw stands isn't known yet.
    """
    votes: Counter[tuple[Mention, int]] = Counter()
    for row in rows:
        times: Counter[Mention] = Counter()
        for mention in row.mentions:
            votes[mention, times[mention]] += 1
            times[mention] += 1
    kept = tuple(mention for (mention, _), count in votes.items() if 2 * count > len(rows))
    return kept, any(2 * count == len(rows) for count in votes.values())


def of_answers(rows: list[AnnotatedText], policy: str) -> Merged:
    """Return what several answers about single spans say of one text.

    Raises ContradictionError when a span was both accepted and rejected and the policy says `error`.
    """
    accepted = {triple(span): span for row in rows for span in row.spans}
    rejected = {triple(span): span for row in rows for span in row.wrong}
    both = accepted.keys() & rejected.keys()
    aside = Counter[str]()
    if both and policy == "error":
        start, end, label = min(both)
        mention = f"{label} {rows[0].text[start:end]!r}"
        where = f"{rows[0].file}, {rows[0].place}"
        raise ContradictionError(f"{where}: {mention} is both accepted and rejected")
    aside["repeated"] = sum(len(row.spans) + len(row.wrong) for row in rows)
    aside["repeated"] -= len(accepted) + len(rejected)
    if policy in ("unknown", "reject"):
        accepted = {key: span for key, span in accepted.items() if key not in both}
    if policy in ("unknown", "accept"):
        rejected = {key: span for key, span in rejected.items() if key not in both}
    aside[CONTRADICTORY] = len(both) * (2 if policy == "unknown" else 1)
    record = replace(
        rows[0],
        spans=tuple(accepted.values()),
        wrong=tuple(rejected.values()),
        missing=tuple(dict.fromkeys(area for row in rows for area in row.missing)),
        unread=tuple(span for row in rows for span in row.unread),
        notes=tuple(note for row in rows for note in row.notes),
    )
    return Merged(record, len(rows), +aside)


def triple(span: CharSpan) -> Triple:
    """Return what makes two spans the same."""
    return span.start, span.end, span.label
