"""What a format reader is, and what every reader needs to read lines and spans without guessing.

To add a format: write `scripts/formats/<name>.py` with one `FORMAT = Format(...)`, name it in the
registry in `scripts/formats/__init__.py`, add the file to the deps of `convert` in project.yml, and
write `tests/formats/test_<name>.py`. A reader is a generator that streams: it holds one record at a
time, raises `FileFault` when the whole file is no good, and yields a `Fault` for a record that is.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.corpus.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable

HEAD = 1 << 16  # bytes that a sniff may look at
RECORD_SHOWN = 2000  # characters of an unreadable record that go to the list of rejects
LABEL_MEND = "give every span a label"

Reading = Iterator[AnnotatedText | Fault]


@dataclass(frozen=True, slots=True)
class Format:
    """One annotation format.

    name: what `vars.format` calls it. title: what a person calls it.
    counted_by_tool: whether offsets stand in the file, in what unit `vars.offsets` says; else the
        reader computes them.
    sniff: says from the first bytes of a file whether it looks like this format; cheap.
    read: yields the file's records; the file is named in messages as the given path.
    """

    name: str
    title: str
    sniff: Callable[[bytes], bool]
    read: Callable[[Path], Reading]
    counted_by_tool: bool = True


def head_lines(head: bytes) -> list[str]:
    """Return the first lines of a file as text, for a sniff; the last may be cut off."""
    return head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n")


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line without its end) of a UTF-8 file, with or without a byte order mark.

    Only line feeds end a line (with a carriage return before it or not): a lone carriage return or a
    Unicode line separator may be part of a text. Raises FileFault naming the line that is not UTF-8.
    """
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            if number == 1 and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise FileFault(path.as_posix(), "it is UTF-16", "save it as UTF-8")
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf8")
            except UnicodeDecodeError as error:
                reason = f"line {number} is not UTF-8 (byte {error.start + 1} of the line)"
                mend = "save the file as UTF-8; Windows tools often write cp1252"
                raise FileFault(path.as_posix(), reason, mend) from None
            yield number, line.removesuffix("\n").removesuffix("\r")


def json_lines(path: Path, parse: Callable[[dict[str, Any]], dict[str, Any]]) -> Reading:
    """Yield the records of a JSONL file: one object a line, blank lines passed over.

    parse: turns an object into the fields of an `AnnotatedText` (all but file and place), or raises
        `Unusable`. Raises FileFault when the last line is cut off.
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
        yield parsed(file, place, record, parse)
    if broken:
        reason = f"{broken.place}, the last, is {broken.reason}: the file seems to be cut off"
        raise FileFault(file, reason, "export it again; a download or copy may have stopped early")


def parsed(
    file: str, place: str, record: Any, parse: Callable[[dict[str, Any]], dict[str, Any]]
) -> AnnotatedText | Fault:
    """Return what `parse` makes of one record, or the fault that it found."""
    try:
        if not isinstance(record, dict):
            reason = f"a JSON {type(record).__name__} where an object is expected"
            raise Unusable(reason, 'each record must look like {"text": ..., "spans": [...]}')
        return AnnotatedText(file=file, place=place, **parse(record))
    except Unusable as error:
        shown = json.dumps(record, ensure_ascii=False)[:RECORD_SHOWN]
        return Fault(file, place, shown, error.reason, error.mend)


def text_of(record: Mapping[str, Any]) -> str:
    """Return the text of a record, or raise Unusable when there is none to work on."""
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Unusable("the record has no text", "fill its field `text` or delete the record")
    return usable_text(text)


def usable_text(text: str, what: str = "text") -> str:
    """Return `text`, or raise Unusable for what no pipeline could be given.

    what: what the message calls it.
    """
    if "\0" in text:
        raise Unusable(f"the {what} holds a NUL character", "delete it, and mind the offsets after it")
    try:
        text.encode("utf8")
    except UnicodeEncodeError:
        reason = f"the {what} holds half of a surrogate pair"
        raise Unusable(reason, "export it again as UTF-8") from None
    return text


def span_of(mark: Any) -> CharSpan:
    """Return one span given as a dict (start, end, label) or as a triple, or raise Unusable."""
    if isinstance(mark, Mapping):
        start, end, label = mark.get("start"), mark.get("end"), mark.get("label")
    elif isinstance(mark, list | tuple) and len(mark) == 3:
        start, end, label = mark
    else:
        raise Unusable(f"{mark!r} is no span", "write spans as {start, end, label} or as a triple")
    first, last = whole(start), whole(end)
    if not isinstance(label, str) or not label.strip():
        raise Unusable(f"span {first}-{last} has no label", LABEL_MEND)
    return CharSpan(first, last, usable_text(label, "label"))


def whole(offset: Any) -> int:
    """Return an offset, or raise Unusable when it is not a whole number."""
    if isinstance(offset, bool) or not isinstance(offset, int):
        raise Unusable(f"offset {offset!r} is not a whole number", "write offsets as numbers")
    return offset


def spans_of(marks: Any) -> tuple[CharSpan, ...]:
    """Return a list of spans, or raise Unusable for the first that is none."""
    if marks is None:
        return ()
    if not isinstance(marks, list | tuple):
        raise Unusable(f"spans are a {type(marks).__name__}, not a list", "write them as a list")
    return tuple(span_of(mark) for mark in marks)


def as_name(value: Any) -> str | None:
    """Return an identifier or a group as text, or None when there is none."""
    return None if value is None or isinstance(value, dict | list) else str(value)
