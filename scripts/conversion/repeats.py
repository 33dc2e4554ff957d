"""Which texts have come before, and whether their rows said the same about them.

In: annotated texts, one after the other. Out: for each whether it is new, the same again, or another
annotation of a text that came before. Two numbers of each are kept on disk, so that memory stays flat.
"""

import sqlite3
from enum import Enum
from pathlib import Path
from typing import Self

from scripts.annotation.text import AnnotatedText

CACHE = 16_000  # kilobytes of the table that are held in memory

Identity = tuple[str, str | None, str | None]


class RowStatus(Enum):
    """What was there before a row: nothing about its text, the same row, or another one."""

    NOTHING = "nothing"
    SAME = "same"
    OTHER = "other"


def identity(record: AnnotatedText, split: str | None) -> Identity:
    """Return what rows about one text share: the text, its split and its group.

    split: the one that the file's name gives; without any, the text is split as those of the training
    set are. A sentence that two documents have is two texts.
    """
    return record.text, record.split or split or "train", record.group


class SeenTexts:
    """A context manager: the table is made in `folder`, and deleted in the end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "texts.sqlite"

    def __enter__(self) -> Self:
        self._database = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE}"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("CREATE TABLE texts (text INTEGER PRIMARY KEY, row INTEGER)")
        self._database.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self.path.unlink()

    def add(self, text: int, record: AnnotatedText, *, waits: bool) -> RowStatus:
        """Take in a row and say what was there before it.

        text: the hash of its identity. waits: whether it waits for others in any case, so that it is
        another one than any row that doesn't.
        """
        row = None if waits else said_by(record)
        done = self._database.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (text, row))
        if done.rowcount:
            return RowStatus.NOTHING
        found = self._database.execute("SELECT row FROM texts WHERE text = ?", (text,))
        (before,) = found.fetchone()
        return RowStatus.SAME if before == row else RowStatus.OTHER


def said_by(record: AnnotatedText) -> int:
    """Return the hash of what a row says about its text."""
    marks = (frozenset(record.spans), frozenset(record.wrong), record.unlocated)
    return hash((marks, record.unread, record.missing, record.exhaustive, record.answer))
