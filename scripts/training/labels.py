"""Reader of a label file that `spacy init labels` wrote, which refuses one that is out of date.

In: `corpus/labels/<component>.json` and `corpus/counts.json`. Out: the labels, for `[initialize]`.
"""

import json
from pathlib import Path
from typing import Any

from spacy.training.corpus import read_labels as spacy_read_labels
from wasabi import msg

from scripts.files.terminal import listed


def read_labels(path: Path, counts: Path | None = None) -> Any:
    """Return the label data in `path`, as spaCy's own `spacy.read_labels.v1` does.

    path: without a file, None is returned, and spaCy collects the labels from the training set.
    counts: counts.json of `convert`; every label of the training set must be in the label file. null
    skips this check. Ends the program with exit code 1 when a label is missing: spaCy would train, and
    the pipeline could never predict that label.
    """
    path = Path(path)  # a config hands over a string
    try:
        labels = spacy_read_labels(path)
    except (OSError, ValueError) as error:
        msg.fail(f"{path} can't be read ({error})", "Create it again with: weasel run labels", exits=1)
    if labels is None or counts is None or not Path(counts).is_file():
        return labels
    if unknown := missing(labels, Path(counts)):
        reason = f"{path} lacks labels that the training set has: {listed(unknown)}"
        msg.fail(reason, "Create it again with: weasel run labels", exits=1)
    return labels


def missing(labels: Any, counts: Path) -> list[str]:
    """Return the labels of the training set that are not in label data, in order."""
    counted = json.loads(counts.read_text(encoding="utf8"))
    if isinstance(labels, dict) and counted.get("spans_key"):
        return []  # what was counted are spans that may overlap, and `ner` does not see all of them
    return sorted(set(counted["splits"]["train"]["labels"]) - names_in(labels))


def names_in(labels: Any) -> set[str]:
    """Return the label names in label data: a list of them, or `ner`'s actions with their labels."""
    if isinstance(labels, dict):
        return {name for action in labels.values() for name in action if name}
    return set(labels)
