"""What train says about a mention: how often it stands there, and as what.

In: counts of mentions in train, by label and without one. Out: whether a mention is new to the model,
and how strongly train speaks for or against a label.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

NONE = ""  # stands for no label in the counts of train
SEEN, OTHER, NEW = "seen", "other label", "new"
NOVELTY = (SEEN, OTHER, NEW)


@dataclass(frozen=True, slots=True)
class Known:
    """Counts of train: by mention (its text) and label, how often it stands there.

    `NONE` counts the places where the mention's tokens stand and nothing is marked.
    """

    counts: Mapping[str, Mapping[str, int]]

    def times(self, mention: str, label: str | None) -> int:
        """Return how often train has this mention under a label, or unlabelled for None."""
        return self.counts.get(mention, {}).get(label or NONE, 0)

    def labels(self) -> dict[str, int]:
        """Return how many mentions of each label train has, spans that overlap among them."""
        found: Counter[str] = Counter()
        for counts in self.counts.values():
            found.update({label: times for label, times in counts.items() if label != NONE})
        return dict(sorted(found.items()))

    def novelty(self, mention: str, label: str) -> str:
        """Say whether train has the mention with this label, only with another one, or not at all."""
        labels = {name for name in self.counts.get(mention, {}) if name != NONE}
        if not labels:
            return NEW
        return SEEN if label in labels else OTHER

    def dictionary(self) -> dict[str, str]:
        """Return the mentions of train, each with its commonest label (ties: the first by name).

        A mention that stands there more often without a label is left out: so the dictionary is a
        strong one for exact matches alone.
        """
        found = {}
        for mention, labels in self.counts.items():
            best = min((-times, label) for label, times in labels.items() if label != NONE)
            if -best[0] >= labels.get(NONE, 0):
                found[mention] = best[1]
        return found
