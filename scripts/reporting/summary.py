"""The summary in three truths: the headline F, the gain over the dictionary, and how sure both are.

In: an analysis. Out: statements in plain words, the same for the page, for pull requests and for the
console. Where gold is partly annotated or a test set is too small, every one of them says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.scoring.analysis import Analysis, SplitAnalysis
from scripts.scoring.document import DICTIONARY
from scripts.scoring.metrics import (
    FEW,
    SAME,
    TOO_FEW,
    UNDEFINED,
    ends,
    is_point,
    percent,
    signed,
    with_level,
)

ONLY = "annotated tokens only"
MINUS = "−"
NARROW = 0.0005  # a width that would be shown as 0.0 points


@dataclass(frozen=True, slots=True)
class Truth:
    """One statement: a figure, what it is, its conditions in brackets, and what it means."""

    figure: str
    name: str
    conditions: tuple[str, ...]
    meaning: str

    @property
    def line(self) -> str:
        """The statement on one line, without its meaning."""
        said = f"{self.name} {self.figure}"
        return f"{said} ({'; '.join(self.conditions)})" if self.conditions else said


def summarise(analysis: Analysis) -> tuple[Truth, Truth, Truth]:
    """Return the three truths of a run, on test."""
    return headline(analysis), gain(analysis), certainty(analysis)


def headline(analysis: Analysis) -> Truth:
    """Return F on test, and the counts behind it."""
    micro = analysis["test"]["scores"]["micro"]
    if micro["f"] is None:
        meaning = "Test has no gold mention, so there is nothing to measure F on."
        return Truth(percent(None), "F on test", conditions(analysis), meaning)
    meaning = (
        f"Of {micro['support']:,} gold mentions of test, {micro['tp']:,} were found with exactly the "
        f"right boundaries and label (recall {percent(micro['r'])}); of {micro['predicted']:,} "
        f"predictions, {micro['fp']:,} were wrong (precision {percent(micro['p'])})."
    )
    interval = within(analysis, between(micro["intervals"].get("f")))
    return Truth(percent(micro["f"]), "F on test", (*interval, *conditions(analysis)), meaning)


def gain(analysis: Analysis) -> Truth:
    """Return how much the model gains over a dictionary of train, and whether that can be chance."""
    baseline = analysis["test"]["baselines"][DICTIONARY]
    change, (low, high) = baseline["gain"]["f"], baseline["gain"]["interval"]
    told = f"A dictionary of the mentions of train has an F of {percent(baseline['micro']['f'])}."
    name = "Gain over the dictionary"
    if change is None:
        return Truth(
            points(change), name, conditions(analysis), "There is nothing to measure a gain on."
        )
    interval = within(analysis, spread([low, high]))
    if low is None or high is None:
        verdict = "Too few documents or mentions to say which of the two is better."
    elif low > 0:
        verdict = "The model is better than looking mentions up, by more than chance explains."
    elif high < 0:
        verdict = "The model is worse than looking mentions up, by more than chance explains."
    elif is_point((low, high)):
        verdict = "In every resample both do as well: the model can't be told from looking mentions up."
    else:
        verdict = "The interval holds 0: the model can't be told from looking mentions up."
    return Truth(
        f"{points(change)} points", name, (*interval, *conditions(analysis)), f"{told} {verdict}"
    )


def certainty(analysis: Analysis) -> Truth:
    """Return how wide the interval of the headline is, and what it rests on."""
    test = analysis["test"]
    micro = test["scores"]["micro"]
    name = "How sure: width of the interval"
    only = (ONLY,) if test["partly_annotated"] else ()
    basis = f"{micro['support']:,} mentions in {micro['groups']:,} independent documents or groups"
    low, high = micro["intervals"].get("f") or (None, None)
    if micro["too_few"] or low is None or high is None:
        meaning = f"Test has {basis}. Below {FEW} of either there is no interval and no verdict."
        return Truth(TOO_FEW, name, only, meaning)
    drawn = f"Drawn anew from them {analysis['bootstrap']['resamples']:,} times"
    if is_point((low, high)):
        meaning = (
            f"Test has {basis}. {drawn}, F was {percent(micro['f'])} every time, so the draws don't say "
            "how sure it is: other texts may well give another F."
        )
        return Truth("none", name, (SAME, *only), meaning)
    meaning = (
        f"Test has {basis}. {drawn}, F lay between {percent(low)} and {percent(high)} in "
        f"{level(analysis)} of the draws. That holds for texts like these, and for this one "
        "trained model."
    )
    width = "under 0.1" if high - low < NARROW else percent(high - low)
    return Truth(f"{width} points", name, only, meaning)


def within(analysis: Analysis, interval: str) -> tuple[str, ...]:
    """Return an interval with its confidence, as a condition of its figure; nothing without one."""
    confidence = analysis["bootstrap"]["confidence"]
    return () if interval == UNDEFINED else (with_level(interval, confidence),)


def conditions(analysis: Analysis) -> tuple[str, ...]:
    """Return what has to be said beside every figure of test."""
    test = analysis["test"]
    found = []
    if test["partly_annotated"]:
        found.append(ONLY)
    if test["scores"]["micro"]["too_few"]:
        found.append(TOO_FEW)
    return tuple(found)


def coverage(split: SplitAnalysis, name: str) -> str:
    """Return how much of a split could be scored where gold is partly annotated; else nothing."""
    wrong = split["errors"]["known_wrong_predicted"]
    parts = []
    if partly := split["partly_annotated"]:
        parts.append(
            f"Partly annotated documents of {name}: {partly:,} of {split['documents']:,}, so that every "
            f"figure of {name} is for {ONLY}. Gold mentions that could be scored: "
            f"{split['scores']['micro']['support']:,}. Predictions that touch tokens without "
            f"annotation, and so are neither right nor wrong: {split['unjudged']:,}."
        )
    if partly or wrong:
        parts.append(f"Predictions on {name} of spans known to be wrong: {wrong:,}.")
    return " ".join(parts)


def level(analysis: Analysis) -> str:
    """Return the confidence of the intervals: `95%`."""
    return f"{analysis['bootstrap']['confidence'] * 100:g}%"


def points(value: float | None) -> str:
    """Return a difference of fractions in points, with its sign."""
    return UNDEFINED if value is None else signed(value).replace("-", MINUS)


def between(interval: Sequence[float | None] | None) -> str:
    """Return an interval of fractions as percentages, or that it has no width."""
    return ends(interval, percent, "–")


def spread(interval: Sequence[float | None] | None) -> str:
    """Return an interval of differences in points, or that it has no width."""
    return ends(interval, points, " to ")
