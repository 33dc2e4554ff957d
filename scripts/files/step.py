"""How every step is run, so that whatever happens is said in words.

In: a step's typer app, or (`python -m scripts.files.step spacy train …`) a module of another package.
Out: what it does. Streams are safe for foreign strings, one run works in a folder at a time, and what
the system refuses, a full disk or a folder that is read-only, is a message in place of a traceback.
"""

import errno
import os
import re
import runpy
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import typer

from scripts.files.lock import OtherRun, only_run_in
from scripts.files.streams import guard_streams
from scripts.files.terminal import msg, printable

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows knows no quota
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
QUOTED = re.compile(r'"([^"]*)"')
LONGEST_PATH = 300


def run(app: typer.Typer, *, writes: bool = True) -> None:
    """Run a step that was started as a program.

    writes: whether it writes to the project, so that no other run may do so meanwhile.
    """
    sys.argv[1:] = unquoted(sys.argv[1:])
    guarded(lambda: app(windows_expand_args=False), writes=writes)  # patterns are for us to expand


def run_module(arguments: list[str]) -> None:
    """Run a module of another package, whose name comes first, as `python -m` would."""
    sys.argv = unquoted(arguments)
    guarded(lambda: runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True), writes=True)


def unquoted(arguments: list[str]) -> list[str]:
    """Return arguments without the quotes around each, which weasel leaves there on Windows."""
    return [QUOTED.sub(r"\1", each) if QUOTED.fullmatch(each) else each for each in arguments]


def guarded(program: Callable[[], object], *, writes: bool) -> None:
    """Run a program; what goes wrong outside of it is said in words and ends it with code 1."""
    guard_streams()
    try:
        with in_words(), only_run_in(Path()) if writes else nullcontext():
            program()
    except SystemExit as end:
        if was_interrupted(end):
            raise KeyboardInterrupt from None  # the package `scripts` says how to go on
        raise


@contextmanager
def in_words() -> Iterator[None]:
    """Say in words what the system refused in this block, and end the program."""
    try:
        yield
    except OtherRun as error:
        how = "Wait until it has ended, or work in a copy of the folder."
        msg.fail(str(error)[:1].upper() + str(error)[1:], how, exits=1)
    except OSError as error:
        if not error.errno:
            raise
        msg.fail(*words_for(error), exits=1)
    except sqlite3.OperationalError as error:
        if "full" not in str(error):
            raise
        msg.fail(*words_for(OSError(errno.ENOSPC, str(error))), exits=1)


def words_for(error: OSError) -> tuple[str, str]:
    """Return what the system refused, and what to do about it."""
    path = error.filename2 or error.filename
    name = printable(os.fsdecode(path), LONGEST_PATH) if isinstance(path, str | bytes) else "the file"
    said = error.strerror or str(error)
    if error.errno in FULL:
        return (
            f"No space is left to write {name} ({said})",
            "Make room, then run the step again. What was there before is as it was.",
        )
    if error.errno in REFUSED:
        return (
            f"No right to read or write {name} ({said})",
            "Give yourself the right, or work in a copy of the folder that is yours.",
        )
    if error.errno == errno.ENOENT:
        return f"{name} is not there", "weasel run all makes whatever is missing."
    return f"{name} can't be read or written ({said})", "Look at that place, then run the step again."


def was_interrupted(end: BaseException) -> bool:
    """Say whether the program ends because of Ctrl-C, for which typer exits with a code."""
    found: BaseException | None = end
    while found is not None:
        if isinstance(found, KeyboardInterrupt):
            return True
        found = found.__cause__ or found.__context__
    return False


if __name__ == "__main__":
    run_module(sys.argv[1:])
