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

TEXT_HINT = "export the annotated texts, not their source files"
UNPACK = "unpack it, and put its files in the folder"
SHEET = "save the sheet as CSV (UTF-8)"
CLASSES = (
    "label spans in the texts instead of whole texts; most tools have a separate project type for this"
)
IMAGES = "export a text project instead"

# The first bytes of files that are no text, what they are, and what to do.
MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "an image (PNG)", TEXT_HINT),
    (b"\xff\xd8\xff", "an image (JPEG)", TEXT_HINT),
    (b"GIF8", "an image (GIF)", TEXT_HINT),
    (b"II*\0", "an image (TIFF)", TEXT_HINT),
    (b"MM\0*", "an image (TIFF)", TEXT_HINT),
    (b"BM", "an image (BMP)", TEXT_HINT),
    (b"RIFF", "an image, audio or video file (RIFF)", TEXT_HINT),
    (b"ID3", "audio (MP3)", TEXT_HINT),
    (b"OggS", "audio (Ogg)", TEXT_HINT),
    (b"fLaC", "audio (FLAC)", TEXT_HINT),
    (b"%PDF", "a PDF document", TEXT_HINT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document from before 2007", SHEET),
    (b"{\\rtf", "a document (RTF)", TEXT_HINT),
    (b"7z\xbc\xaf'\x1c", "a 7z archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"(\xb5/\xfd", "a Zstandard archive", UNPACK),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"SQLite format 3\0", "an SQLite database", "export the annotations from the tool that made it"),
    (b"\x7fELF", "a program", "move it out of the folder"),
    (b"MZ", "a program", "move it out of the folder"),
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


RefusalReason = tuple[str, str] | None


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


def of_bytes(head: Head) -> RefusalReason:
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
            return "an Office document, or another type of file that is a zip archive internally", SHEET
        return (
            "a zip archive inside another archive",
            "unpack the outer archive, and put its files in the folder",
        )
    if PICKLE.match(data):
        return "a pickle file, which can run any code when it is opened", "export the data as JSON"
    if BINARY.search(data):
        return (
            "a binary file",
            "export the annotations as text (JSON, CSV or the like); or, if it is text in another "
            "encoding, set encoding in configs/convert.cfg to it (utf-16-le, utf-16-be, …)",
        )
    return None


def of_prose(head: Head) -> RefusalReason:
    """Return what a file of text is by how it begins."""
    if HTML.match(head.text):
        return "a web page, perhaps an error page of the tool", "log in, and export again"
    if CONFIG.search(head.text) and "@" in head.text:
        return "a spaCy config", "move it out of the folder, or select files with a pattern"
    is_data = head.value is not None or MARKUP.search(head.text) or PYTHON.match(head.text)
    if head.path.suffix.casefold() in PROSE and not is_data:
        return (
            "a text without annotations",
            "put its annotations next to it, or move it out of the folder",
        )
    return None


def of_json(head: Head) -> RefusalReason:
    """Return what a JSON file is by its keys."""
    value = head.value
    if value in ([], {}) and len(head.text.strip()) < 10:
        return "an empty JSON file", "export the annotated texts"
    if isinstance(value, dict) and {"images", "annotations"} <= value.keys():
        return "an image annotation file (COCO)", IMAGES
    if isinstance(value, dict) and {"shapes", "imagePath"} <= value.keys():
        return "an image annotation file (LabelMe)", IMAGES
    records = head.records[:20]
    if records and all(is_classified(record) for record in records):
        return "text classification: each text has a class but no spans", CLASSES
    return None


def is_classified(record: dict[str, Any]) -> bool:
    """Say whether an object is a text with a class."""
    named = {key.casefold(): value for key, value in record.items()}
    text = any(isinstance(named.get(key), str) for key in TEXTS)
    return text and any(key in named and is_class(named[key]) for key in LABELS)


def is_class(value: Any) -> bool:
    """Say whether a value is the class of a whole text."""
    return isinstance(value, int | float) or names_a_class(value)


def of_table(head: Head) -> RefusalReason:
    """Return what a table is by its header."""
    delimiter = delimiter_of(head)
    rows = [cells for _, cells in first_rows(head, delimiter or ",") if isinstance(cells, list)]
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if (
        not delimiter
        and not head.cut
        and len(rows) == 1
        and len(header) > 1
        and all(re.match(r"[a-z]", c) for c in header)
    ):
        return "a header without rows", "export the annotated texts"
    if delimiter and set(header) & set(TEXTS) and set(header) & set(LABELS):
        return "a table of texts, each with a class", CLASSES
    return None
