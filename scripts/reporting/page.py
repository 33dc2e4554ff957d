"""The page of a run, `report.html`: one file that asks nothing of any network.

In: what a report is made from. Out: HTML with its style, script, plots and examples inside. Everything
that comes from texts, labels or files is escaped: by the templates, by the plots and by the views;
characters that can't be seen are made visible in the whole page at once.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from scripts.files.terminal import LONGEST
from scripts.reporting import figures, plots, summary
from scripts.reporting.origin import day_in_words, hashes, origin, trained_on
from scripts.reporting.report_data import CUT, ReportData
from scripts.reporting.training_plot import training_plot
from scripts.reporting.views import View, in_training, view
from scripts.reporting.words import calm, visible
from scripts.scoring.analysis import SplitAnalysis
from scripts.scoring.breakdown import Recall
from scripts.scoring.comparison import RunComparison
from scripts.scoring.curve import NOTHING, PEAKED, RISING, SETTLED, UNKNOWN
from scripts.scoring.document import DICTIONARY, EXISTING
from scripts.scoring.errors import NO_LABEL
from scripts.scoring.known import NEW, OTHER, SEEN
from scripts.scoring.matching import CORRECT, ERRORS
from scripts.scoring.metrics import FEW, SAME, percent, short

ROOM = Path(__file__).parent
TEMPLATES = (  # all are named, so that the report is made again when one of them changes
    "report.html.jinja",
    "parts.html.jinja",
    "overview.html.jinja",
    "scores.html.jinja",
    "errors.html.jinja",
    "data.html.jinja",
)
MANY = 12  # labels above which plots have the commonest only, and the table of confusions is folded
LABELS = 8  # labels on the first screen
SIDE_BY_SIDE = 5  # columns of a table of confusions that leave room for a second one beside it
ADVICE = 5  # pieces of advice that are not folded
ROWS = 10  # rows of a list that are not folded
FILES = 30  # files that are listed
FORBIDDEN = re.compile("[\ufffe\uffff]")  # in HTML, anywhere
CODE = re.compile(r"`([\w.]+)`")
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


def rendered(template: str, shown: Mapping[str, Any]) -> str:
    """Return a page of this template, with style and script inside. shown: the values in it."""
    script = inlined("report.js")
    environment = Environment(
        loader=FileSystemLoader(ROOM, encoding="utf8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "points": summary.points,
        "between": summary.between,
        "spread": summary.spread,
        "margin": summary.margin,
        "number": number,
        "short": short,
        "coded": coded,
        "calm": calm,
        "label_name": label_name,
        "in_words": day_in_words,
        "in_training": in_training,
    }
    environment.globals |= {
        "bar": plots.bar,
        "axis": plots.axis,
        "stack": plots.stack,
        "difference": plots.difference,
        "few": FEW,
        "side_by_side": SIDE_BY_SIDE,
        "same": SAME,
        "correct": CORRECT,
        "no_label": NO_LABEL,
        "longest_label": LONGEST,
        "longest_words": CUT,
        "errors_order": {name: at for at, name in enumerate(ERRORS)},
        "many": MANY,
        "rows_shown": ROWS,
    }
    own = {"style": inlined("report.css"), "script": script, "script_hash": sha256(script)}
    html = environment.get_template(template).render({**own, **shown})
    return FORBIDDEN.sub("\ufffd", visible(html.lstrip()))


def values(data: ReportData) -> dict[str, Any]:
    """Return what the templates show."""
    analysis = data.analysis
    test, dev = analysis["test"], analysis["dev"]
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


def number(value: int | None) -> str:
    """Return a count with a comma between thousands; nothing for none."""
    return "" if value is None else f"{value:,}"


def label_name(label: str) -> str:
    """Return a label of the table of confusions as people read it."""
    return "no entity" if label == NO_LABEL else label


def coded(words: str) -> Markup:
    """Return words with what is in backticks as code; the rest, and the code, escaped."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(words))))  # noqa: S704


def inlined(name: str) -> Markup:
    """Return the text of a style or script of ours, which is part of the page as it is."""
    return Markup((ROOM / name).read_text(encoding="utf8"))  # noqa: S704


def sha256(script: str) -> str:
    """Return the hash by which the page's policy allows its one script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
