"""Tags of tokens, in whatever scheme a file writes them: found from the file, decoded in one way.

In: the tags of a sentence. Out: its spans as (first token, last token, label), and what was mended.

    O | _ | OTHER | ...             outside, in whichever of its spellings
    B-LABEL  I-LABEL                IOB1, IOB2 (the label may hold hyphens)
    L-, E-LABEL  U-, S-, W-LABEL    last and only token: BILUO, BIOES, IOBES, BMEWO
    B  I                            no label at all: every span is an ENTITY
    LABEL                           no prefix at all: neighbours of one label are one span

One decoder serves them all, as conlleval does: a span begins where a tag says so or where an inside tag
continues nothing, and ends where the next one begins. What the file's own scheme forbids is noted.
Source: https://www.clips.uantwerpen.be/conll2000/chunking/conlleval.txt
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

BEGIN, INSIDE, LAST, UNIT, OUT = "B", "I", "L", "U", "O"
PREFIXES = {"B": BEGIN, "I": INSIDE, "M": INSIDE, "L": LAST, "E": LAST, "U": UNIT, "S": UNIT, "W": UNIT}
OUTSIDE = {"O", "o", "_", "", "OTHER", "other", "-", "*", "0", "NONE", "None"}
NO_LABEL = "ENTITY"
IOB1, IOB2, BILUO, RAW = "IOB1", "IOB2", "BILUO", "labels without prefix"

Found = tuple[int, int, str]


def split_tag(tag: str) -> tuple[str, str]:
    """Return (what it does, label) of a tag with a prefix; ("", tag) for one without."""
    if tag in OUTSIDE:
        return OUT, ""
    prefix, hyphen, label = tag.partition("-")
    if prefix in PREFIXES and hyphen and label.strip():
        return PREFIXES[prefix], label
    if tag in ("B", "I"):
        return tag, NO_LABEL
    return "", tag


def is_tag(tag: str) -> bool:
    """Say whether a string is a tag with a prefix, or outside as `O`."""
    return tag == OUT or split_tag(tag)[0] not in ("", OUT)


@dataclass(slots=True)
class TagSurvey:
    """What the tags of a file say about its scheme; add the tags of every sentence, then ask."""

    kinds: Counter[str] = field(default_factory=Counter)
    against: Counter[str] = field(default_factory=Counter)

    def add(self, tags: Iterable[str]) -> None:
        """Count the tags of one sentence."""
        open_label = ""
        for tag in tags:
            kind, label = split_tag(tag)
            self.kinds[kind] += 1
            # A B- that does not follow its own label can't be IOB1; an I- that follows nothing, IOB2.
            if kind == BEGIN and label != open_label:
                self.against[IOB1] += 1
            if kind == INSIDE and label != open_label:
                self.against[IOB2] += 1
            open_label = label

    @property
    def scheme(self) -> str:
        """The scheme that fewest tags contradict."""
        prefixed = sum(self.kinds[kind] for kind in (BEGIN, INSIDE, LAST, UNIT))
        if self.kinds[""] > prefixed:
            return RAW
        if self.kinds[LAST] or self.kinds[UNIT]:
            return BILUO
        return IOB1 if self.against[IOB1] < self.against[IOB2] else IOB2


def decode(tags: Sequence[str], scheme: str) -> tuple[list[Found], list[str]]:
    """Return the spans that the tags of one sentence mark, and a note for each tag that was mended.

    scheme: as `TagSurvey` found it. Token numbers begin at 0, and `last` belongs to the span.
    """
    spans: list[Found] = []
    notes: list[str] = []
    start, open_label, previous = -1, "", OUT
    for number, tag in enumerate(tags):
        kind, label = ("", tag) if scheme == RAW and tag not in OUTSIDE else split_tag(tag)
        if kind == "" and scheme != RAW:
            notes.append(f"the tag {tag!r} has no prefix: it counts as a label")
        continues = (
            start >= 0
            and label == open_label
            and (kind in (INSIDE, LAST) or (kind == "" and previous == ""))
            and previous not in (LAST, UNIT)
        )
        if not continues:
            if start >= 0:
                spans.append((start, number - 1, open_label))
                start = -1
            if kind != OUT:
                start, open_label = number, label
        if mended := fault_of(kind, previous, continues, scheme):
            notes.append(mended)
        if kind in (LAST, UNIT):
            spans.append((start, number, open_label))
            start = -1
        previous = kind
    if start >= 0:
        spans.append((start, len(tags) - 1, open_label))
        if scheme == BILUO:
            notes.append("a span without its last tag ends with the sentence")
    return spans, notes


def fault_of(kind: str, previous: str, continues: bool, scheme: str) -> str | None:
    """Return what was mended at a tag that can't stand where it stands, or None.

    previous: what the tag before it does; continues: whether this one continues its span.
    """
    if scheme == BILUO and previous in (BEGIN, INSIDE) and not continues:
        return "a span without its last tag ends before the next one"
    if scheme in (IOB2, BILUO) and kind in (INSIDE, LAST) and not continues:
        return "a tag that continues no span of its label begins one"
    if scheme == IOB1 and kind == BEGIN and previous == OUT:
        return "a B- tag that follows no span begins one"
    return None
