"""Where a pipeline marks what it finds: as entities, or as spans under a key, which may overlap.

In: the config of a pipeline, and Docs. Out: the spans of a Doc.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `inputs`, which loads no spaCy, needs the key of a config
    from spacy.tokens import Doc, Span

FAST = "fast_ner"  # scripts/training/fast_ner.py
ENTITIES = ("ner", "beam_ner", FAST)
SPANCAT = ("spancat", "spancat_singlelabel")
DEFAULT_KEY = "sc"  # of spaCy's spancat
RULER = "entity_ruler"
MISSING, OUTSIDE = 0, 2  # what token.ent_iob says of a token of no entity
WRONG = "incorrect_spans"  # key of doc.spans: known not to be entities; configs name it to `ner`


def spans_key_of(config: Mapping[str, Any]) -> str | None:
    """Return where a pipeline puts what it finds: None for `doc.ents`, else a key of `doc.spans`.

    config: of the pipeline. Raises ValueError when no component of it marks either.
    """
    blocks = [config["components"][name] for name in config["nlp"]["pipeline"]]
    factories = {block.get("factory"): block for block in blocks}
    if any(factory in factories for factory in ENTITIES):
        return None
    for factory in SPANCAT:
        if factory in factories:
            return str(factories[factory].get("spans_key", DEFAULT_KEY))
    if RULER in factories:
        return None
    raise ValueError("the pipeline has neither `ner` nor `spancat`, so it finds no entities")


def stored_spans_key(config: Mapping[str, Any]) -> str:
    """Return the key of `doc.spans` that a component of a config learns from, empty if none does.

    config: complete or not. A component of another pipeline (`source`) has no key in the config.
    """
    blocks = config.get("components", {})
    for name in config.get("nlp", {}).get("pipeline", []):
        block = blocks.get(name, {})
        if block.get("factory") in SPANCAT:
            return str(block.get("spans_key", DEFAULT_KEY))
    return ""


def marked_spans(doc: Doc, key: str | None) -> list[Span]:
    """Return the spans that a Doc has there, none where it has no such key."""
    return list(doc.ents if key is None else doc.spans.get(key, []))


def gold(doc: Doc, key: str | None) -> list[Span]:
    """Return the gold spans of a Doc. Raises ValueError when the corpus lacks the key."""
    if key is not None and key not in doc.spans:
        hint = f"leave spans_key in configs/convert.cfg empty, or set it to {key!r}; then weasel run all"
        raise ValueError(f"the corpus has no doc.spans[{key!r}]; {hint}")
    return marked_spans(doc, key)


def unknown_areas(doc: Doc) -> tuple[tuple[int, int], ...]:
    """Return the ranges of characters whose tokens are not annotated, neighbours joined."""
    areas: list[tuple[int, int]] = []
    for token in doc:
        if token.ent_iob != MISSING:
            continue
        start, end = token.idx, token.idx + len(token)
        if areas and not doc.text[areas[-1][1] : start].strip():
            start = areas.pop()[0]
        areas.append((start, end))
    return tuple(areas)
