"""The span groups of a spaCy Doc (`doc.spans`) as annotation layers besides its entities.

In: the entities and the groups of a document. Out: all of them as spans that name their layer.
"""

from collections.abc import Mapping
from dataclasses import replace

from scripts.annotation.text import CharSpan

ENTS = "ents"
WRONG = "incorrect_spans"  # the key under which spaCy trains on spans that are no entities

Spans = tuple[CharSpan, ...]


def says_more(ents: Spans, groups: Mapping[str, Spans]) -> bool:
    """Say whether a group, but not that of wrong spans, holds other spans than the entities are."""
    return any(spans and set(spans) != set(ents) for name, spans in groups.items() if name != WRONG)


def layered(ents: Spans, groups: Mapping[str, Spans], *, several: bool) -> Spans:
    """Return entities and groups with their layers, or the entities alone without a name for theirs.

    several: whether a group of any document of the file says more than its entities.
    """
    if not several:
        return ents
    layers = {ENTS: ents, **{name: spans for name, spans in groups.items() if name != WRONG}}
    return tuple(replace(span, layer=name) for name, spans in layers.items() for span in spans)
