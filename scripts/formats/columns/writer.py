r"""CoNLL columns: a token and its IOB2 tag a line, a tab between them, a blank line after each text.

A line:      token [tab] tag            tag: O | B-LABEL | I-LABEL
A document:  -DOCSTART- [(name)] [tab] O, above the texts of a group and above what follows one
Source: the CoNLL-2003 shared task, https://aclanthology.org/W03-0419.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.annotation.text import AnnotatedText
from scripts.files import atomic
from scripts.formats.shared.blocks import DOCSTART
from scripts.formats.shared.tagging import tagged
from scripts.formats.shared.tags import BEGIN, INSIDE, OUT
from scripts.formats.writer_base import ID, META, PARTIAL, WRONG, Losses, Writer, leave_out

TAB = "\t"
SPLIT = "token that contains white space: written as several tokens"
LABEL = "label with a tab or line break: a space written instead"
NAME = "name of a group with a tab or line break: a space written instead"
UNWRITABLE = "token that can't be written in a column file: left out"
INVISIBLE = "\ufeff"  # a byte order mark; at the beginning of a file it would be taken for one


def write(records: Iterable[AnnotatedText], path: Path) -> Losses:
    """Write texts as column file; return what got lost."""
    losses: Losses = Counter()
    group: str | None = None
    with atomic.open_text(path) as stream:
        for record in records:
            leave_out(record, losses, ID, META, WRONG, PARTIAL)
            if record.group != group:
                group = record.group
                stream.write(f"{document(group, losses)}{TAB}{OUT}\n\n")
            for token, tag in rows(tagged(record, losses), losses):
                stream.write(f"{token}{TAB}{tag}\n")
            stream.write("\n")
    return losses


def document(group: str | None, losses: Losses) -> str:
    """Return what begins a document: its name, if it has one, in parentheses."""
    return DOCSTART if group is None else f"{DOCSTART} ({in_a_cell(group, NAME, losses)})"


def rows(words: Iterable[tuple[str, str]], losses: Losses) -> Iterator[tuple[str, str]]:
    """Yield the rows of words: one each, or several for a word that has white space in it."""
    for word, tag in words:
        parts = pieces(word)
        if len(parts) > 1:
            losses[SPLIT] += 1
        elif not parts:
            losses[UNWRITABLE] += 1
        cell = in_a_cell(tag, LABEL, losses)
        following = cell.replace(f"{BEGIN}-", f"{INSIDE}-", 1) if cell.startswith(f"{BEGIN}-") else cell
        for number, part in enumerate(parts):
            yield part, following if number else cell


def pieces(word: str) -> list[str]:
    """Return a word in pieces that a column can hold: without white space, none a mark of its own."""
    if word == DOCSTART:
        return [DOCSTART[:1], DOCSTART[1:]]
    return word.replace(INVISIBLE, " ").split()


def in_a_cell(value: str, reason: str, losses: Losses) -> str:
    """Return a value as a column can hold it; counts under the reason what had to be changed."""
    if value.isprintable():
        return value
    losses[reason] += 1
    return " ".join(value.split())


WRITER = Writer("columns", "CoNLL columns (IOB2)", ".conll", write)
