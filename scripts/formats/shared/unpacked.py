"""Annotation files as readers want them: unpacked, and in UTF-8.

In: a file as the user has it. Out: files to read and what messages call them; the file itself where
nothing has to be done, else copies in a folder of the caller's. What a file is says its content.
"""

import codecs
import gzip
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from scripts.annotation.text import FileFault
from scripts.files.visible import NEVER_DATA, is_visible

AUTO = "auto"
TREE = "utf8"  # the folder for what had to be put into UTF-8
BLOCK = 1 << 20
LARGEST = 50 << 30  # bytes that one archive may unpack to
RATIO, HARMLESS = 200, 100 << 20  # an archive that grows more than this, beyond so many bytes, is a bomb
MARKS = (  # longest first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""", re.ASCII)
LOOKED_AT, MOSTLY = 1 << 14, 0.5  # bytes, and the share of every other one that is zero, of UTF-16
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
BINARY = (b"PAR1", b"ARROW1", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"%PDF", b"\x89PNG")
OFFICE = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype")  # members of zips that are one file
DAMAGED = (zipfile.BadZipFile, EOFError, zlib.error, OSError, NotImplementedError, RuntimeError)


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes at most."""


def prepare(path: Path, folder: Path, encoding: str = AUTO) -> list[tuple[Path, str]]:
    """Return the files to read for one annotation file, each with the name that messages use.

    folder: for what is unpacked or put into UTF-8. encoding: what texts are in, or `auto` (UTF-8, or
    UTF-16 and UTF-32 by their marks, UTF-16 without one by its zeros, XML by its declaration). Line ends
    are never touched.
    Raises FileFault for an archive that is damaged, encrypted or dangerous, and for an encoding that
    Python doesn't know or the file isn't in.
    """
    name = path.as_posix()
    if not path.is_file():
        return [(path, name)]
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
    target = folder / f"{len(list(folder.glob('*'))):05}" if folder.is_dir() else folder / "00000"
    if head.startswith(b"\x1f\x8b"):
        found = [(ungzipped(path, target), name)]
    elif head.startswith(b"PK\x03\x04") and not is_one_file(path):
        found = list(unzipped(path, target))
    else:
        found = [(path, name)]
    return [
        (in_utf8(file, copy_of(file, path, folder), called, encoding), called) for file, called in found
    ]


def copy_of(file: Path, given: Path, folder: Path) -> Path:
    """Return where a file is written in UTF-8: what was unpacked stays there, others go to a tree."""
    return file if file != given else in_tree(given, folder)


def in_tree(given: Path, folder: Path) -> Path:
    """Return the place of a file of the user's in the tree of those in UTF-8."""
    return folder / TREE / Path(*(part for part in given.parts if part not in (given.anchor, "..")))


def together(prepared: list[tuple[Path, str]], folder: Path) -> list[tuple[Path, str]]:
    """Return prepared files, those that others belong to lying beside one another still.

    What lies in a folder, of whose files some were put into UTF-8, is brought to the tree of these.
    """
    moved = [Path(name) for path, name in prepared if path.is_relative_to(folder / TREE)]
    folders = {parent for path in moved for parent in path.parents}
    found = []
    for path, name in prepared:
        if path.as_posix() == name and path.parent in folders:
            target = in_tree(path, folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                target.hardlink_to(path)
            except OSError:  # another disk, or one without links
                shutil.copyfile(path, target)
            found.append((target, name))
        else:
            found.append((path, name))
    return found


def ungzipped(path: Path, target: Path) -> Path:
    """Return the file that a gzip file holds."""
    unpacked = target / path.name.removesuffix(".gz")
    with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as stream:
        copy(stream, unpacked, path.as_posix(), path.stat().st_size)
    return unpacked


def is_one_file(path: Path) -> bool:
    """Say whether a zip is a document of its own, such as a spreadsheet, for a reader to name."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(member in OFFICE for member in archive.namelist())
    except DAMAGED:
        return False


def unzipped(path: Path, target: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files of a zip, in name order, without those that hold no data.

    Raises FileFault when it is damaged or encrypted, or when a member would lie outside the folder.
    """
    name = path.as_posix()
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
            left = LARGEST
            seen: set[str] = set()
            for member in members:
                inner = safe(member, name)
                if NEVER_DATA.fullmatch(inner.name) or not is_visible(Path(inner)):
                    continue
                if inner.as_posix().casefold() in seen:
                    raise FileFault(
                        f"{name}/{inner}", "the archive contains it twice", "create the archive again"
                    )
                seen.add(inner.as_posix().casefold())
                unpacked = target / inner
                with archive.open(member) as stream:
                    left -= copy(stream, unpacked, f"{name}/{inner}", member.compress_size, left)
                yield unpacked, f"{name}/{inner}"
    except DAMAGED as error:
        said = " ".join(str(error).split())[:200]
        raise FileFault(
            name, f"the archive can't be unpacked ({said})", "export it or create the archive again"
        ) from None


def safe(member: zipfile.ZipInfo, archive: str) -> PurePosixPath:
    """Return a member's path. Raises FileFault when it leads out of the folder, or can't be read."""
    inner = PurePosixPath(member.filename.replace("\\", "/"))
    name = f"{archive}/{member.filename}"
    if inner.is_absolute() or ".." in inner.parts or ":" in member.filename:
        raise FileFault(
            name, "its path points outside the archive", "if you trust the archive, unpack it by hand"
        )
    if member.flag_bits & 1:
        raise FileFault(name, "the archive is encrypted", "unpack it, and put its files in the folder")
    if member.external_attr >> 28 == 0xA:
        raise FileFault(name, "it is a symbolic link", "put the file itself in the archive")
    return inner


def copy(stream: Readable, target: Path, name: str, packed: int, most: int = LARGEST) -> int:
    """Write a stream to a file and return its size. Raises FileFault when it is a bomb."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with target.open("wb") as file:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > most or (size > HARMLESS and size > RATIO * max(packed, 1)):
                    reason = f"it unpacks to more than {size:,} bytes from {packed:,}"
                    raise FileFault(name, reason, "if you trust it, unpack it by hand")
                file.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileFault(
            name, f"it can't be unpacked ({error})", "export it or create the archive again"
        ) from None
    return size


def in_utf8(path: Path, target: Path, name: str, encoding: str) -> Path:
    """Return a file whose text is UTF-8: the file itself, or `target`, to which it is written.

    Raises FileFault when Python doesn't know the encoding, or the file isn't in it.
    """
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
    marked = next((codec for mark, codec in MARKS if head.startswith(mark)), None)
    marked = marked or (declared(path, head) or unmarked(head) if encoding == AUTO else None)
    codec = marked or (None if encoding == AUTO or head.startswith(BINARY) else encoding)
    if codec is None:
        return path
    if not is_text_encoding(codec):
        hint = "use Python's name for it: cp1252, latin-1, utf-16, shift_jis, …"
        raise FileFault("encoding in configs/convert.cfg", f"Python has no encoding {encoding!r}", hint)
    if codecs.lookup(codec).name == "utf-8":
        return path
    target.parent.mkdir(parents=True, exist_ok=True)
    written = target.with_name(f"{target.name}.utf8")  # where the target is the file itself
    with path.open(encoding=codec, newline="") as text:
        try:
            with written.open("w", encoding="utf8", newline="") as copy:
                shutil.copyfileobj(text, copy)
        except UnicodeError as error:
            said = " ".join(str(error).split())[:200]
            raise FileFault(
                name,
                f"it is not valid {codec} ({said})",
                "set encoding in configs/convert.cfg to its encoding",
            ) from None
    written.replace(target)
    return target


def declared(path: Path, head: bytes) -> str | None:
    """Return the encoding that a file of XML declares, unless it is in UTF-8 all the same.

    None too for an encoding that Python doesn't know: what reads the file says so.
    """
    match = DECLARED.match(head)
    name = match[1].decode("ascii") if match else ""
    if not match or not is_text_encoding(name) or codecs.lookup(name).name == "utf-8":
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return name
    return None


def unmarked(head: bytes) -> str | None:
    """Return which UTF-16 a file is in that has no mark, or None where it isn't clearly in one.

    Every other byte of it is mostly zero, and what is read so has no control characters.
    """
    looked_at = head[: LOOKED_AT - LOOKED_AT % 2]
    for codec, zero in (("utf-16-le", 1), ("utf-16-be", 0)):
        pairs = len(looked_at) // 2
        if looked_at[zero::2].count(0) < MOSTLY * pairs or not pairs or 0 in looked_at[1 - zero :: 2]:
            continue
        try:
            text = codecs.getincrementaldecoder(codec)().decode(looked_at)
        except UnicodeDecodeError:
            continue
        if not CONTROLS.search(text):
            return codec
    return None


def is_text_encoding(name: str) -> bool:
    """Say whether Python knows an encoding, and it is one of texts (`hex` is none)."""
    try:
        " ".encode(name)
    except (LookupError, UnicodeError):
        return False
    return True
