"""Errors planted into an annotated corpus, from a recorded seed: what a review should find is known.

In: the documents of a corpus, and the share of its entities. Out: the same documents with errors, as
many of each class, and the list of them.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from scripts.scoring.document import Entity
from scripts.scoring.review import BOUNDARY, LABEL, MISSING, SPURIOUS

CLASSES = (MISSING, SPURIOUS, LABEL, BOUNDARY)


@dataclass(frozen=True, slots=True)
class Planted:
    """An error: in which document, what was there before, and what is there now."""

    document: tuple[str, int]
    kind: str
    before: Entity | None
    after: Entity | None

    @property
    def start(self) -> int:
        """Where the error begins."""
        return min(entity.start for entity in (self.before, self.after) if entity)

    @property
    def end(self) -> int:
        """Where the error ends."""
        return max(entity.end for entity in (self.before, self.after) if entity)


@dataclass(slots=True)
class Tokens:
    """A document as planting sees it: tokens as places, and for each whether it is free."""

    name: tuple[str, int]
    text: str
    tokens: list[tuple[int, int]]
    entities: list[Entity]
    taken: set[int] = field(default_factory=set)  # tokens of entities and of planted errors

    @classmethod
    def of(cls, name: tuple[str, int], doc: Doc) -> "Tokens":
        """Return a Doc of the corpus."""
        tokens = [(token.idx, token.idx + len(token)) for token in doc]
        entities = [Entity(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
        return cls(name, doc.text, tokens, entities, {token.i for ent in doc.ents for token in ent})

    def numbers(self, entity: Entity) -> list[int]:
        """Return the tokens of an entity."""
        return [
            n for n, (start, end) in enumerate(self.tokens) if start < entity.end and entity.start < end
        ]

    def free(self, number: int) -> bool:
        """Say whether a token with letters or digits is in no entity."""
        inside = 0 <= number < len(self.tokens) and number not in self.taken
        return inside and any(map(str.isalnum, self.text[slice(*self.tokens[number])]))


def plant(docs: Sequence[Tokens], share: float, seed: int) -> list[Planted]:
    """Plant errors, changing the entities of the documents, and return them.

    share: of all entities, for each class. An entity gets one error at most. A spurious entity is a
    token that is no entity and begins with a capital or is a number, as a hasty annotator marks it.
    """
    rng = random.Random(seed)  # noqa: S311 (no cryptography)
    places = [(doc, entity) for doc in docs for entity in doc.entities]
    labels = Counter(entity.label for _, entity in places)
    number = round(share * len(places))
    rng.shuffle(places)
    found: list[Planted] = []
    for kind, change in ((MISSING, remove), (LABEL, relabel), (BOUNDARY, move)):
        wanted = len(found) + number
        while len(found) < wanted and places:
            doc, entity = places.pop()
            after = change(doc, entity, sorted(labels), rng)
            if after == entity:
                continue
            doc.entities.remove(entity)
            if after:
                doc.entities.append(after)
                doc.taken.update(doc.numbers(after))
            found.append(Planted(doc.name, kind, entity, after))
    words = [
        (doc, token) for doc in docs for token in range(len(doc.tokens)) if looks_like_name(doc, token)
    ]
    for doc, token in rng.sample(words, min(number, len(words))):
        label = rng.choices(list(labels), list(labels.values()))[0]
        added = Entity(*doc.tokens[token], label)
        doc.entities.append(added)
        found.append(Planted(doc.name, SPURIOUS, None, added))
    return found


def looks_like_name(doc: Tokens, token: int) -> bool:
    """Say whether a free token begins with a capital or a digit."""
    first = doc.text[doc.tokens[token][0]]
    return doc.free(token) and (first.isupper() or first.isdigit())


def remove(*_: object) -> None:
    """Return what is left of an entity that an annotator missed: nothing."""


def relabel(_: Tokens, entity: Entity, labels: Sequence[str], rng: random.Random) -> Entity:
    """Return an entity with another label."""
    others = [label for label in labels if label != entity.label]
    return entity._replace(label=rng.choice(others)) if others else entity


def move(doc: Tokens, entity: Entity, _: Sequence[str], rng: random.Random) -> Entity:
    """Return an entity that is a token longer or shorter at one end, if it can be."""
    numbers = doc.numbers(entity)
    first, last = numbers[0], numbers[-1]
    ways = [(first - 1, last)] if doc.free(first - 1) else []
    ways += [(first, last + 1)] if doc.free(last + 1) else []
    if first < last:
        ways += [(first + 1, last), (first, last - 1)]
    if not ways:
        return entity
    start, end = rng.choice(ways)
    return Entity(doc.tokens[start][0], doc.tokens[end][1], entity.label)
