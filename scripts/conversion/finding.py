"""The annotation files that a user means by a file, a folder or a pattern.

In: the name. Out: the paths, in name order.
"""

import glob
import os
from itertools import takewhile
from pathlib import Path, PurePath
from typing import TypeVar

from scripts.annotation.text import FileFault
from scripts.conversion.corrections import is_ours
from scripts.files.terminal import listed, printable
from scripts.files.visible import NEVER_DATA, is_visible

LONGEST_PATH = 300  # characters of a path on the screen

PathT = TypeVar("PathT", bound=PurePath)


def annotation_files(annotations: str, var: str = "annotations") -> tuple[Path, list[Path], list[str]]:
    """Return the folder that names are relative to, the annotation files, and names of skipped files.

    annotations: a file, a folder (searched with its subfolders) or a pattern, the value of this var.
    Files that hold no data, such as a README, are skipped, and so are corrections. Raises FileFault when
    there is nothing to read.
    """
    base, paths = find_files(annotations)
    paths = [path for path in paths if not is_ours(path)]
    data = [path for path in paths if not NEVER_DATA.fullmatch(path.name)]
    if not data:
        hint = f"set vars.{var} to your file, folder or pattern"
        raise FileFault(annotations, why_nothing(annotations, paths), hint)
    return base, data, [path.name for path in paths if path not in data]


def find_files(annotations: str) -> tuple[Path, list[Path]]:
    """Return the folder that file names are relative to, and all files that are meant, in name order."""
    path = Path(annotations)
    if path.is_file():
        return path.parent, [path]
    if path.is_dir():
        children = (child for child in path.rglob("*") if child.is_file())
        return path, sorted(child for child in children if is_visible(child.relative_to(path)))
    matches = sorted(Path(name) for name in glob.glob(annotations, recursive=True))
    return fixed_part(path), [match for match in matches if match.is_file()]


def fixed_part(pattern: PathT) -> PathT:
    """Return the folder of a pattern that all that it matches lies in."""
    return type(pattern)(*takewhile(lambda part: not glob.has_magic(part), pattern.parts))


def why_nothing(annotations: str, left: list[Path]) -> str:
    """Return in words why there is no annotation file at a place.

    left: the files that were found there but hold no data, such as a README.
    """
    path = Path(annotations)
    if left:
        return f"it contains no annotation file, only {listed([one.name for one in left])}"
    if path.is_dir():
        next(os.scandir(path), None)  # a folder that can't be read is no empty one
        return "the folder contains no files"
    if path.exists():
        return "it is a pipe or a device; a file is needed, which can be read more than once"
    if path.is_symlink():
        return f"it is a link to {printable(str(path.readlink()), LONGEST_PATH)}, which does not exist"
    if glob.has_magic(annotations):
        return "no file matches this pattern"
    return "there is no such file or folder"
