"""The settings in configs/convert.cfg. Names, labels and the label map are read from their files here.

In: what a user wrote. Out: plain values, so that a change in one of those files is a changed setting.
"""

import os
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

import srsly
from pydantic import AfterValidator, Field, model_validator

from scripts.annotation.offset_units import AUTO, UNITS
from scripts.files.names import of_characters
from scripts.formats.tools.json_fields import read_fields
from scripts.settings.base import Settings, if_text

Misaligned = Literal["missing", "expand", "contract", "drop", "error"]
Overlapping = Literal["longest", "shortest", "first", "drop", "error"]
Discontinuous = Literal["drop", "cover", "first", "error"]
Mentions = Literal["unique", "next", "all"]
Unmarked = Literal["empty", "skip"]
Exhaustive = Literal["auto", "no"]
Contradictions = Literal["unknown", "accept", "reject", "error"]
Tokens = Literal["pipeline", "source"]
Segment = Literal["no", "lines", "paragraphs", "sentences"]
LIST_SUFFIXES = (".txt", ".csv", ".tsv", ".json", ".yml", ".yaml", ".lst")  # of a file, not of a name


def read_names(value: str) -> tuple[str, ...]:
    """Return names in their order: from a file with one a line, or from a list with commas.

    The list may be in brackets, each name in quotes, as YAML, JSON and Python write lists.
    Raises ValueError for a file that is not there.
    """
    if value and is_file(value):
        rows = Path(value).read_text(encoding="utf-8-sig").splitlines()
        return tuple(name for row in rows if (name := unquoted(row.strip().removeprefix("- "))))
    inner = value.strip()
    in_brackets = (inner[:1], inner[-1:]) in (("[", "]"), ("(", ")"))
    if not in_brackets and "," not in value and looks_like_file(value):
        raise ValueError("there is no such file; a single name with a slash goes in brackets: [A/B]")
    items = (inner[1:-1] if in_brackets else inner).split(",")
    return tuple(name for item in items if (name := unquoted(item)))


def closed_labels(value: str) -> tuple[str, ...]:
    """Return the closed set of labels: from a file with one a line, or from a list with commas."""
    return tuple(sorted(set(read_names(value))))


def is_file(value: str) -> bool:
    """Say whether a value names a file; a list may be longer than the system lets a name be."""
    return os.path.isfile(value)  # noqa: PTH113 (pathlib raises for a long name)


def looks_like_file(value: str) -> bool:
    """Say whether a value that is no list has the form of a file's name."""
    return "/" in value or PurePosixPath(value).suffix.lower() in LIST_SUFFIXES


def unquoted(item: str) -> str:
    """Return an item of a list without white space and the quotes around it."""
    stripped = item.strip()
    quoted = len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'"
    return stripped[1:-1].strip() if quoted else stripped


def read_label_map(value: str) -> dict[str, str | None]:
    """Return the label map of a YAML file, or an empty one without a name.

    Raises ValueError when it does not map one label to another, or can't be read.
    """
    if problem := of_characters(value):
        raise ValueError(problem)
    if value and not is_file(value):
        raise ValueError("there is no such file")
    found = (srsly.read_yaml(Path(value)) if value else None) or {}
    if not isinstance(found, dict):
        raise ValueError("it must contain lines like `PER: PERSON`")
    for old, new in found.items():
        if not isinstance(old, str) or not (new is None or (isinstance(new, str) and new.strip())):
            raise ValueError(f"`{old}: {new}` is not a label and its new name (or null, to drop it)")
    return dict(found)


def checked_fields(value: str) -> str:
    """Return a value of `fields`. Raises ValueError for what can't be understood."""
    read_fields(value)
    return value


def checked_offsets(value: str) -> str:
    """Return a value of `offsets`. Raises ValueError for a unit that isn't known."""
    unknown = [name for name in value.split("+") if name not in UNITS]
    if value != AUTO and unknown:
        raise ValueError(
            f"{unknown[0]!r} is not one of auto, {', '.join(UNITS)} (you can join several with +)"
        )
    return value


class ExportSettings(Settings):
    """The settings that `export` reads."""

    spans_key: str = ""


class ConvertSettings(ExportSettings):
    """How annotations are read. labels: empty for any. label_map: old label to new, None to drop it."""

    dev: Annotated[float, Field(gt=0, lt=1)] = 0.1
    test: Annotated[float, Field(gt=0, lt=1)] = 0.2
    labels: Annotated[tuple[str, ...], if_text(closed_labels)] = ()
    label_map: Annotated[dict[str, str | None], if_text(read_label_map)] = Field(
        "configs/label_map.yml", validate_default=True
    )
    max_rejected: Annotated[float, Field(ge=0, le=1)] = 0.05
    misaligned: Misaligned = "missing"
    overlapping: Overlapping = "longest"
    discontinuous: Discontinuous = "drop"
    offsets: Annotated[str, AfterValidator(checked_offsets)] = "auto"
    format: str = "auto"
    encoding: str = "auto"
    layer: str = ""
    text_field: str = ""
    tag_names: Annotated[tuple[str, ...], if_text(read_names)] = ()
    fields: Annotated[str, AfterValidator(checked_fields)] = ""
    mentions: Mentions = "unique"
    unmarked: Unmarked = "empty"
    exhaustive: Exhaustive = "auto"
    annotators: str = "majority"
    contradictions: Contradictions = "unknown"
    segment: Segment = "no"
    longest: Annotated[int, Field(ge=1)] = 100_000
    tokens: Tokens = "pipeline"
    stream_from: Annotated[int, Field(ge=1)] = 100_000
    processes: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def leave_texts_to_train_on(self) -> Self:
        """Raise ValueError when dev set and test set would take all texts."""
        if self.dev + self.test >= 1:
            raise ValueError("dev and test together leave no texts for the training set")
        return self
