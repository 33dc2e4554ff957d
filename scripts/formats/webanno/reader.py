r"""WebAnno's and INCEpTION's TSV: a document a file, a token a line, a column for each feature.

TSV 3:  #FORMAT=WebAnno TSV 3.3
        #T_SP=<type>|<feature>|...          a span layer; #T_CH= chains, #T_RL= relations
        #Text=<sentence>                    several such lines: a sentence with line ends
        1-2 [tab] 3-7 [tab] word [tab] value [tab] ...
        1-2.1 [tab] 3-5 [tab] wo [tab] ...  a part of the token, or a place without width
value:  _ nothing, * an annotation without label, A|B two annotations; A[3] on several lines is one
        annotation, number 3. Backslashes come before what would mean something (\[ \] \| \_ \t).
TSV 1 and 2 are read by `webanno_old`.

A layer goes by the name of its type without the package. Of several features the label is the one that
is called so (`value`, `label`, `category`, ...); if none is, each is a layer (`Span.sense`). Layers of
words and sentences (POS, Lemma, ...) are read if `layer` names them. Slots, relations and chains
are left out. An annotation without label has the name of its layer; the setting `layer: types` reads all
layers without features at once, each as a label.
Source: https://inception-project.github.io/releases/36.1/docs/user-guide.html#sect_webannotsv, and what
it leaves open: https://github.com/inception-project/inception, inception-io-webanno-tsv.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.annotation.text import AnnotatedText, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import number
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.uima.layers import LabelFeature, label_features, origin
from scripts.formats.webanno import old_versions as webanno_old
from scripts.formats.webanno.document import WebAnnoDocument, blocks
from scripts.formats.webanno.token_rows import HINT, LayerLabel, TokenRow

VERSION = re.compile(r"#FORMAT=WebAnno TSV (\d+)(?:\.(\d+))?\s*$")
LAYER = re.compile(r"#T_(SP|CH|RL)=(.*)$")
ROW = re.compile(r"\d+-\d+(\.\d+)?\t")
OFFSETS = re.compile(r"(\d+)-(\d+)$")
STACKED = re.compile(r"\\.|\||[^\\|]+|\\$")
NUMBERED = re.compile(r"((?:[^\\\[]|\\.)*)\[(\d{1,9})\]$", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
ESCAPED_IN_TEXT = re.compile(r"\\([tnfrb\\\x00-\x07\x0e-\x1f])")
ESCAPED_AS_IN_JAVA = re.compile(r"\\(?:u+([0-9a-fA-F]{4})|([0-3]?[0-7]{1,2})|([btnfr\"'\\])|)")
CONTROL = {"t": "\t", "n": "\n"}  # that a value holds escaped; a text may hold others
TEXT_CONTROL = {**CONTROL, "f": "\f", "r": "\r", "b": "\b"}
SLOT = "ROLE_"


@dataclass(slots=True)
class Schema:
    """What the header says. columns: behind the token, as (type, feature), None for what is left out."""

    version: tuple[int, int] = (3, 3)
    columns: list[tuple[str, str] | None] = field(default_factory=list)

    def add(self, line: str) -> None:
        """Add what a line of the header says: the version, or the columns of a layer."""
        if match := VERSION.match(line):
            self.version = (int(match[1]), int(match[2] or 0))
        elif match := LAYER.match(line):
            self.declare(match[1], match[2])

    def declare(self, kind: str, declared: str) -> None:
        """Add the columns of a layer."""
        name, *features = declared.split("|")
        features = [feature for feature in features if feature] or [""]
        slot = False
        for feature in features:
            target = slot  # the type that a slot points to stands after it
            slot = feature.startswith(SLOT)
            self.columns.append(None if kind != "SP" or slot or target else (name, feature))

    def chosen(self, wanted: str) -> list[tuple[int, LabelFeature]]:
        """Return the columns that are read."""
        types: dict[str, list[str]] = {}
        for name, feature in filter(None, self.columns):
            types.setdefault(name, []).extend([feature] if feature else [])
        found = label_features(types, wanted, every=True)
        places = {column: index for index, column in reversed(list(enumerate(self.columns)))}
        chosen: list[tuple[int, LabelFeature]] = []
        for name, several in found.items():
            for read_as in several:
                feature = read_as.feature or next(iter(types[name]), "")
                chosen.append((places[name, feature], read_as))
        return chosen


def sniff(head: Head) -> bool:
    """Say whether a file begins with the header of a TSV 3 file, or as older ones do."""
    begin = [line for line in head.lines[:3] if line.strip()]
    return any(VERSION.match(line) or LAYER.match(line) for line in begin) or webanno_old.sniff(head)


def read(path: Path, options: Options) -> Records:
    """Yield the one document of a file."""
    file = path.as_posix()
    head = Head.of(path)
    sentences = webanno_old.sentences if webanno_old.sniff(head) else sentences_of
    document = WebAnnoDocument()
    try:
        for text, rows in sentences(path, document, options.layer):
            document.add(text, rows)
        found = document.fields()
    except Unusable as error:
        yield Fault(file, "document", head.text[:RECORD_SHOWN], error.reason, error.hint)
        return
    yield AnnotatedText(file=file, place="document", **origin(path), **found)


Sentences = Iterator[tuple[str, list[TokenRow]]]


def sentences_of(path: Path, document: WebAnnoDocument, wanted: str) -> Sentences:
    """Yield the sentences of a TSV 3 file: their texts, their tokens and parts of tokens."""
    schema = Schema()
    for block in blocks(path):
        texts: list[str] = []
        rows: list[TokenRow] = []
        columns: list[tuple[int, LabelFeature]] | None = None
        for at, line in block:
            if ROW.match(line):
                columns = schema.chosen(wanted) if columns is None else columns
                rows.append(token_row(at, line, columns, document))
            elif line.startswith("#Text="):
                texts.append(unescaped(line.removeprefix("#Text="), schema.version))
            elif not line.startswith("#"):
                raise Unusable(f"line {at} is neither a comment nor a token: {line[:60]!r}", HINT)
            elif not texts:
                schema.add(line)
        if rows and not texts:
            raise Unusable(f"before line {block[0][0]} there is no `#Text=` with its sentence", HINT)
        if texts:
            yield "\n".join(texts), rows


def token_row(
    at: int, line: str, columns: list[tuple[int, LabelFeature]], document: WebAnnoDocument
) -> TokenRow:
    """Return what a line says of a token or of a part of one."""
    cells = line.split("\t")
    offsets = OFFSETS.match(cells[1])
    if len(cells) < 3 or not offsets:
        raise Unusable(f"line {at} has no offsets and no token", HINT)
    marks: list[LayerLabel] = []
    for index, read_as in columns:
        if len(cells) <= index + 3:
            reason = f"line {at} has {len(cells)} columns, but the header names {index + 4} or more"
            raise Unusable(reason, HINT)
        marks.extend(marks_of(cells[index + 3], read_as, document))
    part = "." in cells[0]
    return TokenRow(cells[2], number(offsets[1]), number(offsets[2]), at, part, marks)


def marks_of(cell: str, read_as: LabelFeature, document: WebAnnoDocument) -> Iterator[LayerLabel]:
    """Yield the annotations that a cell holds."""
    if cell == "_":
        return
    values = [""]
    for piece in STACKED.findall(cell):
        if piece == "|":
            values.append("")
        else:
            values[-1] += piece
    for value in values:
        match = NUMBERED.match(value)
        plain, numbered = (match[1], int(match[2])) if match else (value, None)
        if read_as.feature:
            plain = "" if plain == "*" else ESCAPED.sub(lambda e: CONTROL.get(e[1], e[1]), plain)
            yield read_as.layer, document.labelled(plain, read_as.name), numbered
        else:
            yield read_as.layer, read_as.name, numbered


def unescaped(text: str, version: tuple[int, int]) -> str:
    """Return a sentence as it was before it was written in this version of the format."""
    if version <= (3, 0):
        return text
    if version == (3, 1):
        plain = ESCAPED_AS_IN_JAVA.sub(java_character, text)
        return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return ESCAPED_IN_TEXT.sub(lambda e: TEXT_CONTROL.get(e[1], e[1]), text)


def java_character(escape: re.Match[str]) -> str:
    """Return the character that an escape of Java stands for; a lone backslash for none."""
    if escape[1]:
        return chr(int(escape[1], 16))
    if escape[2]:
        return chr(int(escape[2], 8))
    return TEXT_CONTROL.get(escape[3], escape[3]) if escape[3] else ""


FORMAT = Format("webanno_tsv", "WebAnno or INCEpTION TSV", sniff, read, unit=None)
