"""The page of a run, `report.html`: one file that asks nothing of any network.

In: what a report is made from. Out: HTML with its style, script, plots and views inside. Everything that
comes from texts, labels or files is escaped: by the template, by the plots and by the views; characters
that can't be seen are made visible in the whole page at once.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from scripts.files.terminal import LONGEST
from scripts.reporting import figures, plots, summary
from scripts.reporting.sources import CUT, Sources
from scripts.reporting.views import View, view
from scripts.reporting.words import calm, visible
from scripts.scoring.analysis import Analysis, SplitAnalysis
from scripts.scoring.breakdown import Recall
from scripts.scoring.curve import NOTHING, PEAKED, RISING, SETTLED, UNKNOWN
from scripts.scoring.document import DICTIONARY, EXISTING
from scripts.scoring.known import NOVELTY
from scripts.scoring.matching import ERRORS
from scripts.scoring.metrics import FEW, SAME, percent, short

ROOM = Path(__file__).parent
MANY = 12  # labels above which bars are drawn for the commonest ones only, and the table is not printed
NAMED = 5  # places that are named of a finding
FILES = 30  # files that are listed
PACKAGES = ("spacy", "thinc", "numpy", "torch", "transformers", "cupy", "scikit-learn", "weasel")
FORBIDDEN = re.compile("[\ufffe\uffff]")  # in HTML, whatever stands there
CODE = re.compile(r"`([\w.]+)`")
COURSE = {
    RISING: "The score was still rising at the end.",
    PEAKED: "The score was highest early and fell again.",
    NOTHING: "No evaluation had a score above 0.",
    SETTLED: "The score had settled by the end.",
    UNKNOWN: "There are too few points to judge the course.",
}
BASELINES = {DICTIONARY: "dictionary of the mentions of train", EXISTING: "existing pipeline"}


def page(sources: Sources) -> str:
    """Return the whole page."""
    environment = Environment(
        loader=FileSystemLoader(ROOM, encoding="utf8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "percent": percent,
        "points": summary.points,
        "between": summary.between,
        "spread": summary.spread,
        "number": number,
        "short": short,
        "coded": coded,
        "calm": calm,
    }
    html = environment.get_template("report.html.jinja").render(values(sources))
    return FORBIDDEN.sub("\ufffd", visible(html.lstrip()))


def values(sources: Sources) -> dict[str, Any]:
    """Return what the template shows."""
    analysis = sources.analysis
    script = inlined("report.js")
    return {
        "style": inlined("report.css"),
        "script": script,
        "script_hash": sha256(script),
        "sources": sources,
        "analysis": analysis,
        "test": analysis["test"],
        "dev": analysis["dev"],
        "truths": summary.summarise(analysis),
        "few": FEW,
        "same": SAME,
        "longest_label": LONGEST,
        "longest_words": CUT,
        "level": summary.level(analysis),
        "coverage": {name: summary.coverage(analysis[name], name) for name in ("test", "dev")},
        "only": {name: only(analysis[name]) for name in ("test", "dev")},
        "rows": figures.label_rows(analysis["test"]),
        "plots": all_plots(analysis),
        "baselines": {name: BASELINES.get(name, name) for name in analysis["test"]["baselines"]},
        "novelty": NOVELTY,
        "many": MANY,
        "classes": list(
            zip(*(figures.error_classes(analysis[name]) for name in ("test", "dev")), strict=True)
        ),
        "errors": ERRORS,
        "cells": {name: figures.confusion_cells(analysis[name]) for name in ("test", "dev")},
        "confusions": {name: figures.confusions(analysis[name]) for name in ("test", "dev")},
        "views": {name: all_views(analysis[name]) for name in ("dev", "test")},
        "outcomes": figures.outcomes(sources.conversion),
        "sums": figures.sums(sources.conversion),
        "course": COURSE[analysis["curve"]["result"]],
        "named": NAMED,
        "files": FILES,
        "identity": identity(sources),
    }


def all_plots(analysis: Analysis) -> dict[str, Markup | None]:
    """Return the plots by name; None for one that has nothing to show."""
    test, where = analysis["test"], only(analysis["test"])
    dots = figures.label_dots(test)
    return {
        "labels": plots.dots("plot-labels", f"F by label on test{where}", dots) if dots else None,
        "curve": plots.curve(
            "plot-curve", f"Score on dev by step of training{only(analysis['dev'])}", analysis["curve"]
        ),
        "novelty": plots.bars(
            "plot-novelty", f"Recall by what train has, on test{where}", commonest(test)
        ),
    }


def commonest(split: SplitAnalysis) -> dict[str, dict[str, Recall]]:
    """Return the recall by novelty of all labels together, and of the commonest ones."""
    novelty = split["novelty"]
    support = {label: split["scores"]["labels"][label]["support"] for label in novelty["labels"]}
    chosen = sorted(support, key=lambda label: (-support[label], label))[:MANY]
    if len(support) == 1:
        return {label: novelty["labels"][label] for label in chosen}
    shown = {label: novelty["labels"][label] for label in sorted(chosen)}
    return {"all labels": novelty["all"], **shown}


def all_views(split: SplitAnalysis) -> list[View]:
    """Return the views of the errors of a split; none where no texts were kept."""
    examples = split["errors"].get("examples", [])
    labels = {label: at for at, label in enumerate(sorted({row["label"] for row in examples}))}
    return [view(example, labels[example["label"]]) for example in examples]


def only(split: SplitAnalysis) -> str:
    """Return what the heading of every table and plot of a partly annotated split adds."""
    return f" ({summary.ONLY})" if split["partly_annotated"] else ""


def identity(sources: Sources) -> list[tuple[str, str]]:
    """Return what the run is made of, by name: never a time, which would change the page."""
    record, analysis = sources.record, sources.analysis
    found: list[tuple[str, Any]] = [
        ("run", sources.name),
        *((name, record.get(name)) for name in ("commit", "config")),
        *((f"corpus, {name}", hash) for name, hash in record.get("corpus", {}).items()),
        *((f"analysed {name}", hash) for name, hash in analysis["fingerprints"].items()),
        *((name, record.get(name)) for name in ("annotations", "counts", "seed", "device", "platform")),
        ("Python", record.get("python")),
        *versions(record.get("versions", {})),
        *((f"steps, {name}", count) for name, count in record.get("steps", {}).items()),
        ("stopped", record.get("stopped")),
        *((f"bootstrap, {name}", value) for name, value in analysis["bootstrap"].items()),
        ("spans", f"doc.spans[{analysis['spans_key']!r}]" if analysis["spans_key"] else "doc.ents"),
    ]
    return [(name, str(value)) for name, value in found if value is not None]


def versions(installed: dict[str, str]) -> list[tuple[str, str]]:
    """Return the versions of the packages that a result depends on."""
    chosen = {
        name: version
        for name, version in installed.items()
        if name.lower().startswith(("spacy", "cupy")) or name.lower() in PACKAGES
    }
    return sorted(chosen.items(), key=lambda item: item[0].lower())


def number(value: int) -> str:
    """Return a count with a comma between thousands."""
    return f"{value:,}"


def coded(words: str) -> Markup:
    """Return words with what stands in backticks as code; the rest, and the code, escaped."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(words))))  # noqa: S704


def inlined(name: str) -> Markup:
    """Return the text of a style or script of ours, which the page holds as it is."""
    return Markup((ROOM / name).read_text(encoding="utf8"))  # noqa: S704


def sha256(script: str) -> str:
    """Return the hash by which the page's policy allows its one script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
