"""Word clusters in a binary tree, made from word vectors by bisecting k-means.

In: vectors, one for each word. Out: the path of each word from the root, as `ClusterEmbed`
reads it: the lowest bit is the first step, so that the lowest bits of two paths are equal for words that
are alike. The first step is always 1, because 0 means a word without a cluster.

Bisecting k-means: Steinbach, Karypis and Kumar (2000), "A Comparison of Document Clustering Techniques".
Each group is first split along the direction of its greatest variance, without random numbers: the
same vectors always make the same tree.
"""

from pathlib import Path

import numpy as np
import srsly
from numpy.typing import NDArray

from scripts.files import atomic

Floats = NDArray[np.float32]
Paths = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

LONGEST = 31  # steps of a path after the first: a path is a number of 32 bits
ROUNDS = 20  # at most, for a split to settle
POWERS = 5  # times that the direction of the greatest variance is improved


def paths_in_tree(vectors: Floats, depth: int) -> Paths:
    """Return the path of each vector in a tree in which each group is split in two, `depth` times.

    Only the directions of vectors count, not their lengths.
    Raises ValueError if the depth is not from 1 to LONGEST.
    """
    if not 1 <= depth <= LONGEST:
        raise ValueError(f"the depth of the tree is {depth}; it can be from 1 to {LONGEST}")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors, dtype="float32"), where=lengths > 0)
    paths = np.ones(len(unit), dtype="uint32")
    groups = [np.arange(len(unit))]
    for step in range(1, depth + 1):
        halves = []
        for rows in (rows for rows in groups if len(rows) > 1):
            right = right_half(unit[rows])
            paths[rows[right]] |= np.uint32(1 << step)
            halves += [rows[~right], rows[right]]
        groups = halves
    return paths


def right_half(vectors: Floats) -> NDArray[np.bool_]:
    """Return which vectors of a group go to the right when it is split: none if all are equal."""
    centred = vectors - vectors.mean(axis=0)
    direction = centred[np.argmax((centred**2).sum(axis=1))]
    for _ in range(POWERS):
        direction = centred.T @ (centred @ direction)
        direction /= np.linalg.norm(direction) or 1
    right = centred @ direction > 0
    for _ in range(ROUNDS):
        if right.all() or not right.any():
            break
        low, high = centred[~right].mean(axis=0), centred[right].mean(axis=0)
        closer = centred @ (high - low) > (high @ high - low @ low) / 2
        if (closer == right).all():
            break
        right = closer
    return right if right.any() and not right.all() else np.zeros(len(vectors), dtype=bool)


def write_clusters(path: Path, words: Hashes, paths: Paths) -> None:
    """Write words, the most frequent first, and their paths for `ner_template.load_clusters.v1`."""
    table = {"words": words.astype("uint64"), "paths": paths.astype("uint32")}
    with atomic.replacing(path) as temporary:
        srsly.write_msgpack(temporary, table)
