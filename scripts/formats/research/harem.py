"""HAREM, the Portuguese collections: documents whose entities are elements in the text.

<colHAREM versao="...">
  <DOC DOCID="H2-1"> <P>… <EM ID="H2-1-9" CATEG="PESSOA" TIPO="INDIVIDUAL">Ana Reis</EM> …</P> </DOC>
  <ALT>ALTERNATIVE|ALTERNATIVE</ALT>    several analyses of one stretch: the first is read
  <OMITIDO>…</OMITIDO>                  a stretch that nobody annotated: unknown
The first collection has the category as the name of the element (<PESSOA TIPO="INDIVIDUAL">) and
<DOCID>, <GENERO>, <ORIGEM> and <TEXTO> in a document. What systems write has one text a line and no
documents. CATEG="LOCAL|ORGANIZACAO" leaves open which one it is: the first is read; without CATEG it is
unknown. An element that is none of these is refused, so that no markup is left in a text.
Source: https://www.linguateca.pt/HAREM, "Directivas para a identificação e classificação semântica na
colecção dourada do HAREM" (Cardoso and Santos 2007), and of the second one (Santos et al. 2008).
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import shown, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import lines

ROOT = "colharem"
TAG = re.compile(
    r"<[?!][^<>]*>|<(?P<close>/?)(?P<name>[A-Za-z_][\w.:-]*)(?P<rest>(?:\s[^<>]*)?)/?>",
)
MARKED = re.compile(r"<EM\s[^<>]*\bCATEG\s*=", re.IGNORECASE)
OF_THE_FIRST = re.compile(r"<DOCID>[^<>]*</DOCID>.*<TEXTO>", re.IGNORECASE | re.DOTALL)
DOCUMENT = re.compile(r"<DOC[\s>]", re.IGNORECASE)
DOCUMENT_ENDS = re.compile(r"</DOC\s*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
CATEGORIES = frozenset(
    [
        *("abstraccao", "abstracao", "acontecimento", "coisa", "local", "obra", "organizacao", "outro"),
        *("pessoa", "tempo", "valor", "variado"),
    ]
)
ABOUT = ("docid", "genero", "origem")  # elements of the first collection about a document
BLOCKS = (ROOT, "doc", "p", "texto", "text")
ALTERNATIVE = "alternative analyses, of which the first is read"
SEVERAL = "several categories, of which the first is read"
UNNAMED = "entity without a category: its tokens count as unannotated"
OMITTED = "omitted passage: its tokens count as unannotated"
HINT = "compare it with the original collection from Linguateca"


def sniff(head: Head) -> bool:
    """Say whether a file is a collection of HAREM, or marks entities as it does."""
    root = (head.root or "").casefold()
    return root == ROOT or bool(MARKED.search(head.text)) or bool(OF_THE_FIRST.search(head.text))


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a collection, or the lines of a file without documents."""
    file = path.as_posix()
    for place, markup in chunks(path):
        try:
            document = HaremDocument()
            document.take(usable_text(markup))
            if not (text := document.text).strip():
                if document.about or not document.empty:
                    raise Unusable("the document has no text", "delete it")
                continue  # the collection's own elements
            yield AnnotatedText(
                text=text,
                spans=tuple(sorted(document.spans, key=lambda span: (span.start, -span.end))),
                file=file,
                place=place,
                id=document.about.get("docid"),
                annotated=True,
                missing=tuple(document.missing),
                notes=tuple(document.notes),
                meta={key: value for key, value in document.about.items() if key != "docid"},
            )
        except Unusable as error:
            yield Fault(file, place, markup[:RECORD_SHOWN], error.reason, error.hint)


def chunks(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the markup of each document with its place; of each line where there are no documents."""
    number, collected = 0, [""]
    if not DOCUMENT.search(Head.of(path).text):
        yield from ((f"line {number}", line) for number, line in lines(path) if line.strip())
        return
    for _, line in lines(path):
        rest = f"{line}\n"
        while end := DOCUMENT_ENDS.search(rest):
            number += 1
            yield f"document {number}", "".join([*collected, rest[: end.end()]])
            collected, rest = [], rest[end.end() :]
        collected.append(rest)
    if (left := "".join(collected)).strip():
        yield f"document {number + 1}", left


def without_comments(markup: str) -> str:
    """Return markup without its comments; what is never closed is none."""
    pieces, end = [], 0
    while (begin := markup.find("<!--", end)) >= 0 and (closed := markup.find("-->", begin)) >= 0:
        pieces.append(markup[end:begin])
        end = closed + len("-->")
    return "".join([*pieces, markup[end:]])


class HaremDocument:
    """One document, as its markup goes by; `empty`: nothing but white space and blocks was seen."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.spans: list[CharSpan] = []
        self.missing: list[tuple[int, int]] = []
        self.notes: dict[str, None] = {}
        self.about: dict[str, str] = {}
        self.empty = True
        self._open: list[tuple[str, str, int]] = []  # element, category, where it begins
        self._alternative = -1  # elements that are open where alternatives begin, or none
        self._skipped = False  # whether another alternative than the first goes by

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.pieces).rstrip("\n")

    def take(self, markup: str) -> None:
        """Take in the markup of a document. Raises Unusable for what is no markup of HAREM."""
        end = 0
        markup = without_comments(markup)
        for match in TAG.finditer(markup):
            self.data(markup[end : match.start()])
            end = match.end()
            if match["name"]:
                self.tag(match)
        self.data(markup[end:])
        self.end_paragraph()
        if self._open:
            raise Unusable(f"<{self._open[-1][0].upper()}> is never closed", HINT)

    def data(self, data: str) -> None:
        """Take in some text; between blocks white space is none."""
        within = self._open[-1][0] if self._open else ""
        if within in ABOUT:
            self.about[within] = unescape(data).strip()
            return
        if within == "doc" and not data.strip():
            return
        if self._alternative == len(self._open) and not self._skipped:
            data, bar, _ = data.partition("|")
            self.add(data)
            self._skipped = bool(bar)
        elif not self._skipped:
            self.add(data)

    def add(self, data: str) -> None:
        """Add to the text."""
        plain = unescape(data).lstrip() if self.empty else unescape(data)
        self.pieces.append(plain)
        self.length += len(plain)
        self.empty = self.empty and not plain.strip()

    def tag(self, match: re.Match[str]) -> None:
        """Take in that an element begins or ends."""
        name = match["name"].casefold()
        if name == "alt":
            self.alternatives(begin=not match["close"])
        elif self._skipped:
            return
        elif name not in (*BLOCKS, *ABOUT, "em", "omitido") and name not in CATEGORIES:
            raise Unusable(f"it has an element {shown(match[0])} that is not part of HAREM", HINT)
        elif name == ROOT:
            return
        elif match["close"]:
            self.end(name, match[0])
        else:
            self.end_paragraph(before=name)
            given = {k.casefold(): v.strip("\"'") for k, v in ATTRIBUTE.findall(match["rest"])}
            if name == "doc" and "docid" in given:
                self.about["docid"] = unescape(given["docid"])
            category = unescape(given.get("categ", "")) if name == "em" else name.upper()
            self._open.append((name, category, self.length))

    def alternatives(self, *, begin: bool) -> None:
        """Take in that alternatives begin or end."""
        if begin == (self._alternative >= 0):
            raise Unusable("<ALT> within another one, or </ALT> without one", HINT)
        if not begin and self._alternative != len(self._open):
            raise Unusable("</ALT> is inside an entity that begins before it", HINT)
        self._alternative = len(self._open) if begin else -1
        self._skipped = False
        self.notes[ALTERNATIVE] = None

    def end(self, name: str, tag: str) -> None:
        """Take in that an element ends."""
        if name in BLOCKS and name != "p":
            self.end_paragraph()
        if not self._open or self._open[-1][0] != name:
            raise Unusable(f"{shown(tag)} ends an entity that never began", HINT)
        _, category, start = self._open.pop()
        if name in ("p", "texto", "text") and self.length:
            self.add("\n")
        elif name == "omitido":
            self.missing.append((start, self.length))
            self.notes[OMITTED] = None
        elif name == "em" or name in CATEGORIES:
            self.entity(category, start)

    def end_paragraph(self, before: str = "p") -> None:
        """End a paragraph that is open when the next one begins, or what it is in ends."""
        if before == "p" and self._open and self._open[-1][0] == "p":
            self.end("p", "</P>")

    def entity(self, category: str, start: int) -> None:
        """Add an entity; one without a category is unknown."""
        first, bar, _ = category.partition("|")
        if bar:
            self.notes[SEVERAL] = None
        if first.strip():
            self.spans.append(CharSpan(start, self.length, first.strip()))
        else:
            self.missing.append((start, self.length))
            self.notes[UNNAMED] = None


FORMAT = Format("harem", "HAREM", sniff, read, unit=None, before=("inline_xml",))
