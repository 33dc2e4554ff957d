"""The ledger of a run: what happened to it that no later step may take back.

A line says that errors of the test set were shown, with hashes of its texts: they stay the same when
annotations are corrected. A line of an earlier version has the hash of the whole test file instead.

In: the texts of the test set. Out: lines of ledger.jsonl, which `analyze` and `review` add and nothing
removes. Training a run again keeps its ledger; a run whose folder is removed takes its ledger along.
`inputs` gathers the lines of all folders in corpus/ledger.json, on which `analyze` depends.
"""

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NotRequired

from typing_extensions import TypedDict

from scripts.files import atomic, fingerprint

LEDGER = "ledger.jsonl"
GATHERED = "ledger.json"  # in the folder of the corpus
ERRORS_SHOWN = "errors of the test set were shown"
DIGITS = 16  # of the hash of a text


class Entry(TypedDict):
    """A line of the ledger: what happened, and to which texts. test: a hash of the file, see above."""

    what: str
    texts: NotRequired[list[str]]
    test: NotRequired[str]


def hashes(texts: Iterable[str]) -> set[str]:
    """Return a short hash of each text."""
    return {fingerprint.of_text(text)[:DIGITS] for text in texts}


def entries(run: Path) -> list[Entry]:
    """Return the lines of a run's ledger, in order; none where there is no ledger."""
    path = run / LEDGER
    if not path.is_file():
        return []
    with path.open(encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


def gathered(training: Path) -> list[Entry]:
    """Return the lines of the ledgers of all folders, in name order, each once."""
    found: list[Entry] = []
    for path in sorted(training.glob(f"*/{LEDGER}")):
        found += [entry for entry in entries(path.parent) if entry not in found]
    return found


def note(run: Path, shown: Collection[str] = ()) -> list[Entry]:
    """Add the hashes of shown texts to a run's ledger, if they are new, and return all its lines."""
    known = entries(run)
    before = {text for entry in known for text in entry.get("texts", ())}
    if new := sorted(set(shown) - before):
        known.append(Entry(what=ERRORS_SHOWN, texts=new))
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in known]
    atomic.write_text(run / LEDGER, "".join(lines))
    return known


def were_shown(known: Iterable[Entry], texts: Collection[str], test: str) -> bool:
    """Return whether errors of some of these texts were shown.

    texts: hashes of the texts of the test set. test: the hash of its file.
    """
    return any(
        entry.get("test") == test or not set(texts).isdisjoint(entry.get("texts", ())) for entry in known
    )
