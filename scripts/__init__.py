"""The steps of the project, one module a step, and the rooms that they share."""

import sys
import time
from types import TracebackType

STARTED = time.monotonic()  # when this program was started, or soon after
INTERRUPTED = 130  # exit code of a program that Ctrl-C has ended


def say_interrupted() -> None:
    """Say how to go on after Ctrl-C."""
    how = "Run the same command again to go on: what is finished is kept."
    print(f"\nInterrupted\n{how}", file=sys.stderr, flush=True)  # noqa: T201


def without_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Report an error that ends the program; for Ctrl-C without a traceback."""
    if issubclass(kind, KeyboardInterrupt):
        say_interrupted()
    else:
        sys.__excepthook__(kind, error, trace)


# `python -m scripts.convert` comes here first: loading spaCy takes long enough to be interrupted.
# Python calls the program `-m` until then; a program that only imports this package is left alone.
if sys.argv[:1] == ["-m"]:
    sys.excepthook = without_traceback
