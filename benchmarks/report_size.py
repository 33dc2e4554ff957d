"""Time and memory of analyze, compare and report for large test and dev sets.

    python -m benchmarks.report_size --documents 100000 --labels 10

In: nothing; a run is simulated. Its test and dev set have texts of 30 tokens and 3 entities on average,
in groups of 5; half of the entities are absent from the training set. There are predictions of a model
and of a dictionary, and a second run on the same texts. Out: a table with the seconds (wall clock) and
the peak resident memory of each step, which runs as a process of its own. Memory is measured on POSIX
systems only; elsewhere it is shown as a dash.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import typer

from benchmarks.costs import PROJECT, Cost, cost, megabytes
from benchmarks.training import table
from scripts.conversion.outcome import Conversion, Counts, SplitCounts
from scripts.files import atomic
from scripts.files.rows import write_rows
from scripts.scoring.document import DICTIONARY, MODEL, Document, Entity, to_row
from scripts.scoring.known import NONE, Known
from scripts.settings.files import read_files, write_steps

TOKENS, MENTIONS = 30, (0, 1, 2, 3, 3, 4, 5, 6)  # of one text
GROUP = 5  # texts in one group
NEW = 0.5  # share of the mentions that are drawn anew, nearly all of them different
CORRECT, MISSED, RELABELLED = 0.8, 0.88, 0.93  # bounds of what becomes of a gold mention; then: moved
SPURIOUS = 0.3  # share of the texts with a mention that is none
PARTLY = 50  # every so many texts the last token is not annotated
REJECTED = 10  # a reject for every so many texts
GENRES = ("news", "letters", "chat", "law", "science")
SYLLABLES = (
    "ba",
    "dor",
    "fen",
    "gil",
    "hu",
    "jan",
    "kel",
    "lo",
    "mar",
    "nis",
    "or",
    "pet",
    "qua",
    "rin",
)
RUN, OTHER = "run", "other"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Train:
    """The names of each label in the simulated training set, the most frequent first."""

    names: dict[str, list[str]]

    @classmethod
    def of_size(cls, labels: int, documents: int) -> "Train":
        """Return a training set with one different name for each document."""
        rng = Random(0)  # noqa: S311
        each = max(documents // labels, 1)
        return cls({f"LABEL{at:02}": [name(rng) for _ in range(each)] for at in range(labels)})

    def known(self) -> Known:
        """Return how often each name occurs in the training set; every seventh also occurs unmarked."""
        counts: dict[str, dict[str, int]] = {}
        for label, names in self.names.items():
            for rank, words in enumerate(names, 1):
                counts.setdefault(words, {})[label] = 1 + 1000 // rank
                if rank % 7 == 0:
                    counts[words][NONE] = 1
        return Known(counts)


@app.command()
def report_size_cli(
    documents: int = typer.Option(100_000, min=GROUP, help="Texts in the test set, and in the dev set"),
    labels: int = typer.Option(10, min=2, help="Number of labels"),
) -> None:
    """Measure the steps that read predictions, on simulated ones."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_project(folder, documents, labels)
        ours, corpus = str(folder / RUN), str(folder / "corpus")
        steps = {
            "analyze": ("scripts.analyze", ours, corpus),
            "compare, no reference": ("scripts.compare", ours, corpus),
            "compare, one reference": ("scripts.compare", ours, corpus, f"--reference={OTHER}"),
            "report": ("scripts.report", ours, corpus),
        }
        costs = {step: cost(*command) for step, command in steps.items()}
        page = (folder / RUN / "report.html").stat().st_size
    together = [costs["analyze"], costs["report"]]
    peaks = [each.peak for each in together if each.peak is not None]
    seconds = sum(each.seconds for each in together)
    costs["analyze and report together"] = Cost(seconds, None, max(peaks, default=None))
    rows = [(step, f"{each.seconds:.1f}", megabytes(each.peak)) for step, each in costs.items()]
    print(f"{documents:,} texts each in test and dev set, {labels} labels, {os.cpu_count()} cores\n")  # noqa: T201
    print(table(("Step", "Seconds", "Peak memory in MB"), rows))  # noqa: T201
    print(f"report.html: {megabytes(page)} MB")  # noqa: T201


def write_project(folder: Path, documents: int, labels: int) -> None:
    """Write two runs on the same texts, and the results of conversion and check."""
    train = Train.of_size(labels, documents)
    known = train.known()
    for number, name_of_run in enumerate((RUN, OTHER)):
        write_predictions(folder / name_of_run, train, known, documents, number)
    corpus, ours = folder / "corpus", folder / RUN
    write_steps(corpus, read_files(PROJECT / "configs"))
    points = [
        {"step": step, "score": 0.8 - 400 / (step + 500), "losses": {"ner": 1e5 / (step + 1)}}
        for step in range(0, 20_000, 200)
    ]
    atomic.write_text(ours / "curve.jsonl", "".join(json.dumps(point) + "\n" for point in points))
    atomic.write_json(ours / "run.json", {"config": "c" * 64, "seed": 0, "versions": {"spacy": "3.8"}})
    split: SplitCounts = {
        "documents": documents,
        "tokens": TOKENS * documents,
        "entities": 3 * documents,
        "without_entities": documents // len(MENTIONS),
        "partly_annotated": documents // PARTLY,
        "without_annotation": 0,
        "not_exhaustive": 0,
        "wrong_spans": 0,
        "labels": dict.fromkeys(train.names, 3 * documents // labels),
        "lost_labels": dict.fromkeys(train.names, documents // 1000),
    }
    counts: Counts = {
        "records": {
            "read": 3 * documents,
            "accepted": 3 * documents,
            **dict.fromkeys(("ignored", "merged", "rejected", "pieces"), 0),
        },
        "spans": {"read": 9 * documents, "kept": 9 * documents, "misaligned": documents // REJECTED},
        "splits": dict.fromkeys(("train", "dev", "test"), split),
        "lengths": {str(TOKENS): documents},
        "span_lengths": {},
        "streamed": False,
    }
    conversion: Conversion = {
        **counts,
        "spans_key": "",
        "ignored": {},
        "fixed": {},
        "excluded": {},
        "files": {"texts.jsonl": {"format": "jsonl", "read": 3 * documents, "accepted": 3 * documents}},
        "unknown_labels": [],
        "corrections": {"documents": 0, "unused": 0},
        "split_by": "hash",
        "pieces_apart": None,
        "segment_helps": False,
        "offsets": None,
        "agreement": None,
        "repeated": {"identical": 0, "unannotated": 0, "complementary": None, "different": None},
        "tags_in_labels": [],
        "question": None,
        "read_along": {},
        "skipped_files": {},
        "rejected": {},
        "unusable_spans": {},
        "problems": [],
    }
    atomic.write_json(corpus / "counts.json", counts)
    atomic.write_json(corpus / "conversion.json", conversion)
    atomic.write_json(corpus / "check.json", {"findings": []})
    with atomic.open_text(corpus / "rejected.jsonl") as stream:
        for number in range(documents // REJECTED):
            stream.write(json.dumps(reject(number), ensure_ascii=False) + "\n")


def reject(number: int) -> dict[str, Any]:
    """Return an entity that conversion rejected."""
    place = {"file": "texts.jsonl", "place": f"line {number + 1}", "record": f"text-{number}"}
    why = {"outcome": "misaligned", "reason": f"it cuts through the token '{number}'"}
    tokens = [str(number), *SYLLABLES]
    return {
        "what": "span",
        **place,
        **why,
        "hint": "mark whole tokens",
        "mention": "x",
        "tokens": tokens,
    }


def write_predictions(folder: Path, train: Train, known: Known, documents: int, seed: int) -> None:
    """Write the predictions of a run as `predict` does. seed: decides what its model predicts."""
    dictionary = known.dictionary()
    for split in ("test", "dev"):
        made = (text(train, dictionary, split, number, seed) for number in range(documents))
        write_rows(folder / "predictions" / split, map(to_row, made))
    atomic.write_json(folder / "predictions" / "known.json", known.counts)
    about = {
        "spans_key": None,
        "systems": [MODEL, DICTIONARY],
        "fingerprints": {split: split * 16 for split in ("test", "dev")},
        "documents": dict.fromkeys(("test", "dev"), documents),
    }
    atomic.write_json(folder / "predictions" / "about.json", about)


def text(train: Train, dictionary: dict[str, str], split: str, number: int, seed: int) -> Document:
    """Return a text, its entities, and the predictions of model and dictionary; identical each time."""
    rng = Random(f"{split} {number}")  # noqa: S311
    marked = sorted(rng.sample(range(TOKENS), rng.choice(MENTIONS)))
    labels = list(train.names)
    words: list[tuple[int, int]] = []
    parts, gold, at = [], [], 0
    for place in range(TOKENS):
        part = rng.choice(SYLLABLES)
        if place in marked:
            label = rng.choice(labels)
            names = train.names[label]
            fresh = rng.random() < NEW
            part = name(rng) if fresh else names[int(len(names) * rng.random() ** 3)]
            gold.append(Entity(at, at + len(part), label))
        words.append((at, at + len(part)))
        parts.append(part)
        at += len(part) + 1
    whole = " ".join(parts)
    looked_up = [
        mention._replace(label=dictionary.get(whole[slice(*mention[:2])], "")) for mention in gold
    ]
    return Document(
        text=whole,
        tokens=TOKENS,
        gold=tuple(gold),
        predicted={
            MODEL: tuple(sorted(predicted(gold, words, labels, Random(f"{split} {number} {seed}")))),  # noqa: S311
            DICTIONARY: tuple(mention for mention in looked_up if mention.label),
        },
        unknown=() if number % PARTLY or TOKENS - 1 in marked else (words[-1],),
        file=f"{split}.jsonl",
        place=f"line {number + 1}",
        id=f"{split}-{number}",
        group=f"{split}-thread-{number // GROUP}",
        meta={"genre": rng.choice(GENRES), "year": 2000 + number % 20, "author": name(rng)},
    )


def predicted(
    gold: Sequence[Entity], words: Sequence[tuple[int, int]], labels: Sequence[str], rng: Random
) -> Iterator[Entity]:
    """Yield what the model predicts: most entities, some with a wrong label or end, and others."""
    for mention in gold:
        fate = rng.random()
        if fate < CORRECT:
            yield mention
        elif MISSED <= fate < RELABELLED:
            yield mention._replace(label=rng.choice(labels))
        elif fate >= RELABELLED:
            yield mention._replace(end=mention.end - 1)
    if rng.random() < SPURIOUS:
        start, end = rng.choice(words)
        if not any(mention.start == start for mention in gold):
            yield Entity(start, end, rng.choice(labels))


def name(rng: Random) -> str:
    """Return a name of one to three words."""
    words = ("".join(rng.choices(SYLLABLES, k=3)) for _ in range(rng.randint(1, 3)))
    return " ".join(word.title() for word in words)


if __name__ == "__main__":
    app()
