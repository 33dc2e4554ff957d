"""Tags of tokens, in whatever scheme a file writes them: found from the file, decoded in one way.

In: the tags of a sentence. Out: its spans as (first token, last token, label), and what was fixed.

    O | _ | OTHER | ...             outside, in whichever of its spellings
    B-LABEL  I-LABEL                IOB1, IOB2 (the label may hold hyphens; B_LABEL, LABEL-B also)
    L-, E-LABEL  U-, S-, W-LABEL    last and only token: BILUO, BIOES, IOBES, BMEWO
    B  I                            no label at all: every span is an ENTITY
    LABEL                           no prefix at all: neighbours of one label are one span

One decoder serves them all, as conlleval does: a span begins where a tag says so or where an inside tag
continues nothing, and ends where the next one begins. What the file's own scheme forbids is noted.
Source: https://www.clips.uantwerpen.be/conll2000/chunking/conlleval.txt
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from scripts.annotation.text import Unusable
from scripts.formats.shared.fields import shown, usable_text

BEGIN, INSIDE, LAST, UNIT, OUT = "B", "I", "L", "U", "O"
PREFIXES = {"B": BEGIN, "I": INSIDE, "M": INSIDE, "L": LAST, "E": LAST, "U": UNIT, "S": UNIT, "W": UNIT}
LOOSE = {"B": BEGIN, "I": INSIDE, "b": BEGIN, "i": INSIDE}  # letters that are believed in odd spellings
PERHAPS_A_LABEL = {"OTHER", "other", "NONE", "None"}
OUTSIDE = {"O", "o", "_", "", "-", "*", "0", *PERHAPS_A_LABEL}
NO_LABEL = "ENTITY"
IOB1, IOB2, BILUO = "IOB1", "IOB2", "BILUO"
NAMELESS = "B and I without labels"
RAW = "labels without prefix"
RAW_OTHER = "labels without prefix, including OTHER"  # beside an outside tag that is written O

LABEL = re.compile(r"[^\W\d_][^\W_]+(?:[ ./_][^\W_]+)*")  # what surely isn't a letter and a label
BEGINS = "a tag that continues no span of its label begins a new span"
BEGINS_IOB1 = "a B- tag that follows no span begins one"
NOT_CLOSED = "a span without its last tag ends before the next one"
NOT_CLOSED_AT_END = "a span without its last tag ends with the sentence"
OTHER_SCHEME = "a tag of another scheme is read according to that scheme"

TagSpan = tuple[int, int, str]


@lru_cache(1 << 14)
def split_tag(tag: str) -> tuple[str, str]:
    """Return (what it does, label) of a tag that says both; ("O", "") outside, ("", tag) of another."""
    kind, label = split_prefixed(tag)
    return (LOOSE[tag[-1]], tag[:-2]) if not kind and is_suffixed(tag) else (kind, label)


@lru_cache(1 << 14)
def split_prefixed(tag: str) -> tuple[str, str]:
    """Return the same for a tag that begins with its letter, if it has one."""
    if tag in OUTSIDE:
        return OUT, ""
    prefix, hyphen, label = tag.partition("-")
    if prefix in PREFIXES and hyphen and label.strip():
        return PREFIXES[prefix], label
    if tag[:2] in ("B_", "I_", "b-", "i-") and tag[2:].strip():
        return LOOSE[tag[0]], tag[2:]
    return "", tag


def is_suffixed(tag: str) -> bool:
    """Say whether a tag may be one that ends in its letter: `PER-B`, `PER_I`."""
    has_prefix = tag[:1] in PREFIXES and tag[1:2] in ("-", "_")
    return len(tag) > 2 and tag[-2:] in ("-B", "-I", "_B", "_I") and not has_prefix


def is_entity_tag(tag: str) -> bool:
    """Say whether a string is a tag of a token in a span, with its label."""
    return split_tag(tag)[0] not in ("", OUT)


def is_tag(tag: str) -> bool:
    """Say whether a string is a tag with a prefix, or outside as `O`."""
    return tag == OUT or is_entity_tag(tag)


@lru_cache(1 << 14)
def meaning(tag: str, scheme: str) -> tuple[str, str]:
    """Return (what it does, label) of a tag in the scheme of its file; "" for a label without prefix.

    Raises Unusable for one that means nothing there.
    """
    tag = tag.strip(" \r")
    if scheme in (RAW, RAW_OTHER):
        if tag in OUTSIDE and not (scheme == RAW_OTHER and tag in PERHAPS_A_LABEL):
            return OUT, ""
        return "", usable_text(tag, "tag")
    if scheme == NAMELESS and tag in PREFIXES:
        return PREFIXES[tag], NO_LABEL
    kind, label = split_tag(tag)
    if kind == "" or (kind != OUT and scheme == NAMELESS):
        reason = f"the tag {shown(usable_text(tag, 'tag'))} is not in the file's scheme ({scheme})"
        raise Unusable(reason, advice_on(tag, scheme))
    return kind, usable_text(label, "tag")


def advice_on(tag: str, scheme: str) -> str:
    """Return what to write in place of a tag that means nothing in the scheme."""
    if scheme == NAMELESS:
        return "write B where a span begins, I inside it, O outside"
    label = tag if LABEL.fullmatch(tag) else "LABEL"
    return f"write B-{label} where a span begins, I-{label} inside it, O outside"


@dataclass(slots=True)
class TagSummary:
    """What the tags of a file say about its scheme; add the tags of every sentence, then ask."""

    tags: Counter[str] = field(default_factory=Counter)
    against: Counter[str] = field(default_factory=Counter)

    def add(self, tags: Iterable[str]) -> None:
        """Count the tags of one sentence, and what in them contradicts a scheme."""
        open_label, previous, unlike = "", OUT, self.against
        for tag in (*tags, OUT):
            self.tags[tag] += 1
            kind, label = split_tag(tag)
            continues = kind in (INSIDE, LAST) and label == open_label
            if kind == BEGIN and label != open_label:
                unlike[IOB1] += 1
            if kind in (INSIDE, LAST) and not continues:
                unlike[IOB2] += 1
                unlike[BILUO] += 1
            if kind in (LAST, UNIT):
                unlike[IOB1] += 1
                unlike[IOB2] += 1
            if previous in (BEGIN, INSIDE) and not continues:
                unlike[BILUO] += 1
            open_label, previous = "" if kind in (LAST, UNIT) else label, kind
        self.tags[OUT] -= 1  # the one that closed the sentence here

    @property
    def marked(self) -> Counter[str]:
        """How often each tag stands that is not outside."""
        return Counter({tag: count for tag, count in self.tags.items() if tag not in OUTSIDE})

    @property
    def bare(self) -> frozenset[str]:
        """Labels that a file of tags with prefixes has without one more than once, so not by mistake."""
        if self.scheme not in (IOB1, IOB2, BILUO):
            return frozenset()
        bare = (tag for tag in self.tags if split_tag(tag)[0] == "" and LABEL.fullmatch(tag))
        return frozenset(tag for tag in bare if self.tags[tag] > 1)

    @property
    def scheme(self) -> str:
        """The scheme that fewest tags contradict."""
        marked = self.marked
        if marked and marked.keys() <= PREFIXES.keys() and marked.keys() & {BEGIN, INSIDE}:
            return NAMELESS
        suffixed = {tag for tag in marked if is_suffixed(tag)}
        believed = any(tag.endswith(INSIDE) for tag in suffixed)  # else `Hepatitis-B` is a label
        clear = sum(
            count
            for tag, count in marked.items()
            if is_entity_tag(tag) and (believed or tag not in suffixed)
        )
        if marked.total() > 2 * clear:
            others = self.tags.keys() & PERHAPS_A_LABEL
            return RAW_OTHER if others and self.tags[OUT] else RAW
        ends = any(split_tag(tag)[0] in (LAST, UNIT) for tag in marked)
        schemes = (BILUO, IOB2, IOB1) if ends else (IOB2, IOB1)
        return min(schemes, key=lambda scheme: self.against[scheme])


def decode_tags(tags: Sequence[str], scheme: str) -> tuple[list[TagSpan], list[str]]:
    """Return the spans that the tags of one sentence mark, and a note for each tag that was fixed.

    scheme: as `TagSummary` found it. Token numbers begin at 0, and `last` belongs to the span.
    Raises Unusable for a tag that means nothing in the scheme.
    """
    spans: list[TagSpan] = []
    notes: list[str] = []
    start, open_label, previous = -1, "", OUT
    for number, tag in enumerate(tags):
        if tag == OUT == previous:  # nearly every token
            continue
        kind, label = meaning(tag, scheme)
        continues = start >= 0 and label == open_label and goes_on(kind, previous)
        if not continues:
            if start >= 0:
                spans.append((start, number - 1, open_label))
            start, open_label = (-1, "") if kind == OUT else (number, label)
        if fixed := note_on(kind, previous, continues, scheme):
            notes.append(fixed)
        if kind in (LAST, UNIT):
            spans.append((start, number, open_label))
            start = -1
        previous = kind
    if start >= 0:
        spans.append((start, len(tags) - 1, open_label))
        if scheme == BILUO:
            notes.append(NOT_CLOSED_AT_END)
    return spans, notes


def goes_on(kind: str, previous: str) -> bool:
    """Say whether a tag may go on with a span of its own label, after one that does `previous`."""
    return kind in (INSIDE, LAST) or kind == previous == ""


def note_on(kind: str, previous: str, continues: bool, scheme: str) -> str | None:
    """Return what was fixed at a tag that can't stand where it stands, or None.

    previous: what the tag before it does; continues: whether this one continues its span.
    """
    if scheme == BILUO and previous in (BEGIN, INSIDE) and not continues:
        return NOT_CLOSED
    if scheme in (IOB2, BILUO) and kind in (INSIDE, LAST) and not continues:
        return BEGINS
    if scheme == IOB1 and kind == BEGIN and previous == OUT:
        return BEGINS_IOB1
    if scheme in (IOB1, IOB2) and kind in (LAST, UNIT):
        return OTHER_SCHEME
    return None
