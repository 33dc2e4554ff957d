"""A document with its gold entities and what each system predicted: what all analysis reads.

In: rows that the step `predict` wrote. Out: the same as values; offsets are characters, ends exclusive.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NotRequired

from typing_extensions import TypedDict

MODEL = "model"  # the system that was trained in this run
DICTIONARY = "dictionary"  # the names of the training set, looked up
EXISTING = "existing"  # a pipeline that the user named


class Entity(NamedTuple):
    """A span of a text with a label: `text[start:end]`."""

    start: int
    end: int
    label: str


Offsets = tuple[int, int]  # the start and the end of a stretch of a text
SpanRow = tuple[int, int, str]  # an entity as JSON has it: start, end and label


class About(TypedDict):
    """The contents of predictions/about.json: what the rows were made from.

    spans_key: of `doc.spans`, or None for entities. systems: the trained pipeline first, then the
    baselines. fingerprints, documents: by split, those of the corpus file and how many it has.
    """

    spans_key: str | None
    systems: list[str]
    fingerprints: dict[str, str]
    documents: dict[str, int]


class DocumentRow(TypedDict):
    """A `Document` as a row of JSON, in which tuples are lists; what is empty is left out."""

    text: str
    tokens: int
    gold: Sequence[SpanRow]
    predicted: Mapping[str, Sequence[SpanRow]]
    scores: NotRequired[Sequence[float | None]]
    unknown: NotRequired[Sequence[Offsets]]
    wrong: NotRequired[Sequence[SpanRow]]
    file: NotRequired[str]
    place: NotRequired[str]
    id: NotRequired[str | None]
    group: NotRequired[str | None]
    meta: NotRequired[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Document:
    """One scored document.

    tokens: how many tokens it has. gold: its entities.
    predicted: by system, the entities that it found.
    scores: how likely each entity of the trained pipeline is right, None for a label without a
    calibration; empty if no entity has a score.
    unknown: ranges (start, end) whose annotation is unknown: neither right nor wrong there.
    wrong: spans that are known to be no entity of that label.
    file, place, id, group, meta: where it came from, as `convert` noted.
    """

    text: str
    tokens: int
    gold: tuple[Entity, ...]
    predicted: Mapping[str, tuple[Entity, ...]]
    scores: tuple[float | None, ...] = ()
    unknown: tuple[Offsets, ...] = ()
    wrong: tuple[Entity, ...] = ()
    file: str = ""
    place: str = ""
    id: str | None = None
    group: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def score_of(self) -> Mapping[Entity, float]:
        """The score of each entity of the trained pipeline that has one."""
        if not self.scores:
            return {}
        pairs = zip(self.predicted[MODEL], self.scores, strict=True)
        return {entity: score for entity, score in pairs if score is not None}

    @property
    def where(self) -> str:
        """The record as messages name it."""
        return f"{self.file}, {self.place}"

    @property
    def unit(self) -> str:
        """What is resampled as a whole: the group, or the document where there is none."""
        return resampling_unit(self.file, self.place, self.group)


def resampling_unit(file: str, place: str, group: str | None, **_: Any) -> str:
    """Return what a record is resampled with: its group, or itself alone.

    The arguments are those of a line of `<split>.sources.jsonl`.
    """
    return f"group {group}" if group else f"{file}, {place}"


def to_row(document: Document) -> DocumentRow:
    """Return a document as a row of JSON."""
    row: Any = {name: getattr(document, name) for name in Document.__slots__}
    row["predicted"] = dict(document.predicted)
    row["meta"] = dict(document.meta)
    kept: Any = {
        name: value for name, value in row.items() if value or name in DocumentRow.__required_keys__
    }
    found: DocumentRow = kept
    return found


def from_row(row: DocumentRow) -> Document:
    """Return the document of a row that `to_row` made."""
    rest: dict[str, Any] = {**row}
    return Document(
        **rest
        | {
            "gold": entities(row["gold"]),
            "predicted": {name: entities(found) for name, found in row["predicted"].items()},
            "scores": tuple(row.get("scores", ())),
            "unknown": tuple((start, end) for start, end in row.get("unknown", ())),
            "wrong": entities(row.get("wrong", ())),
        }
    )


def entities(spans: Iterable[SpanRow]) -> tuple[Entity, ...]:
    """Return the entities of rows of start, end and label."""
    return tuple(Entity(*span) for span in spans)


def scored(document: Document, system: str) -> list[Entity]:
    """Return the predictions that can be judged: those that touch nothing unknown.

    spaCy's own rule (`spacy.scorer.get_ner_prf`): others are neither right nor wrong.
    """
    if not document.unknown:
        return list(document.predicted[system])
    return [
        entity
        for entity in document.predicted[system]
        if not any(entity.start < end and start < entity.end for start, end in document.unknown)
    ]
