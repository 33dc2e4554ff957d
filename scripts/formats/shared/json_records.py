"""Records of JSON files, as a stream: one a line, in a list, or one after the other over many lines.

In: a file and a function that makes sense of one object. Out: annotated texts, and the faults of those
that are not.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from scripts.annotation.text import AnnotatedText, Fault, FileFault, Unusable
from scripts.files import meter
from scripts.formats.base import Records
from scripts.formats.shared.json_cursor import Cursor, Located
from scripts.formats.shared.json_keys import RepeatedKey, decode_json
from scripts.formats.shared.lines import lines
from scripts.formats.shared.span_keys import refuse_overlooked

# What may be left of a JSON text from the place of an error to its end, if the text was cut off there.
CUT = re.compile(
    r"-|\.|[eE][+-]?|t(ru?)?|f(a(ls?)?)?|n(ul?)?|N(a)?|-?I(n(f(i(n(it?)?)?)?)?)?|\\?(u[0-9a-fA-F]{0,4})?"
)
LOOKED_AT = 1 << 20  # bytes at a time that are searched for a key
RECORD_SHOWN = 2000  # characters of an unreadable record that go to the list of rejects

Fields = dict[str, Any]
# What makes sense of one object: the fields of one `AnnotatedText` (all but file and place), or of
# several; a field `part` says which of several it is and is added to the place. Raises `Unusable`.
Parse = Callable[[dict[str, Any]], Fields | Iterable[Fields]]


def json_lines(path: Path, parse: Parse) -> Records:
    """Yield the records of a JSONL file: one object a line, blank lines passed over.

    Raises FileFault when the last line is JSON that ends in the middle.
    """
    file = path.as_posix()
    cut: Fault | None = None  # held back: if nothing follows, the file was cut off there
    for number, line in lines(path):
        if not line.strip():
            continue
        if cut:
            yield cut
            cut = None
        place = f"line {number}"
        try:
            record = decode_json(line)
        except (ValueError, RecursionError) as error:
            reason = f"not valid JSON ({error})"
            fault = Fault(file, place, line[:RECORD_SHOWN], reason, "export the record again")
            if is_cut(line, error):
                cut = fault
            else:
                yield fault
            continue
        yield from parsed(file, place, record, parse)
    if cut:
        reason = f"{cut.place}, the last, is {cut.reason}: the file seems to be cut off"
        raise FileFault(file, reason, "export it again; a download or copy may have stopped early")


def is_cut(text: str, error: Exception) -> bool:
    """Say whether broken JSON lacks nothing but its end."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    if error.msg.startswith("Unterminated string"):
        return True
    return error.pos >= len(text.rstrip()) or CUT.fullmatch(text, error.pos) is not None


def json_records(path: Path, parse: Parse) -> Records:
    """Yield the records of a file of JSON objects, in whichever of the usual ways they are in it.

    A list of objects; one object a line; or objects over several lines, one after the other.
    Raises FileFault when the file is not valid JSON.
    """
    if is_one_a_line(path):
        yield from json_lines(path, parse)
        return
    for number, value in enumerate(json_values(path), start=1):
        yield from parsed(path.as_posix(), f"record {number}", value, parse)


def json_items(path: Path, prefix: str, parse: Parse) -> Records:
    """Yield the records of a list inside one large object, read as a stream.

    prefix: where the list's items stand: keys, and `item` for the items of a list (`data.item`).
    """
    for number, (_, value) in enumerate(json_inside(path, prefix), start=1):
        yield from parsed(path.as_posix(), f"record {number}", value, parse)


def json_inside(path: Path, prefix: str) -> Iterator[Located]:
    """Yield the values that are at a place inside a large value, as a stream.

    prefix: as for `json_items`. With each value come its numbers, from 1, in the lists on the way
    (`item.paragraphs.item`: of the document, and of the paragraph in it). Values that follow one another
    are items too. Raises FileFault when the JSON is broken or cut off.
    """
    with open_text(path) as stream:
        cursor = Cursor(stream, path.as_posix())
        yield from cursor.whole(tuple(prefix.split(".")))


def json_values(path: Path) -> Iterator[Any]:
    """Yield the items of a JSON list, or JSON values that follow one another, as a stream.

    Raises FileFault, naming the record before, when the JSON is broken or cut off.
    """
    with open_text(path) as stream:
        cursor = Cursor(stream, path.as_posix())
        yield from (value for _, value in cursor.whole(("item",)))


def open_text(path: Path) -> TextIO:
    """Return a file as a stream of text; bytes that are not UTF-8 become lone surrogates."""
    raw = meter.open_counted(path)
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")


def holds(path: Path, key: str, times: int = 1) -> bool:
    """Say whether a key is in a JSON file at least so often, without parsing it.

    In a string it would stand with a backslash before each of its quotes.
    """
    needle, seen, kept = f'"{key}"'.encode(), 0, b""
    with path.open("rb") as stream:
        while seen < times and (block := stream.read(LOOKED_AT)):
            window = kept + block
            seen += window.count(needle)
            kept = window[1 - len(needle) :]
    return seen >= times


def is_one_a_line(path: Path) -> bool:
    """Say whether a file holds one JSON object a line, from its first two lines that are not blank."""
    with open_text(path) as stream:
        if Cursor(stream, path.as_posix()).peek() != "{":
            return False  # perhaps a list, in one line that is as long as the file
    broken = False
    for _, line in lines(path):
        if not line.strip():
            continue
        if broken:
            return line.startswith("{")  # the first is broken, but the next begins an object
        try:
            json.loads(line)
        except (ValueError, RecursionError):
            broken = True
        else:
            return True
    return False


def parsed(file: str, place: str, record: Any, parse: Parse) -> list[AnnotatedText | Fault]:
    """Return what `parse` makes of one record, or the fault that it found."""
    try:
        if isinstance(record, RepeatedKey):
            key, record = record
            reason = f"the key {key!r} occurs twice in one object, with different values"
            raise Unusable(reason, "keep one of the two values, or export the record again")
        if not isinstance(record, dict):
            reason = f"a JSON {type(record).__name__} where an object is expected"
            raise Unusable(reason, 'each record must look like {"text": ..., "spans": [...]}')
        given = parse(record)
        found = [
            AnnotatedText(file=file, place=f"{place}, {part}" if part else place, **fields)
            for fields in ([given] if isinstance(given, dict) else given)
            for part in (fields.pop("part", None),)
        ]
        if found and not any(text.spans for text in found):
            refuse_overlooked(found, record)
        return list(found)
    except Unusable as error:
        return [Fault(file, place, shown_record(record), error.reason, error.hint)]
    except RecursionError:
        reason = "the record is nested too deeply"
        return [Fault(file, place, "", reason, "export it again, or delete the record")]


def shown_record(record: Any) -> str:
    """Return a record as the list of rejects shows it."""
    try:
        return json.dumps(record, ensure_ascii=False)[:RECORD_SHOWN]
    except TypeError:  # of a Python literal, which may hold more than JSON can
        return repr(record)[:RECORD_SHOWN]
    except RecursionError:
        return ""
