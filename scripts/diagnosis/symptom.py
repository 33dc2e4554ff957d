"""One thing that `doctor` has looked at: whether it is well, and the way out if it isn't."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["well", "note", "warn", "broken"]


@dataclass(frozen=True, slots=True)
class Symptom:
    """What was found. advice: the way out; empty where nothing is to be done."""

    severity: Severity
    message: str
    advice: str = ""
