"""The span groups of a spaCy Doc (`doc.spans`) as annotation layers beside its entities.

In: the entities and the groups of a document. Out: all of them as spans that name their layer.
"""

from collections.abc import Mapping
from dataclasses import replace

from scripts.corpus.text import CharSpan

ENTS = "ents"
WRONG = "incorrect_spans"  # the key under which spaCy trains on spans that are no entities

Spans = tuple[CharSpan, ...]


def layers_beside(ents: Spans, groups: Mapping[str, Spans]) -> dict[str, Spans]:
    """Return the groups that say something: they have spans, and not just those of `ents`."""
    return {name: spans for name, spans in groups.items() if spans and set(spans) != set(ents)}


def layered(ents: Spans, groups: Mapping[str, Spans], *, several: bool) -> Spans:
    """Return entities and groups with their layers, of which `ents` has a name if there are several."""
    if not several:
        return ents
    layers = {ENTS: ents, **groups}
    return tuple(replace(span, layer=name) for name, spans in layers.items() for span in spans)
