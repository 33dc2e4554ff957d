"""Which of several spans that overlap becomes the entity: a token can be part of one only.

In: spans on whole tokens, and a policy. Out: each span with the one that it gives way to, if any.
"""

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

from scripts.conversion.changes import describe
from scripts.conversion.policies import PolicyError
from scripts.conversion.span_alignment import AlignedSpan


def resolve_overlaps(
    placed: list[AlignedSpan], policy: str
) -> list[tuple[AlignedSpan, AlignedSpan | None]]:
    """Return each span with the one that it gives way to, or with None when it becomes an entity."""
    areas = sorted((item.span.start, item.span.end) for item in placed)
    if all(end <= start for (_, end), (start, _) in pairwise(areas)):
        return [(item, None) for item in placed]
    if policy == "drop":
        return with_any_rival(placed)
    ranks: dict[str, Callable[[int], int]] = {
        "longest": lambda i: -len(placed[i].span),
        "shortest": lambda i: len(placed[i].span),
    }
    order = list(range(len(placed)))  # `first`: as the source has them
    if policy in ranks:
        order.sort(key=lambda i: (ranks[policy](i), placed[i].span.start))
    taken: dict[int, int] = {}
    rivals: dict[int, int] = {}
    for index in order:
        tokens = range(placed[index].span.start, placed[index].span.end)
        rival = next((taken[token] for token in tokens if token in taken), None)
        if rival is None:
            taken.update(dict.fromkeys(tokens, index))
            continue
        if policy == "error":
            names = (describe(placed[i].span) for i in (index, rival))
            raise PolicyError(" overlaps ".join(names))
        rivals[index] = rival
    return [(item, placed[rivals[i]] if i in rivals else None) for i, item in enumerate(placed)]


def with_any_rival(placed: list[AlignedSpan]) -> list[tuple[AlignedSpan, AlignedSpan | None]]:
    """Return each span with the first other one that shares a token with it, or with None."""
    holders: defaultdict[int, list[AlignedSpan]] = defaultdict(list)
    for item in placed:
        for token in item.span:
            holders[token.i].append(item)
    return [
        (item, next((other for t in item.span for other in holders[t.i] if other is not item), None))
        for item in placed
    ]
