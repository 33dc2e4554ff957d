"""An embedding layer that also knows the cluster of a word, and so something about words it never saw.

In: docs. Out: a vector for each token, made of hashed features, as in spaCy's MultiHashEmbed, and of the
word's cluster. Clusters form a binary tree, as Brown clustering makes one. The path of a word from the
root is a number: its lowest bit is the first step. Prefixes of the path are features, as in Miller,
Guinness and Zamanian (2004), "Name Tagging with Word Clusters and Discriminative Training". The words
and their paths are saved with the pipeline.

This file needs no other file of this project: `package` copies it into the wheel.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import srsly
from spacy.attrs import ORTH, intify_attr
from spacy.language import Language
from spacy.ml.staticvectors import StaticVectors
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import load_language_data, logger, registry
from thinc.api import HashEmbed, Maxout, Model, Ragged, chain, concatenate, ragged2list, with_array
from thinc.types import Floats2d

Array = np.ndarray[Any, np.dtype[Any]]
Clusters = dict[
    str, Array
]  # "words": their hashes, in order, as uint64; "paths": a number for each, uint32

FEATURES = "cluster_features"
TABLE = "lexeme_cluster"
WORD = ("ORTH", "LOWER")  # forms of a word that are looked up, the best one first
# An odd factor for each column of features: their products add up to one number for equal tokens.
FACTORS = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, 65, dtype="uint64")


@registry.architectures("ner_template.ClusterEmbed.v1")
def cluster_embed(
    width: int,
    attrs: list[str],
    rows: list[int],
    prefixes: list[int],
    prefix_rows: list[int],
    include_static_vectors: bool,
) -> Model[list[Doc], list[Floats2d]]:
    """Return a layer that embeds attributes of a token and the cluster of its word.

    width: of the output and of each table. attrs, rows: attributes, and the rows of the table of each.
    prefixes, prefix_rows: the lengths in bits of prefixes of a path, and the rows of the table of each.
    include_static_vectors: whether to use the word vectors of the vocabulary, too.
    Raises ValueError if a list of rows has another length than the list that it belongs to.
    """
    if len(rows) != len(attrs) or len(prefix_rows) != len(prefixes):
        raise ValueError("ClusterEmbed needs a number of rows for each of attrs and each of prefixes")
    sizes = enumerate([*rows, *prefix_rows])
    tables: list[Model[Any, Any]] = [
        HashEmbed(width, size, column=n, seed=8 + n, dropout=0.0) for n, size in sizes
    ]
    inputs = width * (len(tables) + include_static_vectors)
    mix: Model[Any, Any] = Maxout(width, inputs, nP=3, dropout=0.0, normalize=True)
    features = cluster_features(attrs, prefixes)
    known: Model[list[Doc], Ragged] = chain(features, with_array(concatenate(*tables)))
    if include_static_vectors:
        known = concatenate(known, StaticVectors(width, dropout=0.0))
    return chain(once_a_type(chain(known, with_array(mix)), width, attrs), ragged2list())


def cluster_features(attrs: list[str], prefixes: list[int]) -> Model[list[Doc], Ragged]:
    """Return a layer with a row for each token: its attributes and the prefixes of its path (uint64)."""
    none = {"words": np.zeros(0, dtype="uint64"), "paths": np.zeros(0, dtype="uint32")}
    return Model(FEATURES, look_up, attrs={"columns": attrs, "prefixes": prefixes, **none})


def look_up(
    model: Model[list[Doc], Ragged],
    docs: list[Doc],
    is_train: bool,  # noqa: ARG001
) -> tuple[Ragged, Callable[[Ragged], list[Doc]]]:
    """Return the features of all tokens, and a function for the way back, where nothing is learned."""
    attrs = model.attrs
    columns = [*attrs["columns"], *WORD]
    found = (
        np.concatenate([doc.to_array(columns) for doc in docs]) if docs else np.zeros((0, len(columns)))
    )
    features, exact, lower = np.split(found.astype("uint64", copy=False), [-2, -1], axis=1)
    paths = paths_of(attrs["words"], attrs["paths"], exact[:, 0], lower[:, 0])
    masks = np.array([2**bits - 1 for bits in attrs["prefixes"]], dtype="uint64")
    rows: Any = model.ops.asarray(cast(Any, np.hstack([features, paths[:, None] & masks])))
    return Ragged(rows, model.ops.asarray1i([len(doc) for doc in docs])), lambda _: []


def paths_of(words: Array, paths: Array, exact: Array, lower: Array) -> Array:
    """Return the path of each token: of its exact form, else of its lower-case form, else 0.

    words, paths: of the clusters; may be empty. exact, lower: hashes of the forms, one for each token.
    """
    if not len(words):
        return np.zeros(len(exact), dtype="uint64")
    found = []
    for forms in (exact, lower):
        at = np.searchsorted(words, forms).clip(max=len(words) - 1)
        found.append(np.where(words[at] == forms, paths[at], 0).astype("uint64"))
    return np.where(found[0] > 0, *found)


class DistinctTokens:
    """The distinct tokens of some docs: what the layers of this file and StaticVectors read of a Doc.

    again: for each token of the docs, which one of these it is.
    """

    def __init__(self, docs: list[Doc], attrs: list[str]) -> None:
        self.vocab = docs[0].vocab
        vectors = getattr(self.vocab.vectors, "attr", ORTH)
        self.attrs = list(dict.fromkeys([*map(intify_attr, [*attrs, *WORD]), vectors]))
        found = np.concatenate([doc.to_array(self.attrs) for doc in docs]).astype("uint64", copy=False)
        keys = (found * FACTORS[: found.shape[1]]).sum(axis=1, dtype="uint64")
        _, first, self.again = np.unique(keys, return_index=True, return_inverse=True)
        self.values = found[first]

    def __len__(self) -> int:
        return len(self.values)

    def to_array(self, attrs: Any) -> Array:
        """Return the values of one attribute, or a column for each of several, as a Doc does."""
        if isinstance(attrs, list):
            return self.values[:, [self.attrs.index(intify_attr(attr)) for attr in attrs]]
        return self.values[:, self.attrs.index(intify_attr(attrs))]


def once_a_type(
    layer: Model[list[Doc], Ragged], width: int, attrs: list[str]
) -> Model[list[Doc], Ragged]:
    """Return a layer that embeds docs; when it predicts, each distinct token of them once.

    width: of the output. attrs: that the layer reads, beside the word. An embedding is independent of
    the context, and most tokens of a batch are repeated.
    """
    reads = {"columns": attrs}
    return Model("once_a_type", embed, init=initialize, layers=[layer], dims={"nO": width}, attrs=reads)


def embed(
    model: Model[list[Doc], Ragged], docs: list[Doc], is_train: bool
) -> tuple[Ragged, Callable[[Ragged], list[Doc]]]:
    """Return a vector for each token, and a function for the way back."""
    layer: Model[Any, Ragged] = model.layers[0]
    lengths = model.ops.asarray1i([len(doc) for doc in docs])
    if not lengths.sum():
        return Ragged(model.ops.alloc2f(0, model.get_dim("nO")), lengths), lambda _: []
    if is_train:
        learned, back = layer(docs, is_train)
        return learned, back
    tokens = DistinctTokens(docs, model.attrs["columns"])
    again = model.ops.asarray(cast(Any, tokens.again))
    vectors = layer([tokens], is_train)[0].data[again]
    return Ragged(vectors, lengths), lambda _: []


def initialize(model: Model[list[Doc], Ragged], X: Any = None, Y: Any = None) -> None:  # noqa: N803
    """Initialise the layer; X: some docs, Y: their vectors, or None."""
    model.layers[0].initialize(X, Y)


@registry.callbacks("ner_template.load_clusters.v1")
def load_clusters(lang: str, path: str | None) -> Callable[[Language], Language]:
    """Return a callback for `initialize.before_init` that gives word clusters to a pipeline.

    lang: the language whose clusters spacy-lookups-data has. path: a file with clusters of your own, to
    be used instead. Where there are none, training goes on without, and a warning says so.
    """

    def before_init(nlp: Language) -> Language:
        layers = [layer for pipe in nlp.components for layer in layers_of(pipe[1])]
        if not layers:
            return nlp
        clusters = clusters_in(Path(path)) if path else clusters_of(lang)
        if clusters is None:
            where = path or f"spacy-lookups-data, which has no {TABLE} for {lang}, or is not installed"
            logger.warning("No word clusters in %s: training goes on without them", where)
            return nlp
        for layer in layers:
            layer.attrs.update(clusters)
        return nlp

    return before_init


def layers_of(pipe: Any) -> list[Model[Any, Any]]:
    """Return the layers of a component that look clusters up."""
    model = getattr(pipe, "model", None)
    nodes = model.walk() if isinstance(model, Model) else ()
    return [node for node in nodes if node.name == FEATURES]


def clusters_in(path: Path) -> Clusters | None:
    """Return the clusters in a file, if it exists."""
    return srsly.read_msgpack(path) if path.is_file() else None


def clusters_of(lang: str) -> Clusters | None:
    """Return the clusters that spacy-lookups-data has for a language, if it has any.

    spaCy's load_lookups would take four times as long: it keeps words without a cluster, too.
    """
    if not registry.has("lookups", lang) or TABLE not in (tables := registry.lookups.get(lang)):
        return None
    known = cast(dict[str, int], load_language_data(tables[TABLE]))
    words = {get_string_id(word): path for word, path in known.items() if path}
    order = sorted(words)
    return {
        "words": np.array(order, dtype="uint64"),
        "paths": np.array([words[word] for word in order], dtype="uint32"),
    }
