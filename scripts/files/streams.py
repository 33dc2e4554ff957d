"""Standard streams that are safe for everything that a step prints, whoever prints it.

In: the streams that Python opened. Out: the same, which let nothing through that a terminal would obey,
but for colours and progress bars, and take every character, whatever the terminal's encoding is.
"""

import io
import re
import sys
from typing import Any

import wasabi

from scripts.files.terminal import SafePrinter, harmless

# What programs write to a terminal to show colours and a progress bar.
DISPLAY = re.compile(r"\x1b\[[0-9;]*[mAK]|\r")


class SafeStream(io.TextIOWrapper):
    """Standard output or standard error, on which foreign strings do no harm, whoever prints them.

    What the encoding can't hold is written as an escape: where output is not UTF-8 (redirected on
    Windows, say), Python would stop at a name in another script.
    """

    def write(self, text: str) -> int:
        """Write a text, of whose unseen characters only layout, colours and progress bars are kept."""
        if not text.isprintable():
            kept = DISPLAY.findall(text)
            parts = [harmless(part) for part in DISPLAY.split(text)]
            written = [part for pair in zip(parts, [*kept, ""], strict=True) for part in pair]
            super().write("".join(written))
        else:
            super().write(text)
        return len(text)


def guard_streams() -> None:
    """Make standard output and standard error safe, and read standard input as UTF-8.

    For a program that was just started: the streams are Python's own, and so is the printer wasabi's.
    """
    sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)
    wasabi.msg.__class__ = SafePrinter  # what spaCy prints its own messages with
    if isinstance(sys.stdin, io.TextIOWrapper) and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")


def guarded(stream: Any) -> Any:
    """Return a safe stream that writes to where `stream` does."""
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, SafeStream):
        return stream
    stream.flush()
    return SafeStream(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
