"""Folders that a person may work in: a step replaces only what no one has changed since it was written.

In: a folder, and the name of the report in it that has the hashes of the other files. Out: an error, in
place of a lost annotation.
"""

from pathlib import Path

from scripts.files import atomic, fingerprint


def refuse_to_overwrite(folder: Path, report: str) -> None:
    """Raise ValueError for a folder with anything in it that the step did not write.

    report: the name of the JSON file with `fingerprints`.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
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


def fingerprints(folder: Path, report: str) -> dict[str, str]:
    """Return the hashes of what is in a folder besides the report, by name."""
    return {
        path.name: fingerprint.of_path(path) for path in sorted(folder.iterdir()) if path.name != report
    }
