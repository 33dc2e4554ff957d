"""What spaCy's own `debug data` says about a corpus, as far as it says it in good time."""

import os
import re
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from spacy.tokens import DocBin
from spacy.util import load_config
from spacy.vocab import Vocab

from scripts.conversion.outcome import Counts
from scripts.corpus.docs import ATTRIBUTES, stored_docs
from scripts.corpus.marks import FAST
from scripts.files.contract import read

# `spacy debug data` looks through all documents once for each label.
MOST_LABELS = 100  # 2,000 short documents take 15 seconds with as many, over 3 minutes with 300
PATIENCE = 180  # seconds that it may take


class NoDebugData(Exception):
    """Raised when `spacy debug data` would take too long, or took too long; the text says why."""


def refuse_many_labels(folder: Path) -> None:
    """Raise NoDebugData when the corpus has so many labels that `spacy debug data` takes very long."""
    splits = read(folder / "counts.json", Counts, "convert")["splits"]
    labels = {label for split in splits.values() for label in split["labels"]}
    if len(labels) > MOST_LABELS:
        reason = f"the corpus has {len(labels):,} labels; with over {MOST_LABELS} it takes very long"
        raise NoDebugData(f"spacy debug data was skipped: {reason}")


def debug_data(folder: Path, config: Path, limit: int) -> str:
    """Return what `spacy debug data` prints about the training set and the dev set.

    config: a complete one. limit: documents that it reads of each set.

    Its exit code is not ours: it fails a corpus of fewer than a hundred documents.
    Raises NoDebugData when it takes longer than `PATIENCE`.
    """
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "spacy", "debug", "data", str(config), "--verbose"]
        for name, block in load_config(config)["components"].items():
            if block.get("factory") == FAST:  # spaCy looks at `ner` only
                command.append(f"--components.{name}.factory=ner")
        for split in ("train", "dev"):
            path = Path(temporary) / f"{split}.spacy"
            docs = islice(stored_docs(folder / f"{split}.spacy", Vocab()), limit)
            DocBin(attrs=ATTRIBUTES, docs=docs).to_disk(path)
            command.append(f"--paths.{split}={path}")
        environment = {"NO_COLOR": "1", "ANSI_COLORS_DISABLED": "1", "PYTHONUTF8": "1"}
        environment["PYTHONIOENCODING"] = "utf8"  # stronger than PYTHONUTF8, where the user has set it
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                encoding="utf8",
                errors="backslashreplace",
                env={**os.environ, **environment},
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            reason = f"it took more than {PATIENCE} seconds"
            hint = "lower debug_docs in configs/check.cfg, so that it reads fewer documents"
            raise NoDebugData(f"spacy debug data was stopped: {reason}; {hint}") from None
    # wasabi prints bold headings and clears lines whatever the environment says
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", f"{done.stdout}\n{done.stderr}").strip()
    return f"spacy debug data ended with code {done.returncode}\n{plain}\n"
