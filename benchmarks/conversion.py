"""Time and memory of the step `convert`, a bare loop and `spacy convert`, on the same synthetic texts.

    python -m benchmarks.conversion --records 1000000 --compared 50000 --rounds 3

Each text has twenty words and one or two entities; every fifth text contains a unique word.
Out: two tables. The first is about Prodigy JSONL, two-column text and Label Studio JSON: the throughput
of one process relative to a bare loop (`benchmarks.bare_loop`), that of two processes relative to one,
and the peak memory of a process with all records and with a tenth of them. The second compares both with
`spacy convert`, on columns and spaCy 2 JSON. Programs that are compared run alternately, once per round;
ratios are medians over the rounds. Needs two cores and, for a million records, 4 GB of disk and 12 GB of
memory (for the bare loops).
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from statistics import median

import typer

from benchmarks.costs import PROJECT, Cost, cost, megabytes
from benchmarks.training import table
from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.files import atomic
from scripts.formats.writers import WRITERS
from scripts.inputs import inputs
from scripts.settings.files import read_files, write_steps

FORMATS = ("prodigy", "columns", "label_studio")
V2_JSON = "spacy_v2_json"
CONVERTERS = {"columns": "ner", V2_JSON: "json"}  # what `spacy convert` calls them
WORDS, LENGTH = 20_000, 20  # different words that come again, and words in a text
NEW = 5  # every so many texts one has a word that no other has, beside the rare ones of the list
LABELS = ("PERSON", "ORG", "PLACE")
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def conversion_cli(
    records: int = typer.Option(1_000_000, help="Texts for the comparison with a bare loop"),
    compared: int = typer.Option(50_000, help="Texts for the comparison with `spacy convert`"),
    formats: str = typer.Option(",".join(FORMATS), help="Formats to compare with a bare loop"),
    rounds: int = typer.Option(1, help="Repetitions of each comparison", min=1),
) -> None:
    """Measure time and memory of the conversion."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = [beside_loop(folder, name, records, rounds) for name in formats.split(",") if name]
        if rows:
            print(table(LOOP_HEADER, rows), flush=True)  # noqa: T201
        rows = [beside_spacy(folder, name, compared, rounds) for name in CONVERTERS if compared]
        if rows:
            print(table(SPACY_HEADER, rows))  # noqa: T201


LOOP_HEADER = (
    "Format",
    "One process / bare loop",
    "Two processes / one",
    "Peak of a process, MB",
    "at a tenth",
    "of the bare loop",
)
SPACY_HEADER = (
    "Format",
    "Times as fast",
    "bare loop",
    "Peak of a process, MB",
    "of the bare loop",
    "of spacy convert",
)


def beside_loop(folder: Path, name: str, records: int, rounds: int) -> tuple[str, ...]:
    """Return the row of a format in the comparison with a bare loop."""
    small, large = (written(folder, name, number) for number in (records // 10, records))
    costs = [
        (looped(folder, name, large), converted(folder, large, 1), converted(folder, large, 2))
        for _ in range(rounds)
    ]
    tenth = converted(folder, small, 1)
    small.unlink()
    large.unlink()
    speeds = (
        median(bare.seconds / one.seconds for bare, one, _ in costs),
        median(one.seconds / two.seconds for _, one, two in costs),
    )
    bare, one, two = (highest(column) for column in zip(*costs, strict=True))
    peaks = (max(one or 0, two or 0) or None, tenth.peak, bare)
    return (name, *(f"{speed:.2f}" for speed in speeds), *(megabytes(peak) for peak in peaks))


def beside_spacy(folder: Path, name: str, records: int, rounds: int) -> tuple[str, ...]:
    """Return the row of a format in the comparison with `spacy convert`."""
    path = written(folder, name, records)
    target = folder / "theirs"
    target.mkdir(exist_ok=True)
    options = ("--converter", CONVERTERS[name], "--n-sents", "1", "--lang", "en")
    command = ("spacy", "convert", str(path), str(target), *options)
    costs = [
        (converted(folder, path, 1), looped(folder, name, path), cost(*command)) for _ in range(rounds)
    ]
    path.unlink()
    times = (
        median(theirs.seconds / ours.seconds for ours, _, theirs in costs),
        median(theirs.seconds / bare.seconds for _, bare, theirs in costs),
    )
    peaks = (highest(column) for column in zip(*costs, strict=True))
    return (name, *(f"{ratio:.1f}" for ratio in times), *map(megabytes, peaks))


def highest(costs: Iterable[Cost]) -> int | None:
    """Return the highest peak, or None if it is unknown."""
    return max((one.peak for one in costs if one.peak), default=None)


def looped(folder: Path, name: str, path: Path) -> Cost:
    """Convert a file with the bare loop, and return its costs."""
    target = folder / "bare.spacy"
    found = cost("benchmarks.bare_loop", name, str(path), str(target))
    target.unlink()
    return found


def converted(folder: Path, path: Path, processes: int) -> Cost:
    """Convert a file with the step itself, and return its costs."""
    corpus = folder / "corpus"
    atomic.remove(corpus)
    corpus.mkdir()
    inputs(str(path), corpus, config=PROJECT / "configs/config.cfg", lang="en")
    write_steps(corpus, read_files(PROJECT / "configs", f"convert.processes={processes}"))
    return cost("scripts.convert", str(corpus))


def written(folder: Path, name: str, records: int) -> Path:
    """Write synthetic texts in a format and return the file."""
    if name == V2_JSON:
        path = folder / f"{records}.json"
        write_v2_json(texts(records), path)
        return path
    writer = WRITERS[name]
    path = folder / f"{records}{writer.ending}"
    writer.write(texts(records), path)
    return path


def texts(records: int) -> Iterator[AnnotatedText]:
    """Yield synthetic texts, identical at each call; words are joined by single spaces."""
    random = Random(0)  # noqa: S311
    words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=3 + n % 8)) for n in range(WORDS)]
    for number in range(records):
        chosen = [words[int(WORDS * random.random() ** 3)] for _ in range(LENGTH)]
        if number % NEW == 0:
            chosen[random.randrange(LENGTH)] = f"{random.choice(words)}{number}"
        chosen[-1] = "."
        starts = [0]
        for word in chosen:
            starts.append(starts[-1] + len(word) + 1)
        spans = []
        for first in random.sample((1, 8, 14), k=1 + number % 2):
            last = first + random.randrange(1, 4)
            spans.append(CharSpan(starts[first], starts[last] - 1, random.choice(LABELS)))
        spans.sort(key=lambda span: span.start)
        tokens = tuple((at, at + len(word)) for at, word in zip(starts, chosen, strict=False))
        yield AnnotatedText(" ".join(chosen), tuple(spans), "made up", str(number), tokens=tokens)


def write_v2_json(records: Iterable[AnnotatedText], path: Path) -> None:
    """Write each text as a document of spaCy 2's training JSON."""
    with atomic.open_text(path) as stream:
        for number, record in enumerate(records):
            tokens = []
            start = 0
            for at, word in enumerate(record.text.split(" ")):
                tag = biluo(record.spans, start, start + len(word))
                tokens.append({"id": at, "orth": word, "space": " ", "ner": tag})
                start += len(word) + 1
            tokens[-1]["space"] = ""
            paragraph = {"raw": record.text, "sentences": [{"tokens": tokens}]}
            document = {"id": number, "paragraphs": [paragraph]}
            stream.write(",\n" if number else "[")
            stream.write(json.dumps(document))
        stream.write("]\n")


def biluo(spans: Iterable[CharSpan], start: int, end: int) -> str:
    """Return the BILUO tag of the token with these character offsets."""
    for span in spans:
        if span.start <= start and end <= span.end:
            first, last = start == span.start, end == span.end
            return f"{'U' if first and last else 'B' if first else 'L' if last else 'I'}-{span.label}"
    return "O"


if __name__ == "__main__":
    app()
