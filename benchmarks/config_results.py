"""The results file of the benchmark of configs, and its summary.

In: a JSONL file with a line for each config, corpus and seed. Out: rows, and for each corpus and config
the scores over the seeds and the ratios to the quickstart.
"""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typing_extensions import TypedDict

from benchmarks.costs import PROJECT

RESULTS = PROJECT / "benchmarks/results/configs.jsonl"
QUICK = PROJECT / "benchmarks/results/quick.jsonl"
QUICKSTART = "quickstart"
TEST, DEV = "test", "dev"


class MadeWith(TypedDict):
    """What decides a result: a run with the same values is not repeated.

    training: fingerprint of its trial with seed 0. corpus: of the three corpus files.
    """

    training: str
    corpus: str
    versions: dict[str, str]
    machine: dict[str, Any]


class Training(TypedDict):
    """What training took; jobs: trainings that ran at once."""

    processor_seconds: float | None
    seconds: float
    jobs: int


class Prediction(TypedDict):
    """Words per second and peak memory in bytes, by round, of a pipeline and of the quickstart's."""

    words_per_second: list[float]
    peak: list[int | None]
    quickstart_words_per_second: list[float]
    quickstart_peak: list[int | None]


class Row(TypedDict):
    """A line of the results.

    texts: of each split. test: F on the test set, None for a quick run. size: of the pipeline, in bytes.
    """

    corpus: str
    config: str
    seed: int
    texts: dict[str, int]
    dev: float
    test: float | None
    training: Training
    prediction: Prediction
    size: int
    made_with: MadeWith


@dataclass(frozen=True, slots=True)
class Summary:
    """A config on a corpus over its seeds. Ratios are medians, relative to the quickstart.

    f: one for each seed. seconds: of the processor, median. speed: words per second. None where there is
    nothing to compare with.
    """

    corpus: str
    config: str
    texts: dict[str, int]
    f: list[float]
    seconds: float | None
    training: float | None
    speed: float | None
    memory: float | None
    megabytes: float


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a results file; the end of a line that was cut off is left out."""
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n") and line.strip()]


def append(path: Path, row: Row) -> None:
    """Add a row to a results file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and not path.read_bytes().endswith(b"\n"):  # a write was interrupted
        whole = path.read_text(encoding="utf8").rpartition("\n")
        path.write_text(whole[0] + whole[1], encoding="utf8", newline="\n")
    with path.open("a", encoding="utf8", newline="\n") as stream:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def current(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return the valid rows by corpus and config.

    The last row decides: rows that were made with another config, code, corpus or versions are out of
    date.
    """
    last = {(row["corpus"], row["config"]): without_machine(row) for row in rows}
    found: dict[tuple[str, str], list[Row]] = {key: [] for key in last}
    for row in rows:
        key = (row["corpus"], row["config"])
        if without_machine(row) == last[key]:
            found[key].append(row)
    return found


def one_a_seed(rows: Sequence[Row]) -> list[Row]:
    """Return the last row of each seed, in order of seeds."""
    by_seed = {row["seed"]: row for row in rows}
    return [by_seed[seed] for seed in sorted(by_seed)]


def without_machine(row: Row) -> dict[str, Any]:
    """Return what a row was made with, but for the machine, which hardly changes a score."""
    return {key: value for key, value in row["made_with"].items() if key != "machine"}


def summaries(rows: Sequence[Row], split: str) -> list[Summary]:
    """Return a summary for each corpus and config, with F on this split."""
    found = current([row for row in rows if f_of(row, split) is not None])
    return [
        summary(one_a_seed(valid), found.get((corpus, QUICKSTART), []), split)
        for (corpus, _), valid in found.items()
    ]


def summary(rows: list[Row], quickstart: list[Row], split: str) -> Summary:
    """Return the summary of a config on a corpus. quickstart: all rows of the same corpus.

    Times are compared with those of a quickstart that was trained on the same kind of machine.
    """
    first = rows[0]
    others = {comparable(row): row for row in quickstart}
    pairs = [(row, others[comparable(row)]) for row in rows if comparable(row) in others]
    seconds = [row["training"]["processor_seconds"] for row in rows]
    training = [
        (row["training"]["processor_seconds"], other["training"]["processor_seconds"])
        for row, other in pairs
    ]
    speed: list[tuple[float, float]] = []
    memory: list[tuple[int | None, int | None]] = []
    for each in (row["prediction"] for row in rows):
        speed += zip(each["words_per_second"], each["quickstart_words_per_second"], strict=True)
        memory += zip(each["peak"], each["quickstart_peak"], strict=True)
    return Summary(
        first["corpus"],
        first["config"],
        first["texts"],
        [f for row in rows if (f := f_of(row, split)) is not None],
        statistics.median([each for each in seconds if each] or [0.0]) or None,
        ratio(training),
        ratio(speed),
        ratio(memory),
        statistics.median(row["size"] for row in rows) / 1e6,
    )


def comparable(row: Row) -> tuple[int, str, str]:
    """Return what is equal in two rows whose times can be compared: seed, corpus files and machine."""
    made = row["made_with"]
    return row["seed"], made["corpus"], json.dumps(made["machine"], sort_keys=True)


def f_of(row: Row, split: str) -> float | None:
    """Return F of a row on the dev or the test set."""
    return row["test"] if split == TEST else row["dev"]


def ratio(pairs: Sequence[tuple[float | None, float | None]]) -> float | None:
    """Return the median of the ratios of pairs, or None without any."""
    ratios = [one / other for one, other in pairs if one and other]
    return statistics.median(ratios) if ratios else None
