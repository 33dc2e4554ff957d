"""How far two annotators agree, with intervals, and about what they don't.

In: texts with the entities of a first and of a second annotator, one after the other. Out: F of one
against the other, which needs no count of what neither marked: exact, relaxed (the entities overlap and
have one label), and of boundaries (whatever the label); what kinds of disagreement there are; which
labels are confused. Source of F as agreement: G. Hripcsak and A. Rothschild, Agreement, the F-measure,
and Reliability in Information Retrieval, JAMIA 12 (2005), https://doi.org/10.1197/jamia.M1733.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from typing_extensions import TypedDict

from scripts.scoring.counts import FN, FP, TP, CountArray, GroupCounts, f_score
from scripts.scoring.document import MODEL, Document, Entity, scored
from scripts.scoring.errors import ErrorCollector, ErrorExample
from scripts.scoring.intervals import Bootstrap, Interval
from scripts.scoring.known import Known
from scripts.scoring.matching import (
    BOTH,
    CORRECT,
    LABEL,
    LONGER,
    MISSED,
    SHIFTED,
    SHORTER,
    SPURIOUS,
    pair_up,
)
from scripts.scoring.metrics import too_few

Side = tuple[str, ...]  # the annotators who have an entity

RELAXED, BOUNDARIES = "relaxed", "boundaries"
MEASURES = {  # which pairs of entities are the same to a measure
    MODEL: (CORRECT,),
    RELAXED: (CORRECT, LONGER, SHORTER, SHIFTED),
    BOUNDARIES: (CORRECT, LABEL),
}
# What a pair of entities is called where neither side is gold.
KINDS = {
    CORRECT: "the same",
    MISSED: "only the first",
    SPURIOUS: "only the second",
    LABEL: "other label",
    LONGER: "the second is longer",
    SHORTER: "the second is shorter",
    SHIFTED: "shifted",
    BOTH: "other label and boundary",
}


class Agreed(TypedDict):
    """The agreement about one label, or about all.

    first, second: entities of each annotator; shared: those that both have. f: 2 × shared / (first +
    second), None without entities; interval: of f. relaxed: F where overlapping entities of one label
    are the same. too_few: whether it rests on too little.
    """

    first: int
    second: int
    shared: int
    f: float | None
    interval: list[float | None]
    relaxed: float | None
    too_few: bool


class Compared(TypedDict):
    """Two annotators compared.

    texts: that both annotated; different: of these, those that they annotated differently. all, labels:
    their agreement. boundaries: F where entities at one place are the same, whatever their labels.
    kinds: pairs of entities by the kind of disagreement. confusion: pairs by the first label, then the
    second. examples: disagreements to read.
    """

    texts: int
    different: int
    all: Agreed
    labels: dict[str, Agreed]
    boundaries: float | None
    kinds: dict[str, int]
    confusion: dict[str, dict[str, int]]
    examples: list[ErrorExample]


class PairAgreement(TypedDict):
    """The agreement of two of several annotators."""

    first: str
    second: str
    texts: int
    all: Agreed


class AgreementReport(TypedDict):
    """The contents of agreement.json.

    annotators: two exports or the annotators in one, each with the texts that nobody else annotated.
    compared: every two of them together. pairs: each two alone. left_out: what can't be compared, by the
    reason. work_list: texts in it. changed: what its format has no place for. fingerprints: of the files
    beside it, so that a change is noticed.
    """

    annotators: dict[str, int]
    confidence: float
    compared: Compared
    pairs: list[PairAgreement]
    left_out: dict[str, int]
    work_list: int
    changed: dict[str, int]
    fingerprints: dict[str, str]


@dataclass(slots=True)
class Comparison:
    """Two annotators, compared text by text.

    examples: how many are kept of each kind and label. context: characters shown around each.
    """

    examples: int
    context: int
    texts: int = 0
    different: int = 0
    counts: GroupCounts = field(default_factory=lambda: GroupCounts(tuple(MEASURES)))
    errors: ErrorCollector = field(init=False)

    def __post_init__(self) -> None:
        self.errors = ErrorCollector(Known({}), self.examples, self.context)

    def add(self, document: Document) -> None:
        """Compare one text. document: the first annotator's entities as gold, the second's as MODEL."""
        document = known_only(document)
        self.texts += 1
        self.different += set(document.gold) != set(document.predicted[MODEL])
        self.counts.add(replace(document, predicted=as_measured(document)))
        self.errors.add(document)

    def report(self, bootstrap: Bootstrap) -> Compared:
        """Return what both agree about, and what not."""
        table = self.counts.table()
        errors = self.errors.report()
        labels = {
            label: agreed(table[:, :, number], bootstrap)
            for number, label in enumerate(self.counts.labels)
        }
        boundaries = table[:, list(MEASURES).index(BOUNDARIES)].sum(axis=(0, 1))
        return {
            "texts": self.texts,
            "different": self.different,
            "all": agreed(table.sum(axis=2), bootstrap),
            "labels": labels,
            "boundaries": f_of(boundaries),
            "kinds": {words: errors["classes"][kind] for kind, words in KINDS.items()},
            "confusion": errors["confusion"],
            "examples": errors.get("examples", []),
        }


def known_only(document: Document) -> Document:
    """Return a document without the entities that touch what one annotator left unknown."""
    if not document.unknown:
        return document
    first = scored(replace(document, predicted={MODEL: document.gold}), MODEL)
    second = scored(document, MODEL)
    return replace(document, gold=tuple(first), predicted={MODEL: tuple(second)}, unknown=())


def as_measured(document: Document) -> Mapping[str, tuple[Entity, ...]]:
    """Return the second annotator's entities by measure: the first's where it takes both as one."""
    pairs = pair_up(document.gold, document.predicted[MODEL])
    return {
        measure: tuple(
            pair.gold if pair.gold and pair.kind in same else pair.predicted
            for pair in pairs
            if pair.predicted
        )
        for measure, same in MEASURES.items()
    }


def agreed(table: CountArray, bootstrap: Bootstrap) -> Agreed:
    """Return the agreement that follows from counts. table: by group, measure and TP, FP, FN."""
    exact, relaxed = (table[:, number] for number in range(2))
    shared, only_second, only_first = (int(exact[:, kind].sum()) for kind in (TP, FP, FN))
    different = shared + only_first + only_second
    interval = Interval(None, None, 0)
    if different:
        totals = bootstrap.totals(exact)
        interval = bootstrap.interval(np.where(totals.sum(axis=1) > 0, f_score(totals), np.nan))
    return {
        "first": shared + only_first,
        "second": shared + only_second,
        "shared": shared,
        "f": f_of(exact.sum(axis=0)),
        "interval": interval.as_list(),
        "relaxed": f_of(relaxed.sum(axis=0)),
        "too_few": too_few(int((exact.sum(axis=1) > 0).sum()), different),
    }


def f_of(counts: CountArray) -> float | None:
    """Return F of a row of counts, None without any."""
    return float(f_score(counts)) if counts.sum() else None


def shared(entities: Mapping[str, Iterable[Entity]]) -> list[Entity]:
    """Return the entities that all annotators of a text have, in its order."""
    sides = [set(side) for side in entities.values()]
    return sorted(set.intersection(*sides))


def disputed(entities: Mapping[str, Iterable[Entity]]) -> dict[Entity, Side]:
    """Return the entities that only some annotators of a text have, in its order, and who these are."""
    found: dict[Entity, list[str]] = {}
    for name, side in entities.items():
        for entity in set(side):
            found.setdefault(entity, []).append(name)
    return {
        entity: tuple(found[entity]) for entity in sorted(found) if len(found[entity]) < len(entities)
    }


def in_words(text: str, entity: Entity, who: Side) -> str:
    """Return a disputed entity as a person reads it: `ORG "Acme" 12–16: Anna`."""
    place = f"{entity.start}–{entity.end}"
    return f"{entity.label} {text[entity.start : entity.end]!r} {place}: {', '.join(who)}"
