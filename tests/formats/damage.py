"""Random damage to the files of a golden case, the same for the same seed.

In: files by name, and a seed. Out: the files as a bad copy, a slip in an editor or a script leaves them.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

Files = dict[str, bytes]
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 3, 10**9, 10**30, 1.5, float("nan"), "", " ", "x", "5", "Ada\ud83d", "a\0b"),
    *([], {}, [[]], [None], ["x", 5], {"text": None}, {"a": {"b": []}}, [{"start": 0, "end": 3}]),
)
BYTES = (
    b"\0",
    b"\xff",
    b"\n",
    b"\r",
    b"\t",
    b'"',
    b"\\",
    b"{",
    b"]",
    b"<",
    b"&",
    b",",
    b" ",
    b"\xed\xa0\x80",
)


def damaged(files: Files, seed: int) -> Files:
    """Return the files with one, two or three damages."""
    random = Random(seed)
    found = dict(files)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if len(found) > 1 and random.random() < 0.1:  # a whole file
            name, other = random.sample(sorted(found), 2)
            random.choice((lose, empty, mix))(found, name, other)
            continue
        name = random.choice(sorted(found))
        kinds = STRUCTURED if found[name].lstrip()[:1] in (b"{", b"[") else PLAIN
        found[name] = random.choice(kinds)(found[name], random)
    return found


def lose(files: Files, name: str, _other: str) -> None:
    """Delete a file."""
    del files[name]


def empty(files: Files, name: str, _other: str) -> None:
    """Leave nothing of what a file held."""
    files[name] = b""


def mix(files: Files, name: str, other: str) -> None:
    """Copy a file over another one."""
    files[name] = files[other]


def place(data: bytes, random: Random) -> tuple[int, int]:
    """Return where a short stretch of the data begins and ends."""
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 1, 2, 8, 64)))


def flip(data: bytes, random: Random) -> bytes:
    """Return the data with another byte somewhere."""
    start, _ = place(data, random)
    return data[:start] + bytes([random.randrange(256)]) + data[start + 1 :]


def delete(data: bytes, random: Random) -> bytes:
    """Return the data without a stretch."""
    start, end = place(data, random)
    return data[:start] + data[end:]


def insert(data: bytes, random: Random) -> bytes:
    """Return the data with something that means something put in."""
    start, _ = place(data, random)
    return data[:start] + random.choice(BYTES) + data[start:]


def double(data: bytes, random: Random) -> bytes:
    """Return the data with a stretch twice."""
    start, end = place(data, random)
    return data[:end] + data[start:]


def cut(data: bytes, random: Random) -> bytes:
    """Return the beginning of the data."""
    return data[: place(data, random)[0]]


def number(data: bytes, random: Random) -> bytes:
    """Return the data with another digit, so that an offset or an identifier is another one."""
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if not digits:
        return flip(data, random)
    at = random.choice(digits)
    return data[:at] + random.choice((b"0", b"9", b"-1", b"77", b"x", b"", b"1.5")) + data[at + 1 :]


def lines(data: bytes, random: Random) -> bytes:
    """Return the data with a line deleted, doubled, or in the place of another one."""
    rows = data.splitlines(keepends=True)
    if not rows:
        return data
    at, to = random.randrange(len(rows)), random.randrange(len(rows))
    kind = random.randrange(3)
    if kind == 0:
        del rows[at]
    elif kind == 1:
        rows.insert(to, rows[at])
    else:
        rows[at], rows[to] = rows[to], rows[at]
    return b"".join(rows)


def cells(data: bytes, random: Random) -> bytes:
    """Return the data with one more or one fewer cell in some line, or with cells in another order."""
    rows = data.split(b"\n")
    at = random.randrange(len(rows))
    sign = next((sign for sign in (b"\t", b",", b" ") if sign in rows[at]), b"\t")
    row = rows[at].split(sign)
    column = random.randrange(len(row))
    random.choice((row.reverse, lambda: row.pop(column), lambda: row.insert(column, row[column])))()
    rows[at] = sign.join(row)
    return b"\n".join(rows)


def value(data: bytes, random: Random) -> bytes:
    """Return JSON with a value that is of another type, gone, or there under another key."""
    whole = parsed(data)
    if whole is not None:
        return written(changed(whole, random))
    rows = data.split(b"\n")
    at = random.randrange(len(rows))
    row = parsed(rows[at])
    if row is None:
        return flip(data, random)
    rows[at] = written(changed(row, random))
    return b"\n".join(rows)


def parsed(data: bytes) -> Any:
    """Return JSON as a list or a dict, or None for what is neither."""
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict | list) and found else None


def written(found: Any) -> bytes:
    """Return JSON as bytes; half of a surrogate pair is escaped."""
    return json.dumps(found).encode()


def changed(found: Any, random: Random) -> Any:
    """Return a JSON value with something in it that is another thing."""
    holder: Any = found
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = random.choice(keys)
        inner = holder[key]
        if not (isinstance(inner, dict | list) and inner) or random.random() < 0.2:
            break
        holder = inner
    kind = random.randrange(5)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif kind == 2 and isinstance(holder, dict):
        holder[random.choice(("text", "label", "id", "x"))] = holder.pop(key)
    else:
        holder[key] = random.choice(VALUES)
    return found


PLAIN: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(flip, delete, insert, double, cut, number, number, lines, lines, cells, cells),
)
STRUCTURED = (*PLAIN[:8], value, value, value, value, value, value)
