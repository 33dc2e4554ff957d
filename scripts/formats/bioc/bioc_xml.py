"""BioC XML: a collection of documents, read one at a time. For a document see `bioc`.

<collection><document><id/><passage><offset/><text/><annotation id=""><infon key="type"/>
    <location offset="" length=""/><text/></annotation></passage></document></collection>
Source: BioC.dtd, http://bioc.sourceforge.net.
"""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from scripts.annotation.text import FileFault
from scripts.files.meter import open_counted
from scripts.formats.base import Format, Options, Records
from scripts.formats.bioc.documents import fields_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import parsed

LISTS = {"passage": "passages", "sentence": "sentences", "annotation": "annotations"}


def sniff(head: Head) -> bool:
    """Say whether the root is a collection of documents."""
    return head.root == "collection" and any(f"<{tag}" in head.text for tag in ("document", "passage"))


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a file. Raises FileFault where it stops being XML, or isn't harmless."""
    file = path.as_posix()
    number = 0
    root: Element | None = None
    with open_counted(path) as stream:
        try:
            for event, element in iterparse(stream, events=("start", "end")):
                root = element if root is None else root
                if event == "end" and element.tag == "document":
                    number += 1
                    yield from parsed(file, f"document {number}", document_of(element), fields_of)
                    root.clear()  # else all documents stay in memory
        except ParseError as error:
            reason = f"it is not valid XML after {number} documents ({error})"
            raise FileFault(file, reason, "export it again; it may be cut off or damaged") from None
        except DefusedXmlException as error:
            reason = f"it declares XML entities or refers to external ones ({type(error).__name__})"
            raise FileFault(file, reason, "if you trust the file, remove its DOCTYPE") from None
        except (LookupError, ValueError) as error:
            reason = f"its encoding can't be read ({error})"
            raise FileFault(file, reason, "save it as UTF-8") from None


def document_of(element: Element) -> dict[str, Any]:
    """Return an element as BioC JSON has it."""
    found: dict[str, Any] = {"infons": {}, "locations": []}
    for child in element:
        text = child.text or ""
        if child.tag == "infon":
            found["infons"][child.get("key", "")] = text
        elif child.tag == "location":
            place = {key: number_in(child.get(key)) for key in ("offset", "length")}
            found["locations"].append(place)
        elif child.tag in LISTS:
            found.setdefault(LISTS[child.tag], []).append(document_of(child))
        elif child.tag == "offset":
            found["offset"] = number_in(text)
        elif child.tag in ("id", "text"):
            found[child.tag] = text
    return found


def number_in(text: str | None) -> int | str | None:
    """Return a number, or what is in its place, for the document to be refused."""
    stripped = (text or "").strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 19 else text


FORMAT = Format("bioc_xml", "BioC XML", sniff, read)
