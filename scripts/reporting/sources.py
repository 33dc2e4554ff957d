"""What a report is made from: the files of a run and of its corpus, read once.

In: the two folders. Out: plain values. Files that another step may not have written are empty here;
times and speeds, which differ from run to run, are left out.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.conversion.tally import QUOTED, kind_of
from scripts.files import atomic
from scripts.scoring.metrics import short

REJECTS = 3  # rejects of a reason that are shown
CUT = 200  # characters of a record, mention or place that are shown


@dataclass(slots=True)
class Rejects:
    """Rejects of one kind of reason: how many, and the first of them.

    reason: of the first whose words may be shown, in full; else of the first, without what it quotes.
    """

    what: str
    reason: str
    hint: str
    count: int
    first: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a report is made from.

    findings: of `check`, None where it has not run. comparison: with other runs, often none.
    pipeline: its name and version, if known.
    """

    name: str
    analysis: dict[str, Any]
    metrics: dict[str, Any]
    comparison: list[dict[str, Any]]
    record: dict[str, Any]
    conversion: dict[str, Any]
    findings: list[dict[str, Any]] | None
    rejects: list[Rejects]
    pipeline: str = ""


def read_sources(run: Path, corpus: Path, pipeline: str = "") -> Sources:
    """Return what the two folders hold. Raises FileNotFoundError without an analysis."""
    check = read_if_there(corpus / "check.json")
    return Sources(
        name=run.resolve().name,
        analysis=atomic.read_json(run / "analysis.json"),
        metrics=read_if_there(run / "metrics.json"),
        comparison=read_if_there(run / "comparison.json").get("runs", []),
        record=read_if_there(run / "run.json"),
        conversion=read_if_there(corpus / "conversion.json"),
        findings=check.get("findings"),
        rejects=read_rejects(corpus / "rejected.jsonl"),
        pipeline=pipeline,
    )


def read_if_there(path: Path) -> dict[str, Any]:
    """Return the contents of a JSON file, or nothing where there is none."""
    return dict(atomic.read_json(path)) if path.is_file() else {}


def read_rejects(path: Path) -> list[Rejects]:
    """Return the rejects by reason, the commonest first; the file is read as a stream."""
    if not path.is_file():
        return []
    with path.open(encoding="utf8") as lines:
        return group_rejects(json.loads(line) for line in lines)


def group_rejects(rows: Iterable[dict[str, Any]]) -> list[Rejects]:
    """Return rows of rejected.jsonl by what they are and the kind of their reason."""
    found: dict[tuple[str, str], Rejects] = {}
    in_full: set[tuple[str, str]] = set()
    for row in rows:
        outcome = f", {row['outcome'].replace('_', ' ')}" if row.get("outcome") else ""
        key = what, _ = f"{row['what']}{outcome}", kind_of(row["reason"])
        hidden = cut(QUOTED.sub("…", row["reason"]))
        group = found.setdefault(key, Rejects(what, hidden, cut(row["hint"]), 0, []))
        group.count += 1
        if shows_words(row) and key not in in_full:
            in_full.add(key)
            group.reason = cut(row["reason"])
        if len(group.first) < REJECTS:
            words = row.get("mention") if row["what"] == "span" else row.get("record")
            place = ", ".join(str(row[key]) for key in ("file", "place") if row.get(key))
            group.first.append({"place": cut(place), "words": cut(words) if shows_words(row) else ""})
    return sorted(found.values(), key=lambda group: (-group.count, group.what, group.reason))


def shows_words(row: dict[str, Any]) -> bool:
    """Say whether the report may repeat a reject: a mention of test is not to be fixed by it."""
    return row.get("split") != "test"


def cut(value: Any) -> str:
    """Return a value as a person reads it, cut where it is long."""
    return "" if value is None else short(str(value), CUT)
