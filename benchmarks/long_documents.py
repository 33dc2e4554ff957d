"""Time to convert one long document, and the same text cut into a thousand documents.

    python -m benchmarks.long_documents --spans 10000 --rounds 3

The text has nearly a million characters, the most that spaCy accepts; a tenth of its spans cut through a
token. Out: the processor seconds of the step `convert` for both, run alternately, and their ratio
(medians).
"""

import json
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random
from statistics import median

import typer

from benchmarks.costs import PROJECT
from benchmarks.training import table
from scripts.convert import convert
from scripts.files import atomic
from scripts.inputs import inputs
from scripts.settings.convert import ConvertSettings

PARTS = 1000
LENGTH = 990  # characters of a part
EVERY = 10  # so many spans there are to one that cuts through a token
HEADER = ("Spans", "One document, seconds", "A thousand documents, seconds", "Ratio")

Part = tuple[str, list[tuple[int, int, str]]]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def long_documents_cli(
    spans: int = typer.Option(10_000, help="Spans in the text", min=PARTS),
    rounds: int = typer.Option(3, help="Repetitions of the comparison", min=1),
) -> None:
    """Measure the conversion of a long document."""
    parts = made_up(spans // PARTS)
    with tempfile.TemporaryDirectory() as temporary:
        one, many = Path(temporary, "one"), Path(temporary, "many")
        write(one, [joined(parts)])
        write(many, parts)
        seconds(many)  # what is loaded once isn't counted
        costs = [(seconds(one), seconds(many)) for _ in range(rounds)]
    ones, manys = zip(*costs, strict=True)
    ratio = median(one / many for one, many in costs)
    row = (f"{spans:,}", f"{median(ones):.2f}", f"{median(manys):.2f}", f"{ratio:.2f}")
    print(table(HEADER, [row]))  # noqa: T201


def made_up(spans: int) -> list[Part]:
    """Return parts of a text with that many spans each, identical at each call."""
    random = Random(0)  # noqa: S311
    parts = []
    for number in range(PARTS):
        words = ["".join(random.choices("abcdefgh", k=random.randrange(3, 9))) for _ in range(200)]
        text = f"{number} {' '.join(words)}"[: LENGTH - 2] + ".\n"
        starts = [at + 1 for at, character in enumerate(text[:-20]) if character == " "]
        marked = []
        for at, start in enumerate(sorted(random.sample(starts, k=spans))):
            end = text.find(" ", start)
            marked.append((start + (at % EVERY == 0), end if end > 0 else len(text) - 2, "NAME"))
        parts.append((text, marked))
    return parts


def joined(parts: Iterable[Part]) -> Part:
    """Return the parts as one text."""
    text, spans = "", []
    for part, marked in parts:
        spans += [(start + len(text), end + len(text), label) for start, end, label in marked]
        text += part
    return text, spans


def write(folder: Path, parts: Iterable[Part]) -> None:
    """Write a training set of these texts, and a small dev and test set."""
    folder.mkdir()
    small: Part = ("Ada left.", [(0, 3, "NAME")])
    for split, texts in (("train", parts), ("dev", [small]), ("test", [small])):
        with atomic.open_text(folder / f"{split}.jsonl") as stream:
            for text, spans in texts:
                stream.write(json.dumps({"text": text, "spans": spans}) + "\n")


def seconds(folder: Path) -> float:
    """Convert the texts of a folder in this process, and return the processor seconds."""
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Path(temporary)
        inputs(str(folder), corpus, config=PROJECT / "configs/config.cfg", lang="en")
        found = atomic.read_json(corpus / "inputs.json")
        settings = ConvertSettings(label_map={}, processes=1)
        started = time.process_time()
        convert(found, settings, corpus)
        return time.process_time() - started


if __name__ == "__main__":
    app()
