"""How far a job is and how long it will take: a bar on a terminal, elsewhere a line now and then."""

import sys
import time
from typing import Any, Self

from tqdm import tqdm

from scripts.files.terminal import duration

SELDOM = 15.0  # seconds between two lines


class Progress:
    """A context manager. total: bytes of the input; begun: of these, what was done before."""

    def __init__(self, total: int, begun: int, seldom: float = SELDOM) -> None:
        self.total, self.begun, self.seldom = total, begun, seldom
        self.words = 0

    def __enter__(self) -> Self:
        options: dict[str, Any] = {"unit": "B", "unit_scale": True, "disable": None, "leave": False}
        self._bar = tqdm(desc="Annotating", total=self.total, initial=self.begun, **options)
        self._began = self._last_line = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def done(self, position: int, records: int, words: int) -> None:
        """Show how far the job is. words: that were annotated since the last call."""
        self.words += words
        now = time.monotonic()
        speed = self.words / max(now - self._began, 1e-9)
        shown = f"{records:,} records, {speed:,.0f} words/s"
        if not self._bar.disable:
            self._bar.set_postfix_str(shown, refresh=False)
            self._bar.update(position - self._bar.n)
        elif now - self._last_line >= self.seldom:
            self._last_line = now
            share = position / self.total if self.total else 1.0
            left = (self.total - position) * (now - self._began) / max(position - self.begun, 1)
            sys.stderr.write(f"Annotated {shown}, {share:.0%}, {duration(max(left, 0))} left\n")
            sys.stderr.flush()
