"""Foreign strings on the terminal: labels, file names and texts may hold anything.

In: strings. Out: the same with nothing in them that a terminal would obey or hide. `printable` and
`listed` are for strings that go into a message; `msg` and `say` print a message.
"""

import sys
import unicodedata
from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any, NoReturn

from wasabi.printer import Printer

LONGEST = 100  # characters of a foreign string that a message shows
LONGEST_CELL = 1000  # characters in one cell of a table
MOST_LISTED = 10  # strings of a list that a message shows
# Categories of characters that a terminal obeys or doesn't show: controls, formats (bidirectional
# overrides, zero-width characters), halves of surrogate pairs, line and paragraph separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are spelled with these
# Signs around or below the digits and letters that follow, as of years in Arabic: they are formats by
# category, but a terminal shows them (Unicode's property Prepended_Concatenation_Mark).
NUMBER_SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
VISIBLE = JOINERS + NUMBER_SIGNS
EXACT = 10.0  # seconds from which a time is shown without decimals
KILO = 1000
LAYOUT = "\n\t"  # what a message of ours may hold besides


def printable(text: str, longest: int = LONGEST) -> str:
    """Return `text` on one line, unseen characters as escapes, shortened to `longest` characters.

    A shortened text ends with an ellipsis, which counts among the `longest`.
    """
    shortened = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if is_seen(c) else escaped(c) for c in shortened)


def listed(strings: Collection[str], most: int = MOST_LISTED) -> str:
    """Return the first strings of a list with commas, and how many more there are."""
    shown = ", ".join(printable(string) for string in islice(strings, most))
    more = len(strings) - most
    return f"{shown} and {more:,} more" if more > 0 else shown


def harmless(text: str) -> str:
    """Return `text` with unseen characters as escapes, but for its line breaks and tabs."""
    if text.isprintable():
        return text
    return "".join(c if is_seen(c) or c in LAYOUT else escaped(c) for c in text)


def is_seen(character: str) -> bool:
    """Say whether a terminal shows a character and does nothing else with it."""
    return unicodedata.category(character) not in UNSEEN or character in VISIBLE


def escaped(character: str) -> str:
    r"""Return a character as Python writes it in a string: `\x1b`, `\u202e`, `\n`."""
    return character.encode("unicode_escape").decode("ascii")


def duration(seconds: float) -> str:
    """Return a time as people say it: `3.2 s`, `42 s`, `4 min 16 s`, `1 h 5 min`."""
    if round(seconds, 1) < EXACT:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def size(count: float) -> str:
    """Return a number of bytes in the unit that fits: `512 bytes`, `74 kB`, `1.4 MB`, `2.1 GB`."""
    if count < KILO:
        return f"{count:.0f} bytes"
    if count < 999_500:  # from there it is 1.0 MB
        return f"{count / KILO:.0f} kB"
    mega = count / KILO**2
    return f"{mega:,.1f} MB" if mega < 999.95 else f"{mega / KILO:,.1f} GB"


class SafePrinter(Printer):
    """wasabi's printer, whose messages may hold foreign strings: only its own colours get through.

    Icons are put before a title here, since wasabi's `locale_escape` stops at a letter like ö wherever
    output is not UTF-8.
    """

    def text(self, title: Any = "", text: Any = "", *args: Any, icon: Any = None, **kwargs: Any) -> Any:
        """Print a message; `good`, `warn`, `fail` and `info` end here as well."""
        mark = self.icons.get(icon, "") if self.pretty else ""
        title = f"{mark} {harmless(str(title))}".strip()
        return super().text(title, harmless(str(text)), *args, **kwargs)

    def divider(self, text: str = "", *args: Any, **kwargs: Any) -> Any:
        """Print a divider with a headline."""
        return super().divider(harmless(text), *args, **kwargs)

    def table(self, data: Any, **kwargs: Any) -> Any:
        """Print rows as a table, each cell on one line."""
        if header := kwargs.get("header"):
            kwargs["header"] = cells(header)
        return super().table([cells(row) for row in data], **kwargs)


def cells(row: Iterable[Any]) -> tuple[str, ...]:
    """Return the cells of a table's row as strings on one line each."""
    return tuple(printable(str(cell), LONGEST_CELL) for cell in row)


def say(text: str) -> None:
    """Print a line as it is, whatever the width of the terminal, without what a terminal would obey."""
    print(harmless(text))  # noqa: T201


msg = SafePrinter()


def refuse(title: str, reasons: Iterable[str]) -> NoReturn:
    """Print why something can't be done, each reason on lines of its own, and end the program."""
    msg.fail(title)
    for reason in reasons:
        msg.text(reason)
    sys.exit(1)
