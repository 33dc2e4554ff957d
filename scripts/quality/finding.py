"""One finding about a corpus: what it is, how bad, where, and what to do."""

from dataclasses import dataclass, field

from typing_extensions import TypedDict

STOP, WARN = "stop", "warn"
NAMED = 100  # places that one finding names; the count goes on


@dataclass(slots=True)
class Places:
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
    places: Places


class PlacesRow(TypedDict):
    """`Places` as check.json has them."""

    count: int
    named: list[str]


class FindingRow(TypedDict):
    """A `Finding` as check.json has it."""

    kind: str
    severity: str
    message: str
    advice: str
    places: PlacesRow


class CheckReport(TypedDict):
    """The contents of check.json."""

    findings: list[FindingRow]
