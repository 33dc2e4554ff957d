"""The one data model: an annotated text, as every format reader yields it and everything after reads it.

A reader yields `AnnotatedText` for a record that can be understood and `Fault` for one that can't.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, NamedTuple

ACCEPT = "accept"  # the annotator's answer that makes a record part of the corpus

Offsets = tuple[int, int]  # the start and the end of a stretch of a text, in characters


@dataclass(frozen=True, slots=True)
class CharSpan:
    """A labelled stretch of a text: `text[start:end]`, counted in characters (Unicode code points).

    layer: which of several annotation layers it belongs to, where the source has names for them.
    parts: the stretches (start, end) of a discontinuous span, which `start` and `end` cover.
    mention: what the source says that it covers, to prove the offsets right; None if it doesn't say.
    """

    start: int
    end: int
    label: str
    layer: str = ""
    parts: tuple[tuple[int, int], ...] = ()
    mention: str | None = field(default=None, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make this span again, in another process, at a third of dataclass' cost."""
        return CharSpan, (self.start, self.end, self.label, self.layer, self.parts, self.mention)


@dataclass(frozen=True, slots=True)
class UnlocatedEntity:
    """An entity that the source names without offsets: it must still be found in the text."""

    text: str
    label: str


class UnreadSpan(NamedTuple):
    """A span of a record that can't be read, though the record can: how the source shows it, and why.

    place: its offsets, where these are in order and only its label is not.
    """

    shown: str
    reason: str
    hint: str
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """One record of an annotation file.

    text: the text as the tool stored it, never normalised.
    spans: its entities, in the file's order; they may overlap.
    file, place: where it came from (`assets/mine.jsonl`, `line 12`).
    id: the source's own identifier, if it gave one.
    group: the document or thread it belongs to; a split never cuts a group.
    split: `train`, `dev` or `test`, if the source fixed it.
    answer: the annotator's decision; anything but `accept` keeps the record out of the corpus.
    annotator: who made this annotation, where a source has several of one text.
    annotated: whether somebody looked at the text at all; None where the source doesn't say.
    exhaustive: whether what is not marked is known to be no entity (else it is unknown).
    missing: character ranges (start, end) whose annotation is unknown.
    wrong: spans that are known not to be entities, though the rest may be unknown.
    tokens: the source's own tokens as character ranges (start, end), in order, where it fixed them.
    unlocated: entities that the source names without offsets.
    counted: whether offsets count characters already, whatever those of the file count.
    corrected: whether its spans come from a correction: their labels are those of the corpus already.
    unread: spans that can't be read: what is there is unknown, or all that is not marked, where one of
        them has no place.
    notes: what the reader had to fix, a phrase a kind (`an I- tag without B- begins a span`).
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
    annotator: str | None = None
    annotated: bool | None = None
    exhaustive: bool = True
    missing: tuple[tuple[int, int], ...] = ()
    wrong: tuple[CharSpan, ...] = ()
    tokens: tuple[tuple[int, int], ...] | None = None
    unlocated: tuple[UnlocatedEntity, ...] = ()
    counted: bool = False
    corrected: bool = False
    unread: tuple[UnreadSpan, ...] = ()
    notes: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    def without_tokens(self) -> "AnnotatedText":
        """Return the same record without what it costs most to hand on."""
        values = list(VALUES(self))
        values[TOKENS] = None
        return AnnotatedText(*values)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make this record again, in another process, at a third of dataclass' cost."""
        return AnnotatedText, VALUES(self)


NAMES = [field.name for field in fields(AnnotatedText)]
VALUES = attrgetter(*NAMES)
TOKENS = NAMES.index("tokens")


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that can't be used: where it is, what is wrong with it, and what would fix it."""

    file: str
    place: str
    record: str
    reason: str
    hint: str


class Unusable(ValueError):
    """Raised while one record is read or aligned: `reason` says what is wrong, `hint` what to do.

    place: where in the text it is, if it is a span's and known.
    """

    def __init__(self, reason: str, hint: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.place = place


class FileFault(ValueError):
    """Raised when a whole file can't be used; `hint` says what to do about it."""

    def __init__(self, file: str, reason: str, hint: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make this error again: in the process that another one shares its work with."""
        return type(self), (self.file, self.reason, self.hint)


class OtherTask(FileFault):
    """Raised for a file that is in order but has no annotated entities: images, classes, settings.

    The other files of its folder can be read without it; a reader raises it before its first record.
    """
