"""The vars of project.yml that become paths, parts of paths or the name of a package.

In: their values. Out: what is wrong with them, in words. A name of a folder has to work on every system,
since a project is taken from one to another; and it leads nowhere else, since `clean` empties it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from packaging.version import InvalidVersion, Version

from scripts.files.terminal import escaped, is_seen, printable

RESERVED_CHARACTERS = '<>:"/\\|?*'  # on Windows; the slash everywhere
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
LONGEST = 100  # characters of a name; systems allow 255 bytes, and steps make longer names of it
PACKAGE = re.compile(r"[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?")
OWN = ("corpus", "training", "configs", "scripts", "tests")  # folders of the project without your data
ESCAPES = "\b\f\n\r\t"  # what weasel makes of C:\\new
LARGEST_SEED = 2**32 - 1  # that numpy takes
LANGUAGE = re.compile(r"[a-z]{2,8}")  # xx for many at once


def of_folder(name: str) -> str | None:
    """Return what is wrong with the name of one folder or file, or None."""
    if not name:
        return "it is empty"
    if name in (".", ".."):
        return "it is a path to another folder; write a name"
    if found := next((c for c in name if c in RESERVED_CHARACTERS), None):
        return f"a name can't contain {found}"
    if RESERVED.fullmatch(name):
        return "Windows reserves this name for a device"
    if name[0] == "-" or name[-1] == "." or name != name.strip():
        return "a name can't begin with a hyphen, end with a dot, or begin or end with a space"
    return f"it has more than {LONGEST} characters" if len(name) > LONGEST else None


def of_run(name: str) -> str | None:
    """Return what is wrong with the name of a run, which commands and lists name as well, or None."""
    if any(c.isspace() or c == "," for c in name):
        return "the name of a run can't contain spaces or commas"
    return of_folder(name)


def of_runs(names: str) -> str | None:
    """Return what is wrong with a list of runs with commas, which may be empty, or None."""
    return next(filter(None, map(of_run, runs_in(names))), None)


def runs_in(names: str) -> list[str]:
    """Return the runs in a list with commas, each once."""
    return list(dict.fromkeys(name for name in map(str.strip, names.split(",")) if name))


def of_file_inside(path: str) -> str | None:
    """Return what is wrong with the name of a file in a folder of the project or below it, or None."""
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor:
        return "it must be the name of a file in configs/"
    parts = path.replace("\\", "/").split("/")
    return next(filter(None, map(of_folder, parts)), None)


def of_annotations(place: str) -> str | None:
    """Return what is wrong with the file, folder or pattern that holds the annotations, or None."""
    if not place.strip():
        return "it is empty; set it to your file, folder or pattern"
    here = Path.cwd().resolve()
    folder = Path(place).resolve()
    if folder == here or folder in here.parents:
        return "it is the project's own folder or one above it; set it to the folder with your data"
    if own := next((name for name in OWN if is_inside(folder, here / name)), None):
        return (
            f"it is in {own}/, a folder of the project itself; put your data elsewhere, for "
            "example into assets/"
        )
    return None


def is_inside(path: Path, folder: Path) -> bool:
    """Say whether a path is a folder or below it, by whatever name the system knows the folder."""
    if not folder.exists():
        return False
    return any(above.exists() and above.samefile(folder) for above in (path, *path.parents))


def of_seed(seed: str) -> str | None:
    """Return what is wrong with the seed of everything random, or None."""
    if seed.isdecimal() and seed.isascii() and int(seed) <= LARGEST_SEED:
        return None
    return f"write a whole number from 0 to {LARGEST_SEED}"


def of_gpu(number: str) -> str | None:
    """Return what is wrong with the number of a GPU, -1 for the CPU, or None."""
    if number == "-1" or (number.isdecimal() and number.isascii()):
        return None
    return "write the number of a GPU, from 0, or -1 for the CPU"


def of_package(name: str) -> str | None:
    """Return what is wrong with the name of a pipeline, which becomes that of a package, or None."""
    if PACKAGE.fullmatch(name):
        return None
    return "use only letters from a to z, digits and underscores, for example german_news"


def of_language(code: str) -> str | None:
    """Return what is wrong with a language code, which the package's name begins with, or None."""
    return (
        None if LANGUAGE.fullmatch(code) else "a language code consists of lower-case letters: en, de, …"
    )


def of_version(version: str) -> str | None:
    """Return what is wrong with a version of the package, or None."""
    try:
        Version(version)
    except InvalidVersion:
        return "write a version like 0.1.0"
    return None


CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "annotations": of_annotations,
    "run": of_run,
    "reference": of_runs,
    "config": of_file_inside,
    "baseline_labels": of_file_inside,
    "export_format": of_folder,
    "lang": of_language,
    "seed": of_seed,
    "gpu_id": of_gpu,
    "name": of_package,
    "version": of_version,
}


def problems(values: Mapping[str, str]) -> Iterable[str]:
    """Yield what is wrong with vars, a sentence each.

    values: by the name of the var, those of `CHECKS` and any other that names a file.
    """
    for name, value in values.items():
        check = CHECKS.get(name)
        if problem := of_characters(value) or (check(value) if check else None):
            yield f"vars.{name} is '{printable(value)}': {problem}"


def of_characters(value: str) -> str | None:
    """Return which character of a value can't be seen, so that nobody would find the file again."""
    unseen = next((c for c in value if not is_seen(c)), None)
    if unseen is None:
        return None
    problem = f"it contains {escaped(unseen)}, an invisible character"
    if unseen in ESCAPES:
        problem += "; weasel treats a backslash as an escape: write paths with forward slashes"
    return problem
