"""Standard input and output that take every character, whatever the terminal's encoding is.

Where output is not UTF-8 (redirected on Windows, say), Python would stop at a name in another script.
"""

import io
import sys


def take_every_character() -> None:
    """Write what standard output can't encode as escapes, and read standard input as UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdin, io.TextIOWrapper) and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
