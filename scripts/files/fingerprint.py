"""Know files by their contents: SHA-256 of a file, or of a folder with the names in it."""

import hashlib
from pathlib import Path

BLOCK = 1 << 20  # bytes read at a time, so that memory stays flat


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def of_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal. The text may have half a character."""
    return hashlib.sha256(text.encode("utf8", "surrogatepass")).hexdigest()


def of_path(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's relative names and contents in name order."""
    if path.is_file():
        return of_file(path)
    digest = hashlib.sha256()
    for file in sorted(child for child in path.rglob("*") if child.is_file()):
        digest.update(f"{file.relative_to(path).as_posix()}\0{of_file(file)}\0".encode())
    return digest.hexdigest()
