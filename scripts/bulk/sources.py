"""The records of files, as a stream: JSONL, CSV, Parquet, and text files with one text each.

In: a file, or a folder of files in the order of their names; JSONL, CSV and text also compressed with
gzip. Out: records as they were read, in order, and how many bytes of the files that took. A record that
can't be read takes its place as the reason why.
"""

import gzip
import io
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from scripts.annotation.text import FileFault
from scripts.bulk.job import Fields, Raw, Unusable, is_utf8
from scripts.files import meter
from scripts.files.visible import NEVER_DATA, is_visible
from scripts.formats.huggingface.arrow_rows import BrokenArrowRow, dicts, opened
from scripts.formats.shared.csv_rows import DELIMITERS, BrokenRow, cells_in, delimiter_of, rows_of
from scripts.formats.shared.head import HEAD, Head

LONGEST_LINE = 1 << 26  # bytes of a line of JSON
ZIPPED = ".gz"
MARK = b"\xef\xbb\xbf"  # the byte order mark of UTF-8
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16
NOT_UTF8 = "it is not UTF-8"


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a job, each with its name as seen from the input. longest: characters of a text."""

    files: tuple[tuple[Path, str], ...]
    skipped: int
    lines: bool = False
    longest: int = 1_000_000

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(path.stat().st_size for path, _ in self.files)

    def records(self) -> Iterator[tuple[Raw, int]]:
        """Yield each record, and how many bytes of the input were read by then."""
        before = 0
        for path, name in self.files:
            counted = meter.Meter()
            with meter.counting(counted), closing(self.records_of(path, name)) as found:
                for raw in found:
                    yield raw, before + counted.bytes
            before += path.stat().st_size

    def records_of(self, path: Path, name: str) -> Generator[Raw, None, None]:
        """Yield the records of a file; where the rest of it can't be read, the reason is the last."""
        try:
            yield from READERS[kind_of(path) or ""](self, path, name)
        except FileFault as fault:
            yield Raw(name, "", Unusable(f"{fault.reason}; {fault.hint}"))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            reason = f"the rest of the file can't be unpacked ({error}); download or export it again"
            yield Raw(name, "", Unusable(reason))


def source_of(path: Path, *, lines: bool, longest: int) -> Source:
    """Return the files that a path means. lines: whether each line of a .txt file is a text.

    Raises Unusable when there are none.
    """
    if path.is_file():
        if kind_of(path) is None:
            raise Unusable(f"{path.as_posix()} is of no known kind; known are {', '.join(READERS)}")
        return Source(((path, path.as_posix()),), 0, lines, longest)
    inside = [file for file in sorted(path.rglob("*")) if file.is_file()]
    visible = [file for file in inside if is_visible(file.relative_to(path))]
    found = [file for file in visible if kind_of(file) and not NEVER_DATA.fullmatch(file.name)]
    if not found:
        raise Unusable(f"there are no files in {path.as_posix()} that end in {', '.join(READERS)}")
    names = tuple((file, file.relative_to(path).as_posix()) for file in found)
    return Source(names, len(visible) - len(found), lines, longest)


def kind_of(path: Path) -> str | None:
    """Return the ending that says what a file is, without that of gzip."""
    ending = path.with_suffix("").suffix if path.suffix.lower() == ZIPPED else path.suffix
    kind = ending.lower()
    return kind if kind in READERS and (kind != ".parquet" or path.suffix == ending) else None


def unpacked(path: Path) -> io.BufferedReader:
    """Return a file for reading, unpacked if need be. Raises FileFault for UTF-16."""
    stream: io.BufferedReader = meter.open_counted(path)
    if path.suffix.lower() == ZIPPED:
        stream = io.BufferedReader(gzip.GzipFile(fileobj=stream))
    if stream.peek(2).startswith(OTHER_MARKS):
        raise FileFault(path.as_posix(), "it is UTF-16", "save it as UTF-8")
    return stream


def json_lines(_: Source, path: Path, name: str) -> Iterator[Raw]:
    """Yield the lines of a file, but for blank ones."""
    for number, line in numbered_lines(path):
        place = f"line {number}"
        if len(line) > LONGEST_LINE:
            yield Raw(name, place, Unusable(f"the line is longer than {LONGEST_LINE:,} bytes"))
        elif line and not line.isspace():
            yield Raw(name, place, line)


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers; one that is too long is cut off."""
    with unpacked(path) as stream:
        if stream.peek(len(MARK)).startswith(MARK):
            stream.read(len(MARK))
        number = 0
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            yield number, line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):  # the rest of a long line
                line = stream.readline(LONGEST_LINE + 1)


def texts(source: Source, path: Path, name: str) -> Iterator[Raw]:
    """Yield the text of a file, or each of its lines."""
    if source.lines:
        for number, line in numbered_lines(path):
            place = f"line {number}"
            if text := line.strip():
                fields = {"file": name, "line": number}
                yield Raw(name, place, with_text(fields, text))
        return
    with unpacked(path) as stream:
        data = stream.read(4 * source.longest + len(MARK) + 1).removeprefix(MARK)
    if len(data) > 4 * source.longest:  # UTF-8 has four bytes a character at most
        yield Raw(name, "", Unusable(f"the text is longer than {source.longest:,} characters"))
    else:
        yield Raw(name, "", with_text({"id": name}, data))


def with_text(fields: Fields, data: bytes) -> Fields | Unusable:
    """Return fields with a text more."""
    try:
        return {**fields, "text": data.decode("utf8").replace("\r\n", "\n")}
    except UnicodeDecodeError:
        return Unusable(NOT_UTF8)


def csv_records(_: Source, path: Path, name: str) -> Iterator[Raw]:
    """Yield the rows of a table below its header."""
    header: list[str] = []
    with unpacked(path) as raw:
        delimiter = delimiter_in(path, raw)
        stream = io.TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="")
        for number, cells in rows_of(stream, delimiter, name):
            place = f"row {number}"
            if isinstance(cells, BrokenRow):
                yield Raw(name, place, Unusable(str(cells)))
            elif not header:
                header = cells
                if len(set(header)) < len(header):
                    raise FileFault(name, "two of its columns have the same name", "rename one of them")
            elif len(cells) > 1 or any(cells) or len(header) == 1:
                yield Raw(name, place, row(header, cells))


def delimiter_in(path: Path, stream: io.BufferedReader) -> str:
    """Return what is between the cells of a table; in one with a single column, nothing is.

    If the rows differ in their number of cells, the header decides.
    """
    if kind_of(path) == ".tsv":
        return "\t"
    data = stream.peek(HEAD)[:HEAD]
    head = Head(path, data, cut=len(data) == HEAD)
    return delimiter_of(head) or max(DELIMITERS, key=lambda each: cells_in(head.lines[0], each))


def row(header: list[str], cells: list[str]) -> Fields | Unusable:
    """Return the fields of a row."""
    if len(cells) != len(header):
        return Unusable(f"it has {len(cells)} cells, and the header has {len(header)}")
    found = dict(zip(header, cells, strict=True))
    return found if all(map(is_utf8, cells)) else Unusable(NOT_UTF8)


def parquet_records(_: Source, path: Path, name: str) -> Iterator[Raw]:
    """Yield the rows of a Parquet file."""
    number = 0
    with opened(path) as (schema, batches):
        rows = row_count(path)
        for batch in batches(schema.names):
            for fields in dicts(batch):
                number += 1
                broken = isinstance(fields, BrokenArrowRow)
                content = Unusable(f"it can't be read ({fields})") if broken else fields
                yield Raw(name, f"row {number}", content)  # type: ignore[arg-type]
            if counted := meter.COUNTING.get():  # pyarrow reads the file by itself
                counted.bytes = path.stat().st_size * number // rows


def row_count(path: Path) -> int:
    """Return how many rows a Parquet file has."""
    from pyarrow import parquet

    return int(parquet.read_metadata(path).num_rows)


READERS: dict[str, Callable[[Source, Path, str], Iterator[Raw]]] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": csv_records,
    ".tsv": csv_records,
    ".parquet": parquet_records,
    ".txt": texts,
}
