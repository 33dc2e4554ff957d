"""Raw texts: texts that nobody has annotated, for `teach`, `pretrain` and `suggest`.

In: a folder of .txt files with one text a line, and of .jsonl files with objects that have a "text", and
may have an "id" and the "group" (the document) that the text is a part of; and the corpus. Out: the
texts that the corpus doesn't have, as a stream.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from scripts.annotation.normalising import normalised
from scripts.corpus.docs import stored_docs
from scripts.files.visible import NEVER_DATA, is_visible

SETS = ("test", "dev", "train")  # whose texts are left out
SUFFIXES = (".txt", ".jsonl")
WIDTH = 8  # bytes of a hash


class RawText(NamedTuple):
    """A text, the place that it came from, and what the file says of it."""

    text: str
    file: str
    place: str
    id: str | None = None
    group: str | None = None


class RawTextError(ValueError):
    """Raised for a file of raw texts that can't be read; the message says where and what to do."""


@dataclass
class UnseenTexts:
    """The texts in a folder that are not in the corpus.

    known: the set of the corpus that a text is in, by the hash of the text. longest: characters of a
    text that spaCy takes. left_out: how many texts were left out so far, by the reason.
    """

    folder: Path
    known: dict[bytes, str]
    longest: int
    left_out: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[str]:
        """Yield the texts in the order of the files' names. Raises RawTextError."""
        return (each.text for each in self.with_places())

    def with_places(self) -> Iterator[RawText]:
        """Yield the texts with their places, in the order of the files' names. Raises RawTextError."""
        for each in raw_texts_in(self.folder):
            if reason := self.reason(each.text):
                self.left_out[reason] += 1
            else:
                yield each

    def reason(self, text: str) -> str | None:
        """Return why a text is left out: the set that it is in, or that it is too long."""
        return "too long" if len(text) > self.longest else self.known.get(hash_of(text))


def unseen_texts(folder: Path, corpus: Path, longest: int) -> UnseenTexts:
    """Return the texts in a folder that are not in the corpus; see `UnseenTexts`."""
    known: dict[bytes, str] = {}
    for name in SETS:
        for doc in stored_docs(corpus / f"{name}.spacy"):
            known.setdefault(hash_of(doc.text), name)
    return UnseenTexts(folder, known, longest)


def hash_of(text: str) -> bytes:
    """Return a hash that is the same for copies of a text."""
    return hashlib.blake2b(normalised(text).encode("utf8", "replace"), digest_size=WIDTH).digest()


def texts_in(folder: Path) -> Iterator[str]:
    """Yield the texts alone; see `raw_texts_in`."""
    return (each.text for each in raw_texts_in(folder))


def raw_texts_in(folder: Path) -> Iterator[RawText]:
    """Yield the texts in the files of a folder and of its subfolders, in the order of their names.

    Hidden files, and those called README, LICENSE, COPYING or NOTICE, are left out. Texts without
    letters or digits are no texts. Raises RawTextError.
    """
    for path in sorted(folder.rglob("*")):
        is_data = is_visible(path.relative_to(folder)) and not NEVER_DATA.fullmatch(path.name)
        if is_data and path.suffix.lower() in SUFFIXES and path.is_file():
            yield from (each for each in texts_of(path) if any(map(str.isalnum, each.text)))


def texts_of(path: Path) -> Iterator[RawText]:
    """Yield the texts of a file. Raises RawTextError."""
    file = path.as_posix()
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if path.suffix.lower() == ".txt":
                    yield RawText(line.strip(), file, f"line {number}")
                elif line.strip():
                    yield text_of(line, file, f"line {number}")
    except UnicodeDecodeError:
        reason = f"{file} is not UTF-8; save it as UTF-8, or remove it"
        raise RawTextError(reason) from None


def text_of(line: str, file: str, place: str) -> RawText:
    """Return the text in a line of JSON. Raises RawTextError."""
    where = f"{file}, {place}"
    try:
        found = json.loads(line)
    except ValueError:
        raise RawTextError(f'{where}: this is no JSON; write a line as {{"text": "…"}}') from None
    text = found.get("text") if isinstance(found, dict) else None
    if not isinstance(text, str):
        raise RawTextError(f'{where}: there is no "text" with a string; write a line as {{"text": "…"}}')
    id, group = (None if found.get(key) is None else str(found[key]) for key in ("id", "group"))
    return RawText(text, file, place, id, group)
