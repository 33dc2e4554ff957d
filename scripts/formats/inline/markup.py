"""Texts with their entities marked inside them, one a line, turned into texts and spans.

In: a text and where its tags stand. Out: the text without the tags, and a span for each pair.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Records
from scripts.formats.shared.fields import usable_text
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import lines


class Marked(NamedTuple):
    """A text, its spans, and what had to be changed for that (as `AnnotatedText.notes`)."""

    text: str
    spans: tuple[CharSpan, ...]
    notes: tuple[str, ...] = ()


class Tag(NamedTuple):
    """A stretch of a text that is markup.

    label: what begins there; None for an end. closes: what it ends, empty for whatever is open.
    """

    start: int
    end: int
    label: str | None
    closes: str = ""


def read_lines(path: Path, parse: Callable[[str], Marked]) -> Records:
    """Yield a record for each line of a file that has something visible on it."""
    file = path.as_posix()
    for number, line in lines(path):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            found = parse(usable_text(line))
            if not found.text.strip():
                raise Unusable("the line has no text apart from its tags", "delete it")
            yield AnnotatedText(found.text, found.spans, file, place, annotated=True, notes=found.notes)
        except Unusable as error:
            yield Fault(file, place, line[:RECORD_SHOWN], error.reason, error.hint)


def without_tags(text: str, tags: Iterable[Tag]) -> tuple[list[str], tuple[CharSpan, ...]]:
    """Return the pieces of a text between its tags, and the spans in the text that these make together.

    Raises Unusable for a tag that is never closed, or never opened.
    """
    pieces: list[str] = []
    spans: list[CharSpan] = []
    open_tags: list[tuple[str, str, int]] = []
    position = end = 0
    for tag in tags:
        pieces.append(text[end : tag.start])
        position += tag.start - end
        end = tag.end
        if tag.label is not None:
            open_tags.append((tag.label, tag.closes, position))
            continue
        if not open_tags or open_tags[-1][1] != tag.closes:
            reason = f"{text[tag.start : tag.end]!r} ends an entity that never began"
            raise Unusable(reason, "close tags in the reverse order")
        label, _, start = open_tags.pop()
        spans.append(CharSpan(start, position, label))
    if open_tags:
        raise Unusable(f"{open_tags[-1][0]!r} is never closed", "close it on the same line")
    pieces.append(text[end:])
    return pieces, tuple(sorted(spans, key=lambda span: (span.start, -span.end)))
