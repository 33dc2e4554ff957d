"""PubTator: abstracts with what is marked in them, a blank line between two documents.

PMID|t|title
PMID|a|abstract
PMID TAB start TAB end TAB mention TAB type [TAB identifier [TAB ...]]
PMID TAB relation TAB identifier TAB identifier         passed over, as all lines without offsets
Offsets count characters of the title, one for the gap, and the abstract; ends are exclusive.
Source: https://www.ncbi.nlm.nih.gov/CBBresearch/Lu/Demo/tmTools/Format.html, and the BioCreative V CDR
task, https://doi.org/10.1093/database/baw068.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import label_of, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import lines

PART = re.compile(r"([^|\t]{1,100})\|([A-Za-z])\|(.*)", re.DOTALL)
TITLE = "t"
GAP = "\n"  # between title and abstract; the format says one character and not which
NUMBER = re.compile(r"\d{1,18}", re.ASCII)
HINT = "export it again, or delete the document"
Line = tuple[int, str]


def sniff(head: Head) -> bool:
    """Say whether the first lines are a title and an abstract of one document."""
    visible = [line for line in head.lines if line.strip()][:2]
    parts = [PART.fullmatch(line) for line in visible]
    first = parts[0] if parts else None
    if first is None or first[2] != TITLE:
        return False
    return len(parts) < 2 or (parts[1] is not None and parts[1][1] == first[1])


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a file, which is read as a stream."""
    file = path.as_posix()
    for document in documents(lines(path)):
        number, first = document[0]
        place = f"line {number}"
        try:
            yield document_of(document, file, place)
        except Unusable as error:
            yield Fault(file, place, first[:RECORD_SHOWN], error.reason, error.hint)


def documents(rows: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each document: up to a blank one, or to the next title."""
    found: list[Line] = []
    for number, line in rows:
        part = PART.fullmatch(line)
        begins = part is not None and part[2] == TITLE
        if found and (begins or not line.strip()):
            yield found
            found = []
        if line.strip():
            found.append((number, line))
    if found:
        yield found


def document_of(document: list[Line], file: str, place: str) -> AnnotatedText:
    """Return one document, or raise Unusable."""
    texts: list[str] = []
    spans: list[CharSpan] = []
    name = ""
    for number, line in document:
        part = PART.fullmatch(line)
        if part is not None and not spans:
            if name and part[1] != name:
                raise Unusable(f"line {number}: it has texts of {name!r} and {part[1]!r}", HINT)
            name = part[1]
            texts.append(part[3])
            continue
        if span := span_of(line, number, name):
            spans.append(span)
    text = usable_text(GAP.join(texts))
    if not text.strip():
        raise Unusable("the document has no title and no abstract", HINT)
    return AnnotatedText(
        text=text, spans=tuple(spans), file=file, place=place, id=usable_text(name, "identifier") or None
    )


def span_of(line: str, number: int, name: str) -> CharSpan | None:
    """Return the span of a line, None for a relation; or raise Unusable."""
    cells = line.split("\t")
    if len(cells) < 2:
        raise Unusable(f"line {number}: it is neither a text nor an entity", HINT)
    if cells[0].strip() != name.strip():
        raise Unusable(
            f"line {number}: it belongs to the document {cells[0][:40]!r}, not {name!r}", HINT
        )
    if not NUMBER.fullmatch(cells[1].strip()):
        return None
    if len(cells) < 5 or not NUMBER.fullmatch(cells[2].strip()):
        reason = f"line {number}: an entity has no end, no text or no type"
        raise Unusable(reason, HINT)
    start, end = int(cells[1]), int(cells[2])
    return CharSpan(start, end, label_of(cells[4].strip(), (start, end)), mention=cells[3])


FORMAT = Format("pubtator", "PubTator", sniff, read)
