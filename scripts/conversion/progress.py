"""How far the conversion is: a bar on a terminal, a line now and then where the output goes elsewhere.

In: how much of the files had been read at each chunk's end, and which chunks are converted. Out: what is
converted, on standard error.
"""

import sys
import time
from typing import Any, Self

from tqdm import tqdm

SELDOM = 15.0  # seconds between two lines


class Progress:
    """A context manager; total: bytes of all files. Chunks are converted in their order."""

    def __init__(self, total: int, seldom: float = SELDOM) -> None:
        self.total, self.seldom = total, seldom
        self.bytes = self.records = 0
        self._read: list[tuple[int, int]] = []  # of each chunk: bytes read by its end, and its records
        self._done = 0
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        options: dict[str, Any] = {"unit": "B", "unit_scale": True, "disable": None, "leave": False}
        self._bar = tqdm(desc="Converting", total=self.total, **options)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def read(self, position: int, records: int) -> None:
        """Note a chunk that was read; position: bytes of the files that had been read by its end."""
        self._read.append((position, records))

    def converted(self) -> None:
        """Note that the next chunk is converted."""
        self.bytes, records = self._read[self._done]
        self._done += 1
        self.records += records
        self._bar.set_postfix_str(f"{self.records:,} records", refresh=False)
        self._bar.update(self.bytes - self._bar.n)
        now = time.monotonic()
        if self._bar.disable and now - self._last_line >= self.seldom:
            self._last_line = now
            share = self.bytes / self.total if self.total else 1.0
            sys.stderr.write(f"Converted {self.records:,} records, {share:.0%}\n")
            sys.stderr.flush()
