r"""tagtog's EntitiesTsv: a document cut into entities and the text between them.

A piece: text TAB label     the label O for text between entities, else the entity's type
The text is not tokenised and keeps its spaces and line feeds, so that a piece may run over several
lines; the tab before its label ends it. One file is one document. Overlapping entities are not in it.
Source: https://docs.tagtog.com/EntitiesTsv
"""

from itertools import pairwise
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import label_of, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import whole_text
from scripts.formats.shared.tags import is_entity_tag

OUTSIDE = "O"
LONGEST_LABEL = 80  # characters
UNLABELLED = "text after the last labelled piece counts as outside entities"


def sniff(head: Head) -> bool:
    """Say whether pieces of text alternate with entities, as tokens never do."""
    labels: list[str] = []
    spaced = False
    for line in head.lines[:-1] if len(head.lines) > 1 else head.lines:
        text, tab, label = line.rpartition("\t")
        if not tab:
            spaced |= " " in line
            continue
        if "\t" in text or not label.strip() or len(label) > LONGEST_LABEL or is_entity_tag(label):
            return False
        labels.append(label)
        spaced |= " " in text.strip() and label == OUTSIDE
    both = OUTSIDE in labels and set(labels) != {OUTSIDE}
    return (
        spaced and both and all(OUTSIDE not in pair or pair[0] != pair[1] for pair in pairwise(labels))
    )


def read(path: Path, options: Options) -> Records:
    """Yield the one document of a file."""
    data = whole_text(path)
    file = path.as_posix()
    try:
        text, spans, notes = pieces_of(data)
        if not text.strip():
            raise Unusable("the document has no text", "export it again")
        usable_text(text)
    except Unusable as error:
        yield Fault(file, "document", data[:RECORD_SHOWN], error.reason, error.hint)
        return
    yield AnnotatedText(text=text, spans=spans, file=file, place="document", notes=notes)


def pieces_of(data: str) -> tuple[str, tuple[CharSpan, ...], tuple[str, ...]]:
    """Return the text of a document, its entities and what had to be fixed."""
    pieces: list[str] = []
    spans: list[CharSpan] = []
    position = 0
    lines: list[str] = []  # of a piece whose label is still to come
    for line in data.split("\n"):
        text, tab, label = line.rpartition("\t")
        if not tab:
            lines.append(line)
            continue
        piece = "\n".join((*lines, text))
        lines.clear()
        if label.strip() != OUTSIDE:
            name = label_of(label.strip(), (position, position + len(piece)))
            spans.append(CharSpan(position, position + len(piece), name, mention=piece))
        pieces.append(piece)
        position += len(piece)
    rest = "\n".join(lines).rstrip()
    return "".join((*pieces, rest)), tuple(spans), (UNLABELLED,) if rest else ()


FORMAT = Format("tagtog_tsv", "tagtog EntitiesTsv", sniff, read, None)
