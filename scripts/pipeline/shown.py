"""Whether errors of a test set were ever shown for a run: a note in run.json that nothing takes back.

In: the run's record, and the fingerprint of the test set. Out: the note, which training anew keeps.
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
    """Return whether errors of this test set were ever shown, and note it when they are asked for."""
    record = atomic.read_json(path) if path.is_file() else {}
    shown = record.get(SHOWN, [])
    if asked and fingerprint not in shown:
        shown = [*shown, fingerprint]
        atomic.write_json(path, {**record, SHOWN: shown})
    return fingerprint in shown
