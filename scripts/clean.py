"""Step `clean`: remove what the steps created, so that the next run starts from scratch.

In: the run's name. Out: `training/<run>` is removed except for README.md, and so is what the steps
wrote to the corpus folder; other runs and files that no step created are kept.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import srsly
import typer

from scripts.files import atomic, names
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, refuse

KEPT = "README.md"
LONGEST = 300  # characters of a path on the screen
CORPUS, TRAINING = Path("corpus"), Path("training")
# What steps write to the corpus folder besides their outputs: what an interrupted or refused step leaves
# there, and hashes of the annotation files.
BESIDE = ("convert.tmp", "failed", "*.cache.json", f"*{atomic.TEMPORARY}")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def clean_cli(
    run: str = typer.Option(..., help="Name of the run"),
    manifest: Path = typer.Option(Path("project.yml"), help="File that lists the outputs of all steps"),
) -> None:
    """Remove what the steps created in the corpus folder and for this run."""
    if problems := list(names.problems({"run": run})):
        refuse("Nothing was removed", problems)
    folder = TRAINING / run
    if folder.resolve().parent != TRAINING.resolve():
        reason = f"{folder.as_posix()} is a link to {folder.resolve().as_posix()}"
        msg.fail(f"Nothing was removed: {reason}", "Remove the link yourself.", exits=1)
    if not folder.is_dir() and (others := runs()):
        reason = f"{TRAINING.as_posix()} has no run {run}"
        msg.fail(f"Nothing was removed: {reason}", f"The runs are: {listed(others)}.", exits=1)
    made = {CORPUS: made_in_corpus(manifest), folder: contents(folder)}
    if kept := next(irremovable(path for found in made.values() for path in found), None):
        reason = f"{printable(kept.as_posix(), LONGEST)} is read-only"
        msg.fail(
            f"Nothing was removed: {reason}", "Change its permissions, then run clean again.", exits=1
        )
    for place, found in made.items():
        removed = remove(found)
        msg.good(f"{place.as_posix()}: {listed(removed, 50) if removed else 'nothing to remove'}")
    if left := [path.name for path in contents(CORPUS)]:
        msg.info(f"Kept in {CORPUS.as_posix()}, because no step created it: {listed(left)}")


def made_in_corpus(manifest: Path) -> list[Path]:
    """Return what is in the corpus folder and was made by a step, by the outputs in the manifest."""
    outputs = (Path(o) for c in srsly.read_yaml(manifest)["commands"] for o in c.get("outputs", ()))
    tops = {output.parts[1] for output in outputs if CORPUS in output.parents}
    return [path for path in contents(CORPUS) if path.name in tops or any(map(path.match, BESIDE))]


def runs() -> list[str]:
    """Return the names of the runs that hold anything, in order."""
    return [path.name for path in contents(TRAINING) if contents(path)]


def irremovable(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the folders that keep this user from removing some files and folders."""
    for path in paths:
        below = (Path(top, name) for top, inner, _ in os.walk(path) for name in inner)
        for folder in (path.parent, path, *below):
            removable = folder.is_symlink() or not folder.is_dir()
            if not removable and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                yield folder


def contents(folder: Path) -> list[Path]:
    """Return what is in a folder but for its README.md, in name order; nothing where it is not there."""
    return sorted(path for path in folder.iterdir() if path.name != KEPT) if folder.is_dir() else []


def remove(paths: list[Path]) -> list[str]:
    """Remove files and folders, and return their names; what a link points to stays."""
    removed = []
    for path in paths:
        atomic.remove(path)
        removed.append(path.name)
    return removed


if __name__ == "__main__":
    run_step(app)
