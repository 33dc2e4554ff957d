"""Processes that share the work, with results in order and memory that stays flat.

In: a function and the arguments of its calls, as a stream. Out: what the calls return, in their order.
"""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from itertools import chain, islice, starmap
from typing import Any, Self, TypeVar

T = TypeVar("T")
COLLECT_EVERY = 20_000  # new objects; a chunk has more than Python's 700, and none of them in a cycle


class Workers:
    """A context manager: the processes start with the first work that is worth it, and end with it.

    processes: how many, or 0 for as many as there are cores. One means none but this one.
    """

    def __init__(self, processes: int) -> None:
        self.count = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """Yield what the function returns for each tuple of arguments, in order.

        A single call is made here. No more calls are taken from the stream than there are processes to
        work on them, and one that waits.
        """
        waiting = iter(calls)
        first = list(islice(waiting, 2)) if self.count > 1 else []
        calls = chain(first, waiting)
        if len(first) < 2:
            yield from starmap(function, calls)
            return
        running: deque[Future[T]] = deque()
        try:
            for arguments in calls:
                running.append(self._started().submit(function, *arguments))
                if len(running) > self.count:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:  # whoever goes on after an error may remove what a call still writes
            wait([future for future in running if not future.cancel()])

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, initializer=collect_seldom)
        return self._pool


def collect_seldom() -> None:
    """Let Python look for cycles of objects less often: it takes long where many objects live."""
    gc.set_threshold(COLLECT_EVERY)
