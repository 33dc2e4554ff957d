"""One finding about a corpus: what it is, how bad, where, and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from scripts.annotation.splits import SETS

STOP, WARN = "stop", "warn"
NAMED = 100  # places that one finding names; the count goes on


@dataclass(slots=True)
class Occurrences:
    """Where something was seen: a count, and the first places by name."""

    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """Count one more place."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(place)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that spoils training (`stop`) or may (`warn`).

    kind: a short name, the same for all findings of a kind. advice: the way out.
    """

    kind: str
    severity: str
    message: str
    advice: str
    places: Occurrences


class OccurrencesRow(TypedDict):
    """`Occurrences` as check.json has them."""

    count: int
    named: list[str]


class FindingRow(TypedDict):
    """A `Finding` as check.json has it."""

    kind: str
    severity: str
    message: str
    advice: str
    places: OccurrencesRow


class CheckReport(TypedDict):
    """The contents of check.json."""

    findings: list[FindingRow]


def in_all(by_split: Mapping[str, Occurrences]) -> Occurrences:
    """Return the places of several splits together, each named with its split."""
    named = [f"{place} ({split})" for split, places in by_split.items() for place in places.named]
    return Occurrences(sum(places.count for places in by_split.values()), named)


def sets(splits: Iterable[str], joined_by: str = "and") -> str:
    """Return splits as messages name them: `the training set and the dev set`."""
    names = [f"the {SETS[split]}" for split in splits]
    return f" {joined_by} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
