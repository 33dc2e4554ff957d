"""What a step that weasel started says about itself: which step it is, and how long it took.

In: project.yml, and the command lines of this program and of weasel. Out: a line at its start and one
at its end; the last step of a workflow adds how long the whole run took. A step that is started by hand
says nothing.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import srsly

import scripts
from scripts.files.lock import Worker, runner
from scripts.files.terminal import duration, say

MANIFEST = "project.yml"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of project.yml and where it is in the workflow that runs.

    number, of: as in `Step 3 of 11`; both are 0 where the step is run alone. begins, ends: whether this
    program is the first and the last of the step's commands.
    """

    name: str
    help: str
    number: int
    of: int
    begins: bool
    ends: bool

    @property
    def title(self) -> str:
        """The line that says what the step is."""
        title = f"Step {self.number} of {self.of}, {self.name}" if self.of else self.name
        return f"{title}: {self.help}" if self.help else title

    def took(self, seconds: float, whole: float) -> str:
        """Return the line that says how long the step took and, after the last, the whole run."""
        title = f"Step {self.number} of {self.of}" if self.of else self.name
        rest = f"; the whole run took {duration(whole)}" if self.of and self.number == self.of else ""
        return f"{title} took {duration(seconds)}{rest}"


def this_step() -> Step | None:
    """Return the step that this program is, or None if weasel didn't start it."""
    weasel = runner()
    if weasel is None or not Path(MANIFEST).is_file():
        return None
    return step_of(sys.orig_argv, weasel.cmdline(), srsly.read_yaml(MANIFEST))


def step_of(program: list[str], weasel: list[str], manifest: dict[str, Any]) -> Step | None:
    """Return the step that a program is, or None if project.yml has no such command.

    program, weasel: command lines, Python or the program's name first.
    """
    after = weasel[weasel.index("run") + 1 :] if "run" in weasel else []
    target = next((word for word in after if not word.startswith("-")), "")
    names = (manifest.get("workflows") or {}).get(target, [])
    for command in manifest["commands"]:
        if command["name"] not in (names or [target]):
            continue
        for at, line in enumerate(command["script"]):
            words = fixed_words(line)
            if words and program[1 : len(words) + 1] == words:
                name, last = command["name"], len(command["script"]) - 1
                number = names.index(name) + 1 if names else 0
                return Step(name, command.get("help", ""), number, len(names), at == 0, at == last)
    return None


def fixed_words(line: str) -> list[str]:
    """Return the words of a command after `python` that no variable can change."""
    return list(takewhile(lambda word: not set(word) & set('"$'), line.split()[1:]))


@contextmanager
def announced(step: Step, first: Worker) -> Iterator[None]:
    """Say which step it is before this block, and how long it took when it has ended well.

    first: the process of the step's first command.
    """
    if step.begins:
        say(step.title)
    try:
        yield
    except SystemExit as end:  # how typer ends a program
        if end.code:
            raise
        say_time(step, first)
        raise
    say_time(step, first)


def say_time(step: Step, first: Worker) -> None:
    """Say how long a step took, if this was its last command."""
    weasel = runner()
    if step.ends:
        say(step.took(seconds_since(first), seconds_since(Worker.of(weasel)) if weasel else 0.0))


def seconds_since(start: Worker) -> float:
    """Return how long ago a process was started.

    The system's own starting times are off by up to a second, all by as much; their differences are not.
    """
    return time.monotonic() - scripts.STARTED + Worker.of_this().started - start.started
