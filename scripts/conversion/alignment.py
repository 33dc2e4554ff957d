"""Lay the character spans of an annotated text over the tokens of the pipeline that will be trained.

In: an annotated text and its tokens. Out: a Doc with entities, and a list of everything that had to be
changed or could not be kept, so that the counts add up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from spacy.tokens import Doc, Span

from scripts.annotation.text import AnnotatedText, CharSpan, Unusable
from scripts.annotation.units import same_mention
from scripts.corpus.marks import WRONG

CONTEXT = 3  # tokens shown on either side of a span in the list of rejects

# What became of a span that did not go through as marked: these two are entities, the rest are not.
TRIMMED, ADJUSTED = "trimmed", "adjusted"
MISALIGNED, OUT_OF_TEXT = "misaligned", "out_of_text"
LOST = (
    MISALIGNED,
    "overlapping",
    "duplicate",
    "empty",
    "discontinuous",
    "mismatched",
    "not_found",
    "ambiguous",
    OUT_OF_TEXT,
)


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
    hint: str


@dataclass(slots=True)
class Aligned:
    """A Doc with its entities, and what became of each span.

    text: the Doc's, which spaCy would put together again at each use.
    entities: what `doc.ents` was set to, in the order of the source.
    lost_labels: of the mentions that the corpus should have and that no entity stands for.
    unknown: the tokens that such mentions touch. everywhere: whether one of them may stand anywhere.
    unusable_wrong: spans known to be wrong that lie on no tokens of their own, or that are an entity.
    """

    doc: Doc
    text: str
    entities: list[Span] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    lost_labels: list[str] = field(default_factory=list)
    unknown: list[Span] = field(default_factory=list)
    everywhere: bool = False
    unusable_wrong: int = 0

    def lose(self, change: Change, *areas: tuple[int, int]) -> None:
        """Note a mention that can't be an entity; the tokens of its areas are then unknown."""
        self.changes.append(change)
        self.lost_labels.append(change.span.label)
        found = (touched(self.doc, self.text, start, end) for start, end in areas)
        self.unknown += [area for area in found if area]

    def lose_unplaced(self, change: Change) -> None:
        """Note a span that has no place in the text: any token may be part of it."""
        self.lose(change)
        self.everywhere = True

    def exhaustive(self, annotated: AnnotatedText) -> bool:
        """Say whether what is neither marked nor noted as unknown is known to be no entity."""
        return annotated.exhaustive and not self.everywhere

    def all_known(self, annotated: AnnotatedText) -> bool:
        """Say whether the annotation of every token is known."""
        return self.exhaustive(annotated) and not self.unknown

    def note(self, span: CharSpan, outcome: str, reason: str, hint: str) -> Change:
        """Return what became of one span, with the tokens around it."""
        return note(self.doc, self.text, span, outcome, reason, hint)

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


def misfit(text: str, span: CharSpan) -> Unusable | None:
    """Return why a span can't lie in `text`, whatever the tokens are, or None if it can."""
    where = f"span {span.start}-{span.end} {span.label!r}"
    if span.start < 0 or span.end < 0:
        return Unusable(f"{where} has a negative offset", "correct the offset in the source")
    if span.start > span.end:
        return Unusable(f"{where} ends before it begins", "swap its start and end")
    if span.end > len(text):
        return Unusable(
            f"{where} reaches beyond the text, which has {len(text)} characters",
            "correct the offset; if the tool counts bytes or UTF-16 units, set vars.offsets",
        )
    return None


def align(
    annotated: AnnotatedText,
    doc: Doc,
    *,
    misaligned: str = "missing",
    overlapping: str = "longest",
    discontinuous: str = "drop",
    spans_key: str = "",
    lost: Iterable[Change] = (),
) -> Aligned:
    """Set `doc.ents`, missing tokens and `doc.spans`, and return what had to be changed.

    doc: the text, tokenised as the config that will be trained does it, without entities.
    misaligned: what to do with a span that cuts through a token (`settings.MISALIGNED`).
    overlapping: which of several overlapping spans becomes the entity (`settings.OVERLAPPING`); see
        `spans_key` for the others.
    discontinuous: what to do with a span in several parts (`settings.DISCONTINUOUS`).
    spans_key: if given, all spans, overlapping ones too, go to `doc.spans[spans_key]`.
    lost: spans that have no place in the text, as was found before. With one of these, or with a span
        that can't lie in the text, what isn't marked is unknown: the entity may be anywhere.
    Raises Unusable when the record can't be used at all, as when its offsets seem to be shifted, and
    PolicyError when a policy says `error`.
    """
    result = Aligned(doc, annotated.text)
    for start, end in annotated.missing:
        if area := touched(doc, annotated.text, start, end):
            result.unknown.append(area)
    for change in lost:
        result.lose_unplaced(change)
    policies = Policies(misaligned, discontinuous)
    seen: set[CharSpan] = set()
    settled = [settle(marked, seen, policies, result) for marked in annotated.spans]
    placed = [item for item in settled if item is not None]
    refuse_shifted(result, placed)
    if spans_key:
        doc.spans[spans_key] = [item.span for item in placed]
    for item, rival in resolve_overlaps(placed, overlapping):
        if rival is None:
            result.entities.append(item.span)
            if item.change:
                result.changes.append(item.change)
        else:
            result.changes.append(gave_way(result, item, rival))
    set_entities(annotated, result)
    set_wrong(annotated, result)
    return result


@dataclass(frozen=True, slots=True)
class Policies:
    """What to do with a span that cuts through a token, and with one in several parts."""

    misaligned: str
    discontinuous: str


def settle(marked: CharSpan, seen: set[CharSpan], policies: Policies, result: Aligned) -> Placed | None:
    """Return the tokens of a span, or None when it has none; what became of it is then in `result`.

    seen: the spans before it, to which it is added.
    """
    text = result.text
    if problem := misfit(text, marked):
        result.lose_unplaced(unplaced(marked, problem))
        return None
    whole = in_one_piece(text, marked, policies.discontinuous) if marked.parts else marked
    if whole is None:
        hint = "set vars.discontinuous to cover or first, or mark it in one piece"
        reason = f"it has {len(marked.parts)} parts"
        result.lose(result.note(marked, "discontinuous", reason, hint), *marked.parts)
        return None
    span = trim(text, whole)
    if span is None:
        reason = "it holds no visible character"
        result.changes.append(result.note(marked, "empty", reason, "delete it"))
        return None
    if span in seen:
        reason = "the same span is marked twice"
        result.changes.append(result.note(marked, "duplicate", reason, "delete one of them"))
        return None
    if not reads_as_quoted(text, marked):
        reason = f"the file quotes it as {str(marked.mention)[:80]!r}"
        hint = (
            "its offset was counted on another text: see `offsets` in conversion.json, or mark it again"
        )
        result.lose(result.note(marked, "mismatched", reason, hint), (span.start, span.end))
        return None
    seen.add(span)
    found = place(result, marked, span, policies.misaligned)
    if isinstance(found, Placed):
        return found
    result.lose(found, *([(span.start, span.end)] if policies.misaligned != "drop" else []))
    return None


def unplaced(marked: CharSpan, problem: Unusable) -> Change:
    """Return the note on a span that has no place in its text."""
    return Change(marked, marked.mention or "", (), OUT_OF_TEXT, problem.reason, problem.hint)


def refuse_shifted(result: Aligned, placed: Iterable[Placed]) -> None:
    """Raise Unusable when a span doesn't lie in the text and another one cuts through a token.

    The offsets then are those of another text, and spans that happen to lie on tokens are wrong as well.
    """
    beyond = next((change for change in result.changes if change.outcome == OUT_OF_TEXT), None)
    changes = (*result.changes, *(item.change for item in placed if item.change))
    cut = next((change for change in changes if change.outcome in (MISALIGNED, ADJUSTED)), None)
    if beyond and cut:
        other = f"{cut.mention[:80]!r} cuts through a token"
        raise Unusable(f"{beyond.reason}, and {other}: its offsets seem shifted", beyond.hint)


def in_one_piece(text: str, marked: CharSpan, policy: str) -> CharSpan | None:
    """Return what stands for a span in several parts, or None when nothing does.

    Raises PolicyError when the policy says `error`.
    """
    if policy == "error":
        raise PolicyError(f"{marked.label} {marked.start}-{marked.end} has {len(marked.parts)} parts")
    if policy == "cover":
        return replace(marked, parts=())
    if policy == "first":
        start, end = min(marked.parts)
        return replace(marked, start=start, end=end, parts=())
    bridged = all(
        not text[one[1] : two[0]].strip() for one, two in pairwise(sorted(marked.parts))
    )  # parts with nothing but white space between them are one piece
    return replace(marked, parts=()) if bridged else None


def reads_as_quoted(text: str, span: CharSpan) -> bool:
    """Say whether the text has at a span what the source quotes, if it quotes anything."""
    if span.mention is None:
        return True
    parts = span.parts or ((span.start, span.end),)
    return same_mention(span.mention, "".join(text[start:end] for start, end in parts))


def set_wrong(annotated: AnnotatedText, result: Aligned) -> None:
    """Set `doc.spans["incorrect_spans"]` where spans are known to be wrong.

    One that lies on no tokens of its own says nothing about any, and one that is an entity contradicts
    it (spaCy would stop with E868): neither is used, and both are counted.
    """
    if not annotated.wrong:
        return
    entities = {as_marked(span) for span in result.entities}
    found = []
    for marked in annotated.wrong:
        span = None if misfit(result.text, marked) else trim(result.text, marked)
        placed = result.doc.char_span(span.start, span.end, label=span.label) if span else None
        if placed is None or as_marked(placed) in entities:
            result.unusable_wrong += 1
        else:
            found.append(placed)
    result.doc.spans[WRONG] = found


def trim(text: str, span: CharSpan) -> CharSpan | None:
    """Return `span` without white space at its ends, or None when nothing is left."""
    mention = text[span.start : span.end]
    if mention and not (mention[0].isspace() or mention[-1].isspace()):
        return span
    start = span.start + len(mention) - len(mention.lstrip())
    end = span.end - (len(mention) - len(mention.rstrip()))
    return replace(span, start=start, end=end) if start < end else None


def place(result: Aligned, marked: CharSpan, span: CharSpan, policy: str) -> Placed | Change:
    """Return the tokens of a trimmed span, or the note on why it has none.

    marked: the span as the source has it; span: the same without outer white space.
    """
    doc, text = result.doc, result.text
    exact = doc.char_span(span.start, span.end, label=span.label)
    if exact is not None:
        if span == marked:
            return Placed(exact)
        reason = "white space at its ends was cut off"
        return Placed(exact, result.note(marked, TRIMMED, reason, "nothing to do"))
    if policy == "error":
        mention = text[span.start : span.end]
        raise PolicyError(f"{span.label} {mention!r} {span.start}-{span.end} cuts through a token")
    if policy in ("expand", "contract"):
        moved = doc.char_span(span.start, span.end, label=span.label, alignment_mode=policy)
        if moved is not None and trim(text, as_marked(moved)) == as_marked(moved):
            reason = f"it cut through a token; it is now {moved.text!r}"
            return Placed(moved, result.note(marked, ADJUSTED, reason, "nothing to do"))
    hint = "mark whole tokens, or set vars.misaligned to expand or contract"
    return result.note(marked, MISALIGNED, "it cuts through a token", hint)


def touched(doc: Doc, text: str, start: int, end: int) -> Span | None:
    """Return the tokens that share a visible character with `text[start:end]`, or None.

    text: the Doc's, which spaCy would put together again.
    """
    span = trim(text, CharSpan(start, end, ""))
    return doc.char_span(span.start, span.end, alignment_mode="expand") if span else None


def as_marked(span: Span) -> CharSpan:
    """Return the character offsets of a span of tokens."""
    return CharSpan(span.start_char, span.end_char, span.label_)


def resolve_overlaps(placed: list[Placed], policy: str) -> list[tuple[Placed, Placed | None]]:
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


def gave_way(result: Aligned, item: Placed, rival: Placed) -> Change:
    """Return the note on a span that is no entity because another one overlaps it."""
    marked = item.change.span if item.change else as_marked(item.span)
    reason = f"it overlaps {describe(rival.span)}"
    return result.note(marked, "overlapping", reason, "keep one of them, or set vars.overlapping")


def set_entities(annotated: AnnotatedText, result: Aligned) -> None:
    """Set `doc.ents`: outside where nothing is marked, missing where the annotation is unknown."""
    doc, entities = result.doc, result.entities
    if result.all_known(annotated):
        doc.set_ents(entities)
        return
    inside = {i for span in entities for i in range(span.start, span.end)}
    missing = sorted({i for span in result.unknown for i in range(span.start, span.end)} - inside)
    default = "outside" if result.exhaustive(annotated) else "missing"
    doc.set_ents(entities, missing=[doc[i : i + 1] for i in missing], default=default)
    if not annotated.wrong and not doc.has_annotation("ENT_IOB"):
        raise nothing_known(result)


def nothing_known(result: Aligned) -> Unusable:
    """Return why a record of which no token's annotation is known can't be used."""
    if result.everywhere:
        change = next(change for change in result.changes if change.outcome == OUT_OF_TEXT)
        return Unusable(change.reason, change.hint)
    return Unusable(
        "nothing in it is known: it is not annotated, or spans cut through all of its tokens",
        "annotate it, mark whole tokens, or set vars.misaligned to expand",
    )


def note(doc: Doc, text: str, span: CharSpan, outcome: str, reason: str, hint: str) -> Change:
    """Return what became of one span, with the tokens around it; text: the Doc's."""
    area = touched(doc, text, span.start, span.end)
    around: tuple[str, ...] = ()
    if area is not None:
        around = tuple(token.text for token in doc[max(0, area.start - CONTEXT) : area.end + CONTEXT])
    return Change(span, text[span.start : span.end], around, outcome, reason, hint)


def describe(span: Span) -> str:
    """Return a span as a person would name it: `PERSON 'Ada Okafor' 5-15`."""
    return f"{span.label_} {span.text!r} {span.start_char}-{span.end_char}"
