"""Everything that analysis.json contains about one split: figures with intervals, errors, breakdowns.

In: documents with predictions, and what the training set says about names. Out: plain values. Documents
are read once; what is kept grows with groups × labels, and with the different errors of the dev set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import TypedDict

from scripts.scoring.breakdown import Breakdown, Breakdowns
from scripts.scoring.counts import (
    MEASURES,
    CountArray,
    Figures,
    GroupCounts,
    MetricName,
    Prf,
    Values,
    defined,
    figures,
    gold_groups,
)
from scripts.scoring.curve import Curve
from scripts.scoring.document import MODEL, Document, scored
from scripts.scoring.errors import ErrorCollector, Errors
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.known import Known
from scripts.scoring.metrics import Bounds, recall_with_lost, too_few
from scripts.scoring.schemes import SchemeFigures, Schemes


class LabelScores(Figures):
    """Figures of one label, or of all together.

    groups: independent documents or groups that have a gold entity. too_few: whether the figures rest on
    too little. intervals: by measure, where there is one. undefined: by measure, the resamples in which
    it has no value.
    """

    groups: int
    too_few: bool
    intervals: dict[MetricName, Bounds]
    undefined: dict[MetricName, int]


class MacroScores(Prf):
    """The mean over the labels that gold has; `labels` is how many these are."""

    labels: int
    too_few: bool
    intervals: dict[MetricName, Bounds]
    undefined: dict[MetricName, int]


class Scores(TypedDict):
    """The figures of one system: of all entities, the mean of the labels, and by label."""

    micro: LabelScores
    macro: MacroScores
    labels: dict[str, LabelScores]


class Gain(TypedDict):
    """How much higher the model's F is than a baseline's."""

    f: float | None
    interval: Bounds


class BaselineScores(Scores):
    """The figures of a baseline, and what the model gains over it."""

    gain: Gain


class Lost(TypedDict):
    """Entities that cut through a token; recall and F with these counted as missed."""

    entities: int
    labels: dict[str, int]
    r: float | None
    f: float | None


class SplitAnalysis(Breakdowns):
    """What analysis.json contains about the test set or the dev set.

    partly_annotated: documents of which some tokens are not annotated. unjudged: predictions there,
    which are neither right nor wrong. schemes: None where spans may overlap. baselines: by name.
    """

    documents: int
    tokens: int
    partly_annotated: int
    unjudged: int
    scores: Scores
    schemes: dict[str, SchemeFigures] | None
    errors: Errors
    baselines: dict[str, BaselineScores]
    lost: Lost


class BootstrapChoices(TypedDict):
    """How the intervals were made."""

    resamples: int
    confidence: float
    seed: int


class TrainCounts(TypedDict):
    """What the training set holds; `labels` are its entities by label, overlapping ones included."""

    documents: int
    tokens: int
    entities: int
    labels: dict[str, int]


class Measured(TypedDict):
    """The contents of analysis.json but for the advice, which is made from them.

    spans_key: of `doc.spans`, or None for entities. fingerprints: of the test set and the dev set.
    test_errors_shown: whether errors of some texts of this test set were shown, in this run or another.
    """

    spans_key: str | None
    fingerprints: dict[str, str]
    bootstrap: BootstrapChoices
    test_errors_shown: bool
    test: SplitAnalysis
    dev: SplitAnalysis
    train: TrainCounts
    curve: Curve


class Advice(TypedDict):
    """What to do, why, and how many entities of the dev set it concerns, which is its rank."""

    rule: str
    action: str
    evidence: str
    entities: int


class Analysis(Measured):
    """The contents of analysis.json."""

    advice: list[Advice]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user chose about the analysis.

    examples: errors kept to read, of each class and label. context: characters around each of them.
    """

    bootstrap: Bootstrap
    examples: int
    context: int


def analyse(
    documents: Iterable[Document],
    systems: list[str],
    known: Known,
    choices: Choices,
    *,
    overlapping: bool,
    texts: bool,
    lost: Mapping[str, int],
) -> SplitAnalysis:
    """Return the analysis of one split.

    systems: the model first, then the baselines. overlapping: whether spans may overlap (`spancat`),
        where the matching schemes are not sound. texts: whether examples are kept. lost: gold entities
        by label that cut through a token, so that the corpus has no entity for them.
    """
    counts = GroupCounts(systems)
    errors = ErrorCollector(known, choices.examples if texts else 0, choices.context)
    breakdown = Breakdown(known)
    schemes = Schemes()
    seen = tokens = partly_annotated = unjudged = 0
    for document in documents:
        counts.add(document)
        errors.add(document)
        breakdown.add(document)
        judged = scored(document, MODEL)
        if not overlapping:
            schemes.add(document.gold, judged)
        seen += 1
        tokens += document.tokens
        partly_annotated += bool(document.unknown)
        unjudged += len(document.predicted[MODEL]) - len(judged)
    table = counts.table()
    mine = systems.index(MODEL)
    few = too_few(*gold_groups(table[:, mine].sum(axis=1)))
    resampled = None if few else choices.bootstrap.totals(table)
    whole = scores(table, resampled, mine, counts.labels, choices.bootstrap)
    return {
        "documents": seen,
        "tokens": tokens,
        "partly_annotated": partly_annotated,
        "unjudged": unjudged,
        "scores": whole,
        "schemes": None if overlapping else schemes.figures(),
        "errors": errors.report(),
        **breakdown.report(),
        "baselines": {
            name: {
                **scores(table, resampled, at, counts.labels, choices.bootstrap),
                "gain": gain(table, resampled, at, mine, choices.bootstrap),
            }
            for at, name in enumerate(systems)
            if name != MODEL
        },
        "lost": with_lost(whole["micro"], lost),
    }


def scores(
    table: CountArray, resampled: Values | None, system: int, labels: list[str], bootstrap: Bootstrap
) -> Scores:
    """Return the figures of one system with intervals: `micro`, `macro` and by label.

    table: counts of (group, system, label, TP FP FN). resampled: totals of (resample, system, label, 3),
    None where there is too little for any interval.
    """
    mine = table[:, system]
    drawn = None if resampled is None else resampled[:, system]
    whole = None if drawn is None else drawn.sum(axis=1)
    by_label = {
        label: with_intervals(mine[:, at], None if drawn is None else drawn[:, at], bootstrap)
        for at, label in enumerate(labels)
    }
    few = any(row["too_few"] for row in by_label.values() if row["support"])
    return {
        "micro": with_intervals(mine.sum(axis=1), whole, bootstrap),
        "macro": macro(mine.sum(axis=0), drawn, few, bootstrap),
        "labels": by_label,
    }


def with_intervals(counts: CountArray, drawn: Values | None, bootstrap: Bootstrap) -> LabelScores:
    """Return the figures of one row of a table, each with its interval if they don't rest on too little.

    counts: (group, TP FP FN). drawn: totals of (resample, TP FP FN), or None for no interval.
    """
    groups, support = gold_groups(counts)
    few = too_few(groups, support)
    found: LabelScores = {
        **figures(counts.sum(axis=0)),
        "groups": groups,
        "too_few": few,
        "intervals": {},
        "undefined": {},
    }
    for measure, compute in MEASURES.items():
        if few or drawn is None or found[measure] is None:
            continue
        values = np.where(defined(measure, drawn), compute(drawn), np.nan)
        interval = bootstrap.interval(values)
        found["intervals"][measure] = interval.as_list()
        found["undefined"][measure] = interval.undefined
    return found


def macro(totals: CountArray, drawn: Values | None, few: bool, bootstrap: Bootstrap) -> MacroScores:
    """Return the mean over the labels that gold has, of precision, recall and F, each with its interval.

    A resample in which one of these labels has no gold is undefined. few: whether one of these labels
    rests on too little, so that there are no intervals. drawn: None for no intervals.
    """
    present = defined("r", totals)
    found: MacroScores = {
        "too_few": few,
        "labels": int(present.sum()),
        "intervals": {},
        "undefined": {},
        "p": None,
        "r": None,
        "f": None,
    }
    for measure, compute in MEASURES.items():
        if not present.any():
            continue
        found[measure] = float(compute(totals[present]).mean())
        if drawn is not None and not few:
            chosen = drawn[:, present]
            values = np.where(defined("r", chosen), compute(chosen), np.nan).mean(axis=1)
            interval = bootstrap.interval(values)
            found["intervals"][measure] = interval.as_list()
            found["undefined"][measure] = interval.undefined
    return found


def gain(
    table: CountArray, resampled: Values | None, system: int, mine: int, bootstrap: Bootstrap
) -> Gain:
    """Return how much higher the model's F is than a baseline's, with the interval of the difference.

    resampled: None where there is too little for an interval.
    """
    totals = table.sum(axis=(0, 2))
    if not defined("f", totals[mine]):
        return {"f": None, "interval": [None, None]}
    compute = MEASURES["f"]
    change = float(compute(totals[mine]) - compute(totals[system]))
    if resampled is None:
        return {"f": change, "interval": [None, None]}
    drawn = resampled.sum(axis=2)
    known = defined("f", drawn[:, mine])
    difference = np.where(known, compute(drawn[:, mine]) - compute(drawn[:, system]), np.nan)
    return {"f": change, "interval": bootstrap.interval(difference).as_list()}


def with_lost(micro: LabelScores, lost: Mapping[str, int]) -> Lost:
    """Return recall and F with the entities that tokenisation lost counted as missed."""
    recall, f = recall_with_lost(micro["p"], micro["r"], micro["support"], sum(lost.values()))
    return {"entities": sum(lost.values()), "labels": dict(lost), "r": recall, "f": f}
