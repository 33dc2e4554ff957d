"""Rows of JSON on disk, in shards: a folder of numbered JSONL files, written and read as a stream.

In: one JSON value after the other. Out: the same again, in the same order.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from scripts.files import atomic

SHARD = 20_000  # rows in one file


def write_rows(folder: Path, rows: Iterable[Any], shard: int = SHARD) -> int:
    """Write rows to `00000.jsonl`, `00001.jsonl`, … in a new folder, and return how many they are."""
    folder.mkdir(parents=True)
    remaining = iter(rows)
    count = 0
    for first in remaining:
        with atomic.open_text(folder / f"{count // shard:05}.jsonl") as stream:
            for row in chain([first], islice(remaining, shard - 1)):
                stream.write(json_line(row))
                count += 1
    return count


def json_line(value: Any) -> str:
    """Return a value as a line of JSONL."""
    return json.dumps(value, ensure_ascii=False) + "\n"


def read_rows(folder: Path) -> Iterator[Any]:
    """Yield the rows of a folder that `write_rows` wrote, in their order."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf8") as lines:
            for line in lines:
                yield json.loads(line)
