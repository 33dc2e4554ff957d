"""Read a file that another step wrote, and hold it against the type that says what it contains.

In: a path, the type and the step that writes the file. Out: its contents. A file that is
missing, damaged or of another version of this project ends the program with what to do.
"""

import sys
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from scripts.files import atomic
from scripts.files.terminal import msg, printable

LONGEST_PATH = 300  # characters of a path on the screen

T = TypeVar("T")


def read(path: Path, kind: type[T], step: str) -> T:
    """Return the contents of a JSON file.

    kind: what it contains, a TypedDict or a model of pydantic. step: the command of project.yml that
    writes it, with options where it needs any, as a hint for a file that can't be used.
    """
    try:
        found = atomic.read_json(path)
        adapter_of(kind).validate_python(found)  # type: ignore[arg-type]  # a class is hashable
    except FileNotFoundError:
        refuse_file(path, "is missing", step)
    except ValidationError as error:
        refuse_file(path, f"does not contain what it should: {first_fault(error)}", step)
    except ValueError as error:
        refuse_file(path, f"is not valid JSON ({printable(str(error))})", step)
    contents: T = found
    return contents


def read_if_there(path: Path, kind: type[T], step: str) -> T | None:
    """Return the contents of a JSON file, or None where there is none."""
    return read(path, kind, step) if path.is_file() else None


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """Return what holds values against a type."""
    return TypeAdapter(kind)


def first_fault(error: ValidationError) -> str:
    """Return the first thing that is wrong with a value, and where: `test.scores: Field required`."""
    first, *others = error.errors(include_url=False, include_input=False)
    place = printable(".".join(map(str, first["loc"])))
    more = f" (and {len(others)} more)" if others else ""
    return f"{f'{place}: ' if place else ''}{first['msg']}{more}"


def refuse_file(path: Path, reason: str, step: str) -> NoReturn:
    """Say what is wrong with a file and how to make it again, and end the program."""
    msg.fail(
        f"{printable(path.as_posix(), LONGEST_PATH)} {reason}", f"Create it again: weasel run {step}"
    )
    sys.exit(1)
