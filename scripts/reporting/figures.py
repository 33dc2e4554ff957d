"""Tables of figures: what the page and the text for pull requests show of an analysis.

In: one split of an analysis, or what conversion and check noted. Out: rows in the order in which they
are shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath

from scripts.conversion.outcome import Conversion
from scripts.conversion.sums import outcomes_of, sum_of_records, sum_of_spans
from scripts.quality.finding import FindingRow
from scripts.scoring.analysis import LabelScores, MacroScores, SplitAnalysis
from scripts.scoring.document import DICTIONARY
from scripts.scoring.errors import NO_LABEL

CONFUSIONS = 5  # confusions that are named beside the table
SHADES = 5  # steps of shading in the table of confusions
NAMED = 2  # findings of a kind that are quoted, and places of each


@dataclass(frozen=True, slots=True)
class LabelRow:
    """Figures of one label, or of all together, and the dictionary's F."""

    label: str
    figures: LabelScores | MacroScores
    dictionary: float | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one label was taken for another, of all entities whose gold label it is."""

    gold: str
    predicted: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A count in the table of confusions, its share of the row, and how darkly it is shaded, from 0."""

    count: int
    share: float
    shade: int
    diagonal: bool


@dataclass(slots=True)
class FindingKind:
    """All findings of `check` of one kind. first: messages and places of some."""

    kind: str
    severity: str
    advice: str
    count: int
    places: int
    first: list[tuple[str, list[str]]]


def label_rows(split: SplitAnalysis) -> list[LabelRow]:
    """Return the figures by label, the commonest first, with the dictionary's F next to the model's."""
    baseline = split["baselines"][DICTIONARY]["labels"]
    labels = split["scores"]["labels"]
    order = sorted(labels, key=lambda label: (-labels[label]["support"], label))
    return [
        LabelRow(label, labels[label], baseline[label]["f"] if label in baseline else None)
        for label in order
    ]


def total_rows(split: SplitAnalysis) -> list[LabelRow]:
    """Return the figures of all labels together and, if there are several, their mean."""
    scores, baseline = split["scores"], split["baselines"][DICTIONARY]
    rows = [LabelRow("All labels", scores["micro"], baseline["micro"]["f"])]
    if len(scores["labels"]) > 1:
        rows.append(LabelRow("Mean of labels", scores["macro"], baseline["macro"]["f"]))
    return rows


def class_rows(test: SplitAnalysis, dev: SplitAnalysis) -> list[tuple[str, dict[str, int], bool]]:
    """Return the classes of errors on both sets, then on the dev set by label, the commonest first.

    Each row: its name, its counts by class, and whether they are of all labels.
    """
    rows = [("Test set, all labels", test["errors"]["classes"], True)]
    rows.append(("Dev set, all labels", dev["errors"]["classes"], True))
    labels = dev["errors"]["labels"]
    order = sorted(labels, key=lambda label: (-sum(labels[label].values()), label))
    return rows + [(label, labels[label], False) for label in order] * (len(labels) > 1)


def confusion_cells(split: SplitAnalysis) -> list[tuple[str, list[Cell]]]:
    """Return the table of confusions: a row for each gold label, a cell for each predicted one."""
    return [
        (
            gold,
            [
                cell(count, sum(counts.values()), gold == predicted)
                for predicted, count in counts.items()
            ],
        )
        for gold, counts in split["errors"]["confusion"].items()
    ]


def cell(count: int, total: int, diagonal: bool) -> Cell:
    """Return a cell of the table of confusions, of a row with so many entities."""
    share = count / total if total else 0.0
    return Cell(count, share, -(-SHADES * count // total) if total else 0, diagonal)


def confusions(split: SplitAnalysis) -> list[Confusion]:
    """Return the commonest confusions of two labels."""
    found = sorted(every_confusion(split), key=lambda row: (-row.count, row.gold, row.predicted))
    return found[:CONFUSIONS]


def every_confusion(split: SplitAnalysis) -> Iterator[Confusion]:
    """Yield the pairs of labels of which one was taken for the other."""
    for gold, counts in split["errors"]["confusion"].items():
        total = sum(counts.values())
        for predicted, count in counts.items():
            if count and gold != predicted and NO_LABEL not in (gold, predicted):
                yield Confusion(gold, predicted, count, total)


def findings_by_kind(findings: Iterable[FindingRow]) -> list[FindingKind]:
    """Return the findings of `check` by kind, those that stop a run first, then the commonest."""
    found: dict[tuple[str, str], FindingKind] = {}
    for row in findings:
        key = (row["kind"], row["severity"])
        kind = found.setdefault(key, FindingKind(*key, row["advice"], 0, 0, []))
        kind.count += 1
        kind.places += row["places"]["count"]
        if len(kind.first) < NAMED:
            kind.first.append((row["message"], row["places"]["named"][:NAMED]))
    return sorted(found.values(), key=lambda kind: (kind.severity, -kind.count, kind.kind))


def corpus_name(conversion: Conversion | None) -> str:
    """Return the folder that all annotation files are in, or the one file; nothing without a corpus."""
    paths = [PurePosixPath(name) for name in (conversion["files"] if conversion else ())]
    if len(paths) < 2:
        return "".join(map(str, paths))
    levels = zip(*(path.parts for path in paths), strict=False)
    shared = [parts[0] for parts in takewhile(lambda parts: len(set(parts)) == 1, levels)]
    return str(PurePosixPath(*shared)) if shared else f"{len(paths):,} files"


def outcomes(conversion: Conversion | None) -> list[str]:
    """Return what became of records: the columns that the table of files needs to add up."""
    return outcomes_of(conversion["records"]) if conversion else []


def sums(conversion: Conversion | None) -> dict[str, str]:
    """Return the records and the spans of a conversion in words, each as a sum that adds up."""
    if conversion is None:
        return {}
    return {
        "records": sum_of_records(conversion["records"]),
        "spans": sum_of_spans(conversion["spans"]),
    }
