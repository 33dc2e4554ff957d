"""`fast_ner`: spaCy's `ner`, but it predicts several documents at once, in less time.

In: docs. Out: the entities that `ner` would predict, with the same model and the same training. `ner`
asks token by token which of its moves are valid. Outside an entity, however, a move depends on nothing
before it: here one multiplication scores all tokens of a batch as if no entity were open. Only inside
entities the moves are made one after the other, for all docs together.

This file needs no other file of this project: `package` copies it into the wheel.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.pipeline.ner import DEFAULT_NER_MODEL
from spacy.tokens import Doc, Span
from thinc.api import Model, NumpyOps, set_dropout_rate

Array = np.ndarray[Any, np.dtype[Any]]

FACTORY = "fast_ner"
BEGIN, IN, LAST, UNIT, OUT = "BILUO"
FEATURES = 3  # tokens that the model looks at: this one, the first of the open entity, the one before


def make_fast_ner(
    nlp: Language,
    name: str,
    model: Model[Any, Any],
    moves: Any,
    update_with_oracle_cut_size: int,
    incorrect_spans_key: str | None,
    scorer: Callable[..., Any] | None,
) -> "FastEntityRecognizer":
    """Return the component; for the arguments see https://spacy.io/api/entityrecognizer."""
    return FastEntityRecognizer(
        nlp.vocab,
        model,
        name,
        moves=moves,
        update_with_oracle_cut_size=update_with_oracle_cut_size,
        incorrect_spans_key=incorrect_spans_key,
        scorer=scorer,
    )


class FastEntityRecognizer(EntityRecognizer):  # type: ignore[misc]
    """An EntityRecognizer that predicts the same entities in less time."""

    def predict(self, docs: Iterable[Doc]) -> Any:
        """Return the entities of each doc; or what EntityRecognizer returns, where it is needed.

        It is needed for docs that have entities already, for a model of another kind, and on a GPU.
        """
        docs = [docs] if isinstance(docs, Doc) else list(docs)
        if not any(map(len, docs)) or any(map(annotated, docs)) or not is_usual(self.model):
            return super().predict(docs)
        set_dropout_rate(self.model, 0.0)
        names = map(self.moves.get_class_name, range(self.moves.n_moves))
        return Found(entities(self.model, names, docs))

    def set_annotations(self, docs: Iterable[Doc], found: Any) -> None:
        """Give the entities to the docs."""
        if not isinstance(found, Found):
            super().set_annotations(docs, found)
            return
        for doc, ents in zip(docs, found.ents, strict=True):
            doc.set_ents([Span(doc, *ent) for ent in ents], default="outside")


@dataclass(frozen=True, slots=True)
class Found:
    """For each doc its entities: first token, the token after the last one, label."""

    ents: list[list[tuple[int, int, str]]]


def annotated(doc: Doc) -> bool:
    """Say whether a doc has entities, or tokens that are known to have none."""
    return bool(doc.has_annotation("ENT_IOB"))


def is_usual(model: Model[Any, Any]) -> bool:
    """Say whether `entities` knows this kind of model."""
    lower, attrs = model.get_ref("lower"), model.attrs
    usual = lower.get_dim("nF") == FEATURES and attrs["has_upper"] and not attrs["unseen_classes"]
    return usual and isinstance(model.ops, NumpyOps)


def entities(
    model: Model[Any, Any], names: Iterable[str], docs: list[Doc]
) -> list[list[tuple[int, int, str]]]:
    """Return the entities of each doc. names: of the moves, such as B-PERSON."""
    scorer, moves, tokens = Scorer(model, docs), Moves(names), Tokens(docs)
    outside = scorer.outside()
    outside[:, moves.only_inside] = -np.inf
    outside[np.ix_(tokens.space, moves.begins | moves.units)] = -np.inf
    outside[np.ix_(tokens.alone, moves.begins)] = -np.inf
    chosen = outside.argmax(axis=1)
    spans = list(inside(scorer, moves, tokens, chosen))
    covered = np.zeros(len(chosen), dtype=bool)
    for first, end, _ in spans:
        covered[first:end] = True
    single = np.flatnonzero(moves.units[chosen] & ~covered).tolist()
    spans += [(token, token + 1, moves.labels[chosen[token]]) for token in single]
    found: list[list[tuple[int, int, str]]] = [[] for _ in docs]
    for first, end, label in sorted(spans):
        doc = tokens.doc_of[first]
        found[doc].append((first - tokens.starts[doc], end - tokens.starts[doc], label))
    return found


def inside(
    scorer: "Scorer", moves: "Moves", tokens: "Tokens", chosen: Array
) -> Iterator[tuple[int, int, str]]:
    """Yield the entities of two tokens or more: first token, the token after the last one, label.

    chosen: the move that each token gets if no entity is open before it.
    """
    openings = np.append(np.flatnonzero(moves.begins[chosen]), len(chosen))
    following = openings[np.searchsorted(openings, np.arange(len(chosen) + 1))]  # the next one, if any
    first, at, ends = following[tokens.starts], following[tokens.starts] + 1, tokens.ends
    while True:
        # An entity is open in each of the docs that are left; `first` is its first token.
        left = first < ends
        first, at, ends = first[left], at[left], ends[left]
        if not len(first):
            return
        on, close = moves.goes_on[chosen[first]], moves.closes[chosen[first]]
        scores, rows = scorer.inside(at, first), np.arange(len(at))
        closed = tokens.alone[at] | (scores[rows, close] > scores[rows, on])
        for token in np.flatnonzero(closed).tolist():
            yield int(first[token]), int(at[token]) + 1, moves.labels[chosen[first[token]]]
        at = at + 1
        first = np.where(closed, following[at], first)
        at = np.where(closed, first + 1, at)


class Moves:
    """The moves by their number. labels: of each. begins, units, only_inside: which ones do so.

    goes_on, closes: for each move that begins an entity, the moves that go on with it and that close it.
    """

    def __init__(self, names: Iterable[str]) -> None:
        names = list(names)
        kinds = np.array([name[0] for name in names])
        self.labels = [name[2:] for name in names]
        labelled = np.array([bool(label) for label in self.labels])  # U- is for preset tokens only
        self.begins, self.units = (kinds == BEGIN) & labelled, (kinds == UNIT) & labelled
        self.only_inside = ~(self.begins | self.units | (kinds == OUT))
        number = {name: place for place, name in enumerate(names)}
        self.goes_on, self.closes = (
            np.array([number.get(f"{kind}-{label}", -1) for label in self.labels]) for kind in (IN, LAST)
        )


class Tokens:
    """The tokens of all docs. starts, ends: of each doc. doc_of: of each token the number of its doc.

    space: which tokens are white space. alone: after which an entity can't go on.
    """

    def __init__(self, docs: list[Doc]) -> None:
        lengths = np.array([len(doc) for doc in docs])
        self.ends = lengths.cumsum()
        self.starts = self.ends - lengths
        self.doc_of = np.repeat(np.arange(len(docs)), lengths)
        columns = np.concatenate([doc.to_array(["IS_SPACE", "SENT_START"]) for doc in docs])
        self.space = columns[:, 0] == 1
        self.alone = np.append(columns[1:, 1] == 1, True)
        self.alone[self.ends[lengths > 0] - 1] = True


class Scorer:
    """The scores of the moves for tokens, of all docs one after the other."""

    def __init__(self, model: Model[Any, Any], docs: list[Doc]) -> None:
        lower, self.upper = model.get_ref("lower"), model.get_ref("upper")
        vectors = model.get_ref("tok2vec").predict(docs)
        self.features = lower.predict(vectors)  # row 0 is for a missing token, so token 0 has row 1
        self.bias = lower.get_param("b")

    def outside(self) -> Array:
        """Return the scores for each token, if no entity is open."""
        missing = self.features[0, 1] + self.features[0, 2] + self.bias
        return self.scores(self.features[1:, 0] + missing)

    def inside(self, at: Array, first: Array) -> Array:
        """Return the scores for some tokens. first: the first token of the entity that is open."""
        this, start, last = (
            self.features[tokens + 1, number] for number, tokens in enumerate((at, first, at - 1))
        )
        return self.scores(this + start + last + self.bias)

    def scores(self, hidden: Array) -> Array:
        """Return the scores for rows of the hidden layer, before its activation."""
        found: Array = self.upper.predict(hidden.max(axis=-1))
        return found


def is_registered(factory: str) -> bool:
    """Say whether spaCy has a factory, from this file or from a copy of it in a package.

    spaCy refuses a second one of the same name. The first one stays, so that several packages with a
    copy of this file can be used together.
    """
    Language.has_factory(factory)  # imports the file that an entry point names, if there is one
    try:
        Language.get_factory_meta(factory)
    except ValueError:
        return False
    return True


if not is_registered(FACTORY):
    Language.factory(
        FACTORY,
        assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
        default_config={
            "moves": None,
            "update_with_oracle_cut_size": 100,
            "model": DEFAULT_NER_MODEL,
            "incorrect_spans_key": None,
            "scorer": {"@scorers": "spacy.ner_scorer.v1"},
        },
        default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
        func=make_fast_ner,
    )
