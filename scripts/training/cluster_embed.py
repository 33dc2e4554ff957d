"""An embedding layer that also knows the cluster of a word, and so something about words it never saw.

In: docs. Out: a vector for each token, made of hashed features, as in spaCy's MultiHashEmbed, and of the
word's cluster in each of several tables. Clusters form a binary tree, as Brown clustering makes one. The
path of a word from the root is a number: its lowest bit is the first step. Prefixes of the path are
features, as in Miller, Guinness and Zamanian (2004), "Name Tagging with Word Clusters and Discriminative
Training". The words and their paths are saved with the pipeline.

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
from thinc.api import (
    Dropout,
    HashEmbed,
    Maxout,
    Model,
    Ragged,
    chain,
    concatenate,
    ragged2list,
    with_array,
)
from thinc.types import Floats2d

Array = np.ndarray[Any, np.dtype[Any]]
# "words": hashes, in order; "ids": for each word, where its path is in "paths".
Clusters = dict[str, Array]

FEATURES = "cluster_features"
LOOKUPS = "lexeme_cluster"  # the name of the table in spacy-lookups-data
WORD = ("ORTH", "LOWER")  # forms of a word that are looked up, the best one first
# An odd factor for each column of features: their products add up to one number for equal tokens.
FACTORS = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, 65, dtype="uint64")


@registry.architectures("ner_template.ClusterEmbed.v1")
def cluster_embed(
    width: int,
    attrs: list[str],
    rows: list[int],
    clusters: list[str],
    prefixes: list[int],
    prefix_rows: list[int],
    include_static_vectors: bool,
) -> Model[list[Doc], list[Floats2d]]:
    """Return a layer that embeds attributes of a token and the clusters of its word.

    width: of the output and of each table of vectors. attrs, rows: attributes, and the rows of the table
    of each. clusters: the names of tables of clusters, which `load_clusters` fills. prefixes,
    prefix_rows: the lengths in bits of prefixes of a path, and the rows of the table of each.
    include_static_vectors: whether to use the word vectors of the vocabulary, too.
    Raises ValueError if a list of rows has another length than the list that it belongs to.
    """
    if len(rows) != len(attrs) or len(prefix_rows) != len(prefixes):
        raise ValueError("ClusterEmbed needs a number of rows for each of attrs and each of prefixes")
    sizes = enumerate([*rows, *prefix_rows * len(clusters)])
    tables: list[Model[Any, Any]] = [
        HashEmbed(width, size, column=n, seed=8 + n, dropout=0.0) for n, size in sizes
    ]
    inputs = width * (len(tables) + include_static_vectors)
    mix: Model[Any, Any] = Maxout(width, inputs, nP=3, normalize=True)
    features = cluster_features(attrs, clusters, prefixes)
    known: Model[list[Doc], Ragged] = chain(features, with_array(concatenate(*tables)))
    if include_static_vectors:
        known = concatenate(known, StaticVectors(width, dropout=0.0))
    embedded = once_a_type(chain(known, with_array(mix)), width, attrs)
    # Not part of the mix, where all tokens of a type would lose the same numbers.
    dropout: Model[Any, Any] = Dropout(0.0)
    return chain(embedded, with_array(dropout), ragged2list())


def cluster_features(
    attrs: list[str], clusters: list[str], prefixes: list[int]
) -> Model[list[Doc], Ragged]:
    """Return a layer with a row of uint64 for each token: attributes, and prefixes for each table."""
    values = {"columns": attrs, "tables": clusters, "prefixes": prefixes, "clusters": {}}
    return Model(FEATURES, look_up, attrs=values)


def look_up(
    model: Model[list[Doc], Ragged],
    docs: list[Doc],
    is_train: bool,  # noqa: ARG001
) -> tuple[Ragged, Callable[[Ragged], list[Doc]]]:
    """Return the features of all tokens, and a function for the way back, where nothing is learned."""
    attrs = model.attrs
    columns = [*attrs["columns"], *WORD]
    none: Array = np.zeros((0, len(columns)), dtype="uint64")  # if there are no docs
    found = np.concatenate([none, *(doc.to_array(columns) for doc in docs)])
    features, exact, lower = np.split(found, [-2, -1], axis=1)
    masks = np.array([2**bits - 1 for bits in attrs["prefixes"]], dtype="uint64")
    blocks = [features]
    for name in attrs["tables"]:
        paths = paths_of(attrs["clusters"].get(name), exact[:, 0], lower[:, 0])
        blocks.append(paths[:, None] & masks)
    rows: Any = model.ops.asarray(cast(Any, np.hstack(blocks)))
    return Ragged(rows, model.ops.asarray1i([len(doc) for doc in docs])), lambda _: []


def paths_of(clusters: Clusters | None, exact: Array, lower: Array) -> Array:
    """Return the path of each token: of its exact form, else of its lower-case form, else 0.

    exact, lower: hashes of the forms, one for each token, as uint64.
    """
    if clusters is None or not len(clusters["words"]):
        return np.zeros(len(exact), dtype="uint64")
    words, found = clusters["words"], []
    for forms in map(shortened, (exact, lower)):
        at = np.searchsorted(words, forms).clip(max=len(words) - 1)
        paths = clusters["paths"][clusters["ids"][at]].astype("uint64")
        found.append(np.where(words[at] == forms, paths, np.uint64(0)))
    return np.where(found[0] > 0, *found)


def shortened(words: Array) -> Array:
    """Return the lower halves of 64-bit hashes: enough to tell a million words apart."""
    return words.astype("uint32")


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
    """Return a layer that embeds each distinct token of some docs once.

    width: of the output. attrs: that the layer reads, beside the word. An embedding is independent of
    the context, and many tokens of a batch are repeated.
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
    tokens = DistinctTokens(docs, model.attrs["columns"])
    found, backprop = layer(cast(Any, [tokens]), is_train)
    again = model.ops.asarray1i(cast(Any, tokens.again))

    def finish(gradient: Ragged) -> list[Doc]:
        summed = model.ops.alloc2f(len(tokens), model.get_dim("nO"))
        model.ops.scatter_add(summed, again, cast(Any, gradient.dataXd))
        backprop(Ragged(summed, found.lengths))
        return []

    return Ragged(found.dataXd[again], lengths), finish


def initialize(model: Model[list[Doc], Ragged], X: Any = None, Y: Any = None) -> None:  # noqa: N803
    """Initialise the layer; X: some docs, Y: their vectors, or None."""
    model.layers[0].initialize(X, Y)


@registry.callbacks("ner_template.load_clusters.v1")
def load_clusters(files: dict[str, str], limit: int) -> Callable[[Language], Language]:
    """Return a callback for `initialize.before_init` that gives word clusters to a pipeline.

    files: tables of your own, by name; any other name is a language of spacy-lookups-data. limit: the
    number of words to keep of a table, the most frequent ones; 0 keeps all. Training goes on without a
    table that is not there, and a warning says so.
    """

    def before_init(nlp: Language) -> Language:
        layers = [layer for _, pipe in nlp.components for layer in layers_of(pipe)]
        for name in dict.fromkeys(name for layer in layers for name in layer.attrs["tables"]):
            found = clusters_in(Path(files[name])) if name in files else clusters_of(name)
            if found is None:
                where = files.get(name, "spacy-lookups-data, or it is not installed")
                logger.warning("No word clusters %s in %s: training goes on without them", name, where)
                continue
            for layer in layers:
                layer.attrs["clusters"][name] = compact(*(values[: limit or None] for values in found))
        return nlp

    return before_init


def layers_of(pipe: Any) -> list[Model[Any, Any]]:
    """Return the layers of a component that look clusters up."""
    model = getattr(pipe, "model", None)
    nodes = model.walk() if isinstance(model, Model) else ()
    return [node for node in nodes if node.name == FEATURES]


def clusters_in(path: Path) -> tuple[Array, Array] | None:
    """Return the hashes of words and their paths, the most frequent word first, if the file exists."""
    if not path.is_file():
        return None
    found = srsly.read_msgpack(path)
    return found["words"], found["paths"]


def clusters_of(lang: str) -> tuple[Array, Array] | None:
    """Return the same from spacy-lookups-data, if it has clusters for a language.

    spaCy's load_lookups would take four times as long: it keeps words without a cluster, too.
    """
    if not registry.has("lookups", lang) or LOOKUPS not in (tables := registry.lookups.get(lang)):
        return None
    known = cast(dict[str, int], load_language_data(tables[LOOKUPS]))
    paths = np.fromiter(known.values(), dtype="uint32", count=len(known))
    words = np.fromiter((get_string_id(word) for word, path in known.items() if path), dtype="uint64")
    return words, paths[paths > 0]


def compact(words: Array, paths: Array) -> Clusters:
    """Return clusters in the form that is saved: six bytes a word."""
    short, first = np.unique(shortened(words), return_index=True)
    distinct, ids = np.unique(paths[first], return_inverse=True)
    small = "uint16" if len(distinct) <= 2**16 else "uint32"
    return {"words": short, "ids": ids.astype(small), "paths": distinct.astype("uint32")}
