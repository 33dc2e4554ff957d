"""Tags of a Hugging Face dataset: names, or numbers that have names somewhere.

In: the tags of a field, as lists. Out: how to read them, and the same with their names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from scripts.annotation.text import FileFault, Unusable
from scripts.formats.base import Options
from scripts.formats.huggingface.columns import UNKNOWN
from scripts.formats.huggingface.features import names_beside, names_in
from scripts.formats.shared.fields import shown
from scripts.formats.shared.tag_names import LIST_THEM, fitting
from scripts.formats.shared.tags import OUT, TagSummary

NAME_THEM = (
    f"{LIST_THEM}; or put the dataset_info.json or README.md of the dataset, which may have them, "
    "next to the file"
)
DIGITS = 5  # of a number that can be a tag's


@dataclass(frozen=True, slots=True)
class TagScheme:
    """How tags are read: the names of those that are numbers, () for tags that are names; the scheme.

    bare: labels that stand without a prefix as well.
    """

    names: tuple[str, ...]
    scheme: str
    bare: frozenset[str] = frozenset()


def tagging_of(
    path: Path, field: str, lists: Sequence[Sequence[Any]], features: Any, options: Options
) -> TagScheme:
    """Return how the tags of a field are read.

    lists: those of many rows. features: what the schema of the file says of its columns.
    Raises FileFault for numbers that have no names.
    """
    tags = {tag for tag in chain.from_iterable(lists) if not is_unknown(tag) and is_tag(tag)}
    names: tuple[str, ...] = ()
    if tags and all(map(is_number, tags)) and tags != {"0"}:
        largest, file = max(map(int, tags)), path.as_posix()
        names = names_in(features, field) or names_beside(path, field)
        if options.tag_names:
            names = fitting(options.tag_names, largest, file)
        elif not names:
            names = refuse_nameless(path, largest)
    summary = TagSummary()
    for given in lists:
        summary.add(known(given, names))
    if not summary.marked:
        summary.tags.update(names)
    return TagScheme(names, summary.scheme, summary.bare)


def refuse_nameless(path: Path, largest: int) -> tuple[str, ...]:
    """Raise FileFault for numbers without names; where all are 0, nothing is marked."""
    if not largest:
        return (OUT,)
    reason = f"its tags are numbers up to {largest}, without names"
    raise FileFault(path.as_posix(), reason, NAME_THEM)


def is_unknown(tag: Any) -> bool:
    """Say whether a tag says that nobody tagged the token."""
    return tag is None or (type(tag) is int and tag in UNKNOWN)


def is_tag(tag: Any) -> bool:
    """Say whether a value can be a tag, or the number of one."""
    return isinstance(tag, str) or is_number(tag)


def is_number(tag: Any) -> bool:
    """Say whether a tag is a number that may have a name."""
    if isinstance(tag, str):
        return tag.isascii() and tag.isdigit() and len(tag) <= DIGITS
    return type(tag) is int and 0 <= tag < 10**DIGITS


def known(tags: Iterable[Any], names: Sequence[str]) -> list[str]:
    """Return the names of the tags that have one, for a first look at them."""
    if not names:
        return [tag for tag in tags if isinstance(tag, str)]
    numbers = [int(tag) for tag in tags if is_tag(tag) and is_number(tag)]
    return [names[number] for number in numbers if number < len(names)]


def named(tags: Sequence[Any], names: Sequence[str]) -> list[str]:
    """Return the names of the tags of a row, outside where nobody tagged; Unusable for what is none."""
    if not names and all(type(tag) is str for tag in tags):
        return list(tags)
    return [name_of(tag, names, f"token {number}") for number, tag in enumerate(tags, start=1)]


def name_of(tag: Any, names: Sequence[str], where: str) -> str:
    """Return the name of one tag, or raise Unusable."""
    if is_unknown(tag):
        return OUT
    if not is_tag(tag):
        raise Unusable(f"{where} has an invalid tag: {shown(tag)}", "correct it")
    if names and is_number(tag) and int(tag) < len(names):
        return names[int(tag)]
    if names or not isinstance(tag, str):
        reason = f"{where} has a tag without a name: {shown(tag)}"
        raise Unusable(reason, "name it in tag_names in configs/convert.cfg")
    return tag
