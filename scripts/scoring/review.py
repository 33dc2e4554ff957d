"""Which annotations may be wrong: where pipelines that did not learn from a document dispute its gold.

In: documents with the predictions of several pipelines, none of which learned from the document. Out:
flags, the most likely errors first. Three things decide the order:

- the votes: how many of the pipelines say the same against gold;
- how reliable such votes are, for this label: of all entities that so many pipelines found, how many
  gold has, and of all gold entities, how many so many pipelines missed. Where they nearly always agree
  with gold, a dispute is rare, and more likely gold's fault;
- the same words elsewhere in the corpus: how often they are annotated as suggested, and as here.

The first two are what confident learning does with scores (C. Northcutt, L. Jiang and I. Chuang,
Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70, 2021).
The strength of a flag puts flags in order; it is no probability.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from scripts.scoring.document import Document, Entity, SpanRow, scored
from scripts.scoring.elsewhere import TEST, UNMARKED, Elsewhere, words_at

MISSING, SPURIOUS, LABEL, BOUNDARY = "missing", "spurious", "label", "boundary"
INCONSISTENT = "inconsistent"
KINDS = (MISSING, SPURIOUS, LABEL, BOUNDARY, INCONSISTENT)
PRIOR = 0.1  # odds that an annotation is wrong, as long as nothing is known about it
ONCE_MORE = 0.5  # added to counts, so that their logarithm is finite
OFTEN, RATIO = 3, 4  # words that are otherwise elsewhere so often, and so many times as often as here

DocumentName = tuple[str, int]  # split, and number in it
Reread = Callable[[], Iterable[tuple[str, int, Document]]]
"""Yields the documents from the beginning at each call, each with its split and its number in it."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A place where gold may be wrong.

    gold, suggested: None for no entity. votes: for the suggestion.
    """

    kind: str
    gold: Entity | None
    suggested: Entity | None
    votes: int

    @property
    def start(self) -> int:
        """Where it begins."""
        return min(entity.start for entity in (self.gold, self.suggested) if entity)

    @property
    def end(self) -> int:
        """Where it ends."""
        return max(entity.end for entity in (self.gold, self.suggested) if entity)


@dataclass(frozen=True, slots=True)
class Flag:
    """A dispute with its document and what speaks for it.

    number: of the document in the split. words: of the place. as_gold, as_suggested: how often the same
    words are annotated so elsewhere in the corpus. strength: from 0 to 1, for the order.
    """

    split: str
    number: int
    where: str
    id: str | None
    words: str
    dispute: Dispute
    as_gold: int
    as_suggested: int
    strength: float

    @property
    def document(self) -> DocumentName:
        """The document, as the corpus knows it."""
        return self.split, self.number


class FlagRow(TypedDict):
    """A line of review.jsonl.

    where, id: the document. start, end, words: the place. gold, suggested: None for no entity.
    votes: pipelines of `members` that suggest it. as_gold, as_suggested: see `Flag`.
    """

    rank: int
    strength: float
    kind: str
    split: str
    where: str
    id: str | None
    start: int
    end: int
    words: str
    gold: SpanRow | None
    suggested: SpanRow | None
    votes: int
    members: int
    as_gold: int
    as_suggested: int


class Review(TypedDict):
    """The contents of review.json.

    sets: those that were reviewed. overlaps: whether spans may overlap. documents: how many. members:
    pipelines that vote on each document. kinds: flags by kind. strong: those of them that are
    suggestions where the work list has the document. reviewed: flags that are left out, in documents
    that `merge` has brought back. work_list: documents in it. partly_annotated: documents that would be
    in it but are annotated in part only.
    """

    sets: list[str]
    overlaps: bool
    documents: int
    members: int
    kinds: dict[str, int]
    strong: dict[str, int]
    reviewed: int
    work_list: int
    partly_annotated: int


@dataclass(slots=True)
class Reliability:
    """How often gold agrees with so many votes.

    found: by label and votes, how many entities that many pipelines found, and how many of these gold
    has. missed: by label and votes, how many gold entities at least so many pipelines did not see.
    """

    found: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    missed: Counter[tuple[str, int]] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)

    def add(self, document: Document, votes: Counter[Entity], blind: Counter[Entity]) -> None:
        """Count a document. blind: by gold entity, the pipelines that see nothing there."""
        gold = set(document.gold)
        for entity, count in votes.items():
            cell = self.found[entity.label, count]
            cell[0] += 1
            cell[1] += entity in gold
        for entity in gold:
            self.gold[entity.label] += 1
            for count in range(1, blind[entity] + 1):
                self.missed[entity.label, count] += 1

    def of(self, dispute: Dispute) -> float:
        """Return how often gold agrees with such votes, between 0 and 1."""
        if dispute.suggested is None:
            label = dispute.gold.label if dispute.gold else ""
            whole = self.gold[label]
            return 1 - (self.missed[label, max(dispute.votes, 1)] + 1) / (whole + 2)
        whole, right = self.found[dispute.suggested.label, max(dispute.votes, 1)]
        return (right + 1) / (whole + 2)


def review(documents: Reread, members: Sequence[str], *, overlaps: bool = False) -> list[Flag]:
    """Return the flags of a corpus, the strongest first.

    members: names of the pipelines in the rows. overlaps: whether spans may overlap.
    """
    elsewhere, reliability = Elsewhere(), Reliability()
    for split, _, document in documents():
        votes = votes_in(document, members)
        elsewhere.note(split, document, votes)
        if split != TEST:  # which has no say about the training set
            reliability.add(document, votes, blind_to(document, members))
    for split, _, document in documents():
        elsewhere.count_unmarked(split, document)
    flags = [
        flag(split, number, document, dispute, elsewhere, reliability)
        for split, number, document in documents()
        for dispute in (
            *disputes(document, members, overlaps=overlaps),
            *inconsistencies(split, document, members, elsewhere),
        )
    ]
    return sorted(flags, key=lambda one: (-one.strength, one.split, one.number, one.dispute.start))


def ranked_documents(flags: Iterable[Flag]) -> list[DocumentName]:
    """Return the documents with flags, first those in which most errors are likely."""
    weights: Counter[DocumentName] = Counter()
    for one in flags:
        weights[one.document] += one.strength  # type: ignore[assignment]
    return sorted(weights, key=lambda name: (-weights[name], name))


def corrected(gold: Iterable[Entity], flags: Iterable[Flag], *, overlaps: bool = False) -> list[Entity]:
    """Return the entities of a document with suggestions applied, the strongest first.

    overlaps: whether entities may overlap; otherwise a suggestion that overlaps what is there by then is
    left out.
    """
    found = set(gold)
    for one in sorted(flags, key=lambda one: -one.strength):
        left = found - {one.dispute.gold} if one.dispute.gold else found
        other = one.dispute.suggested
        if other is None or overlaps or not overlapping(left, other):
            found = left | ({other} if other else set())
    return sorted(found)


def row_of(flag: Flag, rank: int, members: int) -> FlagRow:
    """Return a flag as a line of review.jsonl."""
    dispute = flag.dispute
    return {
        "rank": rank,
        "strength": round(flag.strength, 4),
        "kind": dispute.kind,
        "split": flag.split,
        "where": flag.where,
        "id": flag.id,
        "start": dispute.start,
        "end": dispute.end,
        "words": flag.words,
        "gold": dispute.gold,
        "suggested": dispute.suggested,
        "votes": dispute.votes,
        "members": members,
        "as_gold": flag.as_gold,
        "as_suggested": flag.as_suggested,
    }


def votes_in(document: Document, members: Sequence[str]) -> Counter[Entity]:
    """Return how many pipelines found each entity, without those that gold knows to be wrong."""
    found = Counter(entity for member in members for entity in set(scored(document, member)))
    return Counter({entity: count for entity, count in found.items() if entity not in document.wrong})


def blind_to(document: Document, members: Sequence[str]) -> Counter[Entity]:
    """Return for each gold entity how many pipelines found neither it nor anything else in its place.

    What overlaps it and is gold, too, is not in its place.
    """
    gold = set(document.gold)
    found = [set(document.predicted[member]) for member in members]
    return Counter(
        {
            entity: sum(entity not in own and gold.issuperset(overlapping(own, entity)) for own in found)
            for entity in gold
        }
    )


def overlapping(entities: Iterable[Entity], entity: Entity) -> list[Entity]:
    """Return the entities that share a character with one."""
    return [other for other in entities if other.start < entity.end and entity.start < other.end]


def disputes(document: Document, members: Sequence[str], *, overlaps: bool) -> Iterator[Dispute]:
    """Yield each gold entity against which a pipeline votes, and each entity that gold lacks.

    overlaps: whether gold may lack an entity that overlaps another one.
    """
    suggested: set[Entity] = set()
    for entity in sorted(set(document.gold)):
        dispute = against(document, entity, members)
        if dispute and (dispute.suggested is None or dispute.suggested not in suggested):
            suggested |= {dispute.suggested} if dispute.suggested else set()
            yield dispute
    votes = votes_in(document, members)
    taken: list[Entity] = list(document.gold)
    for entity in sorted(votes, key=lambda one: (-votes[one], one)):
        there = entity in taken or entity in suggested if overlaps else overlapping(taken, entity)
        if not there:
            taken.append(entity)
            yield Dispute(MISSING, None, entity, votes[entity])


def against(document: Document, entity: Entity, members: Sequence[str]) -> Dispute | None:
    """Return what most pipelines say that don't find a gold entity, None if all find it."""
    said: Counter[Entity | None] = Counter()
    for member in members:
        found = document.predicted[member]
        if entity not in found:
            others = [one for one in overlapping(found, entity) if one not in document.gold]
            said[max(others, key=lambda one: (shared(one, entity), one), default=None)] += 1
    if not said:
        return None
    best = min(said, key=lambda one: (-said[one], one is None, one or entity))
    if best is None:
        return Dispute(SPURIOUS, entity, None, said[best])
    kind = LABEL if best[:2] == entity[:2] else BOUNDARY
    return Dispute(kind, entity, best, said[best])


def shared(one: Entity, other: Entity) -> int:
    """Return how many characters two entities share."""
    return min(one.end, other.end) - max(one.start, other.start)


def inconsistencies(
    split: str, document: Document, members: Sequence[str], elsewhere: Elsewhere
) -> Iterator[Dispute]:
    """Yield what no pipeline disputes, though the same words are otherwise nearly everywhere else."""
    for entity in sorted(set(document.gold)):
        if all(entity in document.predicted[member] for member in members):
            counts = elsewhere.labels(split, words_at(document, entity))
            label, times = most_often(counts, but=entity.label)
            if times >= OFTEN and times >= RATIO * (counts[entity.label] - 1):
                other = None if label == UNMARKED else entity._replace(label=label)
                if other not in document.gold:  # where spans may overlap, it can have both labels
                    yield Dispute(INCONSISTENT, entity, other, 0)
    votes = votes_in(document, members)
    places = sorted(elsewhere.unmarked(document), key=lambda one: (one.start - one.end, one))
    taken = list(votes)
    for place in places:
        counts = elsewhere.labels(split, words_at(document, place))
        label, times = most_often(counts, but=UNMARKED)
        often = times >= OFTEN and times >= RATIO * (counts[UNMARKED] - 1)
        if often and not overlapping(taken, place):
            taken.append(place)
            yield Dispute(INCONSISTENT, None, place._replace(label=label), 0)


def most_often(counts: Counter[str], but: str) -> tuple[str, int]:
    """Return the most frequent label but one, and how often it is there."""
    others = [(times, label) for label, times in counts.items() if label != but]
    times, label = max(others, default=(0, UNMARKED))
    return label, times


def flag(
    split: str,
    number: int,
    document: Document,
    dispute: Dispute,
    elsewhere: Elsewhere,
    reliability: Reliability,
) -> Flag:
    """Return the flag of a dispute."""
    gold, other = dispute.gold, dispute.suggested
    here = words_at(document, gold or other or Entity(0, 0, ""))
    as_gold = max(0, elsewhere.times(split, here, gold.label if gold else UNMARKED) - 1)
    there = words_at(document, other) if other else here
    as_suggested = elsewhere.times(split, there, other.label if other else UNMARKED)
    agreed = reliability.of(dispute)
    odds = math.log(agreed / (1 - agreed))
    if dispute.kind == INCONSISTENT:  # no pipeline votes for it
        odds = -odds
    odds += math.log(PRIOR) + math.log((as_suggested + ONCE_MORE) / (as_gold + ONCE_MORE))
    return Flag(
        split=split,
        number=number,
        where=document.where,
        id=document.id,
        words=document.text[dispute.start : dispute.end],
        dispute=dispute,
        as_gold=as_gold,
        as_suggested=as_suggested,
        strength=1 / (1 + math.exp(-odds)),
    )
