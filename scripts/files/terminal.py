"""Foreign strings on the terminal: labels, file names and texts may hold anything.

In: a string. Out: the same on one line, with nothing in it that a terminal would obey or hide.
"""

import unicodedata

LONGEST = 100  # characters of a foreign string that a message shows
# Categories of characters that a terminal obeys or doesn't show: controls, formats (bidirectional
# overrides, zero-width characters), halves of surrogate pairs, line and paragraph separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are spelled with these


def printable(text: str, longest: int = LONGEST) -> str:
    """Return `text` on one line, unseen characters as escapes, shortened to `longest` characters.

    A shortened text ends with an ellipsis, which counts among the `longest`.
    """
    shortened = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if is_seen(c) else escaped(c) for c in shortened)


def is_seen(character: str) -> bool:
    """Say whether a terminal shows a character and does nothing else with it."""
    return unicodedata.category(character) not in UNSEEN or character in JOINERS


def escaped(character: str) -> str:
    r"""Return a character as Python writes it in a string: `\x1b`, `\u202e`, `\n`."""
    return character.encode("unicode_escape").decode("ascii")
