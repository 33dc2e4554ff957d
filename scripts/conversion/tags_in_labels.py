"""Labels that are tags of tokens, such as B-PERSON, in a file that gives every token a span of its own.

In: the labels of a corpus. Out: those of them that are tags, if all labels together prove a scheme.
"""

from collections.abc import Collection

from scripts.formats.shared.tags import BEGIN, INSIDE, LAST, OUT, UNIT, split_prefixed

NO_TAGS: frozenset[str] = frozenset()


def may_be_tag(label: str) -> bool:
    """Say whether a label may be a tag of a token in an entity: `B-PERSON`.

    As the end of a label the letter proves nothing: `VITAMIN-B` and `VITAMIN-I` are no tags.
    """
    return split_prefixed(label)[0] not in ("", OUT)


def tags_among(labels: Collection[str], *, whole: bool) -> frozenset[str]:
    """Return the labels that are tags of tokens; none unless all labels together prove a scheme.

    A scheme is proven by a label that has a first and a further tag (`B-PERSON` and `I-PERSON`), or by
    an `O` among nothing but tags. A label that merely looks like a tag of it (`E-MAIL`) stays a label.
    whole: whether these are all labels; if not, none is returned that a further label may acquit.
    """
    kinds: dict[str, set[str]] = {}  # by the label that is left without the tag
    for label in labels:
        if may_be_tag(label):
            kind, name = split_prefixed(label)
            kinds.setdefault(name, set()).add(kind)
    used = {
        kind for found in kinds.values() if BEGIN in found and found & {INSIDE, LAST} for kind in found
    }
    nothing_else = OUT in labels and all(label == OUT or may_be_tag(label) for label in labels)
    if not used and whole and nothing_else:
        used = {kind for found in kinds.values() for kind in found if BEGIN in found}
    if not used:
        return NO_TAGS
    scheme = used | {BEGIN, INSIDE} | ({UNIT} if LAST in used else set())
    found = {
        label
        for label in labels
        if may_be_tag(label)
        and (split_prefixed(label)[0] in scheme or BEGIN in kinds[split_prefixed(label)[1]])
    }
    return frozenset(found | ({OUT} & set(labels)))
