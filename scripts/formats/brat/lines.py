r"""The lines of brat's annotation files.

In: an .ann, .a1 or .a2 file. Out: the spans that it marks, each with its identifier, and which of them
events hang on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.fields import label_of, shown
from scripts.formats.shared.lines import lines

TEXT_BOUND = re.compile(
    r"(?P<id>T\S*)[ \t]+(?P<label>\S(?:[^\t]*?\S)?)[ \t]++"
    r"(?P<parts>-?\d{1,18}+[ \t]+-?\d{1,18}+(?:[ \t]*;[ \t]*-?\d{1,18}+[ \t]+-?\d{1,18}+)*+)"
    r"[ \t]*(?:[ \t](?P<mention>.*))?",
    re.DOTALL | re.ASCII,
)
ENTRY = re.compile(r"(?:[A-Za-z#]\d\S*|\*)[ \t]", re.ASCII)
MARKS = re.compile(r"\S+\t\S+[ \t]+-?\d+[ \t]+-?\d+(?:[\t;]|$)", re.ASCII)  # has a label and offsets
TRIGGER = re.compile(r"E\S*[ \t]+[^\s:]+:(T\S+)")
EXPECTED = "write it as T1 [tab] LABEL START END [tab] TEXT"


@dataclass(slots=True)
class Annotations:
    """What the annotation files of one text say.

    spans: each with its identifier. triggers: identifiers of the words that events hang on.
    entries: how many annotations of all kinds there are. strays: lines that are none.
    """

    spans: list[tuple[str, CharSpan]] = field(default_factory=list)
    triggers: set[str] = field(default_factory=set)
    entries: int = 0
    strays: int = 0

    def add(self, path: Path) -> None:
        """Add what a file says. Raises Unusable for a line that seems to mark a span and doesn't."""
        for number, line in self.read(path):
            self.entries += 1
            if line.startswith("T"):
                try:
                    self.spans.append(text_bound(line))
                except Unusable as error:
                    raise Unusable(f"line {number}: {error.reason}", error.hint) from None
            elif trigger := TRIGGER.match(line):
                self.triggers.add(trigger[1])

    def read(self, path: Path) -> Iterator[tuple[int, str]]:
        """Yield the annotations of a file with their line numbers.

        A mention that holds line ends goes on in the next lines, in files of old versions of brat.
        """
        begun, pieces, lacking = 0, [""], 0  # lacking: characters of the mention that are still to come
        for number, line in lines(path):
            if ENTRY.match(line):
                if begun:
                    yield begun, "\n".join(pieces)
                begun, pieces, lacking = number, [line], lacking_of(line)
            elif MARKS.match(line):
                reason = f"line {number}: it has no identifier such as T1 ({shown(line)})"
                raise Unusable(reason, EXPECTED)
            elif lacking > 0:
                pieces.append(line)
                lacking -= len(line) + 1
            elif line.strip():
                self.strays += 1
        if begun:
            yield begun, "\n".join(pieces)


def lacking_of(line: str) -> int:
    """Return by how many characters the mention that a line quotes is shorter than its span."""
    match = TEXT_BOUND.fullmatch(line)
    if not match or not match["mention"]:
        return 0
    return sum(end - start for start, end in parts_of(match["parts"])) - len(match["mention"])


def parts_of(places: str) -> list[tuple[int, int]]:
    """Return the offsets of `START END[;START END]*`."""
    pairs = (place.split() for place in places.split(";"))
    return [(int(start), int(end)) for start, end in pairs]


def text_bound(line: str) -> tuple[str, CharSpan]:
    """Return the identifier and the span of a T line, or raise Unusable."""
    match = TEXT_BOUND.fullmatch(line)
    if not match:
        raise Unusable(f"it marks no span ({shown(line)})", EXPECTED)
    parts = parts_of(match["parts"])
    start, end = min(start for start, _ in parts), max(end for _, end in parts)
    label = label_of(match["label"], (start, end))
    several = tuple(parts) if len(parts) > 1 else ()
    return match["id"], CharSpan(start, end, label, parts=several, mention=match["mention"] or None)
