"""The versions of one text by several annotators, side by side.

In: the rows of a text, each with its annotator. Out: who has it as what. A text that occurs several
times is told apart by its identifier, and by its order where identifiers differ.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from scripts.annotation.text import AnnotatedText
from scripts.conversion.repeats import Identity

REPEATED = "another row of the same annotator"

Versions = dict[str, AnnotatedText]  # the record of each annotator, by name


def by_text(record: AnnotatedText, _: str | None) -> Identity:
    """Return what versions of one text share: the text. Tools add or drop a last line break."""
    return record.text.rstrip(), None, None


def versions(rows: Iterable[AnnotatedText], left_out: Counter[str]) -> Iterator[Versions]:
    """Yield the versions of each occurrence of one text. left_out: rows that are none, by the reason."""
    found: dict[str, list[AnnotatedText]] = {}
    for row in rows:
        own = found.setdefault(row.annotator or "", [])
        if row.id is not None and any(other.id == row.id for other in own):
            left_out[REPEATED] += 1
        else:
            own.append(row)
    most = max(found, key=lambda name: len(found[name]))
    occurrences: list[Versions] = [{most: row} for row in found.pop(most)]
    for name, own in found.items():
        add(occurrences, most, name, own)
    yield from occurrences


def add(occurrences: list[Versions], most: str, name: str, own: list[AnnotatedText]) -> None:
    """Add the rows of one more annotator to the occurrences of a text, of which there are enough."""
    numbers = {occurrence[most].id: at for at, occurrence in enumerate(occurrences)}
    rest = []
    for row in own:
        if row.id is not None and row.id in numbers:
            occurrences[numbers[row.id]][name] = row
        else:
            rest.append(row)
    free = (occurrence for occurrence in occurrences if name not in occurrence)
    for occurrence, row in zip(free, rest, strict=False):
        occurrence[name] = row
