"""Rows of Parquet and Arrow files, a few at a time.

In: a Parquet file, an Arrow stream (what `datasets` saves to disk) or an Arrow file (Feather). Out: its
schema, and its rows as the dicts that JSON would give. Needs pyarrow.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.annotation.text import Fault, FileFault
from scripts.formats.base import Records, optional
from scripts.formats.shared.json_records import Parse, parsed

PARQUET, ARROW_FILE, ARROW_STREAM = b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff"
SCHEMA_MOST = 1 << 24  # bytes of the schema that an Arrow stream begins with
AT_ONCE = 500  # rows

Row = dict[str, Any]


class BrokenArrowRow(ValueError):
    """What takes the place of a row that can't be turned into a dict."""


def is_arrow(data: bytes) -> bool:
    """Say whether a file that begins with these bytes is Parquet or Arrow."""
    if data.startswith(ARROW_STREAM):
        return 0 < int.from_bytes(data[4:8], "little", signed=True) < SCHEMA_MOST
    return data.startswith((PARQUET, ARROW_FILE))


def features_of(path: Path) -> Any:
    """Return what `datasets` wrote into the schema about the columns, as JSON; None if nothing."""
    with opened(path) as (schema, _):
        return (schema.metadata or {}).get(b"huggingface")


def columns_of(path: Path) -> list[str]:
    """Return the names of the columns that hold what an annotated text may be made of."""
    with opened(path) as (schema, _):
        return [field.name for field in schema if is_plain(field.type)]


def arrow_rows(path: Path, columns: Collection[str]) -> Iterator[Row | BrokenArrowRow]:
    """Yield the rows of a file with some of their columns. Raises FileFault when it is damaged."""
    with opened(path) as (_, batches):
        for batch in batches(columns):
            for start in range(0, batch.num_rows, AT_ONCE):
                yield from dicts(batch.slice(start, AT_ONCE))


def whole_rows(path: Path, columns: Collection[str]) -> Iterator[Row]:
    """Yield the rows of a file that can be read."""
    return (row for row in arrow_rows(path, columns) if not isinstance(row, BrokenArrowRow))


def arrow_records(path: Path, columns: Collection[str], parse: Parse) -> Records:
    """Yield what `parse` makes of each row, and a fault for a row that can't be read."""
    file = path.as_posix()
    for number, row in enumerate(arrow_rows(path, columns), start=1):
        if isinstance(row, BrokenArrowRow):
            yield Fault(file, f"row {number}", "", f"it can't be read ({row})", "export it again")
        else:
            yield from parsed(file, f"row {number}", row, parse)


def dicts(batch: Any) -> Iterator[Row | BrokenArrowRow]:
    """Yield the rows of a small batch."""
    try:
        yield from batch.to_pylist()
        return
    except (ValueError, OverflowError):
        pass  # of one of the rows: text that is not UTF-8, a date that Python doesn't know
    for number in range(batch.num_rows):
        try:
            yield batch.slice(number, 1).to_pylist()[0]
        except (ValueError, OverflowError) as error:
            yield BrokenArrowRow(str(error))


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open a file: its schema, and a function from names of columns to its batches of rows.

    Raises FileFault when pyarrow isn't there or can't read the file.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise optional("pyarrow", path.as_posix(), "a Parquet or Arrow file") from None
    with path.open("rb") as stream:
        begin = stream.read(len(ARROW_FILE))
    try:
        if begin.startswith(PARQUET):
            with parquet.ParquetFile(path, pre_buffer=False) as table:
                yield (
                    table.schema_arrow,
                    lambda columns: table.iter_batches(AT_ONCE, columns=[*columns], use_threads=False),
                )
            return
        with pa.memory_map(str(path)) as source:
            if begin.startswith(ARROW_FILE):
                reader = pa.ipc.open_file(source)
                batches = (reader.get_batch(n) for n in range(reader.num_record_batches))
            else:
                reader = pa.ipc.open_stream(source)
                batches = iter(reader)
            yield reader.schema, lambda columns: checked(batches, columns)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        if isinstance(error, FileFault):
            raise
        said = " ".join(str(error).split())[:200]
        reason = f"it is damaged or cut off: pyarrow can't read it ({said})"
        raise FileFault(path.as_posix(), reason, "download or export it again") from None


def checked(batches: Iterator[Any], columns: Collection[str]) -> Iterator[Any]:
    """Yield batches with some of their columns; ArrowInvalid for one whose bytes make no sense."""
    for batch in batches:
        batch.validate(full=True)  # else a damaged offset is an access outside of the memory
        yield batch.select([*columns])


def is_plain(type: Any) -> bool:
    """Say whether a column holds strings, numbers, or lists and structs of them; no vectors."""
    from pyarrow import types

    if types.is_dictionary(type):
        return is_plain(type.value_type)
    if types.is_list(type) or types.is_large_list(type):
        return is_plain(type.value_type) and not types.is_floating(type.value_type)
    if types.is_struct(type):
        return all(is_plain(field.type) for field in type)
    strings = types.is_string(type) or types.is_large_string(type) or types.is_string_view(type)
    numbers = types.is_integer(type) or types.is_floating(type) or types.is_boolean(type)
    return bool(strings or numbers)
