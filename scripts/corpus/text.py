"""The one data model: an annotated text, as every format reader yields it and everything after reads it.

A reader yields `AnnotatedText` for a record that can be understood and `Fault` for one that can't.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ACCEPT = "accept"  # the annotator's answer that makes a record part of the corpus


@dataclass(frozen=True, slots=True)
class CharSpan:
    """A labelled stretch of a text: `text[start:end]`, counted in characters (Unicode code points)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """One record of an annotation file.

    text: the text as the tool stored it, never normalised.
    spans: its mentions, in the file's order; they may overlap.
    file, place: where it came from (`assets/mine.jsonl`, `line 12`).
    id: the source's own identifier, if it gave one.
    group: the document or thread it belongs to; a split never cuts a group.
    split: `train`, `dev` or `test`, if the source fixed it.
    answer: the annotator's decision; anything but `accept` keeps the record out of the corpus.
    exhaustive: whether what is not marked is known to be no entity (else it is unknown).
    missing: character ranges (start, end) whose annotation is unknown.
    meta: whatever else the source says about it.
    """

    text: str
    spans: tuple[CharSpan, ...]
    file: str
    place: str
    id: str | None = None
    group: str | None = None
    split: str | None = None
    answer: str = ACCEPT
    exhaustive: bool = True
    missing: tuple[tuple[int, int], ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that can't be used: where it stands, what is wrong with it, and what would mend it."""

    file: str
    place: str
    record: str
    reason: str
    mend: str


class Unusable(ValueError):
    """Raised while one record is read or aligned: `reason` says what is wrong, `mend` what to do."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


class FileFault(ValueError):
    """Raised when a whole file can't be used; `mend` says what to do about it."""

    def __init__(self, file: str, reason: str, mend: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
        self.mend = mend
