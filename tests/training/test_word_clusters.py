"""The tree of word clusters: what its paths have in common, whatever the vectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.training.cluster_embed import clusters_in, compact, paths_of
from scripts.training.word_clusters import LONGEST, paths_in_tree, write_clusters

SEEDS = st.integers(0, 1000)


def random_vectors(seed: int, size: int, dimensions: int = 4) -> np.ndarray:
    """Return vectors that differ."""
    return np.random.RandomState(seed).standard_normal((size, dimensions)).astype("float32")


def bits(path: int, depth: int) -> str:
    """Return the steps of a path, the first one first."""
    return format(path, f"0{depth + 1}b")[::-1]


@settings(max_examples=50)
@given(SEEDS, st.integers(0, 40), st.integers(1, 6))
def test_paths_begin_with_1_and_are_no_longer_than_the_depth(seed, size, depth):
    paths = paths_in_tree(random_vectors(seed, size), depth)
    assert paths.dtype == "uint32"
    assert len(paths) == size
    assert all(bits(path, depth)[0] == "1" and path < 2 ** (depth + 1) for path in paths.tolist())


@settings(max_examples=50)
@given(SEEDS, st.integers(1, 40), st.integers(1, 5))
def test_a_deeper_tree_only_splits_the_groups_of_a_flatter_one(seed, size, depth):
    vectors = random_vectors(seed, size)
    flat, deep = paths_in_tree(vectors, depth), paths_in_tree(vectors, depth + 1)
    assert (deep % 2 ** (depth + 1) == flat).all()


@settings(max_examples=50)
@given(SEEDS, st.integers(2, 12))
def test_every_word_has_a_path_of_its_own_in_a_tree_that_is_deep_enough(seed, size):
    assert len(set(paths_in_tree(random_vectors(seed, size), size).tolist())) == size


@settings(max_examples=50)
@given(SEEDS, st.integers(1, 30), st.floats(0.1, 10))
def test_the_same_vectors_make_the_same_tree_however_long_they_are(seed, size, factor):
    vectors = random_vectors(seed, size)
    paths = paths_in_tree(vectors, 4)
    assert (paths == paths_in_tree(vectors.copy(), 4)).all()
    groups = [{tuple(np.flatnonzero(found == path)) for path in found} for found in
              (paths, paths_in_tree(vectors * np.float32(2.0 ** round(factor)), 4))]  # fmt: skip
    assert groups[0] == groups[1]


@settings(max_examples=30)
@given(SEEDS, st.integers(2, 20), st.integers(2, 20))
def test_two_groups_that_are_far_apart_are_split_first(seed, left, right):
    far = np.array([[9, 0, 0, 0]] * left + [[-9, 0, 0, 0]] * right, dtype="float32")
    paths = paths_in_tree(far + random_vectors(seed, left + right) / 3, 3)
    first = [bits(path, 3)[1] for path in paths.tolist()]
    assert len(set(first[:left])) == len(set(first[left:])) == 1
    assert first[0] != first[-1]


def test_vectors_that_are_equal_or_zero_are_not_split():
    assert set(paths_in_tree(np.ones((5, 3), dtype="float32"), 3).tolist()) == {1}
    assert set(paths_in_tree(np.zeros((5, 3), dtype="float32"), 3).tolist()) == {1}


@pytest.mark.parametrize("depth", [0, LONGEST + 1])
def test_depth_that_a_path_has_no_bits_for_is_refused(depth):
    with pytest.raises(ValueError, match=f"is {depth}; it can be from 1 to 31"):
        paths_in_tree(random_vectors(0, 3), depth)


def test_written_clusters_are_what_the_layer_reads(tmp_path):
    words = np.array([9, 2**64 - 1, 4], dtype="uint64")
    write_clusters(tmp_path / "clusters.msgpack", words, np.array([3, 5, 1], dtype="uint32"))
    found = clusters_in(tmp_path / "clusters.msgpack")
    nothing = np.zeros(3, dtype="uint64")
    assert paths_of(compact(*found), words, nothing).tolist() == [3, 5, 1]
