"""tagtog's anndoc: a file of annotations, its text as plain HTML, and the project's list of classes.

x.ann.json: {"annotatable": {"parts": ["s1p1"]}, "anncomplete": bool,
             "entities": [{"classId": "e_1", "part": "s1p1", "offsets": [{"start": 0, "text": "Ada"}]}]}
x.plain.html: elements with the parts' names as `id`     annotations-legend.json: {"e_1": "PERSON"}
The texts of the parts become one text, a line each. Several offsets are one span in parts. Offsets are
those of a browser, in UTF-16 units, from the beginning of the part. The three lie in one folder, or as
in a project's download: ann.json/master/pool/x.ann.json and plain.html/pool/x.plain.html.
Source: https://docs.tagtog.com/anndoc.html.
"""

import json
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans, usable_text, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import whole_text

ENDING, PAGE, LEGEND = ".ann.json", ".plain.html", "annotations-legend.json"
ABOVE = 6  # folders above a file in which the project's own may be
UNNAMED = "the identifier of a class is used as its name"
HINT = "download the project's documents and its annotations-legend.json too"


def sniff(head: Head) -> bool:
    """Say whether the object has parts that are annotated, and what is marked in them."""
    value = head.value
    if not isinstance(value, dict) or not isinstance(value.get("annotatable"), dict):
        return False
    return "parts" in value["annotatable"]


def read(path: Path, options: Options) -> Records:
    """Yield the one document of a file."""
    file = path.as_posix()
    data = whole_text(path)
    try:
        yield document_of(path, data)
    except Unusable as error:
        yield Fault(file, "document", data[:RECORD_SHOWN], error.reason, error.hint)


def document_of(path: Path, data: str) -> AnnotatedText:
    """Return the document that a file is about, or raise Unusable."""
    document = parsed(data, "it")
    page = page_of(path)
    if page is None:
        raise Unusable(f"its text file, {stem_of(path)}{PAGE}, is missing", HINT)
    texts = PageParts.of(whole_text(page))
    legend_path = legend_of(path)
    legend = parsed(whole_text(legend_path), LEGEND) if legend_path else {}
    annotatable = document.get("annotatable")
    parts = annotatable.get("parts") if isinstance(annotatable, dict) else None
    names = [name for name in parts if isinstance(name, str)] if isinstance(parts, list) else []
    text, starts, units = "", {}, 0
    for name in dict.fromkeys(names):
        if name in texts:
            starts[name] = units
            text += f"{texts[name]}\n"
            units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    text = text.removesuffix("\n")
    if not text.strip():
        raise Unusable(f"{page.name} has no text in the parts that are annotated", HINT)
    entities = document.get("entities") or []
    if not isinstance(entities, list):
        raise Unusable("its entities are not a list", "export it again")
    found = sound_spans(entities, partial(span_of, starts=starts, legend=legend))
    return AnnotatedText(
        text=usable_text(text),
        file=path.as_posix(),
        place="document",
        id=as_name(stem_of(path)),
        annotated=True if document.get("anncomplete") is True else None,
        notes=() if all(one["classId"] in legend for one in found.marks) else (UNNAMED,),
        **found.fields(),
    )


def parsed(data: str, what: str) -> dict[str, Any]:
    """Return a JSON object, or raise Unusable."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{what} is not valid JSON ({str(error)[:200]})", "export it again") from None
    if not isinstance(found, dict):
        raise Unusable(f"{what} is not a JSON object", "export it again")
    return found


def span_of(entity: Any, starts: dict[str, int], legend: dict[str, Any]) -> CharSpan:
    """Return one entity, in UTF-16 units of the whole text, or raise Unusable."""
    if not isinstance(entity, dict) or entity.get("part") not in starts:
        raise Unusable(f"{shown(entity)} is not in a part that has a text", HINT)
    offsets = entity.get("offsets")
    places, texts = [], []
    for offset in offsets if isinstance(offsets, list) else ():
        text = offset.get("text") if isinstance(offset, dict) else None
        if not isinstance(text, str):
            raise Unusable(f"{shown(entity)} has an offset without its text", "export it again")
        start = starts[entity["part"]] + whole(offset.get("start"))
        places.append((start, start + len(text.encode("utf-16-le", "surrogatepass")) // 2))
        texts.append(text)
    if not places:
        raise Unusable(f"{shown(entity)} has no offsets", "export it again")
    start, end = min(places)[0], max(end for _, end in places)
    kind = entity.get("classId")
    name = legend.get(kind, kind) if isinstance(kind, str) else kind
    several = len(places) > 1
    return CharSpan(
        start,
        end,
        label_of(name, (start, end)),
        parts=tuple(sorted(places)) if several else (),
        mention=None if several else texts[0],
    )


class PageParts(HTMLParser):
    """The texts of the elements of a page that have an `id`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str | None]] = []

    @classmethod
    def of(cls, page: str) -> dict[str, str]:
        """Return the texts of a page by the names of their elements."""
        parser = cls()
        parser.feed(page)
        parser.close()
        return parser.texts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in that an element begins."""
        name = dict(attrs).get("id")
        self._open.append((tag, name))
        if name:
            self.texts.setdefault(name, "")

    def handle_endtag(self, tag: str) -> None:
        """Take in that an element ends, and those in it that have no end."""
        if any(opened == tag for opened, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Take in some text, for every named element around it."""
        for _, name in self._open:
            if name:
                self.texts[name] += data


def stem_of(path: Path) -> str:
    """Return what the files of one document share in their names."""
    return path.name.removesuffix(ENDING).removesuffix(".json")


def page_of(path: Path) -> Path | None:
    """Return the page that a file of annotations is about, if it is there."""
    name = f"{stem_of(path)}{PAGE}"
    beside = [path.with_name(name)]
    parts = path.parts
    for at, part in enumerate(parts[:-1]):
        if part == ENDING.removeprefix("."):  # ann.json/<version>/<folder>/x.ann.json
            below = parts[at + 2 : -1]
            beside.append(Path(*parts[:at], PAGE.removeprefix("."), *below, name))
    return next((page for page in beside if page.is_file()), None)


def legend_of(path: Path) -> Path | None:
    """Return the list of classes next to a file or above it, if it is there."""
    folders = list(path.parents)[:ABOVE]
    return next((f / LEGEND for f in folders if (f / LEGEND).is_file()), None)


def belonging(path: Path) -> Iterator[Path]:
    """Yield the page and the list of classes of a file of annotations."""
    yield from filter(None, (page_of(path), legend_of(path)))


FORMAT = Format("tagtog_json", "tagtog anndoc", sniff, read, "utf16", companions=belonging)
