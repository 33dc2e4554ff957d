"""Tables of figures: what the page and the text for pull requests show of an analysis.

In: one split of an analysis. Out: rows in the order in which they are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.conversion.outcome import Conversion
from scripts.conversion.sums import outcomes_of, sum_of_records, sum_of_spans
from scripts.reporting.plots import Dot
from scripts.scoring.analysis import LabelScores, SplitAnalysis
from scripts.scoring.document import DICTIONARY
from scripts.scoring.errors import NO_LABEL

CONFUSIONS = 10  # confusions that are named beside the table
SHADES = 4  # steps of shading in the table of confusions


@dataclass(frozen=True, slots=True)
class LabelRow:
    """Figures of one label, or of all together."""

    label: str
    figures: LabelScores
    dictionary: float | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one label was taken for another, of all pairs whose gold label it is."""

    gold: str
    predicted: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A count in the table of confusions, and how darkly it is shaded, from 0."""

    count: int
    shade: int
    diagonal: bool


def label_rows(split: SplitAnalysis) -> list[LabelRow]:
    """Return the figures by label, with the dictionary's F beside the model's."""
    baseline = split["baselines"][DICTIONARY]["labels"]
    return [
        LabelRow(label, figures, baseline[label]["f"] if label in baseline else None)
        for label, figures in split["scores"]["labels"].items()
    ]


def label_dots(split: SplitAnalysis) -> list[Dot]:
    """Return the labels that have an F, as the plot draws them."""
    return [
        Dot(
            row.label,
            row.figures["f"],
            row.figures["intervals"].get("f", (None, None)),
            row.dictionary,
            row.figures["too_few"],
        )
        for row in label_rows(split)
        if row.figures["f"] is not None
    ]


def error_classes(split: SplitAnalysis) -> list[tuple[str, int, float | None]]:
    """Return each class of pairs, `correct` first, with its count and its share."""
    classes = split["errors"]["classes"]
    total = sum(classes.values())
    return [(name, count, count / total if total else None) for name, count in classes.items()]


def confusion_cells(split: SplitAnalysis) -> list[tuple[str, list[Cell]]]:
    """Return the table of confusions: a row for each gold label, a cell for each predicted one."""
    rows = []
    for gold, counts in split["errors"]["confusion"].items():
        total = sum(counts.values())
        cells = [
            Cell(count, -(-SHADES * count // total) if total else 0, gold == predicted)
            for predicted, count in counts.items()
        ]
        rows.append((gold, cells))
    return rows


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
