"""How a run was made: what fixes its result, and when it was trained.

In: what a report is made from. Out: names and values in the order in which they are shown.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from scripts.reporting.report_data import ReportData
from scripts.training.record import RunRecord

MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July", "August")
MONTHS += ("September", "October", "November", "December")
PACKAGES = ("spacy", "thinc", "numpy", "torch", "transformers", "cupy", "scikit-learn", "weasel")


def trained_on(record: RunRecord) -> date | None:
    """Return the day on which the training started; the hour is of no use."""
    return datetime.fromisoformat(record["started"]).date() if "started" in record else None


def day_in_words(day: date) -> str:
    """Return a day as `2 January 2026`, whatever the locale is."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def origin(data: ReportData) -> list[tuple[str, str]]:
    """Return what a run was made from, by name."""
    record, analysis = data.record, data.analysis
    bootstrap = analysis["bootstrap"]
    found: list[tuple[str, Any]] = [
        ("Run", data.name),
        ("Commit", record.get("commit")),
        ("Seed", record.get("seed")),
        ("Device", record.get("device")),
        ("Platform", record.get("platform")),
        ("Python", record.get("python")),
        *versions(record.get("versions", {})),
        *((f"Steps, {name}", f"{count:,}") for name, count in record.get("steps", {}).items()),
        ("Training ended", record.get("stopped")),
        ("Resamples", f"{bootstrap['resamples']:,}, seed {bootstrap['seed']}"),
        (
            "Entities from",
            f"doc.spans[{analysis['spans_key']!r}]" if analysis["spans_key"] else "doc.ents",
        ),
    ]
    return [(name, str(value)) for name, value in found if value is not None]


def hashes(data: ReportData) -> list[tuple[str, str]]:
    """Return the hashes (SHA-256) of what the run was made from, by name."""
    record = data.record
    found: list[tuple[str, Any]] = [
        ("Config", record.get("config")),
        ("Annotations", record.get("annotations")),
        ("Counts of the corpus", record.get("counts")),
        *((f"Corpus, {name} set", value) for name, value in record.get("corpus", {}).items()),
        *((f"Scored {name} set", value) for name, value in data.analysis["fingerprints"].items()),
    ]
    return [(name, value) for name, value in found if value is not None]


def versions(installed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the versions of the packages that a result depends on."""
    chosen = {
        name: version
        for name, version in installed.items()
        if name.lower().startswith(("spacy", "cupy")) or name.lower() in PACKAGES
    }
    return sorted(chosen.items(), key=lambda item: item[0].lower())
