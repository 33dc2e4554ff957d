"""Two or more runs side by side: what was different, and what came of it.

In: rows of the table. Out: for each name a value of every run, only where they differ; scores always.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from scripts.tracking.columns import COLUMNS, SHORT, fingerprint, points, value_of
from scripts.tracking.row import RunRow

Line = tuple[str, list[Any]]  # a name, and the value of each run

# Columns that are no cause of a difference, and those that are shown in another form.
NO_CAUSE = {"run", "started", "seconds", "steps", "best", "dev", "test", "speed", "stopped", "test_set"}
CAUSES = [name for name in COLUMNS if name not in {*NO_CAUSE, "seed", "commit", "device"}]


def scores(rows: Sequence[RunRow]) -> Iterator[Line]:
    """Yield F on both sets, overall and by label, precision and recall, and the costs of training."""
    for split in ("test", "dev"):
        yield f"{split} F", [value_of(row, split) for row in rows]
        for key, name in (("p", "precision"), ("r", "recall")):
            found = (row["scores"].get(split) for row in rows)
            yield f"{split} {name}", [points(score[key]) if score else None for score in found]  # type: ignore[literal-required]
        scored = (row["scores"][split] for row in rows if split in row["scores"])
        labels = {label for score in scored for label in score["labels"]}
        for label in sorted(labels):
            yield f"{split} F of {label}", [value_of(row, f"{split}.{label}") for row in rows]
    for name in ("speed", "seconds", "steps", "best"):
        yield name, [value_of(row, name) for row in rows]


def causes(rows: Sequence[RunRow]) -> Iterator[Line]:
    """Yield what was different: corpus, seed, code, machine, packages, and values of the config."""
    for name in (*CAUSES, "seed", "commit", "device"):
        yield from different(name, [value_of(row, name) for row in rows])
    versions = [row["record"].get("versions", {}) for row in rows]
    for package in sorted({name for each in versions for name in each}, key=str.lower):
        yield from different(package, [each.get(package) for each in versions])
    for name in sorted({name for row in rows for name in row["values"]}):
        if name not in ("system.seed", "training.seed"):
            yield from different(name, [row["values"].get(name) for row in rows])


def different(name: str, values: list[Any]) -> Iterator[Line]:
    """Yield a line unless all runs have the same value."""
    if any(value != values[0] for value in values):
        yield name, values


def test_sets(rows: Sequence[RunRow]) -> set[str]:
    """Return the fingerprints of the test sets that runs were scored on."""
    found = (fingerprint(row, "test") for row in rows)
    return {one[:SHORT] for one in found if one}
