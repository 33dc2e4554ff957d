"""GATE's own XML: one document a file, its text between nodes that the annotations refer to.

<GateDocument version="3">
  <GateDocumentFeatures><Feature><Name>…</Name><Value>…</Value></Feature></GateDocumentFeatures>
  <TextWithNodes><Node id="0"/>Ada<Node id="3"/> met Bo.</TextWithNodes>
  <AnnotationSet Name="Key">
    <Annotation Id="1" Type="Person" StartNode="0" EndNode="3"><Feature>…</Feature></Annotation>
The identifiers of nodes are offsets in UTF-16, but a span is where its nodes stand. An annotation set is
a layer, called `default` where it has no name. Annotations that no entity has (tokens, sentences,
gazetteer hits: see STRUCTURE) are left out, and so is the set `Original markups`, which holds the tags
of the file that GATE read, unless the setting `layer` names it.
Source: https://gate.ac.uk/userguide/sec:corpora:gatexml; `DocumentStaxUtils` in GATE's source.
"""

from itertools import pairwise
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import label_of, shown, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.xml_events import parse_xml

ROOT = "GateDocument"
UNNAMED = "default"
MARKUPS = "Original markups"
TOKEN = "Token"  # noqa: S105 (no password)
STRUCTURE = {
    *(TOKEN, "SpaceToken", "DEFAULT_TOKEN", "Split", "Sentence", "Lookup", "NounChunk", "VG"),
    *("Paragraph", "paragraph", "Text", "Tweet", "Document", "document"),
}
LEFT_OUT = "tokens, sentences and other annotations that are not entities left out"
MARKUPS_LEFT_OUT = (
    "annotations of the set Original markups left out (to read them, set layer in configs/convert.cfg)"
)
LONGEST = 200  # characters of a feature that is kept

GateAnnotation = tuple[str, str | None, str, str]  # set, type, start node, end node


def sniff(head: Head) -> bool:
    """Say whether a file is a document of GATE."""
    return head.root == ROOT


class GateDocument:
    """A document of GATE, built while its XML is parsed."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.nodes: dict[str, int] = {}
        self.marks: list[GateAnnotation] = []
        self.features: dict[str, str] = {}
        self._inside: list[str] = []
        self._set = UNNAMED
        self._name: list[str] = []
        self._value: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Note where a node stands, what a set is called and what an annotation says."""
        name = tag.rpartition("}")[2]
        self._inside.append(name)
        if name == "Node":
            self.nodes[attrs.get("id", "")] = self.length
        elif name == "AnnotationSet":
            self._set = attrs.get("Name") or UNNAMED
        elif name == "Annotation":
            start, end = attrs.get("StartNode", ""), attrs.get("EndNode", "")
            self.marks.append((self._set, attrs.get("Type"), start, end))
        elif name == "Feature":
            self._name, self._value = [], []

    def data(self, data: str) -> None:
        """Take in text, or a feature."""
        if self._inside[1:2] == ["TextWithNodes"]:
            self.pieces.append(data)
            self.length += len(data)
        elif self._inside[-1:] == ["Name"]:
            self._name.append(data)
        elif self._inside[-1:] == ["Value"]:
            self._value.append(data)

    def end(self, _tag: str, /) -> None:
        """Take in a feature of the document that ends."""
        if self._inside.pop() == "Feature" and self._inside[1:] == ["GateDocumentFeatures"]:
            self.features["".join(self._name)] = "".join(self._value)


def read(path: Path, options: Options) -> Records:
    """Yield the one document of a file. Raises FileFault when it is none of GATE's."""
    file = path.as_posix()
    head = Head.of(path)
    if head.root != ROOT:
        raise FileFault(file, "it is not GATE XML", "in GATE, save documents as GATE XML")
    try:
        document, fixed = parse_xml(path, GateDocument)
        text = usable_text("".join(document.pieces))
        if not text.strip():
            raise Unusable("the document has no text", "export it again, or delete it")
        spans, notes = spans_of(document, options.layer)
        tokens = tokens_of(document, options.layer)
    except Unusable as error:
        yield Fault(file, "document", head.text[:RECORD_SHOWN], error.reason, error.hint)
        return
    yield AnnotatedText(
        text=text,
        spans=spans,
        file=file,
        place="document",
        id=path.stem,
        tokens=tokens,
        notes=(*fixed, *notes),
        meta={name: value for name, value in document.features.items() if is_kept(name, value)},
    )


def spans_of(document: GateDocument, layer: str) -> tuple[tuple[CharSpan, ...], tuple[str, ...]]:
    """Return the entities of a document, and what was left out. Raises Unusable for a faulty one."""
    found: list[CharSpan] = []
    notes: dict[str, None] = {}
    for mark in document.marks:
        in_set, kind, _, _ = mark
        if kind in STRUCTURE:
            notes[LEFT_OUT] = None
        elif in_set == MARKUPS != layer:
            notes[MARKUPS_LEFT_OUT] = None
        else:
            start, end = place_of(mark, document.nodes)
            found.append(CharSpan(start, end, label_of(kind, (start, end)), layer=in_set))
    return tuple(found), tuple(notes)


def place_of(mark: GateAnnotation, nodes: dict[str, int]) -> tuple[int, int]:
    """Return where an annotation stands, or raise Unusable when its nodes are not in the text."""
    _, kind, start, end = mark
    for node in (start, end):
        if node not in nodes:
            reason = (
                f"an annotation {shown(kind)} refers to the node {shown(node)}, which does not exist"
            )
            raise Unusable(reason, "save the document as GATE XML again")
    return nodes[start], nodes[end]


def tokens_of(document: GateDocument, layer: str) -> tuple[tuple[int, int], ...] | None:
    """Return the tokens of the set that is read, or otherwise of the first that has some.

    None when there are none, or when they overlap.
    """
    marks = [mark for mark in document.marks if mark[1] == TOKEN]
    sets = [mark[0] for mark in marks]
    wanted = layer if layer in sets else next(iter(sets), None)
    places = sorted({place_of(mark, document.nodes) for mark in marks if mark[0] == wanted})
    apart = all(one[1] <= two[0] for one, two in pairwise(places))
    return tuple(places) if places and apart and all(start < end for start, end in places) else None


def is_kept(name: str, value: str) -> bool:
    """Say whether a feature of a document is about it, and not about how GATE read it."""
    return not name.startswith(("gate.", "MimeType", "docNewLineType")) and len(value) <= LONGEST


FORMAT = Format("gate", "GATE XML", sniff, read, None)
