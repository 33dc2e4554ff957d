"""A document with its gold mentions and what each system predicted: what all analysis reads.

In: rows that the step `predict` wrote. Out: the same as values; offsets are characters, ends exclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MODEL = "model"  # the system that was trained in this run
DICTIONARY = "dictionary"  # the mentions of train, looked up
EXISTING = "existing"  # a pipeline that the user named


class Mention(NamedTuple):
    """A labelled stretch of a text, `text[start:end]`."""

    start: int
    end: int
    label: str


Area = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One scored document.

    tokens: how many tokens it has. gold: its mentions.
    predicted: by system, the mentions that it found from the raw text.
    unknown: ranges (start, end) whose annotation is unknown: neither right nor wrong there.
    wrong: spans that are known to be no entity of that label.
    file, place, id, group, meta: where it came from, as `convert` noted.
    """

    text: str
    tokens: int
    gold: tuple[Mention, ...]
    predicted: Mapping[str, tuple[Mention, ...]]
    unknown: tuple[Area, ...] = ()
    wrong: tuple[Mention, ...] = ()
    file: str = ""
    place: str = ""
    id: str | None = None
    group: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The record as messages name it."""
        return f"{self.file}, {self.place}"

    @property
    def unit(self) -> str:
        """What is resampled as a whole: the group, or the document where there is none."""
        return unit_of(self.file, self.place, self.group)


def unit_of(file: str, place: str, group: str | None, **_: Any) -> str:
    """Return what a record is resampled with: its group, or itself alone.

    The arguments are those of a line of the corpus' sources.
    """
    return f"group {group}" if group else f"{file}, {place}"


def to_row(document: Document) -> dict[str, Any]:
    """Return a document as JSON holds it; what is empty is left out."""
    row = {name: getattr(document, name) for name in Document.__slots__}
    row["predicted"] = dict(document.predicted)
    row["meta"] = dict(document.meta)
    kept = ("text", "tokens", "gold", "predicted")
    return {name: value for name, value in row.items() if value or name in kept}


def from_row(row: Mapping[str, Any]) -> Document:
    """Return the document of a row that `to_row` made."""
    return Document(
        **{
            **row,
            "gold": mentions(row["gold"]),
            "predicted": {name: mentions(found) for name, found in row["predicted"].items()},
            "unknown": tuple((start, end) for start, end in row.get("unknown", ())),
            "wrong": mentions(row.get("wrong", ())),
        }
    )


def mentions(found: Any) -> tuple[Mention, ...]:
    """Return lists of start, end and label as mentions."""
    return tuple(Mention(*item) for item in found)


def scored(document: Document, system: str) -> list[Mention]:
    """Return the predictions that can be judged: those that touch nothing unknown.

    spaCy's own rule (`spacy.scorer.get_ner_prf`): others are neither right nor wrong.
    """
    if not document.unknown:
        return list(document.predicted[system])
    return [
        mention
        for mention in document.predicted[system]
        if not any(mention.start < end and start < mention.end for start, end in document.unknown)
    ]
