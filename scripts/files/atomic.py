"""Write files so that an interrupted step leaves the old file or the new one, never half of one.

In: what to write, and where. Out: the file, written under a temporary name and then renamed.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

TEMPORARY = ".tmp"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path next to `path`; when the block ends without an error, it takes its place.

    path: the file or folder that is to be written.
    Yields the temporary path. On an error it is removed and `path` stays as it was.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    path.parent.mkdir(parents=True, exist_ok=True)
    remove(temporary)
    try:
        yield temporary
        move(temporary, path)
    except BaseException:
        remove(temporary)
        raise


def open_text(path: Path) -> TextIO:
    """Open a file for JSON lines, as UTF-8 with line feeds.

    Half of a surrogate pair, which UTF-8 can't hold, is written as the escape that JSON has for it.
    """
    return path.open("w", encoding="utf8", errors="backslashreplace", newline="\n")


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8 with line feeds, whole or not at all; see `open_text`."""
    with replacing(path) as temporary, open_text(temporary) as stream:
        stream.write(text)


def write_json(path: Path, value: Any) -> None:
    """Write `value` to `path` as readable JSON, whole or not at all."""
    write_text(path, as_json(value))


def as_json(value: Any) -> str:
    """Return `value` as readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def write_text_if_changed(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all, unless it is there already."""
    if not path.is_file() or path.read_text(encoding="utf8", errors="replace") != text:
        write_text(path, text)


def write_json_if_changed(path: Path, value: Any) -> None:
    """Write `value` to `path` as readable JSON, whole or not at all, unless it is there already."""
    write_text_if_changed(path, as_json(value))


def read_json(path: Path) -> Any:
    """Read a JSON file that one of our own steps wrote."""
    return json.loads(path.read_text(encoding="utf8"))


def move(source: Path, target: Path) -> None:
    """Move `source` over `target`, whichever of the two is a file or a folder."""
    if source.is_dir() or target.is_dir():
        remove(target)
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
