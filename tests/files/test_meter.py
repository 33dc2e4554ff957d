"""Bytes are counted where somebody counts, and nowhere else."""

from scripts.files.meter import Meter, counting, open_counted


def test_bytes_of_files_opened_in_the_block_are_counted(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100)
    meter = Meter()
    with counting(meter), open_counted(path) as file:
        assert meter.bytes == 0
        assert len(file.read(100)) == meter.bytes == 100
    with open_counted(path) as file:
        file.read(100)
    assert meter.bytes == 100


def test_two_meters_count_their_own_files(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100)
    outer, inner = Meter(), Meter()
    with counting(outer):
        with counting(inner), open_counted(path) as file:
            file.read(100)
        assert (outer.bytes, inner.bytes) == (0, 100)
        with open_counted(path) as file:
            file.read(10)
    assert outer.bytes == 100  # a buffer is filled at once
    assert inner.bytes == 100
