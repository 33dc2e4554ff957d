"""Documents for tests of scoring: by hand, with mentions in brackets, or drawn by hypothesis.

By hand: `document("[Ada](PERSON) met Bo.", "[Ada](ORG) met [Bo](PERSON).")` has the first as gold and
the second as predicted. Drawn: pairs of spaCy Docs, so that spaCy's scorer and ours get the same spans.
"""

from typing import Any

from hypothesis import strategies as st
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from scripts.corpus.documents import as_entities
from scripts.corpus.marks import unknown_areas
from scripts.scoring.document import DICTIONARY, MODEL, Document, Entity
from tests.corpora import record

KEY = "sc"  # of doc.spans, for spans that may overlap
VOCAB = Vocab()
WORDS = ("Ada", "new", "é", "e\u0301", "👩‍👩‍👧", "שלום", "\n")

Range = tuple[int, int, str]


def entities(marked: str) -> tuple[Entity, ...]:
    """Return the entities of a text with brackets."""
    return tuple(Entity(**span) for span in record(marked)["spans"])


def document(
    gold: str, found: str | None = None, dictionary: str | None = None, **more: Any
) -> Document:
    """Return a document; the model finds what is gold unless `found` says otherwise."""
    text = record(gold)["text"]
    assert found is None or record(found)["text"] == text
    predicted = {MODEL: entities(gold if found is None else found)}
    if dictionary is not None:
        predicted[DICTIONARY] = entities(dictionary)
    given = {"file": "a.jsonl", "place": "line 1", **more}
    return Document(text, len(text.split()), entities(gold), predicted, **given)


def ranges(tokens: int, *, overlapping: bool) -> st.SearchStrategy[list[Range]]:
    """Draw labelled ranges of tokens, none of them empty and none twice."""
    ends = st.integers(0, tokens)
    drawn = st.tuples(ends, ends, st.sampled_from("ABC")).filter(lambda each: each[0] < each[1])
    return st.lists(drawn, max_size=8, unique=True).map(
        lambda found: sorted(found) if overlapping else without_overlap(found)
    )


def without_overlap(found: list[Range]) -> list[Range]:
    """Return those ranges that touch none before them."""
    kept: list[Range] = []
    for start, end, label in found:
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end, label))
    return sorted(kept)


@st.composite
def doc_pairs(draw: st.DrawFn, *, overlapping: bool = False, unknown: bool = True) -> tuple[Doc, Doc]:
    """Draw a predicted and a gold Doc of the same tokens, with their spans.

    overlapping: spans stand in doc.spans[KEY] and may overlap; else they are entities, and where
    `unknown` allows it gold has tokens without any annotation. No prediction is white space alone: no
    component of spaCy makes one.
    """
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=10))
    spaces = draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    docs = Doc(VOCAB, words=words, spaces=spaces), Doc(VOCAB, words=words, spaces=spaces)
    missing = draw(st.sets(st.integers(0, len(words) - 1))) if unknown and not overlapping else set()
    for number, doc in enumerate(docs):
        drawn = draw(ranges(len(words), overlapping=overlapping))
        spans = [Span(doc, start, end, label=label) for start, end, label in drawn]
        spans = [span for span in spans if span.text.strip()]
        if overlapping:
            doc.spans[KEY] = spans
        elif number == 0:
            doc.set_ents(spans)
        else:
            spans = [span for span in spans if not missing & set(range(span.start, span.end))]
            doc.set_ents(spans, missing=[doc[at : at + 1] for at in missing], default="outside")
    return docs


def from_docs(predicted: Doc, gold: Doc, number: int = 0) -> Document:
    """Return what `predict` writes for a pair of Docs."""
    overlapping = KEY in gold.spans
    found, true = (as_entities(doc.spans[KEY] if overlapping else doc.ents) for doc in (predicted, gold))
    unknown = () if overlapping else unknown_areas(gold)
    given = {"unknown": unknown, "file": "drawn", "place": f"line {number}"}
    return Document(gold.text, len(gold), true, {MODEL: found}, **given)
