"""A folder that was written for an annotation tool, and is not overwritten once somebody changed it.

In: the folder, with a report beside its files. Out: hashes of the files, which the report repeats.
"""

from pathlib import Path

from scripts.files import atomic, fingerprint

REPORT = "export.json"
LEFTOVERS = (".ds_store", ".directory", "desktop.ini", "thumbs.db")


def refuse_to_overwrite(folder: Path, report: str = REPORT) -> None:
    """Raise ValueError for a folder with anything in it that the step did not write.

    report: the name of the JSON file with `fingerprints`.
    """
    if not folder.is_dir() or all(map(is_leftover, folder.iterdir())):
        return
    hint = "move it away, or name another folder"
    if not (folder / report).is_file():
        raise ValueError(f"{folder.as_posix()} contains other files: {hint}")
    found = atomic.read_json(folder / report)
    if not isinstance(found, dict) or found.get("fingerprints") != fingerprints(folder, report):
        raise ValueError(
            f"{folder.as_posix()} has changed since it was written, perhaps in an annotation tool: "
            f"{hint}"
        )


def is_report(path: Path) -> bool:
    """Say whether a file is the report of a folder that was written for a tool."""
    if path.name != REPORT:
        return False
    try:
        found = atomic.read_json(path)
    except ValueError:
        return False
    return isinstance(found, dict) and "fingerprints" in found


def fingerprints(folder: Path, report: str = REPORT) -> dict[str, str]:
    """Return the hashes of what is in an exported folder, by name, so that a change is noticed."""
    return {
        path.name: hash_of(path)
        for path in sorted(folder.iterdir())
        if path.name != report and not is_leftover(path)
    }


def hash_of(path: Path) -> str:
    """Return the hash of a file, or of a folder without what a file manager leaves behind."""
    if path.is_file():
        return fingerprint.of_file(path)
    files = sorted(file for file in path.rglob("*") if file.is_file() and not is_leftover(file))
    lines = (f"{file.relative_to(path).as_posix()}\0{fingerprint.of_file(file)}\0" for file in files)
    return fingerprint.of_text("".join(lines))


def is_leftover(path: Path) -> bool:
    """Say whether a file is one that a file manager leaves behind."""
    return path.is_file() and (path.name.casefold() in LEFTOVERS or path.name.startswith("._"))
