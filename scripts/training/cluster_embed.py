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
from spacy.attrs import IDS
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
    if include_static_vectors:
        hashed: Model[list[Doc], Ragged] = chain(features, once_a_type(concatenate(*tables)))
        return chain(
            concatenate(hashed, StaticVectors(width, dropout=0.0)), with_array(mix), ragged2list()
        )
    return chain(features, once_a_type(chain(concatenate(*tables), mix)), ragged2list())


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
    columns = [IDS[name] for name in (*attrs["columns"], *WORD)]  # numbers: names take longer
    found = (
        np.concatenate([doc.to_array(columns) for doc in docs]) if docs else np.zeros((0, len(columns)))
    )
    features, exact, lower = np.split(found.astype("uint64", copy=False), [-2, -1], axis=1)
    paths = paths_of(attrs["words"], attrs["paths"], exact[:, 0], lower[:, 0])
    masks = np.array([2**bits - 1 for bits in attrs["prefixes"]], dtype="uint64")
    rows = np.hstack([features, paths[:, None] & masks])
    return Ragged(cast(Any, rows), model.ops.asarray1i([len(doc) for doc in docs])), lambda _: []


def paths_of(words: Array, paths: Array, exact: Array, lower: Array) -> Array:
    """Return the path of each token: of its exact form, else of its lower-case form, else 0.

    words, paths: of the clusters; may be empty. exact, lower: hashes of the forms, one for each token.
    Each distinct form is looked up once, which takes a third of the time.
    """
    if not len(words):
        return np.zeros(len(exact), dtype="uint64")
    distinct, first, repeated = np.unique(exact, return_index=True, return_inverse=True)
    found = known_paths(words, paths, distinct)
    unknown = np.flatnonzero(found == 0)
    found[unknown] = known_paths(words, paths, lower[first[unknown]])
    return found[repeated]


def known_paths(words: Array, paths: Array, forms: Array) -> Array:
    """Return the path of each form, 0 where it has none."""
    at = np.searchsorted(words, forms).clip(max=len(words) - 1)
    return np.where(words[at] == forms, paths[at], 0).astype("uint64")


def once_a_type(layer: Model[Any, Floats2d]) -> Model[Ragged, Ragged]:
    """Return a layer that embeds features; when it predicts, each distinct row of them once.

    An embedding is independent of the context, and most tokens of a batch are repeated.
    """
    return Model("once_a_type", embed, init=initialize, layers=[layer])


def embed(
    model: Model[Ragged, Ragged], features: Ragged, is_train: bool
) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
    """Return a vector for each row of features, and a function for the way back."""
    layer: Model[Any, Any] = model.layers[0]
    rows: Any = features.data
    repeated: Any = None
    if not is_train and len(rows):
        keys = (rows * FACTORS[: rows.shape[1]]).sum(axis=1, dtype="uint64")
        _, first, repeated = np.unique(keys, return_index=True, return_inverse=True)
        rows = rows[first]
    vectors, backprop = layer(model.ops.asarray(rows), is_train)
    if repeated is not None:
        vectors = vectors[model.ops.asarray(repeated)]

    def back(d_vectors: Ragged) -> Ragged:
        return Ragged(backprop(d_vectors.data), d_vectors.lengths)

    return Ragged(vectors, features.lengths), back


def initialize(model: Model[Ragged, Ragged], X: Any = None, Y: Any = None) -> None:  # noqa: N803
    """Initialise the layer; X: features of some tokens, Y: their vectors, each a Ragged or None."""
    rows = None if X is None else model.ops.asarray(X.data)
    model.layers[0].initialize(rows, None if Y is None else Y.data)


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
