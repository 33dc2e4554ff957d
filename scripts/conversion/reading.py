"""The files of a conversion: unpacked, known by their formats, read one after the other.

In: the files that `inputs` found. Out: their records, named as the user knows the files.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Self

from scripts.annotation.offset_units import AUTO, CHARACTERS
from scripts.annotation.splits import split_named_by
from scripts.annotation.text import AnnotatedText, Fault, FileFault, OtherTask
from scripts.conversion.inputs import InputFile
from scripts.files.meter import Meter, counting
from scripts.formats.base import Format, Options
from scripts.formats.file_roles import find_roles
from scripts.formats.shared.unpacked import prepare, together
from scripts.settings.convert import ConvertSettings

PATTERNS = "patterns.jsonl"  # what dictionaries become: patterns of spaCy's entity_ruler


@dataclass(slots=True)
class AnnotationFiles:
    """What is read.

    readers: each file to be read with its format. names: what messages call each file that lies
    elsewhere, because it was unpacked. formats, splits: by the name in messages. skipped_files: files
    that are not read, each with the reason. read_along: how many files of a folder are read with those
    that they belong to. dictionaries: files of names without texts. sizes: bytes of each file to be
    read. done: bytes of those that have been. meter: counts the bytes that are read. begun: what it
    showed when the file was opened that is being read.
    """

    readers: dict[Path, Format]
    names: dict[str, str]
    formats: dict[str, str]
    splits: dict[str, str | None]
    skipped_files: dict[str, str]
    read_along: dict[str, int] = field(default_factory=dict)
    dictionaries: dict[Path, Format] = field(default_factory=dict)
    sizes: dict[Path, int] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)
    done: int = 0
    begun: int = 0

    @classmethod
    def of(cls, files: list[InputFile], folder: Path, settings: ConvertSettings) -> Self:
        """Unpack what is packed into `folder` and find out what everything is.

        files: as inputs.json has them. Raises FileFault when nothing can be read, or not together.
        """
        splits: dict[str, str | None] = {}
        prepared: list[tuple[Path, str]] = []
        for file in files:
            for path, name in prepare(Path(file["path"]), folder, settings.encoding):
                prepared.append((path, name))
                member = name.removeprefix(file["path"])  # of an archive, whose name may say the split
                splits[name] = file["split"] or (named_split(member) if member else None)
        prepared = together(prepared, folder)
        names = {path.as_posix(): name for path, name in prepared}
        try:
            found = find_roles([path for path, _ in prepared], settings.format, options_of(settings))
        except FileFault as fault:
            raise renamed(fault, names) from None
        along = Counter(PurePath(names[p.as_posix()]).parent.as_posix() for p in found.companions)
        left = {names[p.as_posix()]: fault.reason for p, fault in found.refused.items()}
        formats = {names[path.as_posix()]: format.name for path, format in found.annotations.items()}
        given = {name: splits[name] for name in formats}  # what is not read names no split
        if any(given.values()):
            given = {name: split or "train" for name, split in given.items()}
        sizes = {path: path.stat().st_size for path in found.annotations}
        return cls(
            found.annotations,
            names,
            formats,
            given,
            left,
            dict(along.most_common()),
            found.dictionaries,
            sizes,
        )

    def unit_in_use(self, offsets: str) -> str:
        """Return how offsets are counted: as the user says, or otherwise as the format defines."""
        if self.unit is None:
            return CHARACTERS
        return self.unit if offsets == AUTO else offsets

    def patterns(self) -> Iterator[dict[str, str]]:
        """Yield the names in dictionaries as patterns of spaCy's entity_ruler, and count them by file.

        Raises FileFault for a dictionary that can't be read.
        """
        for path, format in self.dictionaries.items():
            counts = {True: 0, False: 0}
            try:
                for name in format.names(path) if format.names else ():
                    counts[name is not None] += 1
                    if name is not None:
                        yield {"label": name.label, "pattern": name.text}
            except FileFault as fault:
                raise renamed(fault, self.names) from None
            broken = f"; {counts[False]} rows have no name or type" if counts[False] else ""
            said = f"it is an entity list: {counts[True]} names were written to {PATTERNS}{broken}"
            self.skipped_files[self.names[path.as_posix()]] = said

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(self.sizes.values())

    def position(self) -> int:
        """Return about how many bytes have been read; a file may be read twice, or past the meter."""
        return min(self.done + self.meter.bytes - self.begun, self.size)

    @property
    def unit(self) -> str | None:
        """What the format's offsets count by its definition; None where the reader makes them."""
        return next(iter(self.readers.values())).unit

    def read(self, settings: ConvertSettings) -> Iterator[AnnotatedText | Fault]:
        """Yield the records of all files. Raises FileFault for a file that is no good.

        A file that turns out to have no entities at all is skipped if another one has some.
        """
        others: list[FileFault] = []
        for path, format in self.readers.items():
            name = self.names[path.as_posix()]
            self.begun = self.meter.bytes
            try:
                with counting(self.meter):
                    for record in format.read(path, options_of(settings)):
                        yield record if record.file == name else replace(record, file=name)
            except OtherTask as fault:
                others.append(renamed(fault, self.names))
                self.skipped_files[name] = others[-1].reason
            except FileFault as fault:
                raise renamed(fault, self.names) from None
            self.done += self.sizes[path]
            self.begun = self.meter.bytes
        if len(others) == len(self.readers):
            raise others[0]


def options_of(settings: ConvertSettings) -> Options:
    """Return the part of the settings that readers need."""
    return Options(settings.layer, settings.text_field, settings.tag_names, settings.fields)


def named_split(name: str) -> str | None:
    """Return the split that a member's name gives, or None when it gives none or two."""
    try:
        return split_named_by(Path(name))
    except ValueError:
        return None


def renamed(fault: FileFault, names: dict[str, str]) -> FileFault:
    """Return an error with the files' names as the user knows them."""
    said = [fault.file, fault.reason, fault.hint]
    for path, name in names.items():
        if path != name:
            said = [part.replace(path, name) for part in said]
    return FileFault(*said)
