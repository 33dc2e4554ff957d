"""The page of a run, `report.html`: one file that asks nothing of any network.

In: what a report is made from. Out: HTML with its style, script, plots and examples inside. Everything
that comes from texts, labels or files is escaped: by the templates, by the plots and by the views;
characters that can't be seen are made visible in the whole page at once.
"""

from typing import Any

from scripts.reporting import figures, summary
from scripts.reporting.confidence_part import reliability_plot, threshold_rows
from scripts.reporting.curve_page import curve_plot
from scripts.reporting.curve_words import doubling
from scripts.reporting.origin import hashes, origin, trained_on
from scripts.reporting.rendering import MANY, rendered
from scripts.reporting.report_data import ReportData
from scripts.reporting.training_plot import training_plot
from scripts.reporting.views import View, view
from scripts.scoring.analysis import SplitAnalysis
from scripts.scoring.breakdown import Recall
from scripts.scoring.comparison import RunComparison
from scripts.scoring.curve import NOTHING, PEAKED, RISING, SETTLED, UNKNOWN
from scripts.scoring.document import DICTIONARY, EXISTING
from scripts.scoring.known import NEW, OTHER, SEEN
from scripts.scoring.matching import ERRORS

TEMPLATES = (  # all are named, so that the report is made again when one of them changes
    "report.html.jinja",
    "parts.html.jinja",
    "overview.html.jinja",
    "scores.html.jinja",
    "confidence.html.jinja",
    "errors.html.jinja",
    "data.html.jinja",
)
LABELS = 8  # labels on the first screen
ADVICE = 5  # pieces of advice that are not folded
FILES = 30  # files that are listed
COURSE = {
    RISING: "The score was still rising when training ended.",
    PEAKED: "The score peaked early and then fell.",
    NOTHING: "The score never rose above 0.",
    SETTLED: "The score had levelled off when training ended.",
    UNKNOWN: "There are too few evaluations to judge the training.",
}
BASELINES = {DICTIONARY: "Dictionary of the training set", EXISTING: "Existing pipeline"}
NOVELTY = {SEEN: "Seen with this label", OTHER: "Seen with another label only", NEW: "New"}
SEVERITY = {"stop": "error", "warn": "warning"}


def page(data: ReportData) -> str:
    """Return the whole page."""
    return rendered(TEMPLATES[0], values(data))


def values(data: ReportData) -> dict[str, Any]:
    """Return what the templates show."""
    analysis = data.analysis
    test, dev, confidence = analysis["test"], analysis["dev"], data.confidence
    return {
        "data": data,
        "analysis": analysis,
        "test": test,
        "dev": dev,
        "trained_on": trained_on(data.record),
        "corpus_name": figures.corpus_name(data.conversion),
        "headlines": summary.summarise(analysis),
        "level": summary.level(analysis),
        "notes": {name: summary.note(analysis[name], name) for name in ("test", "dev")},
        "totals": figures.total_rows(test),
        "rows": figures.label_rows(test),
        "labels_shown": LABELS,
        "advice_shown": ADVICE,
        "baselines": {name: BASELINES.get(name, name) for name in test["baselines"]},
        "novelty": novelty_rows(test),
        "novelty_names": NOVELTY,
        "reach": reach(data.comparison),
        "class_rows": figures.class_rows(test, dev),
        "cells": {name: figures.confusion_cells(analysis[name]) for name in ("test", "dev")},
        "confusions": {name: figures.confusions(analysis[name]) for name in ("test", "dev")},
        "examples": {name: examples(analysis[name]) for name in ("dev", "test")},
        "training_plot": training_plot(analysis["curve"]),
        "reliability_plot": confidence and confidence["test"] and reliability_plot(confidence["test"]),
        "threshold_rows": threshold_rows(confidence) if confidence else [],
        "more_annotation": data.learning_curve and doubling(data.learning_curve, data.config),
        "curve_plot": data.learning_curve and curve_plot(data.learning_curve),
        "course": COURSE[analysis["curve"]["result"]],
        "findings": figures.findings_by_kind(data.findings or []),
        "severity": SEVERITY,
        "outcomes": figures.outcomes(data.conversion),
        "sums": figures.sums(data.conversion),
        "files": FILES,
        "origin": origin(data),
        "hashes": hashes(data),
    }


def novelty_rows(split: SplitAnalysis) -> dict[str, dict[str, Recall]]:
    """Return the recall on seen and new entities of all labels together, and of the commonest ones."""
    novelty = split["novelty"]
    chosen = [row.label for row in figures.label_rows(split) if row.label in novelty["labels"]]
    by_label = {label: novelty["labels"][label] for label in chosen[:MANY]}
    return by_label if len(chosen) == 1 else {"All labels": novelty["all"], **by_label}


def examples(split: SplitAnalysis) -> dict[str, list[View]]:
    """Return the errors of a split that are shown, by class; none where no texts were kept."""
    rows = split["errors"].get("examples", [])
    labels = {label: at for at, label in enumerate(sorted({row["label"] for row in rows}))}
    found = {
        kind: [view(row, labels[row["label"]]) for row in rows if row["kind"] == kind] for kind in ERRORS
    }
    return {kind: views for kind, views in found.items() if views}


def reach(comparison: list[RunComparison]) -> float:
    """Return how far the scale of differences reaches on both sides, so that all of them fit."""
    rows = [row["difference"] for row in comparison]
    ends = [end for row in rows for end in (row["f"], *row["interval"])]
    for other in comparison:
        ends += [
            end for row in other["labels"].values() for end in (row["difference"], *row["interval"])
        ]
    return max((abs(end) for end in ends if end is not None), default=0.0) * 1.05 or 1.0
