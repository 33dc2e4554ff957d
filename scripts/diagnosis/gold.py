"""The corpus: enough entities in each set, and the same labels in all.

In: counts.json of `convert` and check.json of `check`. Out: symptoms.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from scripts.annotation.splits import SETS, SPLITS
from scripts.conversion.outcome import Counts
from scripts.diagnosis.symptom import Symptom
from scripts.files import atomic
from scripts.files.terminal import listed, printable

FEW = 100  # entities of the training set below which little can be learned
CONVERT = "weasel run inputs, then weasel run convert"


def counts_of(corpus: Path) -> Counts | None:
    """Return counts.json, or None where there is none that can be used."""
    try:
        found = TypeAdapter(Counts).validate_python(atomic.read_json(corpus / "counts.json"))
    except (OSError, ValueError, ValidationError):
        return None
    return found


def gold(corpus: Path) -> Iterator[Symptom]:
    """Yield what is wrong with the entities of the corpus."""
    counts = counts_of(corpus)
    if counts is None:
        damaged = (corpus / "counts.json").is_file()
        told = "corpus/counts.json can't be used" if damaged else "The annotations are not converted yet"
        yield Symptom("broken" if damaged else "note", told, CONVERT)
        return
    if lost := [split for split in SPLITS if not (corpus / f"{split}.spacy").exists()]:
        names = listed([SETS[split] for split in lost])
        yield Symptom("broken", f"corpus/ lacks the {names}", CONVERT)
    labels = {split: {k for k, n in counts["splits"][split]["labels"].items() if n} for split in SPLITS}
    totals = {split: sum(counts["splits"][split]["labels"].values()) for split in SPLITS}
    told = ", ".join(f"{totals[split]:,} in the {SETS[split]}" for split in SPLITS)
    empty = [split for split in SPLITS if not totals[split]]
    if empty:
        way = "Annotate more, or put all texts into one file, which is then split; see docs/formats.md"
        yield Symptom("broken", f"A set has no entities: {told}", way)
    elif totals["train"] < FEW:
        yield Symptom("warn", f"There are few entities: {told}", f"Annotate {FEW} or more to begin with")
    else:
        yield Symptom("well", f"Entities: {told}")
    yield from labels_apart(labels)


def labels_apart(labels: dict[str, set[str]]) -> Iterator[Symptom]:
    """Yield the labels that the training set has and the dev set lacks, and the other way round."""
    unmeasured = sorted(labels["train"] - labels["dev"])
    unlearned = sorted((labels["dev"] | labels["test"]) - labels["train"])
    if unlearned:
        told = f"Labels that the training set lacks can't be learned: {listed(unlearned)}"
        yield Symptom("warn", told, "Annotate more of them, or drop them in label_map")
    if unmeasured:
        told = f"Labels that the dev set lacks are not measured while training: {listed(unmeasured)}"
        yield Symptom("warn", told, "Annotate more of them")
    if not unlearned and not unmeasured and labels["train"]:
        yield Symptom(
            "well",
            f"The training set and the dev set have the same labels: {listed(sorted(labels['train']))}",
        )


def stops(corpus: Path) -> Iterator[Symptom]:
    """Yield the findings of `check` that stop a run."""
    path = corpus / "check.json"
    if not path.is_file():
        return
    for found in atomic.read_json(path)["findings"]:
        if found["severity"] == "stop":
            told = f"check says: {printable(found['message'], 300)}"
            yield Symptom("broken", told, found["advice"])
