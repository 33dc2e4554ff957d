"""The model card of a package: what the pipeline is, how good it is, what it was made from.

In: the package's meta, the scores with intervals, the counts of `convert` and the record of the
training. Out: Markdown, and the head in YAML that Hugging Face reads
(https://huggingface.co/docs/hub/model-cards).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import srsly
from typing_extensions import TypedDict

from scripts.annotation.splits import SETS, SPLITS
from scripts.conversion.outcome import Counts
from scripts.reporting.escaping import plain
from scripts.reporting.summary import between
from scripts.scoring.counts import MetricName
from scripts.scoring.metrics import TOO_FEW, Bounds, EntityMetrics, rows
from scripts.training.record import RunRecord

SCORES = (
    ("precision", "Precision", "ents_p"),
    ("recall", "Recall", "ents_r"),
    ("f_score", "F Score", "ents_f"),
)
MANY = "multilingual"  # what Hugging Face calls spaCy's xx
PACKAGES = ("spacy", "thinc", "numpy")  # whose versions the card names


class Intervals(TypedDict):
    """Bounds of scores on the test set, as fractions by measure; none where there is too little data.

    confidence: their level, or None where nothing is known.
    """

    confidence: float | None
    all: dict[MetricName, Bounds]
    labels: dict[str, dict[MetricName, Bounds]]


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What the card of a package is made from; the record is empty for a pipeline trained elsewhere."""

    metrics: EntityMetrics
    intervals: Intervals
    counts: Counts | None
    record: RunRecord


def head(meta: Mapping[str, Any], metrics: EntityMetrics) -> str:
    """Return the head in YAML, with the keys that `spacy huggingface-hub` writes.

    The scores are those of the test set; those that spaCy has in `performance` are of the dev set.
    """
    lang = MANY if meta["lang"] == "xx" else meta["lang"]
    values: dict[str, Any] = {"tags": ["spacy", "token-classification"], "language": [lang]}
    if meta["license"]:
        values["license"] = " ".join(str(meta["license"]).split()).replace(" ", "-").lower()
    found = [
        {"name": f"NER {name}", "type": kind, "value": metrics[key]}  # type: ignore[literal-required]
        for kind, name, key in SCORES
    ]
    if metrics["ents_f"] is not None:
        task = {"name": "NER", "type": "token-classification"}
        name = f"{meta['lang']}_{meta['name']}"
        values["model-index"] = [{"name": name, "results": [{"task": task, "metrics": found}]}]
    return f"---\n{srsly.yaml_dumps(values)}---\n"


def body(meta: Mapping[str, Any], about: str, made_from: MadeFrom) -> str:
    """Return the card without its head. about: one sentence on the pipeline."""
    metrics = made_from.metrics
    name = f"{meta['lang']}_{meta['name']}"
    lines = [f"# {name} {meta['version']}", "", f"{plain(about)}.", ""]
    lines += ["## How to use it", "", "```python", "import spacy", ""]
    lines += [f'nlp = spacy.load("{name}")', 'doc = nlp("Type a sentence here.")']
    lines += ["print([(ent.text, ent.label_) for ent in doc.ents])", "```", ""]
    lines += ["## Scores", ""]
    lines += [
        "Scores on the test set, which was used neither for training nor for choosing the pipeline:",
        "",
    ]
    lines += [*scores(metrics, made_from.intervals), "", *limits(metrics)]
    lines += ["## Data", "", *data(metrics, made_from.counts, made_from.record)]
    lines += [f"Licence: {plain(meta['license'])}. Needs spaCy {meta['spacy_version']}.", ""]
    return "\n".join(lines)


def scores(metrics: EntityMetrics, intervals: Intervals) -> list[str]:
    """Return the table of scores, with the interval of F where there is one."""
    by_label = [intervals["labels"].get(label, {}) for label in metrics["ents_per_type"]]
    bounds = [found.get("f") for found in (intervals["all"], *by_label)]
    table = [list(row) for row in rows(metrics)]
    header, level = ["Label", "Precision", "Recall", "F", "Support"], intervals["confidence"]
    if level is not None and any(bounds):
        header.insert(4, f"{level * 100:g}% interval of F")
        for row, interval in zip(table, bounds, strict=True):
            row.insert(4, between(interval))
    align = "|".join(["---", *["---:"] * (len(header) - 1)])
    cells = [[plain(str(cell)) for cell in row] for row in table]
    return [f"| {' | '.join(header)} |", f"|{align}|", *(f"| {' | '.join(row)} |" for row in cells)]


def limits(metrics: EntityMetrics) -> list[str]:
    """Return what the pipeline is for, and what not to expect of it."""
    few = (
        f" That test set has {TOO_FEW} entities or documents for a reliable score."
        if metrics["too_few"]
        else ""
    )
    return [
        "## Intended use and limits",
        "",
        "- The pipeline finds entities in texts of the language and the kind that it was trained on. On "
        "other texts, expect lower scores, and measure them before you rely on it.",
        f"- It misses entities and finds wrong ones, as often as the table shows.{few} Let a person "
        "check where an error does harm.",
        "- It marks names in the text, and doesn't say who or what is meant. Don't use it to decide "
        "about people.",
        "",
    ]


def data(metrics: EntityMetrics, counts: Counts | None, record: RunRecord) -> list[str]:
    """Return how large the sets are, their fingerprints, and how the training was done.

    counts: None where the corpus is no longer that of the training.
    """
    known: dict[str, Any] = {"test": metrics.get("fingerprint"), **record.get("corpus", {})}
    lines = [
        "| Set | Documents | Tokens | Entities | Fingerprint (SHA-256) |",
        "|---|---:|---:|---:|---|",
    ]
    for split in SPLITS:
        row, print_ = counts and counts["splits"][split], known.get(split)
        figures = "– | – | –"
        if row:
            figures = f"{row['documents']:,} | {row['tokens']:,} | {row['entities']:,}"
        lines.append(f"| {SETS[split]} | {figures} | {f'`{print_}`' if print_ else '–'} |")
    versions = record.get("versions", {})
    named = ", ".join(f"{name} {versions[name]}" for name in PACKAGES if name in versions)
    if "seed" in record:
        lines += ["", f"Trained with seed {record['seed']}{f' and {named}' if named else ''}."]
    return [*lines, ""]
