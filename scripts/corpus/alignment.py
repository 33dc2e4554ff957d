"""Lay the character spans of an annotated text over the tokens of the pipeline that will be trained.

In: an annotated text and its tokens. Out: a Doc with entities, and a list of everything that had to be
changed or could not be kept, so that the counts add up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Span

from scripts.corpus.text import AnnotatedText, CharSpan, Unusable

CONTEXT = 3  # tokens shown on either side of a span in the list of rejects

# What became of a span that did not go through as marked: these two are entities, the rest are not.
TRIMMED, ADJUSTED = "trimmed", "adjusted"
LOST = ("misaligned", "overlapping", "duplicate", "empty")


@dataclass(frozen=True, slots=True)
class Change:
    """One span that did not go through as it was marked.

    outcome: `trimmed` or `adjusted` (kept), or one of `LOST`.
    tokens: the tokens that the span touches and up to three on either side.
    """

    span: CharSpan
    mention: str
    tokens: tuple[str, ...]
    outcome: str
    reason: str
    mend: str


@dataclass(slots=True)
class Aligned:
    """A Doc with its entities, what became of each span, and the labels lost to tokenisation."""

    doc: Doc
    changes: list[Change] = field(default_factory=list)
    lost_labels: list[str] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """Return how many spans had this outcome."""
        return sum(change.outcome == outcome for change in self.changes)


@dataclass(frozen=True, slots=True)
class Placed:
    """A span laid over whole tokens, with the note to make if it differs from what was marked."""

    span: Span
    change: Change | None = None


class PolicyError(ValueError):
    """Raised when a policy says `error` and there is something that it forbids."""


def check_offsets(text: str, spans: Iterable[CharSpan]) -> None:
    """Raise `Unusable` for the first span that can't lie in `text`, whatever the tokens are."""
    for span in spans:
        where = f"span {span.start}-{span.end} {span.label!r}"
        if span.start < 0 or span.end < 0:
            raise Unusable(f"{where} has a negative offset", "correct the offset in the source")
        if span.start > span.end:
            raise Unusable(f"{where} ends before it begins", "swap its start and end")
        if span.end > len(text):
            raise Unusable(
                f"{where} reaches beyond the text, which has {len(text)} characters",
                "correct the offset; if the tool counts bytes or UTF-16 units, set vars.offsets",
            )


def align(
    annotated: AnnotatedText,
    doc: Doc,
    *,
    misaligned: str = "missing",
    overlapping: str = "longest",
    spans_key: str = "",
) -> Aligned:
    """Set `doc.ents`, missing tokens and `doc.spans`, and return what had to be changed.

    doc: the text, tokenised as the config that will be trained does it, without entities.
    misaligned: what to do with a span that cuts through a token (`settings.MISALIGNED`).
    overlapping: which of several overlapping spans becomes the entity (`settings.OVERLAPPING`); see
        `spans_key` for the others.
    spans_key: if given, all spans, overlapping ones too, go to `doc.spans[spans_key]`.
    Raises Unusable when the record can't be used at all, PolicyError when a policy says `error`.
    """
    check_offsets(annotated.text, annotated.spans)
    result = Aligned(doc)
    unknown = [area for start, end in annotated.missing if (area := touched(doc, start, end))]
    placed: list[Placed] = []
    seen: set[CharSpan] = set()
    for marked in annotated.spans:
        span = trim(annotated.text, marked)
        if span is None:
            result.changes.append(
                note(doc, marked, "empty", "it holds no visible character", "delete it")
            )
        elif span in seen:
            result.changes.append(
                note(doc, marked, "duplicate", "the same span is marked twice", "delete one of them")
            )
        else:
            seen.add(span)
            found = place(doc, marked, span, misaligned)
            if isinstance(found, Placed):
                placed.append(found)
                continue
            result.changes.append(found)
            result.lost_labels.append(span.label)
            if misaligned != "drop" and (area := touched(doc, span.start, span.end)):
                unknown.append(area)
    if spans_key:
        doc.spans[spans_key] = [item.span for item in placed]
    entities = []
    for item, rival in resolve_overlaps(placed, overlapping):
        if rival is None:
            entities.append(item.span)
            if item.change:
                result.changes.append(item.change)
        else:
            result.changes.append(gave_way(doc, item, rival))
    set_entities(annotated, doc, entities, unknown)
    return result


def trim(text: str, span: CharSpan) -> CharSpan | None:
    """Return `span` without white space at its ends, or None when nothing is left."""
    mention = text[span.start : span.end]
    start = span.start + len(mention) - len(mention.lstrip())
    end = span.end - (len(mention) - len(mention.rstrip()))
    return replace(span, start=start, end=end) if start < end else None


def place(doc: Doc, marked: CharSpan, span: CharSpan, policy: str) -> Placed | Change:
    """Return the tokens of a trimmed span, or the note on why it has none.

    marked: the span as the source has it; span: the same without outer white space.
    """
    exact = doc.char_span(span.start, span.end, label=span.label)
    if exact is not None:
        if span == marked:
            return Placed(exact)
        reason = "white space at its ends was cut off"
        return Placed(exact, note(doc, marked, TRIMMED, reason, "nothing to do"))
    if policy == "error":
        mention = doc.text[span.start : span.end]
        raise PolicyError(f"{span.label} {mention!r} {span.start}-{span.end} cuts through a token")
    if policy in ("expand", "contract"):
        moved = doc.char_span(span.start, span.end, label=span.label, alignment_mode=policy)
        if moved is not None and trim(doc.text, as_marked(moved)) == as_marked(moved):
            reason = f"it cut through a token; it is now {moved.text!r}"
            return Placed(moved, note(doc, marked, ADJUSTED, reason, "nothing to do"))
    mend = "mark whole tokens, or set vars.misaligned to expand or contract"
    return note(doc, marked, "misaligned", "it cuts through a token", mend)


def touched(doc: Doc, start: int, end: int) -> Span | None:
    """Return the tokens that share a visible character with `doc.text[start:end]`, or None."""
    span = trim(doc.text, CharSpan(start, end, ""))
    return doc.char_span(span.start, span.end, alignment_mode="expand") if span else None


def as_marked(span: Span) -> CharSpan:
    """Return the character offsets of a span of tokens."""
    return CharSpan(span.start_char, span.end_char, span.label_)


def resolve_overlaps(placed: list[Placed], policy: str) -> list[tuple[Placed, Placed | None]]:
    """Return each span with the one that it gives way to, or with None when it becomes an entity."""
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


def with_any_rival(placed: list[Placed]) -> list[tuple[Placed, Placed | None]]:
    """Return each span with the first other one that shares a token with it, or with None."""
    holders: defaultdict[int, list[Placed]] = defaultdict(list)
    for item in placed:
        for token in item.span:
            holders[token.i].append(item)
    return [
        (item, next((other for t in item.span for other in holders[t.i] if other is not item), None))
        for item in placed
    ]


def gave_way(doc: Doc, item: Placed, rival: Placed) -> Change:
    """Return the note on a span that is no entity because another one overlaps it."""
    marked = item.change.span if item.change else as_marked(item.span)
    reason = f"it overlaps {describe(rival.span)}"
    return note(doc, marked, "overlapping", reason, "keep one of them, or set vars.overlapping")


def set_entities(annotated: AnnotatedText, doc: Doc, entities: list[Span], unknown: list[Span]) -> None:
    """Set `doc.ents`: outside where nothing is marked, missing where the annotation is unknown."""
    inside = {token.i for span in entities for token in span}
    missing = sorted({token.i for span in unknown for token in span} - inside)
    default = "outside" if annotated.exhaustive else "missing"
    doc.set_ents(entities, missing=[doc[i : i + 1] for i in missing], default=default)
    if not doc.has_annotation("ENT_IOB"):
        raise Unusable(
            "nothing in it is known: it is not annotated, or spans cut through all of its tokens",
            "annotate it, mark whole tokens, or set vars.misaligned to expand",
        )


def note(doc: Doc, span: CharSpan, outcome: str, reason: str, mend: str) -> Change:
    """Return what became of one span, with the tokens around it."""
    area = touched(doc, span.start, span.end)
    around: tuple[str, ...] = ()
    if area is not None:
        around = tuple(token.text for token in doc[max(0, area.start - CONTEXT) : area.end + CONTEXT])
    return Change(span, doc.text[span.start : span.end], around, outcome, reason, mend)


def describe(span: Span) -> str:
    """Return a span as a person would name it: `PERSON 'Ada Okafor' 5-15`."""
    return f"{span.label_} {span.text!r} {span.start_char}-{span.end_char}"
