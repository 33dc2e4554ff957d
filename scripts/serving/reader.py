"""One thread that reads texts for all requests: a pipeline serves one caller at a time.

In: the texts of a request. Out: a future with what was found in them. Requests that wait are read
together, since a pipeline reads many texts at once faster than one by one.
"""

import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread

from thinc.util import set_active_gpu

from scripts.files import gpu
from scripts.serving.finding import CHARACTERS, TEXTS, Found

log = logging.getLogger(__name__)

Find = Callable[[list[str]], list[Found]]


class Unreadable(Exception):
    """Raised when the pipeline fails on the texts of a request."""


@dataclass(frozen=True, slots=True)
class Job:
    """The texts of a request, and the future of what is found in them."""

    texts: list[str]
    future: Future[list[Found]] = field(default_factory=Future)

    @property
    def characters(self) -> int:
        """How many characters its texts have."""
        return sum(map(len, self.texts))


class Reader:
    """The thread, and the queue of what waits for it."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        # In the context of this thread, where `require_gpu` has been called; it lacks the device.
        self._gpu = gpu.in_use()
        self._thread = Thread(target=contextvars.copy_context().run, args=(self._work,), daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read what waits already, and end."""
        self._waiting.put(None)
        self._thread.join()

    def is_alive(self) -> bool:
        """Say whether texts are read."""
        return self._thread.is_alive()

    def submit(self, texts: list[str]) -> Future[list[Found]]:
        """Return the future of what is found in texts; one that is cancelled in time costs nothing."""
        job = Job(texts)
        self._waiting.put(job)
        return job.future

    def _work(self) -> None:
        if self._gpu is not None:
            set_active_gpu(self._gpu)
        while (first := self._waiting.get()) is not None:
            jobs, ends = self._with_others(first)
            self._read([job for job in jobs if job.future.set_running_or_notify_cancel()])
            if ends:
                break

    def _with_others(self, first: Job) -> tuple[list[Job], bool]:
        """Return a job with others that wait and fit, and whether the thread is told to end."""
        jobs, texts, characters = [first], len(first.texts), first.characters
        while texts < TEXTS and characters < CHARACTERS:
            try:
                job = self._waiting.get_nowait()
            except Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
            texts, characters = texts + len(job.texts), characters + job.characters
        return jobs, False

    def _read(self, jobs: list[Job]) -> None:
        """Read the texts of some jobs together; if that fails, each job alone."""
        try:
            found = iter(self._find([text for job in jobs for text in job.texts]))
            answers = [[next(found) for _ in job.texts] for job in jobs]
        except Exception as error:
            if len(jobs) > 1:
                for job in jobs:
                    self._read([job])
            elif jobs:
                # The message of an error may quote the text, so only its kind is noted.
                log.error("The pipeline failed on a request (%s)", type(error).__name__)
                jobs[0].future.set_exception(Unreadable())
            return
        for job, answer in zip(jobs, answers, strict=True):
            job.future.set_result(answer)
