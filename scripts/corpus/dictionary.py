"""The dictionary of the training set: how well a pipeline does that only looks names up.

In: the Docs of the training set. Out: counts of the names in them, and a spaCy pipeline that finds these
names again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from scripts.scoring.known import NONE, Known

SpansOf = Callable[[Doc], Sequence[Span]]
Reread = Callable[[], Iterable[Doc]]
Tokens = tuple[list[str], list[bool]]  # words, and whether a space follows each
MakeName = Callable[[str], Doc]  # returns the tokens of a name


def learn(train: Reread, spans_of: SpansOf, nlp: Language) -> tuple[Known, MakeName]:
    """Return what the training set says about each of its names, in two passes, and their tokens.

    train: yields the Docs of the training set, from the beginning at each call. nlp: its tokenizer makes
    the tokens of the names, except where the corpus has those of the annotation file. The second pass
    counts where the tokens of a name occur and nothing is marked or unknown.
    """
    counts: dict[str, dict[str, int]] = {}
    fixed: dict[str, Tokens] = {}
    for doc in train():
        for span in spans_of(doc):
            labels = counts.setdefault(span.text, {})
            labels[span.label_] = labels.get(span.label_, 0) + 1
            if doc.has_unknown_spaces and span.text not in fixed:
                fixed[span.text] = [t.text for t in span], [bool(t.whitespace_) for t in span]
    make_name = partial(doc_of, nlp, fixed)
    matcher = PhraseMatcher(nlp.vocab)
    for name in counts:
        matcher.add(name, [make_name(name)])
    for doc in train():
        free = [token.ent_iob != 0 for token in doc]  # neither unknown nor inside an entity
        for span in spans_of(doc):
            free[span.start : span.end] = [False] * len(span)
        for key, start, end in matcher(doc):
            if all(free[start:end]):
                labels = counts[nlp.vocab.strings[key]]  # its own text may have other spaces
                labels[NONE] = labels.get(NONE, 0) + 1
    return Known(counts), make_name


def doc_of(nlp: Language, fixed: Mapping[str, Tokens], name: str) -> Doc:
    """Return the tokens of a name: those that the corpus fixed, else those of the tokenizer."""
    if name not in fixed:
        return nlp.make_doc(name)
    words, spaces = fixed[name]
    return Doc(nlp.vocab, words=words, spaces=spaces)


def ruler(known: Known, nlp: Language, spans_key: str | None, make_name: MakeName) -> Language:
    """Return a blank pipeline that marks the names of the training set wherever their tokens occur.

    nlp: gives the language and the tokenizer. spans_key: for `ner` None (an `entity_ruler`, which marks
    the longest of overlapping names); for `spancat` the key of `doc.spans` (a `span_ruler`, which marks
    all). make_name: as `learn` returns it.
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
    blank.tokenizer = make_name
    component.add_patterns(patterns)  # type: ignore[attr-defined]
    blank.tokenizer = nlp.tokenizer
    return blank
