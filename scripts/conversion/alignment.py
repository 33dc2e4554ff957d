"""Lay the character spans of an annotated text over the tokens of the pipeline that will be trained.

In: an annotated text and its tokens. Out: a Doc with entities, and a list of everything that had to be
changed or could not be kept, so that the counts add up.
"""

from collections.abc import Iterable

from spacy.tokens import Doc

from scripts.annotation.text import AnnotatedText, CharSpan, Unusable
from scripts.conversion.aligned_doc import AlignedDoc
from scripts.conversion.changes import Change, as_marked, describe, touched, trim
from scripts.conversion.overlaps import resolve_overlaps
from scripts.conversion.policies import Policies
from scripts.conversion.span_alignment import AlignedSpan, misfit, settle
from scripts.conversion.span_outcomes import ADJUSTED, MISALIGNED, OUT_OF_TEXT
from scripts.corpus.marks import WRONG


def align(
    annotated: AnnotatedText,
    doc: Doc,
    *,
    misaligned: str = "missing",
    overlapping: str = "longest",
    discontinuous: str = "drop",
    spans_key: str = "",
    lost: Iterable[Change] = (),
) -> AlignedDoc:
    """Set `doc.ents`, missing tokens and `doc.spans`, and return what had to be changed.

    doc: the text, tokenised as the config that will be trained does it, without entities.
    misaligned: what to do with a span that cuts through a token (`settings.MISALIGNED`).
    overlapping: which of several overlapping spans becomes the entity (`settings.OVERLAPPING`); the
        others are lost, unless there is a `spans_key`.
    discontinuous: what to do with a span in several parts (`settings.DISCONTINUOUS`).
    spans_key: if given, all spans, overlapping ones too, go to `doc.spans[spans_key]`; `error` for
        overlapping ones then stops nothing, and the longest becomes the entity.
    lost: spans that have no place in the text, as was found before. With one of these, or with a span
        that is outside the text, what isn't marked is unknown: the entity may be anywhere.
    Raises Unusable when the record can't be used at all, as when its offsets seem to be shifted, and
    PolicyError when a policy says `error`.
    """
    result = AlignedDoc(doc, annotated.text, spans_key)
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
    result.spans += [item.span for item in placed]
    if spans_key:
        doc.spans[spans_key] = result.spans
        overlapping = "longest" if overlapping == "error" else overlapping
    for item, rival in resolve_overlaps(placed, overlapping):
        if rival is None:
            result.entities.append(item.span)
        if rival and not spans_key:
            result.changes.append(gave_way(result, item, rival))
        elif item.change:
            result.changes.append(item.change)
    set_entities(annotated, result)
    set_wrong(annotated, result)
    return result


def refuse_shifted(result: AlignedDoc, placed: Iterable[AlignedSpan]) -> None:
    """Raise Unusable when a span is outside the text and another one cuts through a token.

    The offsets are then those of another text, and spans that happen to fit tokens are wrong as well.
    """
    beyond = next((change for change in result.changes if change.outcome == OUT_OF_TEXT), None)
    changes = (*result.changes, *(item.change for item in placed if item.change))
    cut = next((change for change in changes if change.outcome in (MISALIGNED, ADJUSTED)), None)
    if beyond and cut:
        other = f"{cut.mention[:80]!r} cuts through a token"
        raise Unusable(f"{beyond.reason}, and {other}: its offsets seem shifted", beyond.hint)


def set_wrong(annotated: AnnotatedText, result: AlignedDoc) -> None:
    """Set `doc.spans["incorrect_spans"]` where spans are known to be wrong.

    One that doesn't begin and end at tokens says nothing about any, and one that is an entity
    contradicts it (spaCy would stop with E868): neither is used, and both are counted.
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


def gave_way(result: AlignedDoc, item: AlignedSpan, rival: AlignedSpan) -> Change:
    """Return the note on a span that is no entity because another one overlaps it."""
    marked = item.change.span if item.change else as_marked(item.span)
    reason = f"it overlaps {describe(rival.span)}"
    return result.note(
        marked, "overlapping", reason, "keep one of them, or set overlapping in configs/convert.cfg"
    )


def set_entities(annotated: AnnotatedText, result: AlignedDoc) -> None:
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


def nothing_known(result: AlignedDoc) -> Unusable:
    """Return why a record of which no token's annotation is known can't be used."""
    if result.everywhere:
        change = next(change for change in result.changes if change.outcome == OUT_OF_TEXT)
        return Unusable(change.reason, change.hint)
    return Unusable(
        "no token in it is annotated, or spans cut through all of its tokens",
        "annotate it, mark whole tokens, or set misaligned in configs/convert.cfg to expand",
    )
