"""What is wrong with values of a config, in words.

In: the errors of pydantic or of spaCy. Out: a sentence each, with the place and without what Python
made of the other values.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.files.terminal import printable

TYPE = re.compile(r"<class '(\w+)'>")


def problems(errors: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the place of each error and its message."""
    return [problem(error) for error in errors]


def problem(error: Mapping[str, Any]) -> str:
    """Return the place of an error and its message; that of a whole section has no place."""
    place = printable(".".join(map(str, error["loc"])))
    said = str(error["msg"]).removeprefix("Value error, ").removeprefix("at root: ")
    said = printable(TYPE.sub(r"\1", said))
    return f"{place}: {said}" if place else said
