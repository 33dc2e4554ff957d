"""`entity_confidence`: how likely each entity of a parser is right, as `ent._.score`.

In: docs with the entities of `ner`, `fast_ner` or `beam_ner`. Out: the same, with `ent._.score`, a
probability, and `ent._.sure`, whether it reaches the threshold of the entity's label. Both are None
without a calibration, which the step `confidence` makes: the parser's own numbers are no probabilities.
They are also None for labels that could not be calibrated, because nobody annotated them.

Softmax over the scores of the valid moves at each token makes the parser a locally normalised model. An
entity's share of it is the product of its moves, times the chance that no other entity is open where it
begins (1 less the chances of those that begin before, each by itself). A logistic function, with an
offset for each label, maps the logit of this share to a probability (Platt, 1999, "Probabilistic outputs
for support vector machines").

This file needs no other file of this project: `package` copies it into the wheel.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span
from thinc.api import Model, set_dropout_rate

Array = np.ndarray[Any, np.dtype[Any]]
# "slope", "bias"; "offsets" and "thresholds": by label; "unscored": labels that get no score, if any.
Calibration = dict[str, Any]

FACTORY = "entity_confidence"
VECTORS = "entity_confidence_vectors"  # key of doc.user_data
FILE = "calibration.json"
REACH = 4  # tokens before an entity at which another one may have begun that goes on into it
LEAST, SMALLEST = 1e-3, 1e-6  # chance of a beginning that counts; how far shares are from 0 and 1
NEVER = 2.0  # the threshold of a label for which no score is high enough
TOKENS_IN_STATE = (3, 6)  # that spaCy's `ner` looks at: without and with `extra_state_tokens`


def make_entity_confidence(nlp: Language, name: str) -> "EntityConfidence":
    """Return the component, which scores the entities of the pipeline's parser."""
    return EntityConfidence(nlp, name)


class EntityConfidence:
    """The component. calibration: how a share becomes a probability, or None."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.nlp, self.name = nlp, name
        self.calibration: Calibration | None = None
        for extension in ("score", "sure"):
            if not Span.has_extension(extension):
                Span.set_extension(extension, default=None)

    @property
    def parser(self) -> Any:
        """The component whose entities are scored. Raises ValueError when the pipeline has none."""
        found = (pipe for _, pipe in self.nlp.components if isinstance(pipe, EntityRecognizer))
        parser = next(found, None)
        if parser is None:
            raise ValueError(f"{self.name!r} needs `ner`, `fast_ner` or `beam_ner` in the pipeline")
        return parser

    def __call__(self, doc: Doc) -> Doc:
        """Give a doc's entities their scores."""
        self.annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = 128) -> Iterator[Doc]:
        """Yield docs whose entities have their scores."""
        if self.calibration is not None:
            remember(self.parser.model)  # before the parser sees the first doc
        rest = iter(stream)
        while docs := list(islice(rest, batch_size)):
            self.annotate(docs)
            yield from docs

    def annotate(self, docs: list[Doc]) -> None:
        """Give the entities of some docs their scores."""
        if self.calibration is None:
            return
        found = [ent for doc in docs for ent in doc.ents]
        labels = [ent.label_ for ent in found]
        thresholds, unscored = self.calibration["thresholds"], self.calibration.get("unscored", ())
        chances = probabilities(self.calibration, self.shares(docs), labels).tolist()
        for ent, label, chance in zip(found, labels, chances, strict=True):
            if label not in unscored:
                ent._.score = chance
                ent._.sure = chance >= thresholds.get(label, NEVER)

    def shares(self, docs: list[Doc]) -> Array:
        """Return for each entity of some docs its share of what the parser holds possible."""
        moves, model = self.parser.moves, self.parser.model
        remember(model)
        vectors = vectors_of(model, docs)
        if not any(doc.ents for doc in docs):
            return np.zeros(0)
        names = [moves.get_class_name(number) for number in range(moves.n_moves)]
        return shares(model, vectors, names, docs)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Return the calibration as bytes."""
        return bytes(srsly.json_dumps(self.calibration), "utf8")

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "EntityConfidence":  # noqa: ARG002
        """Take the calibration from bytes."""
        self.calibration = srsly.json_loads(data.decode("utf8"))
        return self

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Write the calibration to a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        srsly.write_json(Path(path) / FILE, self.calibration)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "EntityConfidence":  # noqa: ARG002
        """Read the calibration from a folder."""
        self.calibration = srsly.read_json(Path(path) / FILE)
        return self


def remember(model: Model[Any, Any]) -> None:
    """Let a parser's model leave the vectors of tokens in its docs, so that they are computed once."""
    layer = model.get_ref("tok2vec")
    if not isinstance(layer._func, partial):
        layer._func = partial(remembering, layer._func)


def remembering(forward: Callable[..., Any], layer: Any, docs: list[Doc], is_train: bool) -> Any:
    """Return what a layer returns. When it is not trained, leave its vectors in the docs, too."""
    vectors, backprop = forward(layer, docs, is_train)
    if not is_train:
        ends = np.cumsum([len(doc) for doc in docs]).tolist()
        for doc, end in zip(docs, ends, strict=True):
            doc.user_data[VECTORS] = vectors[end - len(doc) : end]
    return vectors, backprop


def vectors_of(model: Model[Any, Any], docs: list[Doc]) -> Any:
    """Return the vectors of the tokens of docs, for all docs together, and remove them from the docs."""
    if not all(VECTORS in doc.user_data for doc in docs):
        set_dropout_rate(model, 0.0)
        model.get_ref("tok2vec").predict(docs)
    return model.ops.xp.concatenate([doc.user_data.pop(VECTORS) for doc in docs])


def probabilities(calibration: Calibration, shares: Array, labels: list[str]) -> Array:
    """Return the probability that each entity is right. shares, labels: of the entities."""
    offsets = np.array([calibration["offsets"].get(label, 0.0) for label in labels])
    values = calibration["slope"] * logits(shares) + calibration["bias"] + offsets
    return np.asarray(1 / (1 + np.exp(-values)))


def logits(shares: Array) -> Array:
    """Return the logits of numbers from 0 to 1."""
    kept = shares.clip(SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(kept / (1 - kept)))


def shares(model: Model[Any, Any], vectors: Any, names: list[str], docs: list[Doc]) -> Array:
    """Return for each entity its share of what a parser's model holds possible, from 0 to 1.

    vectors: of the tokens of all docs. names: of the moves, such as B-PERSON.
    """
    moves, tokens = Moves(names), Tokens(docs)
    first, end = tokens.entities(docs)
    numbers = np.array([moves.label_numbers.get(ent.label_, -1) for doc in docs for ent in doc.ents])
    scorer = Scorer(model, vectors, moves, tokens, near=tokens.near_entities(first, end))
    single = end - first == 1
    opening = np.where(single, moves.units[numbers], moves.begins[numbers])
    values = scorer.outside(first)[np.arange(len(first)), opening]
    values += scorer.going_on(first, first + 1, end - 1, numbers)
    many = np.flatnonzero(~single)
    values[many] += scorer.inside(end[many] - 1, first[many], numbers[many])[1]
    values[(numbers < 0) | (opening < 0)] = -np.inf  # a label that the parser does not know
    return np.asarray(np.exp(values) * (1 - already_open(scorer, moves, tokens, first)))


def already_open(scorer: "Scorer", moves: "Moves", tokens: "Tokens", first: Array) -> Array:
    """Return the chance that an entity that began earlier is still open before each of some tokens."""
    labels = len(moves.label_numbers)
    before = first[:, None] - np.arange(REACH, 0, -1)
    entity, place = np.nonzero(before >= tokens.starts[tokens.doc_of[first]][:, None])
    began = before[entity, place]
    distinct, again = np.unique(began, return_inverse=True)
    opened = scorer.outside(distinct)[:, moves.begins[:labels]][again]
    row, number = np.nonzero(opened > np.log(LEAST))
    values = opened[row, number]
    values += scorer.going_on(began[row], began[row] + 1, first[entity[row]], number)
    found = np.bincount(entity[row], np.exp(values), minlength=len(first))
    return np.asarray(found.clip(max=1 - SMALLEST))


class Moves:
    """The moves by their number, with -1 for none. begins, goes_on, closes, units: for each label."""

    def __init__(self, names: list[str]) -> None:
        number = {name: place for place, name in enumerate(names)}
        labels = sorted({name[2:] for name in names} - {""})
        self.label_numbers = {label: place for place, label in enumerate(labels)}
        self.begins, self.goes_on, self.closes, self.units = (
            np.array([number.get(f"{kind}-{label}", -1) for label in labels] + [-1]) for kind in "BILU"
        )
        kinds = np.array([name[0] if name[2:] or name == "O" else "-" for name in names])
        self.opening, self.only_begins = np.isin(kinds, ["B", "U"]), kinds == "B"
        self.never_outside = ~(self.opening | (kinds == "O"))


class Tokens:
    """The tokens of all docs. starts: of each doc. doc_of: of each token the number of its doc.

    space: which tokens are white space. alone: after which an entity can't go on.
    """

    def __init__(self, docs: list[Doc]) -> None:
        lengths = np.array([len(doc) for doc in docs])
        self.starts = lengths.cumsum() - lengths
        self.doc_of = np.repeat(np.arange(len(docs)), lengths)
        columns = np.concatenate([doc.to_array(["IS_SPACE", "SENT_START"]) for doc in docs])
        self.space, self.alone = columns[:, 0] == 1, np.append(columns[1:, 1] == 1, True)
        self.alone[self.starts[lengths > 0] + lengths[lengths > 0] - 1] = True

    def entities(self, docs: list[Doc]) -> tuple[Array, Array]:
        """Return the first tokens of all entities, and the tokens after their last ones."""
        pairs = zip(docs, self.starts.tolist(), strict=True)
        found = [(at + ent.start, at + ent.end) for doc, at in pairs for ent in doc.ents]
        return tuple(np.array(found).T)

    def near_entities(self, first: Array, end: Array) -> Array:
        """Return the tokens of some entities, and those before that are looked at."""
        change = np.zeros(len(self.doc_of) + 1, dtype="int64")
        np.add.at(change, (first - REACH).clip(min=0), 1)
        np.add.at(change, end, -1)
        return np.flatnonzero(change.cumsum())


class Scorer:
    """The logarithms of the chances of moves, for the tokens near entities of all docs."""

    def __init__(self, model: Any, vectors: Any, moves: Moves, tokens: Tokens, near: Array) -> None:
        lower = model.get_ref("lower")
        if lower.get_dim("nF") not in TOKENS_IN_STATE:
            raise ValueError("the parser's model is none of an entity recogniser of spaCy")
        self.moves, self.tokens = moves, tokens
        self.ops = model.ops
        self.upper = model.get_ref("upper") if model.attrs["has_upper"] else None
        self.unseen = sorted(model.attrs.get("unseen_classes") or ())
        seen = vectors[self.ops.asarray1i(near)]
        self.features = self.ops.to_numpy(lower.predict(seen))  # row 0 is for a missing token
        self.row = np.zeros(len(tokens.doc_of) + 1, dtype="int64")  # of each token; the last is for -1
        self.row[near] = np.arange(1, len(near) + 1)
        self.bias = self.ops.to_numpy(lower.get_param("b"))

    def outside(self, at: Array) -> Array:
        """Return the chances of all moves at some tokens, if no entity is open."""
        missing = self.features[0, 1:].sum(axis=0) + self.bias
        scores = self.scores(self.features[self.row[at], 0] + missing)
        scores[:, self.moves.never_outside] = -np.inf
        scores[np.ix_(self.tokens.space[at], self.moves.opening)] = -np.inf
        scores[np.ix_(self.tokens.alone[at], self.moves.only_begins)] = -np.inf
        best = scores.max(axis=1, keepdims=True)
        return np.asarray(scores - best - np.log(np.exp(scores - best).sum(axis=1, keepdims=True)))

    def inside(self, at: Array, first: Array, label: Array) -> tuple[Array, Array]:
        """Return the chances at some tokens that an open entity goes on, and that it ends there.

        first: the first tokens of these entities. label: the numbers of their labels.
        """
        count = self.features.shape[1]
        if count == min(TOKENS_IN_STATE):
            seen = np.stack([at, first, at - 1])
        else:
            seen = first + np.arange(-1, count - 1)[:, None]
            seen[0] = at
            seen[1:][seen[1:] >= at] = -1
        hidden = self.bias + sum(self.features[self.row[tokens], n] for n, tokens in enumerate(seen))
        scores, rows = self.scores(hidden), np.arange(len(at))
        more = scores[rows, self.moves.closes[label]] - scores[rows, self.moves.goes_on[label]]
        more[self.tokens.alone[at]] = np.inf
        return -np.logaddexp(0, more), -np.logaddexp(0, -more)

    def going_on(self, first: Array, start: Array, end: Array, label: Array) -> Array:
        """Return the chances that entities go on at all tokens from `start` to before `end`."""
        counts = (end - start).clip(min=0)
        which = np.repeat(np.arange(len(first)), counts)
        at = np.arange(len(which)) - np.repeat(counts.cumsum() - counts, counts) + start[which]
        steps = self.inside(at, first[which], label[which])[0]
        found = np.zeros(len(first))
        np.add.at(found, which, steps)
        return found

    def scores(self, hidden: Array) -> Array:
        """Return the scores of all moves for rows of the hidden layer, before its activation."""
        rows: Any = reduce(np.maximum, np.moveaxis(hidden, -1, 0))  # .max(axis=-1) takes far longer
        if self.upper is not None:
            ops = self.upper.ops  # spaCy leaves this layer on the CPU when the others are on a GPU
            rows = ops.to_numpy(self.upper.predict(ops.asarray(rows)))
        found: Array = np.array(rows, dtype="float64")
        found[:, self.unseen] = -np.inf
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
        assigns=["span._.score", "span._.sure"],
        requires=["doc.ents"],
        func=make_entity_confidence,
    )
