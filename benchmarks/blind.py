"""How often the first flags of `review` are right: judged by a person who doesn't know which are flags.

    python -m benchmarks.blind <annotations> --config fast.cfg --seeds 2
    python -m benchmarks.blind <annotations> --config fast.cfg --seeds 2 --verdicts verdicts.txt

In: annotations. Out: `places.txt` in .benchmarks/blind, with as many random places as flags, shuffled:
for each flag on an annotated entity another annotated entity of a random text, and for each one on a
place without annotation another such place, which begins with a capital letter where there are any.
`key.jsonl` beside it says which are flags. Write a line for each place: its number and `right`, `wrong`
or `unclear`. Is the annotation there, or its absence, right? With --verdicts, the lines are kept in
benchmarks/results/blind.jsonl, by place and without texts, and counted. What is trained is not trained
again.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NotRequired

import srsly
import typer
from typing_extensions import TypedDict

from benchmarks.costs import PROJECT
from benchmarks.review import crossvalidated, documents_in
from benchmarks.training import prepare
from scripts.files import atomic
from scripts.files.rows import json_line
from scripts.files.terminal import msg, say
from scripts.scoring.crossvalidation import ABOUT, About
from scripts.scoring.document import Document, Entity
from scripts.scoring.review import DocumentName, Reread, review

FOLDER = PROJECT / ".benchmarks/blind"
RESULTS = PROJECT / "benchmarks/results/blind.jsonl"
KEY = "key.jsonl"
VERDICTS = ("right", "wrong", "unclear")
FLAG, RANDOM = "flag", "random"
CONTEXT = 160  # characters on each side of a place
CAPITALISED = re.compile(r"\b[A-Z]\w*(?: [A-Z]\w*)*")
WORD = re.compile(r"\w+")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Judged(TypedDict):
    """A place with its verdict. place: split, number of the text, start, end and label."""

    corpus: str
    source: str
    place: list[Any]
    verdict: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A place to judge: an annotated entity, or with an empty label a place without annotation."""

    source: str
    document: DocumentName
    entity: Entity


@app.command()
def blind_cli(
    annotations: str = typer.Argument(..., help="File or folder with annotations"),
    config: str = typer.Option("fast.cfg", help="The config of the committee"),
    folds: int = typer.Option(5, help="Number of folds"),
    seeds: int = typer.Option(2, help="Pipelines for each fold (seeds 0, 1, …)"),
    flags: int = typer.Option(50, help="How many flags to judge, and how many random places"),
    seed: int = typer.Option(0, help="Seed of the random places and of the order"),
    lang: str = typer.Option("en", help="Language of the texts"),
    verdicts: Path | None = typer.Option(None, help="File with a verdict in each line"),
) -> None:
    """Write flags and random places to judge, or count the verdicts."""
    name = Path(annotations).name
    folder = FOLDER / name
    if verdicts is not None:
        keep_verdicts(name, with_verdicts(srsly.read_jsonl(folder / KEY), verdicts))
        return
    prepare(folder, annotations, lang)
    predictions = crossvalidated(folder, config, folds, seeds)
    about: About = atomic.read_json(predictions / ABOUT)
    rows = list(documents_in(predictions))
    documents = {(split, number): document for split, number, document in rows}
    chance = random.Random(seed)  # noqa: S311
    places = chosen(lambda: rows, documents, about["members"], flags, chance)
    key = (Judged(corpus=name, source=p.source, place=[*p.document, *p.entity]) for p in places)
    atomic.write_text(folder / "places.txt", "".join(written(places, documents)))
    atomic.write_text(folder / KEY, "".join(map(json_line, key)))
    say(f"{len(places)} places to judge: {folder / 'places.txt'}")


def chosen(
    reread: Reread,
    documents: dict[DocumentName, Document],
    members: Sequence[str],
    count: int,
    chance: random.Random,
) -> list[Place]:
    """Return the first flags and as many random places, shuffled."""
    found: list[Place] = []
    tries = 1000 * count
    for flag in review(reread, members):
        gold, suggested = flag.dispute.gold, flag.dispute.suggested
        entity = gold or (suggested and suggested._replace(label=""))
        if entity and len(found) < count:
            found.append(Place(FLAG, flag.document, entity))
    taken = {(place.document, place.entity) for place in found}
    names = sorted(documents)
    for flagged in list(found):
        other = flagged
        while (other.document, other.entity) in taken:
            tries -= 1
            if tries < 0:
                msg.fail("There are too few places to judge", "Ask for fewer --flags", exits=1)
            name = chance.choice(names)
            if options := places_in(documents[name], annotated=bool(flagged.entity.label)):
                other = Place(RANDOM, name, chance.choice(options))
        taken.add((other.document, other.entity))
        found.append(other)
    chance.shuffle(found)
    return found


def places_in(document: Document, *, annotated: bool) -> list[Entity]:
    """Return the entities of a document, or places without annotation."""
    if annotated:
        return list(document.gold)
    for pattern in (CAPITALISED, WORD):
        places = [Entity(*match.span(), "") for match in pattern.finditer(document.text)]
        free = [
            place
            for place in places
            if not any(place.start < other.end and other.start < place.end for other in document.gold)
        ]
        if free:
            return free
    return []


def written(places: Sequence[Place], documents: dict[DocumentName, Document]) -> Iterator[str]:
    """Yield each place with its number and its context."""
    for number, place in enumerate(places, 1):
        text, (start, end, label) = documents[place.document].text, place.entity
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        context = " ".join(f"{before}[[{text[start:end]}]]{after}".split())
        yield f"{number} ({label or 'nothing annotated'}): {context}\n"


def with_verdicts(key: Iterable[Judged], path: Path) -> list[Judged]:
    """Return each place with its verdict. Ends the program where one is missing, unknown or twice."""
    rows = list(key)
    lines = [line.split() for line in path.read_text(encoding="utf8").splitlines() if line.strip()]
    found = {line[0]: line[1] for line in lines if len(line) > 1}
    if wrong := [str(n) for n in range(1, len(rows) + 1) if found.get(str(n)) not in VERDICTS]:
        msg.fail(f"No verdict on {', '.join(wrong[:10])}", f"One of {', '.join(VERDICTS)}", exits=1)
    if len(lines) != len(rows):
        msg.fail(f"{len(lines)} verdicts on {len(rows)} places", "Write one line for each", exits=1)
    return [{**row, "verdict": found[str(number)]} for number, row in enumerate(rows, 1)]


def keep_verdicts(name: str, rows: Sequence[Judged]) -> None:
    """Keep the verdicts on the places of a corpus, and print how many are wrong."""
    old = srsly.read_jsonl(RESULTS) if RESULTS.is_file() else ()
    known = [row for row in old if row["corpus"] != name]
    atomic.write_text(RESULTS, "".join(map(json_line, [*known, *rows])))
    for source in (FLAG, RANDOM):
        mine = Counter(row["verdict"] for row in rows if row["source"] == source)
        told = ", ".join(f"{mine[verdict]} {verdict}" for verdict in VERDICTS)
        say(f"{name}, {source}: {told} of {mine.total()}")


if __name__ == "__main__":
    app()
