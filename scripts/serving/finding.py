"""What a pipeline finds in texts, as the service answers it.

In: a pipeline and texts. Out: entities as plain values. Texts are read inside of `forgetting`, so
that words which the pipeline has not seen before are forgotten again.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from pydantic import BaseModel, Field
from spacy.language import Language
from spacy.tokens import Doc, Span

from scripts.corpus.marks import marked_spans
from scripts.corpus.new_words import forgetting

CHARACTERS = 100_000  # of the texts that are read together, which bounds memory
TEXTS = 256


class Entity(BaseModel):
    """An entity in a text."""

    text: str = Field(description="The words of the entity.")
    label: str
    start: int = Field(
        description="Where it begins, in Unicode code points from the start of the text, as Python "
        "counts. JavaScript and Java count UTF-16 units, which differ after an emoji."
    )
    end: int = Field(description="Where it ends, in the same unit; text[start:end] in Python.")
    score: float | None = Field(
        default=None, description="How sure the pipeline is, from 0 to 1, if it estimates that."
    )


class Found(BaseModel):
    """The entities of one text, in their order."""

    entities: list[Entity]


def find(nlp: Language, texts: Iterable[str], key: str | None) -> list[Found]:
    """Return the entities of each text.

    key: where the pipeline puts what it finds, of `doc.spans`; None for `doc.ents`.
    """
    found: list[Found] = []
    for group in groups(texts):
        with forgetting(nlp):
            found += [Found(entities=entities_of(doc, key)) for doc in nlp.pipe(group)]
    return found


def groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the texts in groups of at most TEXTS, with about CHARACTERS characters each."""
    remaining = iter(texts)
    while group := list(islice(remaining, 1)):
        length = len(group[0])
        while length < CHARACTERS and len(group) < TEXTS and (more := list(islice(remaining, 1))):
            group += more
            length += len(more[0])
        yield group


def entities_of(doc: Doc, key: str | None) -> list[Entity]:
    """Return the entities of a Doc, by where they begin; the longer one first where two begin."""
    found = [
        Entity(text=span.text, label=span.label_, start=span.start_char, end=span.end_char, score=score)
        for span, score in scored(doc, key)
    ]
    return sorted(found, key=lambda entity: (entity.start, -entity.end))


def scored(doc: Doc, key: str | None) -> Iterator[tuple[Span, float | None]]:
    """Yield the spans that a pipeline has marked, with their scores where it estimates any."""
    spans = marked_spans(doc, key)
    scores = doc.spans[key].attrs.get("scores") if key is not None and key in doc.spans else None
    for at, span in enumerate(spans):
        score = span._.score if Span.has_extension("score") else None
        if score is None and scores is not None:  # of spancat
            score = scores[at]
        yield span, None if score is None else float(score)
