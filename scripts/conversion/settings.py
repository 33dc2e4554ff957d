"""The settings of conversion: checked where they come in (`inputs`), read where they act (`convert`)."""

from dataclasses import dataclass
from pathlib import Path

import srsly

from scripts.annotation.units import problem_with
from scripts.formats.tools.json_fields import problem_with_fields

MISALIGNED = ("missing", "expand", "contract", "drop", "error")
OVERLAPPING = ("longest", "shortest", "first", "drop", "error")
DISCONTINUOUS = ("drop", "cover", "first", "error")
MENTIONS = ("unique", "next", "all")
UNMARKED = ("empty", "skip")
EXHAUSTIVE = ("auto", "no")
ANNOTATORS = ("majority", "first", "last", "error")  # or the name of one
CONTRADICTIONS = ("unknown", "accept", "reject", "error")
TOKENS = ("pipeline", "source")
SEGMENT = ("no", "lines", "paragraphs", "sentences")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user chose about reading annotations; each field is a var of project.yml.

    spans_key: where in `doc.spans` all spans are kept as well, overlapping ones too; empty for nowhere.
    fields: where a JSON record has what, as `read_fields` has it.
    labels: the closed set of labels, empty for any. label_map: old label to new one, None to drop it.
    The choices are the tuples above; project.yml says what each means.
    """

    format: str
    dev: float
    test: float
    misaligned: str
    overlapping: str
    offsets: str
    spans_key: str
    labels: tuple[str, ...]
    label_map: dict[str, str | None]
    max_rejected: float
    encoding: str = "auto"
    layer: str = ""
    text_field: str = ""
    tag_names: tuple[str, ...] = ()
    fields: str = ""
    unmarked: str = "empty"
    exhaustive: str = "auto"
    annotators: str = "majority"
    contradictions: str = "unknown"
    discontinuous: str = "drop"
    mentions: str = "unique"
    tokens: str = "pipeline"
    segment: str = "no"
    longest: int = 100_000
    stream_from: int = 100_000

    def problems(self) -> list[str]:
        """Return what is wrong with the settings, a sentence each."""
        found = []
        for name, choices in (
            ("misaligned", MISALIGNED),
            ("overlapping", OVERLAPPING),
            ("discontinuous", DISCONTINUOUS),
            ("mentions", MENTIONS),
            ("unmarked", UNMARKED),
            ("exhaustive", EXHAUSTIVE),
            ("contradictions", CONTRADICTIONS),
            ("tokens", TOKENS),
            ("segment", SEGMENT),
        ):
            value = getattr(self, name)
            if value not in choices:
                found.append(f"vars.{name} is {value!r}; it can be {', '.join(choices)}")
        told = {"offsets": problem_with(self.offsets), "fields": problem_with_fields(self.fields)}
        found += [f"vars.{name}: {problem}" for name, problem in told.items() if problem]
        if self.longest < 1:
            found.append(f"vars.longest is {self.longest}; it is a number of characters from 1")
        if self.stream_from < 1:
            found.append(f"vars.stream_from is {self.stream_from}; it is a number of documents from 1")
        for name, share in (("dev", self.dev), ("test", self.test)):
            if not 0 < share < 1:
                found.append(f"vars.{name} is {share}; it is a share between 0 and 1")
        if self.dev + self.test >= 1:
            found.append("vars.dev and vars.test leave nothing for train")
        if not 0 <= self.max_rejected <= 1:
            found.append(f"vars.max_rejected is {self.max_rejected}; it is a share from 0 to 1")
        return found


def read_names(value: str) -> tuple[str, ...]:
    """Return names in their order: from a file with one a line, or from a list with commas.

    The list may be in brackets, each name in quotes, as YAML, JSON and Python write lists.
    """
    if value and is_file(value):
        rows = Path(value).read_text(encoding="utf-8-sig").splitlines()
        return tuple(name for row in rows if (name := unquoted(row.strip().removeprefix("- "))))
    inner = value.strip()
    if (inner[:1], inner[-1:]) in (("[", "]"), ("(", ")")):
        inner = inner[1:-1]
    return tuple(name for item in inner.split(",") if (name := unquoted(item)))


def is_file(value: str) -> bool:
    """Say whether a value names a file; a list may be longer than the system lets a name be."""
    try:
        return Path(value).is_file()
    except OSError:
        return False


def unquoted(item: str) -> str:
    """Return an item of a list without white space and the quotes around it."""
    stripped = item.strip()
    quoted = len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'"
    return stripped[1:-1].strip() if quoted else stripped


def read_labels(value: str) -> tuple[str, ...]:
    """Return the closed set of labels: from a file with one a line, or from a list with commas."""
    return tuple(sorted(set(read_names(value))))


def read_label_map(name: str) -> dict[str, str | None]:
    """Return the label map of a YAML file, or none without a name.

    Raises ValueError when it is not one label to another, OSError when it can't be read.
    """
    found = srsly.read_yaml(Path(name)) if name else {}
    found = found or {}
    if not isinstance(found, dict):
        raise ValueError("it must hold lines like `PER: PERSON`")
    for old, new in found.items():
        if not isinstance(old, str) or not (new is None or (isinstance(new, str) and new.strip())):
            raise ValueError(f"`{old}: {new}` is not a label and its new name (or null, to drop it)")
    return dict(found)
