"""The ledger of a run: what happened to it that no later step may take back.

In: the folders of this run and of those next to it, and the fingerprint of the test set. Out: lines of
ledger.jsonl, to which `analyze` adds and from which nothing is ever removed. Training a run again keeps
its ledger; a run whose folder is removed takes its ledger along.
"""

import json
from pathlib import Path

from typing_extensions import TypedDict

from scripts.files import atomic

LEDGER = "ledger.jsonl"
ERRORS_SHOWN = "errors of the test set were shown"


class Entry(TypedDict):
    """A line of the ledger: what happened, and the fingerprint of the test set."""

    what: str
    test: str


def entries(run: Path) -> list[Entry]:
    """Return the lines of a run's ledger, in order; none where there is no ledger."""
    path = run / LEDGER
    if not path.is_file():
        return []
    with path.open(encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


def note_shown(run: Path, fingerprint: str, *, asked: bool) -> bool:
    """Return whether errors of this test set were shown, for this run or for one next to it.

    asked: whether they are shown now, which is added to the ledger.
    """
    entry = Entry(what=ERRORS_SHOWN, test=fingerprint)
    known = entries(run)
    if asked and entry not in known:
        known.append(entry)
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in known]
    atomic.write_text(run / LEDGER, "".join(lines))
    return any(entry in entries(path.parent) for path in run.parent.glob(f"*/{LEDGER}"))
