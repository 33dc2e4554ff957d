"""The headline of a run: F on the test set and the gain over a dictionary, each with how sure it is.

In: an analysis. Out: statements in plain words, the same for the page, for pull requests and for the
console, and notes on tokens without annotation where they matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.scoring.analysis import Analysis, LabelScores, SplitAnalysis
from scripts.scoring.document import DICTIONARY
from scripts.scoring.metrics import (
    FEW,
    TOO_FEW,
    UNDEFINED,
    interval_in_words,
    is_point,
    percent,
    signed,
    with_level,
)

MINUS = "−"
NARROW = 0.0005  # half the width of an interval that would be shown as 0.0 points
PARTLY = 0.02  # share of documents with unannotated tokens from which a note says so
UNJUDGED = 0.01  # share of predictions that could not be judged from which a note says so
LOST = 0.001  # change of F by entities that tokenisation lost from which a note says so


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure, its margin of error (`± 2.9`), its interval or why it has none, and what it means."""

    name: str
    figure: str
    margin: str
    unit: str
    sure: str
    meaning: str

    @property
    def line(self) -> str:
        """The statement on one line, without its meaning."""
        words = " ".join(filter(None, (self.name, self.figure, self.margin, self.unit)))
        return f"{words} ({self.sure})" if self.sure else words


def summarise(analysis: Analysis) -> tuple[Statement, Statement]:
    """Return F on the test set, and the gain over the dictionary."""
    return headline(analysis), gain_in_words(analysis)


def headline(analysis: Analysis) -> Statement:
    """Return F on the test set, and what it rests on."""
    micro = analysis["test"]["scores"]["micro"]
    interval = micro["intervals"].get("f")
    if micro["f"] is None:
        meaning = "The test set has no entities, so F is undefined."
    elif micro["too_few"]:
        meaning = f"{basis(micro)}. With fewer than {FEW} of either, there is no interval."
    else:
        meaning = f"{basis(micro)}."
    return Statement(
        "F on the test set",
        percent(micro["f"]),
        margin(interval),
        "",
        sure(analysis, micro["too_few"], between(interval)),
        meaning,
    )


def basis(micro: LabelScores) -> str:
    """Return what the figures of the test set rest on, in words."""
    return f"{micro['support']:,} entities in {micro['groups']:,} independent documents or groups"


def gain_in_words(analysis: Analysis) -> Statement:
    """Return how much the pipeline gains over a dictionary, and whether that is more than noise."""
    test = analysis["test"]
    baseline, few = test["baselines"][DICTIONARY], test["scores"]["micro"]["too_few"]
    change, interval = baseline["gain"]["f"], baseline["gain"]["interval"]
    name = "Gain over a dictionary"
    if change is None:
        meaning = "The gain is undefined."
        return Statement(name, points(change), "", "", sure(analysis, few, UNDEFINED), meaning)
    other = percent(baseline["micro"]["f"])
    told = f"A dictionary of all entities in the training set reaches an F of {other}."
    return Statement(
        name,
        points(change),
        margin(interval),
        "points",
        sure(analysis, few, spread(interval)),
        f"{told} {result_in_words(interval)}",
    )


def result_in_words(interval: Sequence[float | None]) -> str:
    """Return in words what the interval of a gain allows to say."""
    low, high = interval
    if low is None or high is None:
        return "There is too little data to say which is better."
    if low > 0:
        return "The pipeline is better, by more than the margin of error."
    if high < 0:
        return "The pipeline is worse, by more than the margin of error."
    if is_point((low, high)):
        return "Both do equally well in every resample."
    return "The difference is within the margin of error."


def sure(analysis: Analysis, few: bool, interval: str) -> str:
    """Return an interval with its confidence, or why there is none."""
    if few or interval == UNDEFINED:
        return f"{TOO_FEW} to judge" if few else ""
    return with_level(interval, analysis["bootstrap"]["confidence"])


def margin(interval: Sequence[float | None] | None) -> str:
    """Return half the width of an interval in points, as `± 2.9`; nothing without an interval."""
    low, high = interval or (None, None)
    if low is None or high is None or is_point((low, high)):
        return ""
    half = (high - low) / 2
    return "± under 0.1" if half < NARROW else f"± {percent(half)}"


def notes(analysis: Analysis) -> list[str]:
    """Return a note for each split whose unannotated tokens or lost entities matter."""
    return list(filter(None, (note(analysis[split], split) for split in ("test", "dev"))))


def note(split: SplitAnalysis, name: str) -> str:
    """Return what was not scored in a split, or nothing where that hardly changes a figure."""
    micro, lost = split["scores"]["micro"], split["lost"]
    parts = []
    partly, unjudged = split["partly_annotated"], split["unjudged"]
    if partly > PARTLY * split["documents"] or unjudged > UNJUDGED * micro["predicted"]:
        parts.append(
            f"Scores on the {name} set count annotated tokens only: {partly:,} of its "
            f"{split['documents']:,} documents are partly annotated. Predictions on tokens without "
            f"annotation, which are neither right nor wrong: {unjudged:,}."
        )
    if lost["entities"] and abs((micro["f"] or 0.0) - (lost["f"] or 0.0)) >= LOST:
        parts.append(
            f"Entities of the {name} set that cut through a token and were lost: {lost['entities']:,}. "
            f"Counted as missed, they lower recall to {percent(lost['r'])}, F to {percent(lost['f'])}."
        )
    if wrong := split["errors"]["known_wrong_predicted"]:
        parts.append(f"Predictions on the {name} set that are known to be wrong: {wrong:,}.")
    return " ".join(parts)


def level(analysis: Analysis) -> str:
    """Return the confidence of the intervals: `95%`."""
    return f"{analysis['bootstrap']['confidence'] * 100:g}%"


def points(value: float | None) -> str:
    """Return a difference of fractions in points, with its sign."""
    return UNDEFINED if value is None else signed(value).replace("-", MINUS)


def between(interval: Sequence[float | None] | None) -> str:
    """Return an interval of fractions as percentages, or that it has no width."""
    return interval_in_words(interval, percent, "–")


def spread(interval: Sequence[float | None] | None) -> str:
    """Return an interval of differences in points, or that it has no width."""
    return interval_in_words(interval, points, " to ")
