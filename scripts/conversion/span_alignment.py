"""One character span laid over whole tokens, or the reason why it can't be.

In: a span as the source has it, and the Doc. Out: its tokens; what had to be changed is noted.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from spacy.tokens import Span

from scripts.annotation.offset_units import same_mention
from scripts.annotation.text import CharSpan, Unusable
from scripts.conversion.aligned_doc import AlignedDoc
from scripts.conversion.changes import Change, as_marked, trim, unplaced
from scripts.conversion.policies import Policies, PolicyError
from scripts.conversion.span_outcomes import ADJUSTED, MISALIGNED, TRIMMED


@dataclass(frozen=True, slots=True)
class AlignedSpan:
    """A span laid over whole tokens, with the note to make if it differs from what was marked."""

    span: Span
    change: Change | None = None


def settle(
    marked: CharSpan, seen: set[CharSpan], policies: Policies, result: AlignedDoc
) -> AlignedSpan | None:
    """Return the tokens of a span, or None when it has none; what became of it is then in `result`.

    seen: the spans before it, as they were marked and on whole tokens, to which it is added.
    """
    text = result.text
    if problem := misfit(text, marked):
        result.lose_unplaced(unplaced(marked, problem))
        return None
    whole = in_one_piece(text, marked, policies.discontinuous) if marked.parts else marked
    if whole is None:
        hint = "set discontinuous in configs/convert.cfg to cover or first, or mark it in one piece"
        reason = f"it has {len(marked.parts)} parts"
        result.lose(result.note(marked, "discontinuous", reason, hint), *marked.parts)
        return None
    span = trim(text, whole)
    if span is None:
        reason = "it has no visible character"
        result.changes.append(result.note(marked, "empty", reason, "delete it"))
        return None
    if span in seen:
        reason = "the same span is marked twice"
        result.changes.append(result.note(marked, "duplicate", reason, "delete one of them"))
        return None
    if not reads_as_quoted(text, marked):
        reason = f"the text quoted in the file is {str(marked.mention)[:80]!r}"
        hint = (
            "its offsets were counted in another version of the text: see `offsets` in "
            "conversion.json, or annotate it again"
        )
        result.lose(result.note(marked, "mismatched", reason, hint), (span.start, span.end))
        return None
    seen.add(span)
    found = place(result, marked, span, policies.misaligned)
    if isinstance(found, AlignedSpan):
        moved = replace(span, start=found.span.start_char, end=found.span.end_char)
        if moved != span and moved in seen:
            reason = "on whole tokens, it is the same as another span"
            result.changes.append(result.note(marked, "duplicate", reason, "delete one of them"))
            return None
        seen.add(moved)
        return found
    result.lose(found, *([(span.start, span.end)] if policies.misaligned != "drop" else []))
    return None


def misfit(text: str, span: CharSpan) -> Unusable | None:
    """Return why a span can't be in `text`, whatever the tokens are, or None if it can."""
    where = f"span {span.start}-{span.end} {span.label!r}"
    if span.start < 0 or span.end < 0:
        return Unusable(f"{where} has a negative offset", "correct the offset in the source")
    if span.start > span.end:
        return Unusable(f"{where} ends before it begins", "swap its start and end")
    if span.end > len(text):
        return Unusable(
            f"{where} reaches beyond the text, which has {len(text)} characters",
            "correct the offset; if the tool counts bytes or UTF-16 units, "
            "set offsets in configs/convert.cfg",
        )
    return None


def in_one_piece(text: str, marked: CharSpan, policy: str) -> CharSpan | None:
    """Return the span that replaces one in several parts, or None when none can.

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


def place(result: AlignedDoc, marked: CharSpan, span: CharSpan, policy: str) -> AlignedSpan | Change:
    """Return the tokens of a trimmed span, or the note on why it has none.

    marked: the span as the source has it; span: the same without outer white space.
    """
    doc, text = result.doc, result.text
    exact = doc.char_span(span.start, span.end, label=span.label)
    if exact is not None:
        if span == marked:
            return AlignedSpan(exact)
        reason = "white space at its ends was removed"
        return AlignedSpan(exact, result.note(marked, TRIMMED, reason, "no action needed"))
    if policy == "error":
        mention = text[span.start : span.end]
        raise PolicyError(f"{span.label} {mention!r} {span.start}-{span.end} cuts through a token")
    if policy in ("expand", "contract"):
        moved = doc.char_span(span.start, span.end, label=span.label, alignment_mode=policy)
        if moved is not None and trim(text, as_marked(moved)) == as_marked(moved):
            reason = f"it cut through a token; it is now {moved.text!r}"
            return AlignedSpan(moved, result.note(marked, ADJUSTED, reason, "no action needed"))
    hint = "mark whole tokens, or set misaligned in configs/convert.cfg to expand or contract"
    return result.note(marked, MISALIGNED, "it cuts through a token", hint)
