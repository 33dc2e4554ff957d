"""The stand-off XML of MAE and MedTator: one document a file, its text, and tags that refer to it.

<TASK>
  <TEXT><![CDATA[Ada Lee left.]]></TEXT>
  <TAGS>
    <PERSON id="P0" spans="0~7" text="Ada Lee" ATTRIBUTE="VALUE" comment=""/>
    <PERSON id="P1" spans="0~3,8~12" text="Ada ... left"/>      in several parts
    <PERSON id="P2" start="0" end="7" text="Ada Lee"/>          until version 0.11, and i2b2's corpora
    <PLACE id="L0" spans="-1~-1" text=""/>                      of the whole document: no span
    <LINK id="K0" fromID="P0" toID="P1" …/>                     a relation, passed over
The root is named after the task. The name of an element is the label. Offsets count UTF-16 units, for
the tools are written in Java and JavaScript.
Source: https://github.com/keighrim/mae-annotation (wiki and samples);
https://github.com/OHNLP/MedTator/wiki/Annotation-Data.
"""

import re
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.brat.reader import in_one
from scripts.formats.shared.fields import number, shown, sound_spans, usable_text
from scripts.formats.shared.head import ROOT, Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.xml_events import parse_xml

TEXT_FOLLOWS = re.compile(r"[^<>]*>\s*<TEXT\s*>")
ASTRAL = "\U00010000"  # the first character that is two UTF-16 units
OF_DOCUMENT = "-1~-1"
HINT = "save the document again"
OF_THE_DOCUMENT = "tag of the whole document (not a span) left out"


def sniff(head: Head) -> bool:
    """Say whether a file is XML whose root begins with a text."""
    root = ROOT.match(head.text)
    return root is not None and TEXT_FOLLOWS.match(head.text, root.end()) is not None


class MaeDocument:
    """A document, built while its XML is parsed: its text and the attributes of its tags."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._inside: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Take in a tag."""
        if self._inside[1:] == ["TAGS"]:
            self.tags.append((tag, attrs))
        self._inside.append(tag)

    def data(self, data: str) -> None:
        """Take in some of the text."""
        if self._inside[1:] == ["TEXT"]:
            self.pieces.append(data)

    def end(self, _tag: str, /) -> None:
        """Leave an element."""
        self._inside.pop()


def read(path: Path, options: Options) -> Records:
    """Yield the one document of a file."""
    file = path.as_posix()
    try:
        document, fixed = parse_xml(path, MaeDocument)
        text = usable_text("".join(document.pieces))
        if not text.strip():
            raise Unusable("the document has no text", "save it again, or delete it")
        tags = [tag for tag in document.tags if is_span(tag[1])]
        marks = [tag for tag in tags if not is_of_document(tag[1])]
        found = sound_spans(marks, span_of)
    except Unusable as error:
        yield Fault(file, "document", Head.of(path).text[:RECORD_SHOWN], error.reason, error.hint)
        return
    spans = found.spans
    if max(text) < ASTRAL:  # offsets are then those of characters
        spans = tuple(in_one(span, text) for span in spans)
    notes = (*fixed, OF_THE_DOCUMENT) if len(marks) < len(tags) else fixed
    yield AnnotatedText(
        text=text,
        spans=spans,
        unread=found.unread,
        file=file,
        place="document",
        id=path.stem.removesuffix(".txt"),
        annotated=True if document.tags else None,
        notes=notes,
    )


def is_span(attributes: dict[str, str]) -> bool:
    """Say whether a tag is one of a stretch of the text, or of the whole document, and no relation."""
    return "spans" in attributes or ("start" in attributes and "end" in attributes)


def places_in(attributes: dict[str, str]) -> str:
    """Return where a tag stands: `START~END`, several with commas between them."""
    return attributes.get("spans", f"{attributes.get('start')}~{attributes.get('end')}")


def is_of_document(attributes: dict[str, str]) -> bool:
    """Say whether a tag is one of the whole document, and of no stretch of its text."""
    parts = places_in(attributes).split(",")
    return all("".join(part.split()) == OF_DOCUMENT for part in parts)


def span_of(tag: tuple[str, dict[str, str]]) -> CharSpan:
    """Return the span of a tag, or raise Unusable."""
    name, attributes = tag
    given = places_in(attributes)
    parts = [part_of(part, name, given) for part in given.split(",")]
    start, end = min(start for start, _ in parts), max(end for _, end in parts)
    mention = attributes.get("text") if len(parts) == 1 else None
    return CharSpan(start, end, name, parts=tuple(parts) if len(parts) > 1 else (), mention=mention)


def part_of(part: str, name: str, given: str) -> tuple[int, int]:
    """Return the offsets of `START~END`, or raise Unusable."""
    start, tilde, end = part.partition("~")
    if not tilde:
        raise Unusable(f"a tag {name} has the spans {shown(given)}, not START~END", HINT)
    return number(start), number(end)


FORMAT = Format("mae", "MAE and MedTator XML", sniff, read, "utf16")
