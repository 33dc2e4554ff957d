"""Labels without a prefix among tags that have one: `TIM` in a file of `B-PER` and `I-PER`.

In: the tags of a sentence. Out: the same with prefixes: neighbours of one label are one span. After a
span of the same label nobody knows whether it goes on, and the tag stays as it is.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise

from scripts.formats.shared.tags import BILUO, INSIDE, LAST, split_tag

BARE = "neighbouring tokens with the same tag, without B- or I-, are read as one span"


def with_prefixes(tags: Sequence[str], bare: frozenset[str], scheme: str) -> list[str]:
    """Return the tags of a sentence with prefixes.

    bare: the labels that may be without one. scheme: that of the other tags.
    """
    found: list[str] = []
    groups = [(tag, len(list(same))) for tag, same in groupby(tags)]
    for (tag, size), (after, _) in pairwise([*groups, ("", 0)]):
        if tag not in bare or (found and split_tag(found[-1])[1] == tag):
            found += [tag] * size
            continue
        stretch = [f"B-{tag}", *[f"I-{tag}"] * (size - 1)]
        if scheme == BILUO and split_tag(after) not in ((INSIDE, tag), (LAST, tag)):
            stretch[-1] = f"U-{tag}" if size == 1 else f"L-{tag}"
        found += stretch
    return found
