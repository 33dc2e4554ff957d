"""Type systems of UIMA documents in XML: those next to a document, completed by what it shows.

In: a folder, and which types and features a document has. Out: a type system that knows them all.
"""

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml.ElementTree import iterparse

from scripts.annotation.text import FileFault, Unusable
from scripts.formats.uima.cas import ANNOTATION, HINT, RAISED, STRING, check_name, said

if TYPE_CHECKING:
    from cassis import TypeSystem

PLACE = ("sofa", "begin", "end")  # features that every annotation has
PLAIN = re.compile(r"[\s_.-]")

# Of each type its attributes, and its elements inside.
TypeContents = dict[str, tuple[set[str], set[str]]]


def types_for(seen: TypeContents, beside: Path | None) -> tuple["TypeSystem", bool]:
    """Return a type system with all types of a document, and whether the one next to it lacks some."""
    from cassis import TypeSystem

    if beside is None:
        types = TypeSystem()
    else:
        types = type_system(beside, beside.stat().st_mtime_ns)
        if next(lacking(types, seen), None) is None:
            return types, False
        types = type_system.__wrapped__(beside, 0)  # one of its own, because it is going to change
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            complete(types, seen)
        except RAISED as error:
            reason = f"its types contradict those of {beside.name if beside else 'UIMA'} ({said(error)})"
            raise Unusable(reason, HINT) from None
    return types, True


@lru_cache(2)
def type_system(path: Path, stamp: int) -> "TypeSystem":
    """Return the type system of a file that was changed at `stamp`. Raises FileFault if it is broken."""
    from cassis import load_typesystem

    try:
        for _, element in iterparse(path, forbid_dtd=True):
            if element.tag.rpartition("}")[2] == "featureDescription":
                check_name(next((child.text for child in element if child.tag.endswith("name")), None))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_typesystem(path)
    except RAISED as error:
        reason = f"this UIMA type system can't be read ({said(error)})"
        hint = "export it again, or delete it: the types are then taken from the documents"
        raise FileFault(path.as_posix(), reason, hint) from None


def complete(types: "TypeSystem", seen: TypeContents) -> None:
    """Add what a type system lacks: features as texts, types as annotations if they have a place."""
    for name, feature in list(lacking(types, seen)):
        attributes, inside = seen[name]
        if not feature:
            types.create_type(name, ANNOTATION if attributes.issuperset(PLACE) else "uima.cas.TOP")
        features = [feature] if feature else sorted((attributes | inside).difference(PLACE))
        for one in features:
            types.create_feature(name, one, "uima.cas.StringArray" if one in inside else STRING)


def type_systems(path: Path) -> Iterator[Path]:
    """Yield the type systems next to a document, the most likely first."""
    names = type_system_names(path.parent, path.parent.stat().st_mtime_ns)
    yield from sorted(
        (path.parent / name for name in names if path.with_name(name) != path),
        key=lambda other: (not other.stem.startswith(path.stem), len(other.name), other.name),
    )


@lru_cache(2)
def type_system_names(folder: Path, stamp: int) -> tuple[str, ...]:
    """Return the names of the files of a folder, changed at `stamp`, that say they are type systems."""
    names = (path.name for path in folder.iterdir() if path.suffix.lower() == ".xml")
    return tuple(sorted(name for name in names if "typesystem" in PLAIN.sub("", name.lower())))


def lacking(types: "TypeSystem", seen: TypeContents) -> Iterator[tuple[str, str]]:
    """Yield what a type system lacks: types, as (type, ""), and features, as (type, feature)."""
    for name, (attributes, inside) in seen.items():
        if name.startswith("uima.cas."):
            continue
        if not types.contains_type(name):
            yield name, ""
            continue
        known = {feature.name.rstrip("_") for feature in types.get_type(name).all_features}
        yield from ((name, feature) for feature in sorted((attributes | inside) - known))
