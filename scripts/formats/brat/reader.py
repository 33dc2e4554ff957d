"""brat standoff, and that of the BioNLP shared tasks: a text file, and its annotations in another one.

`<name>.txt` holds the text; the annotations are in `<name>.ann`, or in `<name>.a1` (given entities) and
`<name>.a2` (events and what they need), which are read as one document.
A line:  T<number> [tab] LABEL START END[;START END]* [tab] TEXT
Offsets count characters, line ends as they are. A span over several lines has a part for each; parts
with nothing but white space between them are one. Lines with other letters (R, E, A, M, N, *, #) tell
of relations, events, attributes, identifiers and notes, and are passed over.
The T of a line may also be the word that an event hangs on: the setting `layer` can choose `entities` or
`events`; without it both are read. brat wants an empty .ann before anybody looks at a text.
Source: https://brat.nlplab.org/standoff.html, https://2013.bionlp-st.org/file-formats.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.brat.lines import ENTRY, MARKS, Annotations
from scripts.formats.shared.fields import usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN

ENDINGS = (".ann", ".a1", ".a2")
SETTINGS = ("annotation.conf", "visual.conf", "tools.conf", "kb_shortcuts.conf", "acl.conf")
LEVELS = 4  # folders above a document that brat's settings may lie in
ENTITIES, EVENTS = "entities", "events"  # layers
READ_TOO = (
    "trigger word of an event read as an entity (to leave it out, set layer in "
    "configs/convert.cfg to entities)"
)
STRAY = "line that is not an annotation skipped"
MARK_COUNTED = "offsets that count the byte order mark of the text"
BYTE_ORDER_MARK = "\ufeff"


def sniff(head: Head) -> bool:
    """Say whether a file marks spans as brat does, or is next to a text and holds nothing else."""
    seen = [line for line in head.lines if line.strip()]
    beside = head.path.suffix in ENDINGS and text_file(head.path).is_file()
    if any(line.startswith("T") and ENTRY.match(line) and MARKS.match(line) for line in seen):
        return True
    return beside and (not seen or any(map(ENTRY.match, seen)))


def read(path: Path, options: Options) -> Records:
    """Yield the one document that an annotation file belongs to."""
    file = path.as_posix()
    try:
        text, marked = text_beside(path)
        found = annotations_of(path)
        spans, notes = spans_of(found, text, marked, options)
    except Unusable as error:
        with path.open("rb") as stream:
            record = stream.read(RECORD_SHOWN).decode("utf8", errors="replace")
        yield Fault(file, "document", record, error.reason, error.hint)
        return
    yield AnnotatedText(
        text=text,
        spans=spans,
        file=file,
        place="document",
        id=path.stem,
        annotated=True if found.entries else None,
        notes=notes,
    )


def text_file(path: Path) -> Path:
    """Return the path of the text that an annotation file belongs to."""
    return path.with_name(f"{path.stem}.txt")


def text_beside(path: Path) -> tuple[str, bool]:
    """Return the text of an annotation file, and whether a byte order mark comes before it."""
    beside = text_file(path)
    if beside == path or not beside.is_file():
        raise Unusable(f"its text file is missing ({beside.name})", "copy the text to its folder")
    text = beside.read_bytes().decode("utf8", errors="surrogateescape")
    plain = text.removeprefix(BYTE_ORDER_MARK)
    if not plain.strip():
        raise Unusable(f"its text is empty ({beside.name})", "copy the text again, or delete both files")
    return usable_text(plain), plain != text


def annotations_of(path: Path) -> Annotations:
    """Return what an annotation file says, together with the second one of a BioNLP task."""
    found = Annotations()
    found.add(path)
    second = path.with_suffix(".a2")
    if path.suffix == ".a1" and second.is_file():
        try:
            found.add(second)
        except Unusable as error:
            raise Unusable(f"{error.reason} in {second.name}", error.hint) from None
    if found.strays and not found.entries:
        raise Unusable("none of its lines is a brat annotation", "export it again, or delete it")
    return found


def spans_of(
    found: Annotations, text: str, marked: bool, options: Options
) -> tuple[tuple[CharSpan, ...], tuple[str, ...]]:
    """Return the spans of a document and what had to be fixed.

    marked: whether a byte order mark comes before the text; brat counts it.
    """
    spans = [span for _, span in found.spans]
    events = [id in found.triggers for id, _ in found.spans]
    notes = [STRAY] if found.strays else []
    if options.layer:
        layers = [EVENTS if event else ENTITIES for event in events]
        spans = [replace(span, layer=layer) for span, layer in zip(spans, layers, strict=True)]
    elif any(events):
        notes.append(READ_TOO)
    earlier = [moved(span) for span in spans] if marked else []
    if quoted(earlier, text) > quoted(spans, text):
        spans = earlier
        notes.append(MARK_COUNTED)
    return tuple(in_one(span, text) for span in spans), tuple(notes)


def quoted(spans: list[CharSpan], text: str) -> int:
    """Return how many spans in one part read as the file quotes them."""
    return sum(not span.parts and span.mention == text[span.start : span.end] for span in spans)


def moved(span: CharSpan) -> CharSpan:
    """Return a span one character further to the front."""
    parts = tuple((start - 1, end - 1) for start, end in span.parts)
    return replace(span, start=span.start - 1, end=span.end - 1, parts=parts)


def in_one(span: CharSpan, text: str) -> CharSpan:
    """Return a span, as one its parts between which only white space (a line end) stands."""
    found = list(span.parts[:1])
    for start, end in span.parts[1:]:
        first, last = found[-1]
        if first <= last <= start and not text[last:start].strip():
            found[-1] = first, end
        else:
            found.append((start, end))
    return replace(span, parts=tuple(found) if len(found) > 1 else ())


def companions(path: Path) -> Iterator[Path]:
    """Yield the text of an annotation file, the files for which it stands, and brat's settings."""
    yield text_file(path)
    if path.suffix in ENDINGS:
        yield from (path.with_suffix(ending) for ending in ENDINGS[ENDINGS.index(path.suffix) + 1 :])
    for folder in list(path.parents)[:LEVELS]:
        yield from (folder / name for name in SETTINGS)


FORMAT = Format("brat", "brat standoff", sniff, read, companions=companions)
