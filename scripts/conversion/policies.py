"""What the user chose for spans that can't simply become entities."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policies:
    """What to do with a span that cuts through a token, and with one in several parts."""

    misaligned: str
    discontinuous: str


class PolicyError(ValueError):
    """Raised when a policy says `error` and there is something that it forbids."""
