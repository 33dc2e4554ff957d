"""What the files of a folder are: annotations, what belongs to them, and what is neither.

In: paths. Out: a format for each file to be read, and a word about each of the others.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from scripts.annotation.text import FileFault, OtherTask
from scripts.formats.base import DEFAULTS, Format, Options
from scripts.formats.detection import AUTO, detect
from scripts.formats.readers import FORMATS
from scripts.formats.tools import json_tools


@dataclass(slots=True)
class FileRoles:
    """What is to be read, and what is not.

    annotations: each annotation file with its format, in the order given.
    companions: files that an annotation file brings along, each with that one.
    refused: files that are no annotations, each with the reason.
    dictionaries: files of names without texts, each with its format.
    """

    annotations: dict[Path, Format] = field(default_factory=dict)
    companions: dict[Path, Path] = field(default_factory=dict)
    refused: dict[Path, FileFault] = field(default_factory=dict)
    dictionaries: dict[Path, Format] = field(default_factory=dict)


def find_roles(paths: Collection[Path], name: str = AUTO, options: Options = DEFAULTS) -> FileRoles:
    """Return what each of the files is.

    name: the format that the user named, or `auto`. options: what readers need to know.
    Raises FileFault when no format has this name, when a file is gone, when none of the files holds
    annotations, and when they hold annotations in two formats.
    """
    if name != AUTO and name not in FORMATS:
        raise FileFault("format in configs/convert.cfg", f"there is no format {name!r}", meant(name))
    if options.fields and name == AUTO:  # the user says what the records look like
        name = json_tools.FIELDS
    found = FileRoles()
    for path in paths:
        if not path.is_file():
            raise FileFault(path.as_posix(), "it no longer exists", "run the step `inputs` again")
        try:
            found.annotations[path] = detect(path) if name == AUTO else FORMATS[name]
        except FileFault as fault:
            found.refused[path] = fault
    take_companions(found)
    found.dictionaries = {path: format for path, format in found.annotations.items() if format.names}
    if len(found.dictionaries) < len(found.annotations):
        found.annotations = {p: f for p, f in found.annotations.items() if p not in found.dictionaries}
    if not found.annotations:
        raise in_one(list(found.refused.values()))
    leave_other_tasks(found, options)
    refuse_mixture(found.annotations)
    return found


def meant(name: str) -> str:
    """Return which formats a user may have meant by a name that none has."""
    close = get_close_matches(name.casefold(), FORMATS, n=3, cutoff=0.4)
    return f"choose {', '.join((AUTO, *close))} or another format listed in docs/formats.md"


def take_companions(found: FileRoles) -> None:
    """Take files out that others bring along, whatever they look like by themselves."""
    for path, format in list(found.annotations.items()):
        if path in found.companions:
            continue
        for other in format.companions(path):
            if other != path and (other in found.annotations or other in found.refused):
                found.annotations.pop(other, None)
                found.refused.pop(other, None)
                found.companions[other] = path


def leave_other_tasks(found: FileRoles, options: Options) -> None:
    """Take files of several formats out that turn out to hold no entities at all."""
    if len(set(found.annotations.values())) < 2:
        return
    for path, format in list(found.annotations.items()):
        try:
            next(format.read(path, options), None)
        except OtherTask as fault:
            found.refused[path] = fault
            del found.annotations[path]
        except FileFault:
            continue  # it will be said when the file is read
    if not found.annotations:
        raise in_one(list(found.refused.values()))


def in_one(faults: list[FileFault]) -> FileFault:
    """Return what to say where no file can be read: what is wrong with one, and how many others are.

    A file that is known to hold something else says less than one that may be annotations.
    """
    first = next((fault for fault in faults if not isinstance(fault, OtherTask)), faults[0])
    if len(faults) == 1:
        return first
    others = len(faults) - 1
    rest = "the other file can't" if others == 1 else f"none of the other {others:,} files can"
    return FileFault(first.file, f"{first.reason}; {rest} be read either", first.hint)


def refuse_mixture(annotations: dict[Path, Format]) -> None:
    """Raise FileFault when the files are in two formats: their documents may be the same ones twice."""
    first, expected = next(iter(annotations.items()))
    for path, format in annotations.items():
        if format is not expected:
            reason = f"it is {format.title}, but {first.as_posix()} is {expected.title}"
            hint = "move one of them out of the folder, or select files with a pattern"
            raise FileFault(path.as_posix(), reason, hint)
