"""Command `configs`: the pipelines that configs/ offers, what each needs, and what it reached.

In: the spaCy configs in a folder, and `measured.json` there, if a benchmark has written it. Out: two
tables on the screen.
"""

import configparser
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from confection import Config
from pydantic import TypeAdapter, ValidationError
from spacy.util import walk_dict
from typing_extensions import TypedDict

from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, say
from scripts.training.filling import FACTORIES, PACKAGES, is_there, sources

MEASURED = "measured.json"
LONGEST = 200  # characters of an error on the screen
FIGURES = ("F", "spread", "seeds", "training", "words/s", "MB")

Row = Sequence[str]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Reached(TypedDict):
    """What a config reached on a corpus.

    f: on the test set, mean of all seeds, in points. spread: its standard deviation. seeds: number.
    training, speed: time of training and words a second of prediction, as ratios to the quickstart.
    megabytes: size of the pipeline.
    """

    f: float
    spread: float
    seeds: int
    training: float
    speed: float
    megabytes: float


class Measured(TypedDict):
    """The contents of measured.json: names of corpora, and by config and corpus what it reached."""

    corpora: list[str]
    configs: dict[str, dict[str, Reached]]


@dataclass(frozen=True)
class Offer:
    """A config. purpose: the first sentence of its comment. needs: what to install, or what is there."""

    name: str
    purpose: str
    needs: list[str]


@app.command()
def configs_cli(
    folder: Path = typer.Argument(..., help="Folder with configs", exists=True, file_okay=False),
) -> None:
    """List the configs, what each needs, and what it reached."""
    found = list(offers(folder))
    rows = [(offer.name, offer.purpose, listed(offer.needs) if offer.needs else "-") for offer in found]
    show(("config", "what it is for", "what it needs"), rows, (18, 48, 28))
    path = folder / MEASURED
    if not path.is_file():
        return
    try:
        measured = TypeAdapter(Measured).validate_python(atomic.read_json(path))
    except (ValueError, ValidationError) as error:
        why = printable(" ".join(str(error).split()), LONGEST)
        hint = "Restore the file, or delete it to list the configs without figures."
        msg.fail(f"{path.as_posix()} can't be read: {why}", hint, exits=1)
    say("")
    show(("config", "corpus", *FIGURES), list(figures(found, measured)), (18, 24, 8, 8, 8, 10, 10, 8))
    say("")
    say("F: on the test set, mean and spread of the seeds. training, words/s: times spaCy's quickstart.")


def offers(folder: Path) -> Iterator[Offer]:
    """Yield the spaCy configs in a folder, in name order; settings files have no section [nlp]."""
    for path in sorted(folder.glob("*.cfg")):
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        try:
            config = Config().from_str(text)
        except (ValueError, configparser.Error) as error:
            why = printable(" ".join(str(error).split()), LONGEST)
            yield Offer(path.name, f"It can't be read: {why}", [])
            continue
        if "nlp" in config:
            yield Offer(path.name, printable(first_sentence(text)), list(needs(config)))


def first_sentence(text: str) -> str:
    """Return the first sentence of the comment at the beginning of a file."""
    comment: list[str] = []
    for line in text.splitlines():
        words = line.removeprefix("#").strip()
        if not line.startswith("#") or (comment and not words):
            break
        comment.append(words)
    whole = " ".join(comment).strip()
    end = next(
        (i for i, mark in enumerate(whole) if mark in ".!?" and whole[i + 1 : i + 2] in ("", " ")), None
    )
    return whole if end is None else whole[: end + 1]


def needs(config: Config) -> Iterator[str]:
    """Yield the packages, pipelines and files that a config names, and whether they are there."""
    functions = {
        str(value).split(".")[0] for keys, value in walk_dict(config) if keys[-1].startswith("@")
    }
    factories = {FACTORIES.get(block.get("factory")) for block in config.get("components", {}).values()}
    for package in PACKAGES:
        if package in functions or (package in factories and not functions & set(PACKAGES)):
            yield state(package, find_spec(package.replace("-", "_")) is not None)
    for source in sorted({source for _, source in sources(config).values()}):
        yield state(source, is_there(source))
    values: dict[str, Any] = config.get("initialize", {})
    if values.get("vectors"):
        yield state(str(values["vectors"]), is_there(values["vectors"]))
    if values.get("init_tok2vec"):
        yield state(str(values["init_tok2vec"]), Path(str(values["init_tok2vec"])).is_file())


def state(name: str, there: bool) -> str:
    """Return the name of something that a config needs, and whether it is there, in words."""
    return f"{printable(name)} ({'installed' if there else 'missing'})"


def figures(found: list[Offer], measured: Measured) -> Iterator[Row]:
    """Yield what each config reached on each corpus, a row each."""
    for offer in found:
        reached = measured["configs"].get(offer.name, {})
        for corpus in [each for each in measured["corpora"] if each in reached]:
            it = reached[corpus]
            yield (
                offer.name,
                corpus,
                f"{it['f']:.1f}",
                f"{it['spread']:.1f}" if it["seeds"] > 1 else "-",
                str(it["seeds"]),
                f"{it['training']:.2f}",
                f"{it['speed']:.1f}",
                f"{it['megabytes']:.0f}",
            )


def show(header: Row, rows: Sequence[Row], widths: Sequence[int]) -> None:
    """Print a table in columns of these widths, of which a long cell takes several lines."""
    for row in (header, *rows):
        cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for n in range(max(map(len, cells))):
            line = (lines[n] if n < len(lines) else "" for lines in cells)
            say(" ".join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    run_step(app)
