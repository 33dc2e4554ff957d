"""Where a pipeline marks mentions: as entities, or as spans under a key, which may overlap.

In: the config of a pipeline, and Docs. Out: the spans of a Doc.
"""

from collections.abc import Mapping
from typing import Any

from spacy.tokens import Doc, Span

ENTITIES = ("ner", "beam_ner")
SPANCAT = ("spancat", "spancat_singlelabel")
RULER = "entity_ruler"


def spans_key_of(config: Mapping[str, Any]) -> str | None:
    """Return where a pipeline puts its mentions: None for `doc.ents`, else a key of `doc.spans`.

    config: of the pipeline. Raises ValueError when no component of it marks either.
    """
    blocks = [config["components"][name] for name in config["nlp"]["pipeline"]]
    factories = {block.get("factory"): block for block in blocks}
    if any(factory in factories for factory in ENTITIES):
        return None
    for factory in SPANCAT:
        if factory in factories:
            return str(factories[factory].get("spans_key", "sc"))
    if RULER in factories:
        return None
    raise ValueError("the pipeline has neither `ner` nor `spancat`: it marks nothing")


def marked(doc: Doc, key: str | None) -> list[Span]:
    """Return the spans that a Doc has there, none where it has no such key."""
    return list(doc.ents if key is None else doc.spans.get(key, []))


def gold(doc: Doc, key: str | None) -> list[Span]:
    """Return the gold spans of a Doc. Raises ValueError when the corpus lacks the key."""
    if key is not None and key not in doc.spans:
        raise ValueError(f"the corpus has no doc.spans[{key!r}]; set vars.spans_key to {key!r}")
    return marked(doc, key)
