"""Which prediction belongs to which gold entity, and what kind of error each difference is.

In: the gold and the predicted entities of one document. Out: pairs, in which every entity occurs once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from scripts.scoring.document import Entity

CORRECT = "correct"
MISSED, SPURIOUS = "missed", "spurious"
LABEL = "wrong label"
LONGER, SHORTER, SHIFTED = "too long", "too short", "shifted"
BOTH = "wrong label and boundary"
ERRORS = (MISSED, SPURIOUS, LABEL, LONGER, SHORTER, SHIFTED, BOTH)


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold entity and the prediction that belongs to it; one of them is None if there is none."""

    gold: Entity | None
    predicted: Entity | None

    @property
    def kind(self) -> str:
        """`correct`, or the one class of error that this pair is."""
        if self.predicted is None:
            return MISSED
        if self.gold is None:
            return SPURIOUS
        same_label = self.gold.label == self.predicted.label
        if self.gold[:2] == self.predicted[:2]:
            return CORRECT if same_label else LABEL
        if not same_label:
            return BOTH
        if self.predicted.start <= self.gold.start and self.gold.end <= self.predicted.end:
            return LONGER
        if self.gold.start <= self.predicted.start and self.predicted.end <= self.gold.end:
            return SHORTER
        return SHIFTED

    @property
    def start(self) -> int:
        """Where the pair begins in the text."""
        return min(entity.start for entity in (self.gold, self.predicted) if entity)

    @property
    def end(self) -> int:
        """Where the pair ends in the text."""
        return max(entity.end for entity in (self.gold, self.predicted) if entity)


def pair_up(gold: Iterable[Entity], predicted: Iterable[Entity]) -> list[Pair]:
    """Return pairs of entities, in the order of the text, in which each entity occurs exactly once.

    Equal entities are paired first, then those that share the most characters (where that is equal,
    those of one label, then the first in the text); what is left is missed or spurious.
    """
    golds, found = sorted(set(gold)), sorted(set(predicted))
    matched = set(golds) & set(found)
    pairs = [Pair(entity, entity) for entity in matched]
    left = {entity for entity in golds if entity not in matched}
    free = {entity for entity in found if entity not in matched}
    for _, _, mine, other in sorted(candidates(sorted(left), sorted(free))):
        if mine in left and other in free:
            left.remove(mine)
            free.remove(other)
            pairs.append(Pair(mine, other))
    pairs += [Pair(entity, None) for entity in left]
    pairs += [Pair(None, entity) for entity in free]
    return sorted(pairs, key=lambda pair: (pair.start, pair.end, pair.kind, pair.gold or pair.predicted))


def candidates(gold: list[Entity], predicted: list[Entity]) -> list[tuple[int, bool, Entity, Entity]]:
    """Return overlapping pairs as (minus shared characters, labels differ, gold, predicted).

    Both lists are sorted by start, so that distant entities are not compared: those after `mine` end the
    inner loop, and those before it are skipped for good.
    """
    found = []
    first = 0
    for mine in gold:
        while first < len(predicted) and predicted[first].end <= mine.start:
            first += 1
        for other in islice(predicted, first, None):
            if other.start >= mine.end:
                break
            shared = min(mine.end, other.end) - max(mine.start, other.start)
            if shared > 0:
                found.append((-shared, mine.label != other.label, mine, other))
    return found
