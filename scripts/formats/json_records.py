"""Records of JSON files, as a stream: one a line, in a list, or one after the other over many lines.

In: a file and a function that makes sense of one object. Out: annotated texts, and the faults of those
that are not.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import ijson

from scripts.corpus.text import AnnotatedText, Fault, FileFault, Unusable
from scripts.formats.base import Reading
from scripts.formats.lines import lines

RECORD_SHOWN = 2000  # characters of an unreadable record that go to the list of rejects
BLOCK = 1 << 20  # characters read at a time
LARGEST = 1 << 28  # characters of one record; more is a list whose end is missing
BETWEEN = re.compile(r"[\s,]*")
NEAR = 16  # characters before the end of what was read in which an error may only be a cut

Fields = dict[str, Any]
# What makes sense of one object: the fields of one `AnnotatedText` (all but file and place), or of
# several; a field `part` says which of several it is and is added to the place. Raises `Unusable`.
Parse = Callable[[dict[str, Any]], Fields | Iterable[Fields]]


def json_lines(path: Path, parse: Parse) -> Reading:
    """Yield the records of a JSONL file: one object a line, blank lines passed over.

    Raises FileFault when the last line is cut off.
    """
    file = path.as_posix()
    broken: Fault | None = None  # held back: if nothing follows, the file was cut off there
    for number, line in lines(path):
        if broken:
            yield broken
            broken = None
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = f"not valid JSON ({error})"
            broken = Fault(file, place, line[:RECORD_SHOWN], reason, "export the record again")
            continue
        yield from parsed(file, place, record, parse)
    if broken:
        reason = f"{broken.place}, the last, is {broken.reason}: the file seems to be cut off"
        raise FileFault(file, reason, "export it again; a download or copy may have stopped early")


def json_records(path: Path, parse: Parse) -> Reading:
    """Yield the records of a file of JSON objects, in whichever of the usual ways they stand in it.

    A list of objects; one object a line; or objects over several lines, one after the other.
    Raises FileFault when the file is not valid JSON.
    """
    if is_one_a_line(path):
        yield from json_lines(path, parse)
        return
    for number, value in enumerate(json_values(path), start=1):
        yield from parsed(path.as_posix(), f"record {number}", value, parse)


def json_items(path: Path, prefix: str, parse: Parse) -> Reading:
    """Yield the records of a list inside of one large object, read as a stream.

    prefix: where the list's items stand, as ijson writes it (`data.item`).
    """
    file = path.as_posix()
    with path.open("rb") as stream:
        if stream.read(3) != b"\xef\xbb\xbf":  # the JSON parser knows no byte order mark
            stream.seek(0)
        items = ijson.items(stream, prefix, use_float=True)
        number = 0
        while True:
            try:
                item = next(items)
            except StopIteration:
                return
            except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
                raise broken_json(file, number, str(error)) from None
            number += 1
            yield from parsed(file, f"record {number}", item, parse)


def is_one_a_line(path: Path) -> bool:
    """Say whether a file holds one JSON object a line, from its first two lines that are not blank."""
    first = [line for line in head_of(path) if line.strip()][:2]
    if not first or not first[0].lstrip().startswith("{"):
        return False
    try:
        json.loads(first[0])
    except (ValueError, RecursionError):
        return len(first) > 1 and first[1].startswith("{")  # broken, but the next begins one
    return True


def head_of(path: Path) -> Iterator[str]:
    """Yield the first lines of a file."""
    for number, line in lines(path):
        if number > 50:
            return
        yield line


def json_values(path: Path) -> Iterator[Any]:
    """Yield the items of a JSON list, or JSON values that follow one another, as a stream.

    Raises FileFault, naming the record before, when the JSON is broken or cut off.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        yield from decoded_values(stream, path.as_posix())


def decoded_values(stream: TextIO, file: str) -> Iterator[Any]:
    """Yield the JSON values of a text stream; see `json_values`."""
    decode = json.JSONDecoder().raw_decode
    buffer = stream.read(BLOCK).lstrip()
    in_list = buffer.startswith("[")
    position, number, at_end = int(in_list), 0, False
    while True:
        between = BETWEEN.match(buffer, position)
        position = between.end() if between else position
        if position < len(buffer) and in_list and buffer[position] == "]":
            if (buffer[position + 1 :] + stream.read(BLOCK)).strip():
                raise FileFault(
                    file, f"something follows the list of {number} records", "export it again"
                )
            return
        try:
            if position == len(buffer):
                raise json.JSONDecodeError("it ends", buffer, position)
            value, end = decode(buffer, position)
            if end == len(buffer) and not at_end and buffer[end - 1] not in "}]":
                raise json.JSONDecodeError("a number may go on", buffer, end)
        except (json.JSONDecodeError, RecursionError) as error:
            if at_end and position == len(buffer) and not in_list:
                return
            if at_end or not is_perhaps_a_cut(error, buffer):
                raise broken_json(file, number, str(error)) from None
            more = stream.read(max(BLOCK, len(buffer) - position))
            at_end = not more
            buffer, position = buffer[position:] + more, 0
            if len(buffer) > LARGEST:
                raise broken_json(file, number, "the next record never ends") from None
            continue
        position = end
        number += 1
        yield value


def is_perhaps_a_cut(error: Exception, buffer: str) -> bool:
    """Say whether broken JSON may only lack what was not read yet."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos >= len(buffer) - NEAR


def broken_json(file: str, number: int, error: str) -> FileFault:
    """Return the error for a file whose JSON breaks off after `number` records."""
    said = " ".join(error.split())[:200]
    reason = f"not valid JSON after record {number} ({said}): it may be cut off"
    return FileFault(file, reason, "export it again, as UTF-8 JSON")


def parsed(file: str, place: str, record: Any, parse: Parse) -> list[AnnotatedText | Fault]:
    """Return what `parse` makes of one record, or the fault that it found."""
    try:
        if not isinstance(record, dict):
            reason = f"a JSON {type(record).__name__} where an object is expected"
            raise Unusable(reason, 'each record must look like {"text": ..., "spans": [...]}')
        found = parse(record)
        return [
            AnnotatedText(
                file=file, place=", ".join(filter(None, (place, fields.pop("part", None)))), **fields
            )
            for fields in ([found] if isinstance(found, dict) else found)
        ]
    except Unusable as error:
        shown = json.dumps(record, ensure_ascii=False)[:RECORD_SHOWN]
        return [Fault(file, place, shown, error.reason, error.mend)]
