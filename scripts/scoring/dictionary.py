"""The dictionary of train: what a pipeline could do that only looks up the mentions of train.

In: the Docs of train. Out: counts of their mentions, and a spaCy pipeline that finds them again.
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
    """Return what train says about each of its mentions, in two passes over it.

    train: yields the Docs of train anew at each call. nlp: its tokenizer makes the mentions' tokens.
    The second pass counts where the tokens of a mention stand and nothing is marked or unknown.
    """
    counts: dict[str, dict[str, int]] = {}
    for doc in train():
        for span in spans_of(doc):
            labels = counts.setdefault(span.text, {})
            labels[span.label_] = labels.get(span.label_, 0) + 1
    matcher = PhraseMatcher(nlp.vocab)
    for mention in counts:
        matcher.add(mention, [nlp.make_doc(mention)])
    for doc in train():
        free = [token.ent_iob != 0 for token in doc]  # neither unknown nor inside of a mention
        for span in spans_of(doc):
            free[span.start : span.end] = [False] * len(span)
        for key, start, end in matcher(doc):
            if all(free[start:end]):
                labels = counts[nlp.vocab.strings[key]]  # its own text may have other spaces
                labels[NONE] = labels.get(NONE, 0) + 1
    return Known(counts)


def ruler(known: Known, nlp: Language, spans_key: str | None) -> Language:
    """Return a blank pipeline that marks the mentions of train wherever their tokens stand.

    nlp: gives the language and the tokenizer. spans_key: for `ner` None (an `entity_ruler`, of
    overlapping mentions the longest); for `spancat` the key of `doc.spans` (a `span_ruler`, all).
    """
    # The tokenizer is handed over at once: the language's own, which is not wanted, may need a package.
    blank = type(nlp)(nlp.vocab, create_tokenizer=lambda _: nlp.tokenizer)
    patterns: list[dict[str, Any]] = [
        {"label": label, "pattern": mention} for mention, label in known.dictionary().items()
    ]
    if not patterns:
        return blank
    if spans_key is None:
        component = blank.add_pipe("entity_ruler")
    else:
        component = blank.add_pipe("span_ruler", config={"spans_key": spans_key})
    component.add_patterns(patterns)  # type: ignore[attr-defined]
    return blank
