"""The dictionary of the training set: how well a pipeline does that only looks names up.

In: the Docs of the training set. Out: counts of the names in them, and a spaCy pipeline that finds these
names again.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from scripts.scoring.known import NONE, Known

SpansOf = Callable[[Doc], Sequence[Span]]
Reread = Callable[[], Iterable[Doc]]


def learn(train: Reread, spans_of: SpansOf, nlp: Language) -> Known:
    """Return what the training set says about each of its names, in two passes over it.

    train: yields the Docs of the training set, from the beginning at each call. nlp: its tokenizer makes
    the tokens of the names. The second pass counts where the tokens of a name occur and nothing is
    marked or unknown.
    """
    counts: dict[str, dict[str, int]] = {}
    for doc in train():
        for span in spans_of(doc):
            labels = counts.setdefault(span.text, {})
            labels[span.label_] = labels.get(span.label_, 0) + 1
    matcher = PhraseMatcher(nlp.vocab)
    for name in counts:
        matcher.add(name, [nlp.make_doc(name)])
    for doc in train():
        free = [token.ent_iob != 0 for token in doc]  # neither unknown nor inside an entity
        for span in spans_of(doc):
            free[span.start : span.end] = [False] * len(span)
        for key, start, end in matcher(doc):
            if all(free[start:end]):
                labels = counts[nlp.vocab.strings[key]]  # its own text may have other spaces
                labels[NONE] = labels.get(NONE, 0) + 1
    return Known(counts)


def ruler(known: Known, nlp: Language, spans_key: str | None) -> Language:
    """Return a blank pipeline that marks the names of the training set wherever their tokens occur.

    nlp: gives the language and the tokenizer. spans_key: for `ner` None (an `entity_ruler`, which marks
    the longest of overlapping names); for `spancat` the key of `doc.spans` (a `span_ruler`, which marks
    all).
    """
    # The tokenizer is handed over at once: the language's own, which is not wanted, may need a package.
    blank = type(nlp)(nlp.vocab, create_tokenizer=lambda _: nlp.tokenizer)
    patterns: list[dict[str, Any]] = [
        {"label": label, "pattern": name} for name, label in known.dictionary().items()
    ]
    if not patterns:
        return blank
    if spans_key is None:
        component = blank.add_pipe("entity_ruler")
    else:
        component = blank.add_pipe("span_ruler", config={"spans_key": spans_key})
    component.add_patterns(patterns)  # type: ignore[attr-defined]
    return blank
