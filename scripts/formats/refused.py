"""What a file is that no reader knows, so that the answer is more than `not recognised`.

In: the beginning of a file. Out: what it is instead, in words, and what to do. Nothing of it is opened
or run: files with bytes of their own are told by their first ones, the rest by what a person would see.
"""

import re
from typing import Any

from scripts.annotation.text import FileFault, OtherTask
from scripts.formats.shared.csv_rows import delimiter_of, first_rows
from scripts.formats.shared.fields import names_a_class
from scripts.formats.shared.head import Head
from scripts.formats.shared.span_keys import A_ROW, GATHER, is_one_mention
from scripts.formats.shared.unpacked import is_one_file
from scripts.formats.unrecognised import PYTHON

TEXT_HINT = "export the annotated texts, not what they were taken from"
UNPACK = "unpack it, and put the files there"
SHEET = "save the sheet as CSV (UTF-8)"
CLASSES = "label spans of the texts, not whole texts: in most tools that is another kind of project"
IMAGES = "take the export of a project of text"

# The first bytes of files that are no text, what they are, and what to do.
MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "a picture (PNG)", TEXT_HINT),
    (b"\xff\xd8\xff", "a picture (JPEG)", TEXT_HINT),
    (b"GIF8", "a picture (GIF)", TEXT_HINT),
    (b"II*\0", "a picture (TIFF)", TEXT_HINT),
    (b"MM\0*", "a picture (TIFF)", TEXT_HINT),
    (b"BM", "a picture (BMP)", TEXT_HINT),
    (b"RIFF", "a picture, sound or video (RIFF)", TEXT_HINT),
    (b"ID3", "sound (MP3)", TEXT_HINT),
    (b"OggS", "sound (Ogg)", TEXT_HINT),
    (b"fLaC", "sound (FLAC)", TEXT_HINT),
    (b"%PDF", "a PDF document", TEXT_HINT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document of before 2007", SHEET),
    (b"{\\rtf", "a document (RTF)", TEXT_HINT),
    (b"7z\xbc\xaf'\x1c", "a 7z archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"(\xb5/\xfd", "a Zstandard archive", UNPACK),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"SQLite format 3\0", "an SQLite database", "export the annotations from the tool that made it"),
    (b"\x7fELF", "a program", "take it away"),
    (b"MZ", "a program", "take it away"),
    (b"\x93NUMPY", "a NumPy array", TEXT_HINT),
    (b"\x89HDF", "an HDF5 file", TEXT_HINT),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself", "fetch it: git lfs pull"),
)
TAR = (257, b"ustar")  # where a tar archive says that it is one
MP4 = (4, b"ftyp")
PICKLE = re.compile(rb"\x80[\x02-\x05](?:[\x95cq]|.{0,10}\})", re.DOTALL)
ZIP = b"PK\x03\x04"
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a]")
HTML = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
CONFIG = re.compile(r"^\[(?:nlp|paths|system|training)\]\s*$", re.MULTILINE)
PROSE = (".txt", ".srt", ".vtt", ".log")
MARKUP = re.compile(r"\]\(|\[/|\[[A-Z]{2,} ")  # [Ada](PER), [PER]Ada[/PER], [PER Ada]
LABELS = ("label", "class", "category", "sentiment", "intent", "target")
TEXTS = ("text", "sentence", "content", "review", "document", "utterance")


def refusal(head: Head) -> FileFault | None:
    """Return what is wrong with a file that no reader knows, or None when that can't be told either."""
    if has_one_mention_a_row(head):
        return FileFault(head.path.as_posix(), A_ROW, GATHER)
    for look in (of_bytes, of_json, of_prose, of_table):
        if found := look(head):
            return OtherTask(head.path.as_posix(), f"this is {found[0]}", found[1])
    return None


Refusal = tuple[str, str] | None


def has_one_mention_a_row(head: Head) -> bool:
    """Say whether each row of a table, or each JSON object, has a text and one entity of it."""
    rows = [list(record) for record in head.records] or [header_of(head, delimiter_of(head))]
    names = [{key.casefold() for key in row} for row in rows]
    return all(is_one_mention(row) and not row.isdisjoint(TEXTS) for row in names)


def header_of(head: Head, delimiter: str) -> list[str]:
    """Return the cells of a table's first row."""
    rows = (
        [cells for _, cells in first_rows(head, delimiter) if isinstance(cells, list)]
        if delimiter
        else []
    )
    return [cell.strip() for cell in rows[0]] if rows else []


def of_bytes(head: Head) -> Refusal:
    """Return what a file is by its bytes."""
    data = head.data
    for begin, what, hint in MAGIC:
        if data.startswith(begin) and (len(begin) > 2 or BINARY.search(data)):
            return what, hint
    for (at, mark), what, hint in ((TAR, "a tar archive", UNPACK), (MP4, "a video", TEXT_HINT)):
        if data[at : at + len(mark)] == mark:
            return what, hint
    if data.startswith(ZIP):
        if is_one_file(head.path):
            return "an Office document or another kind of file that is a zip inside", SHEET
        return (
            "a zip archive inside another archive",
            "unpack the outer one, and put what it holds there",
        )
    if PICKLE.match(data):
        return "a pickle, which could run anything when it is opened", "export the data as JSON"
    if BINARY.search(data):
        return (
            "a file of bytes that are no text",
            "export the annotations as text (JSON, CSV or the like); or, if it is text in another "
            "encoding, set vars.encoding to that (utf-16-le, utf-16-be, …)",
        )
    return None


def of_prose(head: Head) -> Refusal:
    """Return what a file of text is by how it begins."""
    if HTML.match(head.text):
        return "a web page, perhaps one that says why the export failed", "export again, logged in"
    if CONFIG.search(head.text) and "@" in head.text:
        return "a spaCy config", "take it away, or name the files with a pattern"
    is_data = head.value is not None or MARKUP.search(head.text) or PYTHON.match(head.text)
    if head.path.suffix.casefold() in PROSE and not is_data:
        return "a text without annotations", "put its annotations beside it, or take it away"
    return None


def of_json(head: Head) -> Refusal:
    """Return what a JSON file is by its keys."""
    value = head.value
    if value in ([], {}) and len(head.text.strip()) < 10:
        return "an empty JSON file", "export the annotated texts"
    if isinstance(value, dict) and {"images", "annotations"} <= value.keys():
        return "annotations of images (COCO)", IMAGES
    if isinstance(value, dict) and {"shapes", "imagePath"} <= value.keys():
        return "annotations of an image (LabelMe)", IMAGES
    records = head.records[:20]
    if records and all(is_classified(record) for record in records):
        return "text classification: each text has a class, and no spans", CLASSES
    return None


def is_classified(record: dict[str, Any]) -> bool:
    """Say whether an object is a text with a class."""
    named = {key.casefold(): value for key, value in record.items()}
    text = any(isinstance(named.get(key), str) for key in TEXTS)
    return text and any(key in named and is_class(named[key]) for key in LABELS)


def is_class(value: Any) -> bool:
    """Say whether a value is the class of a whole text."""
    return isinstance(value, int | float) or names_a_class(value)


def of_table(head: Head) -> Refusal:
    """Return what a table is by its header."""
    delimiter = delimiter_of(head)
    rows = [cells for _, cells in first_rows(head, delimiter or ",") if isinstance(cells, list)]
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if (
        not delimiter
        and len(rows) == 1
        and len(header) > 1
        and all(re.match(r"[a-z]", c) for c in header)
    ):
        return "a header without rows", "export the annotated texts"
    if delimiter and set(header) & set(TEXTS) and set(header) & set(LABELS):
        return "a table of texts with a class each", CLASSES
    return None
