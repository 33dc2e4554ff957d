"""What the training set says about a name: how often it occurs there, and as what.

In: counts of names in the training set, by label and without one. Out: whether a name is new to the
model, and how strongly the training set speaks for or against a label.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

NONE = ""  # the label under which places without a label are counted
SEEN, OTHER, NEW = "seen", "other label", "new"
NOVELTY = (SEEN, OTHER, NEW)


@dataclass(frozen=True, slots=True)
class Known:
    """Counts of the training set: by name (the text of an entity) and label, how often it occurs.

    `NONE` counts the places where the tokens of the name occur and nothing is marked.
    """

    counts: Mapping[str, Mapping[str, int]]

    def times(self, name: str, label: str | None) -> int:
        """Return how often the training set has this name under a label, or unlabelled for None."""
        return self.counts.get(name, {}).get(label or NONE, 0)

    def labels(self) -> dict[str, int]:
        """Return how many entities of each label the training set has, overlapping ones included."""
        found: Counter[str] = Counter()
        for counts in self.counts.values():
            found.update({label: times for label, times in counts.items() if label != NONE})
        return dict(sorted(found.items()))

    def novelty(self, name: str, label: str) -> str:
        """Say whether the training set has a name with this label, with another, or not at all."""
        labels = {label for label in self.counts.get(name, {}) if label != NONE}
        if not labels:
            return NEW
        return SEEN if label in labels else OTHER

    def dictionary(self) -> dict[str, str]:
        """Return the names of the training set, each with its commonest label (ties: first by name).

        A name that occurs there more often without a label is left out, which makes the dictionary a
        strong one for exact matches alone.
        """
        found = {}
        for name, labels in self.counts.items():
            best = min((-times, label) for label, times in labels.items() if label != NONE)
            if -best[0] >= labels.get(NONE, 0):
                found[name] = best[1]
        return found
