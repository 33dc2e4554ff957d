"""Standard streams that are safe for everything that a step prints, whoever prints it.

In: the streams that Python opened. Out: the same, which let nothing through that a terminal would obey,
but for colours and progress bars, and take every character, whatever the terminal's encoding is.
"""

import io
import os
import re
import sys
from typing import Any

import wasabi

from scripts.files.terminal import SafePrinter, harmless

# What programs write to a terminal to show colours and a progress bar.
DISPLAY = re.compile(r"\x1b\[[0-9;]*[mAK]|\r")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Lines of spaCy's that look like errors and are none, each with what explains it.
EXPLAINED = {
    r"No label data found for component '[^']*'": "this component has no labels",
    r"Initial learn rate: 0\.0": "in the first step; a warm-up schedule starts at zero",
}
EXPLAINED_LINES = [
    (re.compile(rf"((?:\x1b\[[0-9;]*m)?(?:\S{{1,3}} )?{line})((?:\x1b\[0m)?\n?)"), note)
    for line, note in EXPLAINED.items()
]


class SafeStream(io.TextIOWrapper):
    """Standard output or standard error, on which foreign strings do no harm, whoever prints them.

    What the encoding can't hold is written as an escape: where output is not UTF-8 (redirected on
    Windows, say), Python would stop at a name in another script.
    """

    def write(self, text: str) -> int:
        """Write a text, of whose unseen characters only layout, colours and progress bars are kept.

        Colours are left out, too, where NO_COLOR is set (https://no-color.org).
        """
        if not text.isprintable():
            shown = COLOUR.sub("", text) if os.environ.get("NO_COLOR") else text
            kept = DISPLAY.findall(shown)
            parts = [harmless(part) for part in DISPLAY.split(shown)]
            written = [part for pair in zip(parts, [*kept, ""], strict=True) for part in pair]
            super().write("".join(written))
        else:
            super().write(text)
        return len(text)


class SpacyStream(SafeStream):
    """A safe stream for spaCy's commands, in which lines that look like errors are explained."""

    def write(self, text: str) -> int:
        """Write a text; spaCy writes each of its messages at once."""
        super().write(explained(text))
        return len(text)


def explained(text: str) -> str:
    """Return one of spaCy's messages with the explanation that it needs, and anything else as it is."""
    for line, note in EXPLAINED_LINES:
        if found := line.fullmatch(text):
            return f"{found[1]} ({note}){found[2]}"
    return text


def guard_streams(kind: type[SafeStream] = SafeStream) -> None:
    """Make standard output and standard error safe, and read standard input as UTF-8.

    For a program that was just started: the streams are Python's own, and so is the printer wasabi's.
    """
    sys.stdout, sys.stderr = guarded(sys.stdout, kind), guarded(sys.stderr, kind)
    wasabi.msg.__class__ = SafePrinter  # what spaCy prints its own messages with
    if isinstance(sys.stdin, io.TextIOWrapper) and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")


def guarded(stream: Any, kind: type[SafeStream] = SafeStream) -> Any:
    """Return a safe stream that writes to where `stream` does."""
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, SafeStream):
        return stream
    stream.flush()
    return kind(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
