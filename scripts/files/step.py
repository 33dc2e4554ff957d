"""How every step is run, so that whatever happens is said in words.

In: a step's typer app, or (`python -m scripts.files.step spacy train …`) a module of another package.
Out: what it does. Streams are safe for foreign strings, one run works in a folder at a time, and what
the system refuses, a full disk or a folder that is read-only, is a message in place of a traceback.
"""

import errno
import os
import re
import runpy
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import typer

import scripts
from scripts.files.lock import OtherRun, Worker, only_run_in
from scripts.files.progress import Step, announced, this_step
from scripts.files.streams import SafeStream, SpacyStream, guard_streams
from scripts.files.terminal import msg, printable

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows knows no quota
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
QUOTED = re.compile(r'"([^"]*)"')
# How shutil has an error of the system in a string: `[Errno 28] No space left on device: 'a.txt'`.
ERRNO = re.compile(r"\[(Errno|WinError) (\d+)\]")
NO_GPU = ("Cannot use GPU", "No GPU devices detected")  # how thinc says that there is none
GPU = "Install CuPy for your CUDA version (on macOS PyTorch), or set gpu_id in project.yml to -1."
DIVERGED = "Lower the learning rate in [training.optimizer], or set grad_clip there to 1.0."
LONGEST_PATH = 300  # characters of a path on the screen
LONGEST_ERROR = 600  # characters of a list of errors


def run(app: typer.Typer, *, writes: bool = True) -> None:
    """Run a step that was started as a program.

    writes: whether it writes to the project, so that no other run may do so meanwhile.
    """
    sys.argv[1:] = unquoted(sys.argv[1:])
    guarded(lambda: app(windows_expand_args=False), writes=writes)  # patterns are for us to expand


def run_module(arguments: list[str]) -> None:
    """Run a module of another package, whose name comes first, as `python -m` would."""
    sys.argv = unquoted(arguments)
    program = lambda: runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)  # noqa: E731
    guarded(program, writes=True, stream=SpacyStream)


def unquoted(arguments: list[str]) -> list[str]:
    """Return arguments without the quotes around each, which weasel leaves there on Windows."""
    return [QUOTED.sub(r"\1", each) if QUOTED.fullmatch(each) else each for each in arguments]


def guarded(
    program: Callable[[], object], *, writes: bool, stream: type[SafeStream] = SafeStream
) -> None:
    """Run a program; what goes wrong outside it is said in words and ends it with code 1."""
    guard_streams(stream)
    try:
        with errors_in_words(), at_work(this_step(), writes=writes):
            program()
    except (KeyboardInterrupt, SystemExit) as end:  # typer makes an exit with a code of Ctrl-C
        if not any(isinstance(cause, KeyboardInterrupt) for cause in causes(end)):
            raise
        scripts.say_interrupted()
        sys.exit(scripts.INTERRUPTED)


@contextmanager
def at_work(step: Step | None, *, writes: bool) -> Iterator[None]:
    """Keep other runs out of the folder, if this one writes to it, and say which step it is."""
    continues = step is not None and not step.begins
    held = only_run_in(Path(), continues=continues) if writes else nullcontext(Worker.of_this())
    with held as first, announced(step, first) if step else nullcontext():
        yield


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Say in words what the system or a training refused in this block, and end the program."""
    try:
        yield
    except OtherRun as error:
        how = "Wait until it has ended, or work in a copy of the folder."
        msg.fail(str(error)[:1].upper() + str(error)[1:], how, exits=1)
    except shutil.Error as error:  # of a folder that was to be copied
        msg.fail(*words_for(refusal_of(error)), exits=1)
    except OSError as error:
        known = (e for e in causes(error) if isinstance(e, OSError) and e.errno)
        if refused := next(known, None):
            msg.fail(*words_for(refused), exits=1)
        raise
    except ValueError as error:
        if str(error).startswith(NO_GPU):
            msg.fail(str(error), GPU, exits=1)
        raise
    except FloatingPointError as error:
        msg.fail(str(error), DIVERGED, exits=1)
    except sqlite3.OperationalError as error:
        if "full" not in str(error):
            raise
        msg.fail(*words_for(OSError(errno.ENOSPC, str(error))), exits=1)


def refusal_of(error: shutil.Error) -> OSError:
    """Return what kept a folder from being copied: a full disk, or otherwise what went wrong first.

    error: of `shutil.copytree`, with a tuple for each file: where from, where to, and why not.
    """
    found = error.args[0] if error.args and isinstance(error.args[0], list) else [("", "", str(error))]
    refusals = [as_refused(str(to), str(why)) for _, to, why in found]
    return next((refused for refused in refusals if refused.errno in FULL), refusals[0])


def as_refused(path: str, said: str) -> OSError:
    """Return an error of the system from the string that shutil keeps of it."""
    shown, number = printable(said, LONGEST_ERROR), ERRNO.search(said)
    if number is None:
        return OSError(None, shown, path or None)
    kind, code = number[1], int(number[2])
    if kind == "WinError":  # from which Python finds `errno` on Windows
        return OSError(None, shown, path, code)
    return OSError(code, os.strerror(code), path)


def words_for(error: OSError) -> tuple[str, str]:
    """Return what the system refused, and what to do about it."""
    path = error.filename2 or error.filename
    name = printable(os.fsdecode(path), LONGEST_PATH) if isinstance(path, str | bytes) else "A file"
    said = error.strerror or str(error)
    if error.errno in FULL:
        told = f"{name if path else 'a file'} can't be written"
        why = "" if error.errno == errno.ENOSPC else f" ({said})"
        return (
            f"The disk is full: {told}{why}",
            "Free some disk space; weasel run all continues with this step.",
        )
    if error.errno in REFUSED:
        return (
            f"{name} can't be read or written ({said})",
            "Change the permissions, or work in a copy of the project that you own.",
        )
    if error.errno == errno.ENOENT:
        return f"{name} does not exist", "weasel run all creates anything that is missing."
    how = "Check what is at that path and move it away; weasel run all then continues with this step."
    return f"{name} can't be read or written ({said})", how


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, the one that it was raised for, and so on."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


if __name__ == "__main__":
    run_module(sys.argv[1:])
