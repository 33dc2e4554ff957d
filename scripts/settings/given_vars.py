"""Vars that were given to weasel on the command line but that project.yml does not have.

weasel ignores them in silence. In: the command line of the weasel that runs this step. Out: what is
wrong with it, in words; nothing where that can't be read.
"""

import os
import shlex
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

import psutil

from scripts.files.lock import runner
from scripts.files.terminal import printable
from scripts.settings.files import FILES, suggested

PREFIX = "--vars."
VARIABLE = "WEASEL_CONFIG_OVERRIDES"  # where weasel looks for more arguments


def problems(known: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with the vars that were given to weasel, a sentence each.

    known: the vars of project.yml.
    """
    for name in dict.fromkeys(given(arguments())):
        if name not in known:
            yield f"There is no vars.{printable(name)}; {advice(name, known)}"


def arguments() -> list[str]:
    """Return the arguments of the weasel that runs this step, those in the environment included."""
    found: list[str] = []
    with suppress(psutil.Error, ValueError):
        found += shlex.split(os.environ.get(VARIABLE, ""))
        if weasel := runner():
            found += weasel.cmdline()
    return found


def given(arguments: Iterable[str]) -> Iterator[str]:
    """Yield the names of the vars among the arguments, as weasel reads them."""
    for argument in arguments:
        if argument.startswith(PREFIX):
            name, equals, _ = argument.removeprefix(PREFIX).partition("=")
            yield name.replace("-", "_") if equals else name


def advice(name: str, known: Collection[str]) -> str:
    """Return what to write instead of a var that does not exist."""
    for section, model in FILES.items():
        if name in model.model_fields:
            return (
                f"{name} is a setting in configs/{section}.cfg. For one run: "
                f'--vars.set "{section}.{name}=…"'
            )
    return suggested(name, list(known))
