"""Which texts are most worth annotating next: those that a committee disputes, and no two alike.

In: for each text the share of the committee that has each entity. Out: the order in which to annotate.
The disagreement about one entity is the entropy of its share, in bits; that of a text is the sum, the
expected number of entities in dispute. It is divided by the length, since long texts cost more, and
counts less for a name or for words that texts chosen before have. Sources: I. Dagan and S. Engelson,
Committee-Based Sampling (1995), vote entropy; B. Settles and M. Craven, An Analysis of Active Learning
Strategies for Sequence Labeling Tasks (2008), density and length.
"""

import hashlib
import heapq
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import TypeVar

from scripts.scoring.document import Entity

OVERHEAD = 5  # words whose annotation takes as long as to open a text
NGRAM = 3  # words that two texts share in order, to be alike
MOST_FEATURES = 200  # that are kept of a text: those with the lowest hashes, the same for like texts
SEPARATOR = "\x1f"
NEARLY = 0.05  # a share that is close to none, or to all, is not worth showing
POOL = 20  # candidates that are kept for each document to be chosen

Item = TypeVar("Item")
Shares = Mapping[Entity, float]  # of a text: the share of the committee that has an entity


@dataclass(frozen=True, slots=True)
class Candidate:
    """What has to be known of a text to decide whether to suggest it.

    number: of the text, in the order in which texts come. key: a hash that is the same for copies.
    words: how many it has. doubts: for each disputed entity a hash of its name, and the entropy.
    features: hashes of its words, three at a time.
    """

    number: int
    key: int
    words: int
    doubts: tuple[tuple[int, float], ...]
    features: tuple[int, ...]

    @property
    def doubt(self) -> float:
        """The expected number of entities in dispute."""
        return sum(doubt for _, doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class Taste:
    """What makes a text worth annotating, besides disagreement.

    length: how much long texts cost: 0 for as much as short ones, 1 for as much as their words.
    diversity: how much less a name or words count that a text chosen before has, from 0 to 1.
    """

    length: float = 1.0
    diversity: float = 0.5

    def rank(self, candidate: Candidate) -> float:
        """Return what a text is worth before any other is chosen."""
        return candidate.doubt / self.cost(candidate)

    def cost(self, candidate: Candidate) -> float:
        """Return what the annotation of a text costs."""
        return float((candidate.words + OVERHEAD) ** self.length)


@dataclass(slots=True)
class Chosen:
    """What texts chosen so far have: how often each disputed name, and which words."""

    taste: Taste
    names: Counter[int] = field(default_factory=Counter)
    covered: set[int] = field(default_factory=set)

    def gain(self, candidate: Candidate) -> float:
        """Return what a text is still worth; it never grows."""
        kept = 1 - self.taste.diversity
        doubt = sum(doubt * kept ** self.names[name] for name, doubt in candidate.doubts)
        known = sum(feature in self.covered for feature in candidate.features)
        alike = known / max(len(candidate.features), 1)
        return doubt * (1 - self.taste.diversity * alike) / self.taste.cost(candidate)

    def add(self, candidate: Candidate) -> None:
        """Note that a text is chosen."""
        self.names.update({name for name, _ in candidate.doubts})
        self.covered.update(candidate.features)


@dataclass(slots=True)
class Best:
    """The candidates of highest rank, of any number, in little memory; of copies the first one.

    most: how many are kept.
    """

    most: int
    heap: list[tuple[float, int, Candidate]] = field(default_factory=list)
    keys: set[int] = field(default_factory=set)

    def add(self, rank: float, candidate: Candidate) -> None:
        """Keep a candidate if it is among the best; of equal rank, the one that came first."""
        entry = (rank, -candidate.number, candidate)
        if candidate.key in self.keys or not self.most:
            return
        if len(self.heap) < self.most:
            heapq.heappush(self.heap, entry)
        elif entry[:2] > self.heap[0][:2]:
            _, _, worst = heapq.heapreplace(self.heap, entry)
            self.keys.remove(worst.key)
        else:
            return
        self.keys.add(candidate.key)

    def in_order(self) -> list[Candidate]:
        """Return the candidates, the best first."""
        return [candidate for _, _, candidate in sorted(self.heap, key=lambda entry: entry[:2])][::-1]


def choose(candidates: Iterable[Candidate], count: int, taste: Taste) -> list[tuple[float, Candidate]]:
    """Return so many candidates with what each was worth when it was chosen, the best first.

    Those without any disagreement are not chosen. Greedily: what a text is worth never grows while
    others are chosen, so that only the one on top has to be weighed again (M. Minoux, 1978).
    """
    chosen = Chosen(taste)
    heap = [(-chosen.gain(one), one.number, one) for one in candidates if one.doubt > 0]
    heapq.heapify(heap)
    found: list[tuple[float, Candidate]] = []
    while heap and len(found) < count:
        _, number, candidate = heap[0]
        gain = chosen.gain(candidate)
        if len(heap) > 1 and (-gain, number) > min(heap[1:3])[:2]:
            heapq.heapreplace(heap, (-gain, number, candidate))
            continue
        heapq.heappop(heap)
        chosen.add(candidate)
        found.append((gain, candidate))
    return found


def committee_shares(members: Sequence[Shares]) -> dict[Entity, float]:
    """Return the mean share of each entity over the members of a committee."""
    total: dict[Entity, float] = {}
    for member in members:
        for entity, share in member.items():
            total[entity] = total.get(entity, 0.0) + share
    return {entity: min(1.0, total[entity] / len(members)) for entity in sorted(total)}


def candidate_of(number: int, texts: Sequence[tuple[str, Shares]]) -> Candidate:
    """Return the candidate that the texts of one document are."""
    words = [word for text, _ in texts for word in text.casefold().split()]
    doubts = [
        (hashed(text[start:end].casefold()), entropy(share))
        for text, shares in texts
        for (start, end, _), share in shares.items()
    ]
    return Candidate(
        number=number,
        key=long_hash(" ".join(words)),
        words=len(words),
        doubts=tuple((name, doubt) for name, doubt in doubts if doubt > 0),
        features=features(words),
    )


def in_dispute(text: str, shares: Shares) -> list[str]:
    """Return the disputed entities of a text as a person reads them: `ORG 'Acme' 12–16, share 0.67`."""
    return [
        f"{label} {text[start:end]!r} {start}–{end}, share {share:.2f}"
        for (start, end, label), share in shares.items()
        if NEARLY < share < 1 - NEARLY
    ]


def entropy(share: float) -> float:
    """Return how much is in dispute where this share of a committee has an entity, in bits."""
    return -sum(p * log2(p) for p in (share, 1 - share) if p > 0)


def features(words: Sequence[str]) -> tuple[int, ...]:
    """Return hashes of the words of a text, some at a time; of a long text a sample."""
    places = range(max(1, len(words) - NGRAM + 1))
    found = {hashed(SEPARATOR.join(words[place : place + NGRAM])) for place in places}
    return tuple(heapq.nsmallest(MOST_FEATURES, found))


def hashed(words: str) -> int:
    """Return a hash that is the same in every process."""
    return zlib.crc32(words.encode("utf8", "replace"))


def long_hash(words: str) -> int:
    """Return a hash that is the same in every process, and another one for each of many millions."""
    digest = hashlib.blake2b(words.encode("utf8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest)


@dataclass(frozen=True, slots=True)
class Choice:
    """A document that is suggested. number: its place among all. gain: its worth; None at random."""

    number: int
    words: int
    gain: float | None


@dataclass(slots=True)
class Ranking:
    """All documents as they come, of which the best are kept, and some at random.

    count: documents to suggest. random_share: of these, or of all if they are fewer, how many are drawn.
    seed: of the draw. documents, words, disputed: of different documents. keys: of these.
    """

    taste: Taste
    count: int
    random_share: float
    seed: int
    documents: int = 0
    words: int = 0
    disputed: int = 0
    keys: set[int] = field(default_factory=set)
    pool: Best = field(init=False)
    drawn: Best = field(init=False)

    def __post_init__(self) -> None:
        self.pool = Best(POOL * self.count)
        self.drawn = Best(round(self.random_share * self.count))

    def add(self, candidate: Candidate) -> bool:
        """Take in one more document; return whether it is another one than all before."""
        if candidate.key in self.keys:
            return False
        self.keys.add(candidate.key)
        self.documents += 1
        self.words += candidate.words
        self.drawn.add(long_hash(f"{self.seed} {candidate.key}"), candidate)
        self.disputed += any(doubt >= entropy(NEARLY) for _, doubt in candidate.doubts)
        if candidate.doubt > 0:
            self.pool.add(self.taste.rank(candidate), candidate)
        return True

    def chosen(self) -> list[Choice]:
        """Return what to annotate, the best first, with the random ones evenly among them."""
        drawn = self.drawn.in_order()[: round(self.random_share * min(self.count, self.documents))]
        keys = {candidate.key for candidate in drawn}
        others = [one for one in self.pool.in_order() if one.key not in keys]
        best = choose(others, self.count - len(drawn), self.taste)
        return spread_out(
            [Choice(candidate.number, candidate.words, gain) for gain, candidate in best],
            [Choice(candidate.number, candidate.words, None) for candidate in drawn],
        )


def spread_out(main: Sequence[Item], others: Sequence[Item]) -> list[Item]:
    """Return both lists as one, each in its order, the others evenly among the main ones."""
    places = [((at + 0.5) / len(main), 0, at) for at in range(len(main))]
    places += [((at + 0.5) / len(others), 1, at) for at in range(len(others))]
    return [(others if kind else main)[at] for _, kind, at in sorted(places)]
