"""Entities that a source names without offsets: found in their text, at its tokens.

In: a text with its tokens, and mentions. Out: spans, and what could not be placed.
"""

import re
from collections import defaultdict
from dataclasses import replace
from typing import Literal

from spacy.tokens import Doc

from scripts.annotation.text import AnnotatedText, CharSpan, Offsets, UnlocatedEntity
from scripts.conversion.changes import Change, note


def in_text(record: AnnotatedText, doc: Doc, policy: str) -> tuple[AnnotatedText, list[Change]]:
    """Return a record with its mentions as spans, and a note for each mention that is none.

    policy: `unique` (a mention that occurs in the text as often as it is named), `next` (each one the
    next of its places), `all` (every place). The places of a mention that is ambiguous are unknown.
    """
    starts = {token.idx for token in doc}
    ends = {token.idx + len(token) for token in doc}
    spans, missing = list(record.spans), list(record.missing)
    changes = []
    for text, mentions in by_text(record.unlocated).items():
        places = [p for p in places_of(text, record.text) if p[0] in starts and p[1] in ends]
        placed = assigned(mentions, places, policy)
        if placed is not None:
            spans += [CharSpan(start, end, mention.label) for mention, (start, end) in placed]
            mentions = mentions[len(places) :] if policy == "next" else []
        else:
            missing += places
        unclear = places if placed is None else []
        changes += [unlocated_note(doc, record.text, mention, unclear) for mention in mentions]
    located = replace(record, spans=tuple(spans), missing=tuple(missing), unlocated=())
    return located, changes


def by_text(mentions: tuple[UnlocatedEntity, ...]) -> dict[str, list[UnlocatedEntity]]:
    """Return the mentions of each string, in their order."""
    found: defaultdict[str, list[UnlocatedEntity]] = defaultdict(list)
    for mention in mentions:
        found[mention.text].append(mention)
    return found


def places_of(mention: str, text: str) -> list[Offsets]:
    """Return where a string occurs in a text: exactly, or otherwise but for case and white space."""
    words = mention.split()
    if not words:
        return []
    exact = re.compile(re.escape(mention.strip()))
    loose = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    for pattern in (exact, loose):
        if found := [match.span() for match in pattern.finditer(text)]:
            return found
    return []


def assigned(
    mentions: list[UnlocatedEntity], places: list[Offsets], policy: str
) -> list[tuple[UnlocatedEntity, Offsets]] | None:
    """Return which mention of one string belongs to which place, or None when that isn't clear."""
    if not places:
        return None
    labels = {mention.label for mention in mentions}
    if policy == "all" and len(labels) == 1:
        return [(mentions[0], place) for place in places]
    if policy == "next" or len(places) == len(mentions):
        return list(zip(mentions, places, strict=False))
    if len(places) == 1 and len(labels) == 1:  # named twice, there once
        return [(mentions[0], places[0])]
    return None


def unlocated_note(doc: Doc, text: str, mention: UnlocatedEntity, places: list[Offsets]) -> Change:
    """Return the note on a mention that could not be placed; places: where it might be."""
    outcome: Literal["ambiguous", "not_found"] = "ambiguous" if places else "not_found"
    start, end = places[0] if places else (0, 0)
    if places:
        reason = (
            f"it occurs {len(places)} times in the text, and the source doesn't say which one is meant"
        )
        hint = "set mentions in configs/convert.cfg to next or all, or give offsets"
    else:
        reason, hint = "it does not occur in the text as whole tokens", "correct it in the source"
    span = CharSpan(start, end, mention.label)
    return replace(note(doc, text, span, outcome, reason, hint), mention=mention.text)
