"""What a run can be listed, filtered and sorted by: columns of the table, and every value of a config.

In: rows, and conditions as a user writes them: `config=fast.cfg`, `test>70`, `training.dropout<=0.2`.
Out: the rows that meet them, in order.
"""

import json
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.tracking.row import RunRow

SHORT = 7  # characters of a fingerprint that tell two apart
Value = Any  # of JSON: a text, a number, true or false, a list, or None for what is unknown

COLUMNS: Mapping[str, Callable[[RunRow], Value]] = {
    "run": lambda row: row["name"],
    "config": lambda row: row["config"] or None,
    "seed": lambda row: row["record"].get("seed"),
    "started": lambda row: row["record"].get("started", "")[:16].replace("T", " ") or None,
    "seconds": lambda row: row["record"].get("seconds"),
    "steps": lambda row: steps(row).get("last"),
    "best": lambda row: steps(row).get("best"),
    "dev": lambda row: in_points(row, "dev"),
    "test": lambda row: in_points(row, "test"),
    "speed": lambda row: row["speed"],
    "corpus": lambda row: (row["record"].get("corpus", {}).get("train") or "")[:SHORT] or None,
    "test_set": lambda row: fingerprint(row, "test"),
    "device": lambda row: row["record"].get("device"),
    "commit": lambda row: (row["record"].get("commit") or "")[:SHORT] or None,
    "group": lambda row: wandb(row).get("group"),
    "tags": lambda row: wandb(row).get("tags"),
    "trial": lambda row: row["trial"],
    "stopped": lambda row: row["record"].get("stopped"),
}
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
CONDITION = re.compile(r"\s*(?P<name>[^<>=!]*[^<>=!\s])\s*(?P<sign>[<>!]?=|<|>)\s*(?P<value>.*?)\s*")


class UnknownName(ValueError):
    """Raised for a condition that can't be used, or a name that no run has."""


@dataclass(frozen=True)
class Condition:
    """What a run has to meet: the name of a value, a sign of `OPERATORS`, and what to compare with."""

    name: str
    sign: str
    value: Value

    def is_met(self, row: RunRow) -> bool:
        """Say whether a run meets this.

        What is unknown meets only `!=`. A list, such as tags, meets `=` with each of its values.
        """
        found = value_of(row, self.name)
        if found is None:
            return self.sign == "!="
        if isinstance(found, list) and self.sign in ("=", "!="):
            return (self.value in found) == (self.sign == "=")
        if is_number(found) and is_number(self.value):
            return OPERATORS[self.sign](found, self.value)
        return OPERATORS[self.sign](as_text(found), as_text(self.value))


def condition(text: str) -> Condition:
    """Return the condition that a user wrote. Raises UnknownName if it is none."""
    found = CONDITION.fullmatch(text)
    if found is None:
        raise UnknownName(f"{text!r} is not a condition; write it like test>70 or config=fast.cfg")
    return Condition(found["name"], found["sign"], as_value(found["value"]))


def as_value(text: str) -> Value:
    """Return what a user wrote as JSON has it; text needs no quotes."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def as_text(value: Value) -> str:
    """Return a value as a user writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def chosen(rows: Sequence[RunRow], conditions: Iterable[Condition]) -> list[RunRow]:
    """Return the rows that meet all conditions. Raises UnknownName for a name that no row has."""
    wanted = list(conditions)
    for one in wanted:
        check_name(rows, one.name)
    return [row for row in rows if all(one.is_met(row) for one in wanted)]


def in_order(rows: Sequence[RunRow], name: str) -> list[RunRow]:
    """Return rows by a value, the smallest first, or with `-` before the name the largest first.

    Rows without the value come last. Raises UnknownName for a name that no row has.
    """
    plain = name.removeprefix("-")
    check_name(rows, plain)
    known = [row for row in rows if value_of(row, plain) is not None]
    numbers = all(is_number(value_of(row, plain)) for row in known)

    def key(row: RunRow) -> Any:
        value = value_of(row, plain)
        return value if numbers else as_text(value)

    unknown = [row for row in rows if value_of(row, plain) is None]
    return sorted(known, key=key, reverse=name.startswith("-")) + unknown


def check_name(rows: Sequence[RunRow], name: str) -> None:
    """Raise UnknownName unless a name is a column, or something that one of the rows has."""
    if name in COLUMNS or not rows or any(value_of(row, name) is not None for row in rows):
        return
    reason = f"No run has {name!r}. There are {', '.join(COLUMNS)}, test.LABEL and dev.LABEL, "
    raise UnknownName(f"{reason}and every value of a config, for example training.dropout")


def value_of(row: RunRow, name: str) -> Value:
    """Return what a run has under a name: a column, F of a label, or a value of the config."""
    if name in COLUMNS:
        return COLUMNS[name](row)
    split, _, label = name.partition(".")
    if split in row["scores"] and label in row["scores"][split]["labels"]:
        return points(row["scores"][split]["labels"][label])
    return row["values"].get(name)


def points(fraction: float | None) -> float | None:
    """Return a score as the table shows it: a percentage."""
    return None if fraction is None else round(fraction * 100, 1)


def in_points(row: RunRow, split: str) -> float | None:
    """Return F on a split, if it was scored."""
    return points(row["scores"][split]["f"]) if split in row["scores"] else None


def fingerprint(row: RunRow, split: str) -> str | None:
    """Return what tells the corpus file that a run was scored on from others."""
    return row["scores"][split]["fingerprint"][:SHORT] if split in row["scores"] else None


def steps(row: RunRow) -> Mapping[str, Any]:
    """Return how many steps a training had."""
    return row["record"].get("steps") or {}


def wandb(row: RunRow) -> Mapping[str, Any]:
    """Return the names of a run in wandb."""
    return row["record"].get("wandb") or {}


def is_number(value: Value) -> bool:
    """Say whether a value can be compared with numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool)
