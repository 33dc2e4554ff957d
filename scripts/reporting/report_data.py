"""What a report is made from: the files of a run and of its corpus, read once.

In: the two folders. Out: plain values. Where a step has not run, its values are empty; times and speeds,
which differ from run to run, are left out.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import TypedDict

from scripts.conversion.outcome import Conversion, Reject
from scripts.conversion.reasons import QUOTED, kind_of
from scripts.files.contract import read, read_if_there
from scripts.quality.finding import CheckReport, FindingRow
from scripts.scoring.analysis import Analysis
from scripts.scoring.calibration import Confidence
from scripts.scoring.comparison import Comparison, RunComparison
from scripts.scoring.learning_curve import LearningCurve, StoredCurve
from scripts.scoring.metrics import Metrics, short
from scripts.training.record import RunRecord

REJECTS = 3  # rejects of a reason that are shown
CUT = 200  # characters of a record, mention or place that are shown


class ShownReject(TypedDict):
    """A reject as the report shows it; `words` are empty where they may not be shown."""

    place: str
    words: str


@dataclass(slots=True)
class RejectGroup:
    """Rejects with the same kind of reason: how many, and the first of them.

    reason: of the first whose words may be shown, in full; else of the first, without quoted words.
    """

    what: str
    reason: str
    hint: str
    count: int
    first: list[ShownReject]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that a report is made from.

    metrics, conversion, findings: None where `evaluate`, `convert` or `check` has not run. comparison:
    with other runs, often empty. record: empty for a pipeline that was trained elsewhere. pipeline: its
    name and version, if known. config: the file that the run's config was made from, empty if unknown.
    learning_curve: of this training set, with whatever config; None if nobody has made one. confidence:
    None where the step of that name has not run.
    """

    name: str
    analysis: Analysis
    metrics: Metrics | None
    comparison: list[RunComparison]
    record: RunRecord
    conversion: Conversion | None
    findings: list[FindingRow] | None
    rejects: list[RejectGroup]
    pipeline: str = ""
    config: str = ""
    learning_curve: LearningCurve | None = None
    confidence: Confidence | None = None


def read_report_data(run: Path, corpus: Path, pipeline: str = "", config: str = "") -> ReportData:
    """Return what the two folders hold. A file that can't be used ends the program with a hint.

    pipeline, config: see `ReportData`.
    """
    name = run.resolve().name
    of_run = f". --vars.run {name}"
    check = read_if_there(corpus / "check.json", CheckReport, "check")
    comparison = read_if_there(run / "comparison.json", Comparison, f"compare {of_run}")
    record = read_if_there(run / "run.json", RunRecord, f"train {of_run}") or {}
    return ReportData(
        name=name,
        analysis=read(run / "analysis.json", Analysis, f"analyze {of_run}"),
        metrics=read_if_there(run / "metrics.json", Metrics, f"evaluate {of_run}"),
        comparison=comparison["runs"] if comparison else [],
        record=record,
        conversion=read_if_there(corpus / "conversion.json", Conversion, "convert"),
        findings=check["findings"] if check else None,
        rejects=read_rejects(corpus / "rejected.jsonl"),
        pipeline=pipeline,
        config=config,
        learning_curve=curve_of(corpus, record),
        confidence=read_if_there(run / "confidence.json", Confidence, f"confidence {of_run}"),
    )


def curve_of(corpus: Path, record: RunRecord) -> LearningCurve | None:
    """Return the learning curve of the training set that a run has learned from, if there is one."""
    stored = read_if_there(corpus / "learning_curve.json", StoredCurve, "curve")
    curve = stored["curve"] if stored else None
    known = curve is not None and curve["train"] == record.get("corpus", {}).get("train")
    return curve if known else None


def read_rejects(path: Path) -> list[RejectGroup]:
    """Return the rejects by reason, the commonest first; the file is read as a stream."""
    if not path.is_file():
        return []
    with path.open(encoding="utf8") as lines:
        return group_rejects(json.loads(line) for line in lines)


def group_rejects(rows: Iterable[Reject]) -> list[RejectGroup]:
    """Return rows of rejected.jsonl by what they are and the kind of their reason."""
    found: dict[tuple[str, str], RejectGroup] = {}
    in_full: set[tuple[str, str]] = set()
    for row in rows:
        outcome = f", {row['outcome'].replace('_', ' ')}" if row.get("outcome") else ""
        key = what, _ = f"{row['what']}{outcome}", kind_of(row["reason"])
        hidden = cut(QUOTED.sub("…", row["reason"]))
        group = found.setdefault(key, RejectGroup(what, hidden, cut(row["hint"]), 0, []))
        group.count += 1
        if shows_words(row) and key not in in_full:
            in_full.add(key)
            group.reason = cut(row["reason"])
        if len(group.first) < REJECTS:
            words = row.get("mention") if row["what"] == "span" else row.get("record")
            place = ", ".join(filter(None, (row["file"], row["place"])))
            group.first.append({"place": cut(place), "words": cut(words) if shows_words(row) else ""})
    return sorted(found.values(), key=lambda group: (-group.count, group.what, group.reason))


def shows_words(row: Reject) -> bool:
    """Say whether the report may show the words of a reject: those of the test set stay unseen."""
    return row.get("split") != "test"


def cut(words: str | None) -> str:
    """Return words cut where they are long."""
    return "" if words is None else short(words, CUT)
