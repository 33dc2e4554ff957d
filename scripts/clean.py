"""Step `clean`: remove what the steps made, so that the next run begins afresh.

In: the corpus folder and the run's folder. Out: both empty but for README.md; other runs stay.
"""

from pathlib import Path

import typer
from wasabi import msg

from scripts.files import atomic

KEPT = "README.md"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def clean_cli(
    folders: list[Path] = typer.Argument(..., help="Folders to empty", file_okay=False),
) -> None:
    """Remove what the steps made in these folders."""
    for folder in folders:
        removed = clean(folder)
        msg.good(f"{folder.as_posix()}: {', '.join(removed) if removed else 'nothing to remove'}")


def clean(folder: Path) -> list[str]:
    """Remove everything in a folder but README.md; return the names of what was removed."""
    found = sorted(child for child in folder.iterdir() if child.name != KEPT) if folder.is_dir() else []
    for child in found:
        atomic.remove(child)
    return [child.name for child in found]


if __name__ == "__main__":
    app()
