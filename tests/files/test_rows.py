"""Rows in shards: what was written comes back, in order, and is never held as a whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.files.rows import read_rows, write_rows

TEXTS = [
    "plain",
    "two\nlines\r\n",
    "line\u2028separator\x85",
    "👩‍👩‍👧 שלום",
    "half \ud83d of a pair",
    "",
]


def test_rows_come_back_with_any_characters(tmp_path):
    rows = [{"text": text, "gold": [[0, 1, text]]} for text in TEXTS]
    assert write_rows(tmp_path / "new", rows) == len(rows)
    assert list(read_rows(tmp_path / "new")) == rows


@given(st.lists(st.integers()), st.integers(1, 5))
def test_rows_keep_their_order_over_shards_none_of_which_is_empty(tmp_path_factory, rows, shard):
    folder = tmp_path_factory.mktemp("rows") / "new"
    assert write_rows(folder, iter(rows), shard) == len(rows)
    assert list(read_rows(folder)) == rows
    sizes = [len(path.read_text().splitlines()) for path in sorted(folder.iterdir())]
    assert all(size == shard for size in sizes[:-1])
    assert len(sizes) == -(-len(rows) // shard)


def test_shards_are_numbered_so_that_names_are_in_order(tmp_path):
    write_rows(tmp_path / "new", range(11), shard=1)
    names = [path.name for path in sorted((tmp_path / "new").iterdir())]
    assert (names[0], names[-1]) == ("00000.jsonl", "00010.jsonl")
    assert list(read_rows(tmp_path / "new")) == list(range(11))


def test_shard_is_on_disk_before_the_next_row_is_asked_for(tmp_path):
    """So that a long stream is never in memory: each row sees the whole shards before it."""
    seen = []

    def stream():
        for number in range(7):
            seen.append(len(list(tmp_path.glob("new/*.jsonl"))))
            yield number

    write_rows(tmp_path / "new", stream(), shard=2)
    assert seen == [0, 1, 1, 2, 2, 3, 3]


def test_no_rows_make_an_empty_folder(tmp_path):
    assert write_rows(tmp_path / "new", []) == 0
    assert list(read_rows(tmp_path / "new")) == []


def test_folder_with_old_rows_is_not_written_into(tmp_path):
    write_rows(tmp_path / "new", [1])
    with pytest.raises(FileExistsError):
        write_rows(tmp_path / "new", [2])
