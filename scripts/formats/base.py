"""What an annotation format is, for its reader, for detection, and for the folder that a tool leaves.

CONTRIBUTING.md says how to add one. A reader is a generator that streams: it holds one record at a time,
raises `FileFault` when a whole file can't be used, and yields a `Fault` for a record that can't.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.annotation.text import AnnotatedText, Fault, FileFault, UnlocatedEntity
from scripts.formats.shared.head import Head

Records = Iterator[AnnotatedText | Fault]


@dataclass(frozen=True, slots=True)
class Options:
    """What a user chose that a reader needs to know; each field is a setting.

    layer: the annotation layer to read, where a file has several; empty for the only one.
    text_field: the field that holds the text, where a file has several; empty for the usual one.
    tag_names: names of numbered tags, in the order of their numbers.
    fields: where a JSON record has what (`text=body,start=span.begin`); empty for formats that say it.
    """

    layer: str = ""
    text_field: str = ""
    tag_names: tuple[str, ...] = ()
    fields: str = ""


DEFAULTS = Options()
EVERY_OTHER = "every other format"


def nothing(path: Path) -> Iterable[Path]:
    """Return no path: a format of single files."""
    return ()


@dataclass(frozen=True, slots=True)
class Format:
    """One annotation format.

    name: what the setting `format` calls it. title: what a person calls it.
    sniff: says from the beginning of a file whether it looks like this format; cheap.
    read: yields the file's records; the file is named in messages as the given path.
    unit: what its offsets count by its definition (`characters`, `utf16`, …), or None when the reader
        computes them, so that the setting `offsets` has no say.
    companions: the files that belong to a file of this format (its texts, its list of labels) and are
        not read on their own; they need not exist.
    before: formats that are tried after this one, because files of this one look like theirs too.
    after: formats that are tried before this one; `EVERY_OTHER` for a format that nearly anything fits.
    by_name_only: never found automatically, because other files look the same.
    names: for a dictionary, which has no texts: its names with their labels, None for a broken one.
    grammar: what a record looks like, with its keys in quotes; empty where the docstring of its reader's
        module says it.
    """

    name: str
    title: str
    sniff: Callable[[Head], bool]
    read: Callable[[Path, Options], Records]
    unit: str | None = "characters"
    companions: Callable[[Path], Iterable[Path]] = nothing
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    by_name_only: bool = False
    names: Callable[[Path], Iterator[UnlocatedEntity | None]] | None = None
    grammar: str = ""


def chosen(choices: Iterable[str], wanted: str, *, file: str, setting: str, what: str) -> str:
    """Return the one of several layers, fields or columns that is to be read.

    choices: their names. wanted: the value of `setting`, empty when the user said nothing.
    what: what they are, in words (`annotation layers`).
    Raises FileFault with the choices when it isn't clear which, or when there is none of that name.
    """
    names = list(dict.fromkeys(choices))
    if wanted in names:
        return wanted
    listed = ", ".join(repr(name) for name in names)
    if wanted:
        raise FileFault(
            file,
            f"none of its {what} is called {wanted!r}",
            f"set {setting} in configs/convert.cfg to one of {listed}",
        )
    if len(names) == 1:
        return names[0]
    raise FileFault(
        file,
        f"it has {len(names)} {what}: {listed}",
        f"set {setting} in configs/convert.cfg to one of them",
    )


def optional(package: str, file: str, title: str) -> FileFault:
    """Return the error for a format whose library isn't installed."""
    hint = f"python -m pip install -c constraints.txt {package}"
    return FileFault(file, f"{title} needs the package {package}, which isn't installed", hint)
