"""Whether errors of a test set were ever shown: a note in run.json, which training anew keeps.

In: the records of this run and those beside it, and the fingerprint of the test set. Out: the note. A
run whose folder is removed takes its note along.
"""

from pathlib import Path
from typing import Any

from scripts.files import atomic

SHOWN = "test_errors_shown"  # key of run.json: fingerprints of the test sets


def shown_before(path: Path) -> dict[str, Any]:
    """Return the note of a run.json as an entry of it, or nothing when there is none."""
    record = atomic.read_json(path) if path.is_file() else {}
    return {SHOWN: record[SHOWN]} if SHOWN in record else {}


def note_shown(path: Path, fingerprint: str, *, asked: bool) -> bool:
    """Return whether errors of this test set were shown for any run here, and note it when asked for."""
    record = atomic.read_json(path) if path.is_file() else {}
    shown = record.get(SHOWN, [])
    if asked and fingerprint not in shown:
        shown = [*shown, fingerprint]
        atomic.write_json(path, {**record, SHOWN: shown})
    beside = (atomic.read_json(other).get(SHOWN, []) for other in path.parent.parent.glob("*/run.json"))
    return fingerprint in shown or any(fingerprint in noted for noted in beside)
