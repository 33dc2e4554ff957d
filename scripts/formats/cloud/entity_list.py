"""Amazon Comprehend's entity list: a dictionary, names with their types and without any text.

Text,Type          a header, and a name and its type a row
There is nothing in it to train on: `convert` makes patterns of it for spaCy's entity_ruler.
Source: https://docs.aws.amazon.com/comprehend/latest/dg/cer-entity-list.html.
"""

from collections.abc import Iterator
from pathlib import Path

from scripts.annotation.text import OtherTask, UnlocatedEntity
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.csv_rows import BrokenRow, csv_rows, delimiter_of, first_rows
from scripts.formats.shared.head import Head

HEADER = ["text", "type"]
COMMA = ","


def sniff(head: Head) -> bool:
    """Say whether the header is that of an entity list."""
    first = next(iter(first_rows(head, delimiter_of(head) or COMMA)), None)
    return first is not None and isinstance(first[1], list) and named(first[1]) == HEADER


def named(cells: list[str]) -> list[str]:
    """Return the names in a header as they are compared."""
    return [cell.strip().casefold() for cell in cells]


def read(path: Path, options: Options) -> Records:
    """Raise OtherTask: there is no text to yield."""
    hint = (
        "add annotated texts; with them, the list is also written as patterns for spaCy's entity_ruler"
    )
    raise OtherTask(
        path.as_posix(), "this is an entity list: names without the texts they occur in", hint
    )
    yield  # a generator, as every reader is


def names(path: Path) -> Iterator[UnlocatedEntity | None]:
    """Yield each name with its type, None for a row without one. Raises FileFault as `csv_rows` does."""
    for number, cells in csv_rows(path, delimiter_of(Head.of(path)) or COMMA):
        if isinstance(cells, BrokenRow):
            yield None
            continue
        stripped = [cell.strip() for cell in cells]
        if number > 1 and any(stripped):
            yield UnlocatedEntity(*stripped) if len(stripped) == len(HEADER) and all(stripped) else None


FORMAT = Format("entity_list", "Amazon Comprehend entity list", sniff, read, names=names)
