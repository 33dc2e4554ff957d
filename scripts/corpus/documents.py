"""A Doc of the corpus with what was predicted for it, as scoring knows it.

In: Docs with their sources, and entities by system. Out: values without spaCy, offsets in characters.
"""

from collections.abc import Iterable, Mapping

from spacy.tokens import Doc, Span

from scripts.corpus.docs import SOURCE
from scripts.corpus.marks import WRONG, gold, unknown_areas
from scripts.scoring.document import Document, Entity


def document(
    doc: Doc,
    key: str | None,
    predicted: Mapping[str, tuple[Entity, ...]],
    scores: tuple[float | None, ...] = (),
) -> Document:
    """Return a Doc that `read_docs` read with the predictions of each system.

    key: of the gold spans in `doc.spans`, None for entities. scores: of the trained pipeline's entities.
    Raises ValueError when the corpus lacks the key.
    """
    return Document(
        text=doc.text,
        tokens=len(doc),
        gold=as_entities(gold(doc, key)),
        predicted=predicted,
        scores=scores,
        unknown=unknown_areas(doc) if key is None else (),
        wrong=as_entities(doc.spans.get(WRONG, [])),
        **doc.user_data[SOURCE],
    )


def scores_of(doc: Doc) -> tuple[float | None, ...]:
    """Return the scores of a Doc's entities, in the order of `as_entities`; empty where all lack one."""
    if not Span.has_extension("score"):
        return ()
    found = tuple(ent._.score for ent in doc.ents)
    return () if all(score is None for score in found) else found


def as_entities(spans: Iterable[Span]) -> tuple[Entity, ...]:
    """Return spans of tokens as entities in characters, in the order of the text."""
    return tuple(sorted(Entity(span.start_char, span.end_char, span.label_) for span in spans))
