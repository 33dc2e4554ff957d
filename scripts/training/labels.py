"""Reader of the label file that `spacy init labels` wrote, which also proves that it is not stale.

In: `corpus/labels/ner.json` and `corpus/counts.json`. Out: the labels, for `[initialize]`.
"""

import json
from pathlib import Path
from typing import Any

from spacy.util import registry
from wasabi import msg

from scripts.files.terminal import listed


@registry.readers("ner_template.read_labels.v1")  # type: ignore[untyped-decorator]
def read_labels(path: Path, counts: Path | None = None) -> Any:
    """Return the label data in `path`, as spaCy's own `spacy.read_labels.v1` does.

    counts: counts.json of `convert`: train's gold labels must all be in the file; null skips that.
    Ends the program with exit code 1 when the file is missing or a gold label is not in it: spaCy
    would train on, and could never predict that label.
    """
    path = Path(path)  # a config hands over a string
    try:
        labels = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        msg.fail(f"{path} can't be read ({error})", "Make it with: weasel run labels", exits=1)
    if counts is not None and Path(counts).is_file() and (unknown := missing(labels, Path(counts))):
        reason = f"{path} lacks labels that train has: {listed(unknown)}"
        msg.fail(reason, "Make it again with: weasel run labels", exits=1)
    return labels


def missing(labels: Any, counts: Path) -> list[str]:
    """Return the gold labels of train that are not in label data, in order."""
    counted = json.loads(counts.read_text(encoding="utf8"))
    return sorted(set(counted["splits"]["train"]["labels"]) - names_in(labels))


def names_in(labels: Any) -> set[str]:
    """Return the label names in label data: a list of them, or `ner`'s actions with their labels."""
    if isinstance(labels, dict):
        return {name for action in labels.values() for name in action if name}
    return set(labels)
