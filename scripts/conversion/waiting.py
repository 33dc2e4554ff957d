"""Rows that wait on disk until all rows about their text have been read, so that memory stays flat.

In: annotated texts as they come, in a database in a folder. Out: the rows of each text together.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import Self

from scripts.annotation.text import AnnotatedText, CharSpan, UnlocatedEntity, UnreadSpan
from scripts.conversion.repeats import Identity, identity

KEY = 16  # bytes of a text's hash
TABLE = "CREATE TABLE rows (number INTEGER PRIMARY KEY, text BLOB, record TEXT)"
IN_ORDER = """
    SELECT rows.text, rows.record FROM rows
    JOIN (SELECT text, MIN(number) AS first FROM rows GROUP BY text) AS texts ON texts.text = rows.text
    ORDER BY texts.first, rows.number
"""


class WaitingRows:
    """Rows that wait on disk until all of their text have been seen. A context manager.

    by: returns what rows about one text share, from a record and the split that its file's name gives.
    """

    def __init__(
        self, folder: Path, by: Callable[[AnnotatedText, str | None], Identity] = identity
    ) -> None:
        self.path = folder / "waiting.sqlite"
        self.by = by
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
        key = blake2b(json.dumps(self.by(record, split)).encode(), digest_size=KEY).digest()
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
    """Return the annotated text that `WaitingRows` wrote."""
    found = json.loads(line)
    for name in ("spans", "wrong"):
        found[name] = tuple(
            CharSpan(**{**span, "parts": tuple(map(tuple, span["parts"]))}) for span in found[name]
        )
    found["unlocated"] = tuple(UnlocatedEntity(**mention) for mention in found["unlocated"])
    found["unread"] = tuple(
        UnreadSpan(shown, reason, hint, place and tuple(place))
        for shown, reason, hint, place in found["unread"]
    )
    found["missing"] = tuple(map(tuple, found["missing"]))
    found["tokens"] = found["tokens"] and tuple(map(tuple, found["tokens"]))
    found["notes"] = tuple(found["notes"])
    return AnnotatedText(**found)
