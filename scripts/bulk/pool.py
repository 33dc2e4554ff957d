"""The processes of a job on this machine.

In: chunks, as a stream. Out: what becomes of them, in order.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from scripts.bulk.annotate import annotated
from scripts.bulk.job import Annotated, Chunk, Job

# Processes work side by side: one thread for each.
ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
WAITING = 2  # chunks for each process that are on their way, so that none has to wait for the reader

Results = Iterator[tuple[Chunk, Annotated]]
Backend = Callable[[Iterable[Chunk], Job, int], Results]
"""Annotates chunks in a number of processes, and yields each with what becomes of it, in order."""


class WorkerDied(RuntimeError):
    """Raised when a process was ended from outside."""


def annotate_here(chunks: Iterable[Chunk], job: Job, processes: int) -> Results:
    """Annotate chunks in this process, or in several others; see `Backend`. Raises WorkerDied."""
    if processes == 1:
        yield from ((chunk, annotated(chunk, job)) for chunk in chunks)
        return
    os.environ.update(ENVIRONMENT)  # for the processes that are started now
    context = multiprocessing.get_context("spawn")
    running: deque[tuple[Chunk, Future[Annotated]]] = deque()
    with ProcessPoolExecutor(processes, context, initializer=begin) as pool:
        try:
            for chunk in chunks:
                running.append((chunk, pool.submit(annotated, chunk, job)))
                if len(running) > WAITING * processes:
                    first, future = running.popleft()
                    yield first, future.result()
            while running:
                first, future = running.popleft()
                yield first, future.result()
        except BrokenProcessPool as error:
            raise WorkerDied("a process was ended from outside, perhaps for want of memory") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def begin() -> None:
    """Prepare a process: Ctrl-C is for the parent, and the process ends when its parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """End this process when its parent has ended, however it did."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
