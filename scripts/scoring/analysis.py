"""Everything that analysis.json says about one split: figures with intervals, errors and breakdowns.

In: documents with predictions, and what train says about mentions. Out: plain values. Documents pass
through once; what is kept grows with groups × labels, and for dev with its different errors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scripts.scoring.breakdown import Breakdown
from scripts.scoring.counts import MEASURES, Counts, GroupCounts, Values, defined, figures, gold_groups
from scripts.scoring.document import MODEL, Document, scored
from scripts.scoring.errors import ErrorSurvey
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.known import Known
from scripts.scoring.metrics import too_few
from scripts.scoring.schemes import Schemes


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
) -> dict[str, Any]:
    """Return the analysis of one split.

    systems: the model first, then the baselines. overlapping: whether spans may overlap (`spancat`),
        where the matching schemes are not sound. texts: whether examples are kept.
    """
    counts = GroupCounts(systems)
    errors = ErrorSurvey(known, choices.examples if texts else 0, choices.context)
    breakdown = Breakdown(known)
    schemes = Schemes()
    seen = {"documents": 0, "tokens": 0, "partly_annotated": 0, "unjudged": 0}
    for document in documents:
        counts.add(document)
        errors.add(document)
        breakdown.add(document)
        judged = scored(document, MODEL)
        if not overlapping:
            schemes.add(document.gold, judged)
        seen["documents"] += 1
        seen["tokens"] += document.tokens
        seen["partly_annotated"] += bool(document.unknown)
        seen["unjudged"] += len(document.predicted[MODEL]) - len(judged)
    table = counts.table()
    mine = systems.index(MODEL)
    few = too_few(*gold_groups(table[:, mine].sum(axis=1)))
    resampled = None if few else choices.bootstrap.totals(table)
    return {
        **seen,
        "scores": scores(table, resampled, mine, counts.labels, choices.bootstrap),
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
    }


def scores(
    table: Counts, resampled: Values | None, system: int, labels: list[str], bootstrap: Bootstrap
) -> dict[str, Any]:
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
        "macro": {"too_few": few, **macro(mine.sum(axis=0), None if few else drawn, bootstrap)},
        "labels": by_label,
    }


def with_intervals(counts: Counts, drawn: Values | None, bootstrap: Bootstrap) -> dict[str, Any]:
    """Return the figures of one row of a table, each with its interval if they don't rest on too little.

    counts: (group, TP FP FN). drawn: totals of (resample, TP FP FN), or None for no interval.
    """
    groups, support = gold_groups(counts)
    few = too_few(groups, support)
    found = {**figures(counts.sum(axis=0)), "groups": groups, "too_few": few}
    found["intervals"], found["undefined"] = {}, {}
    for measure, compute in MEASURES.items():
        if few or drawn is None or found[measure] is None:
            continue
        values = np.where(defined(measure, drawn), compute(drawn), np.nan)
        interval = bootstrap.interval(values)
        found["intervals"][measure] = interval.as_list()
        found["undefined"][measure] = interval.undefined
    return found


def macro(totals: Counts, drawn: Values | None, bootstrap: Bootstrap) -> dict[str, Any]:
    """Return the mean over the labels that gold has, of precision, recall and F, each with its interval.

    A resample in which one of these labels has no gold is undefined. drawn: None for no intervals, as
    where one of these labels rests on too little.
    """
    present = defined("r", totals)
    found: dict[str, Any] = {"labels": int(present.sum()), "intervals": {}, "undefined": {}}
    for measure, compute in MEASURES.items():
        if not present.any():
            found[measure] = None
            continue
        found[measure] = float(compute(totals[present]).mean())
        if drawn is not None:
            chosen = drawn[:, present]
            values = np.where(defined("r", chosen), compute(chosen), np.nan).mean(axis=1)
            interval = bootstrap.interval(values)
            found["intervals"][measure] = interval.as_list()
            found["undefined"][measure] = interval.undefined
    return found


def gain(
    table: Counts, resampled: Values | None, system: int, mine: int, bootstrap: Bootstrap
) -> dict[str, Any]:
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
