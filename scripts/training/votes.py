"""What several pipelines say about a text, merged: each entity and each other token is put to the vote.

In: the entities that each pipeline found, in tokens of the same Doc. Out: the Doc with those entities on
which enough pipelines agree. Tokens on which they don't are left unannotated, as spaCy's missing values.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from operator import itemgetter

from spacy.tokens import Doc, Span

Place = tuple[int, int, str | None]  # the first token, the one after the last, the label
Vote = frozenset[Place]  # what one pipeline found; without a label where it doesn't fit the tokens


def vote_on(doc: Doc, found: Iterable[tuple[int, int, str]]) -> Vote:
    """Return what a pipeline found in the text of a Doc, in tokens.

    found: entities by their characters. One that cuts a token is a place without a label: nobody knows
    what its tokens are.
    """
    return frozenset(place_of(doc, *entity) for entity in found)


def place_of(doc: Doc, start: int, end: int, label: str) -> Place:
    """Return one entity in tokens; see `vote_on`."""
    span = doc.char_span(start, end)
    if span is not None:
        return span.start, span.end, label
    wider = doc.char_span(start, end, alignment_mode="expand")
    return (wider.start, wider.end, None) if wider is not None else (0, 0, None)


def annotate(doc: Doc, votes: Sequence[Vote], agreement: float) -> None:
    """Set the entities of a Doc to those that at least this share of the votes has.

    agreement: more than a half, so that no two of these entities overlap. Other tokens that the same
    share has outside of entities are annotated as outside, and all that are left not at all.
    """
    needed = Fraction(str(agreement)) * len(votes)
    counts = Counter(place for vote in votes for place in vote)
    entities = [place for place, count in counts.items() if count >= needed and place[2] is not None]
    inside = Counter(token for vote in votes for token in tokens_in(vote))
    decided = tokens_in(entities)
    missing = [
        doc[token : token + 1]
        for token in inside
        if token not in decided and len(votes) - inside[token] < needed
    ]
    doc.set_ents(
        [
            Span(doc, start, end, label or "")
            for start, end, label in sorted(entities, key=itemgetter(0))
        ],
        missing=missing,
        default="outside",
    )


def tokens_in(places: Iterable[Place]) -> set[int]:
    """Return the tokens of some entities."""
    return {token for start, end, _ in places for token in range(start, end)}
