"""Rows about one text become one annotated text: binary answers, and several annotators.

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
from itertools import combinations, groupby
from pathlib import Path
from typing import Any, Self

from scripts.corpus.text import AnnotatedText, CharSpan, Mention, UnreadSpan

KEY = 16  # bytes that stand for a text
TABLE = "CREATE TABLE rows (number INTEGER PRIMARY KEY, text BLOB, record TEXT)"
IN_ORDER = """
    SELECT rows.text, rows.record FROM rows
    JOIN (SELECT text, MIN(number) AS first FROM rows GROUP BY text) AS texts ON texts.text = rows.text
    ORDER BY texts.first, rows.number
"""

Triple = tuple[int, int, str]


class ContradictionError(ValueError):
    """Raised when a policy says `error` and rows of one text contradict each other."""


@dataclass(slots=True)
class Merged:
    """One annotated text, and what became of the rows that it was made from.

    rows: how many there were. aside: spans that are in none of its fields, by reason.
    """

    record: AnnotatedText
    rows: int
    aside: Counter[str] = field(default_factory=Counter)


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

    def report(self) -> dict[str, Any] | None:
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

    def add(self, record: AnnotatedText) -> None:
        """Put a row to the others of its text."""
        if self._database is None:
            self._database = sqlite3.connect(self.path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute(TABLE)
            self._database.execute("BEGIN")
        key = blake2b(record.text.encode(errors="surrogatepass"), digest_size=KEY).digest()
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
    found["unread"] = tuple(UnreadSpan(*span) for span in found["unread"])
    found["missing"] = tuple(map(tuple, found["missing"]))
    found["tokens"] = found["tokens"] and tuple(map(tuple, found["tokens"]))
    found["notes"] = tuple(found["notes"])
    return AnnotatedText(**found)


def must_wait(record: AnnotatedText) -> bool:
    """Say whether other rows about the same text may still come and belong to this one."""
    return record.annotator is not None or not record.exhaustive


def merge(
    rows: list[AnnotatedText], *, annotators: str, contradictions: str, agreement: Agreement
) -> list[Merged]:
    """Return the annotated texts that the rows of one text make: one, unless one person did it twice.

    annotators: which of several annotators counts (`majority`, `first`, `last`, `error`, or a name).
    contradictions: what becomes of a span that was both accepted and rejected.
    Raises ContradictionError when a policy says `error`.
    """
    whole = [row for row in rows if row.exhaustive]
    partial = [row for row in rows if not row.exhaustive]
    if not partial:
        return of_annotators(whole, annotators, agreement)
    binary = of_answers(partial, contradictions)
    if not whole:
        return [binary]
    # Somebody marked the text whole: answers about single spans stay where they don't contradict.
    found = of_annotators(whole, annotators, agreement)
    first = found[0]
    gold = {triple(span) for span in first.record.spans}
    wrong = tuple(span for span in binary.record.wrong if triple(span) not in gold)
    first.aside["contradictory"] += len(binary.record.wrong) - len(wrong)
    first.aside["repeated"] += len(binary.record.spans)
    first.aside.update(binary.aside)
    first.rows += binary.rows
    unread = first.record.unread + binary.record.unread
    first.record = replace(first.record, wrong=first.record.wrong + wrong, unread=unread)
    return found


def of_annotators(rows: list[AnnotatedText], policy: str, agreement: Agreement) -> list[Merged]:
    """Return what the rows of several annotators make of one text; each row if it was one annotator.

    Raises ContradictionError when the policy says `error`.
    """
    by_name: dict[str | None, AnnotatedText] = {}
    for row in rows:
        by_name.setdefault(row.annotator, row)  # a second row of the same person doesn't vote again
    if len(by_name) < 2:
        return [Merged(row, 1) for row in rows]
    agreement.add(list(by_name.values()))
    names = ", ".join(map(repr, by_name))
    if policy == "error":
        raise ContradictionError(f"{rows[0].file}, {rows[0].place}: it has several annotators, {names}")
    if policy == "majority":
        record, aside = majority(list(by_name.values()))
    elif policy in ("first", "last"):
        record, aside = rows[0 if policy == "first" else -1], Counter[str]()
    elif policy in by_name:
        record, aside = by_name[policy], Counter()
    else:
        record, aside = replace(rows[0], spans=(), unread=(), answer="other annotators"), Counter()
    kept = len(record.spans) + len(record.unread) + aside.total()
    aside["other annotators"] += sum(len(row.spans) + len(row.unread) for row in rows) - kept
    return [Merged(record, len(rows), aside)]


def majority(rows: list[AnnotatedText]) -> tuple[AnnotatedText, Counter[str]]:
    """Return the spans that more than half of the annotators marked; where it is a draw, unknown."""
    votes: dict[Triple, list[CharSpan]] = defaultdict(list)
    for row in rows:
        for span in dict.fromkeys(row.spans):
            votes[triple(span)].append(span)
    kept = tuple(spans[0] for spans in votes.values() if 2 * len(spans) > len(rows))
    draws = tuple(
        (start, end) for (start, end, _), spans in votes.items() if 2 * len(spans) == len(rows)
    )
    aside = Counter({"outvoted": len(votes) - len(kept)})
    unread = tuple(span for row in rows for span in row.unread)
    return replace(rows[0], spans=kept, missing=rows[0].missing + draws, unread=unread), aside


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
    aside["contradictory"] = len(both) * (2 if policy == "unknown" else 1)
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
