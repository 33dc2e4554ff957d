"""Parquet files of annotated records, all of one schema. Needs pyarrow, which is optional.

In: rows. Out: numbered files. If the input is Parquet too, its columns keep their types. Otherwise the
types follow from the values: text, numbers and lists of these stay what they are; objects, and values
that fit no one type, become JSON in a column of text.
"""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from scripts.bulk.job import Fields, Job
from scripts.bulk.shapes import cell
from scripts.bulk.sources import Source, kind_of
from scripts.files import atomic

HINT = "python -m pip install -c constraints.txt pyarrow"


def is_missing() -> bool:
    """Say whether pyarrow is not installed."""
    return find_spec("pyarrow") is None


def entities_type() -> Any:
    """Return the type of the column with the entities."""
    import pyarrow as pa

    fields = {"start": pa.int64(), "end": pa.int64(), "label": pa.string(), "text": pa.string()}
    return pa.list_(pa.struct({**fields, "score": pa.float64()}))


def schema_of(source: Source, job: Job) -> Any:
    """Return the schema of the output if all of the input is Parquet with one schema, or None."""
    import pyarrow as pa
    from pyarrow import parquet

    if not all(kind_of(path) == ".parquet" for path, _ in source.files):
        return None
    try:
        first, *others = [parquet.read_schema(path) for path, _ in source.files]
    except (pa.ArrowException, OSError):
        return None
    if not all(first.equals(other) for other in others):
        return None
    kept = [field for field in first if job.keeps(field.name)]
    return pa.schema([*kept, pa.field(job.entities, entities_type())])


def write(outputs: list[list[Fields]], path: Path, schema: Any, entities: str) -> None:
    """Write rows to a file. schema: see `schema_of`."""
    import pyarrow as pa
    from pyarrow import parquet

    rows = [row for output in outputs for row in output]
    if schema is not None:
        table = pa.Table.from_pylist(rows, schema)
    else:
        names = dict.fromkeys(name for row in rows for name in row if name != entities)
        columns = {name: column([row.get(name) for row in rows]) for name in names}
        found = pa.array([row[entities] for row in rows], entities_type())
        table = pa.table({**columns, entities: found})
    parquet.write_table(table, path)


def column(values: list[Any]) -> Any:
    """Return values as a column: as they are if one type fits all, else as text."""
    import pyarrow as pa

    try:
        found = pa.array(values)
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return as_text(values)
    inner = found.type.value_type if pa.types.is_list(found.type) else found.type
    return as_text(values) if pa.types.is_nested(inner) else found


def as_text(values: Iterable[Any]) -> Any:
    """Return values as a column of text: strings as they are, the rest as JSON."""
    import pyarrow as pa

    return pa.array([None if value is None else cell(value) for value in values], pa.string())


def unify(files: list[Path]) -> None:
    """Give all files one schema; those that have it already are left alone."""
    import pyarrow as pa
    from pyarrow import parquet

    schemas = [parquet.read_schema(path) for path in files]
    names = dict.fromkeys(name for schema in schemas for name in schema.names)
    last = schemas[-1].names[-1]  # the entities
    ordered = [*(name for name in names if name != last), last]
    types = {n: common([s.field(n).type for s in schemas if n in s.names]) for n in ordered}
    for name, kind in types.items():
        if pa.types.is_float64(kind):
            pairs = zip(files, schemas, strict=True)
            whole = [path for path, each in pairs if name in each.names and is_whole(each.field(name))]
            if not all(fits_float(path, name) for path in whole):
                types[name] = pa.string()
    wanted = pa.schema(types.items())
    for path, schema in zip(files, schemas, strict=True):
        if schema.remove_metadata().equals(wanted):
            continue
        table = parquet.read_table(path)
        columns = [as_type(table, name, types[name]) for name in ordered]
        with atomic.replacing(path) as temporary:
            parquet.write_table(pa.table(columns, schema=wanted), temporary)


def is_whole(field: Any) -> bool:
    """Say whether a column has whole numbers."""
    import pyarrow as pa

    return bool(pa.types.is_integer(field.type))


def fits_float(path: Path, name: str) -> bool:
    """Say whether no number in a column of a file would lose digits as a floating-point number."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        parquet.read_table(path, columns=[name])[name].cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def common(types: list[Any]) -> Any:
    """Return a type that holds the values of all types."""
    import pyarrow as pa

    some = [kind for kind in dict.fromkeys(types) if not pa.types.is_null(kind)]
    if len(some) == 1:
        return some[0]
    numbers = some and all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in some)
    return pa.float64() if numbers else pa.string()


def as_type(table: Any, name: str, wanted: Any) -> Any:
    """Return a column of a table with another type; one that is not there is empty."""
    import pyarrow as pa

    if name not in table.column_names:
        return pa.nulls(table.num_rows, wanted)
    found = table[name]
    if pa.types.is_string(wanted) and not pa.types.is_string(found.type):
        return as_text(found.to_pylist())
    return found if found.type == wanted else found.cast(wanted)
