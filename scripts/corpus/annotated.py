"""A Doc of the corpus as an annotated text again: what a writer of formats needs.

In: Docs with their sources. Out: annotated texts, with all that the corpus knows of them.
"""

from collections.abc import Iterable

from spacy.tokens import Doc, Span

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.corpus.docs import SOURCE
from scripts.corpus.marks import OUTSIDE, WRONG, gold, unknown_areas


def annotated(doc: Doc, split: str, key: str | None = None) -> AnnotatedText:
    """Return the annotated text of a Doc that `read_docs` read.

    key: of the spans in `doc.spans`, None for the entities. Raises ValueError when the corpus lacks it.
    """
    source = doc.user_data[SOURCE]
    missing = unknown_areas(doc)
    exhaustive = not missing or any(token.ent_iob == OUTSIDE for token in doc)
    return AnnotatedText(
        text=doc.text,
        spans=char_spans(gold(doc, key)),
        file=source["file"],
        place=source["place"],
        id=source["id"],
        group=source["group"],
        split=split,
        annotated=True,
        exhaustive=exhaustive,
        missing=missing if exhaustive else (),
        wrong=char_spans(doc.spans.get(WRONG, ())),
        tokens=tuple((token.idx, token.idx + len(token)) for token in doc),
        meta=source["meta"],
    )


def char_spans(spans: Iterable[Span]) -> tuple[CharSpan, ...]:
    """Return spans of tokens as spans of characters, in the order of the text."""
    found = {CharSpan(span.start_char, span.end_char, span.label_) for span in spans}
    return tuple(sorted(found, key=lambda span: (span.start, span.end, span.label)))
