"""UIMA CAS XMI: one document a file, as INCEpTION, WebAnno, DKPro and cTAKES write it.

    <xmi:XMI xmlns:cas="http:///uima/cas.ecore" ...>
      <type4:NamedEntity xmi:id="9" sofa="1" begin="0" end="3" value="PER"/>
      <cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="..."/>
      <cas:View sofa="1" members="9"/>
    </xmi:XMI>
Its type system (TypeSystem.xml, or another file with `typesystem` in its name) is next to it; what that
lacks, or all if there is none, is known from the document. Every view with a text is a record.
Types are layers, by their names without the package (by the whole name if two are alike). The label is
in the feature that is called so (`value`, `label`, `category`, ...) or in the only one that holds a
text; without such a feature or without a value it is the type's own name. The setting `layer` may name
`Type.feature`; `types` reads all types that have no such feature at once, each as a label. Types of
words, sentences and documents are read only if `layer` names them; relations and chains are not
read. Offsets count UTF-16 units; cassis turns them into characters.
Source: https://uima.apache.org/d/uimaj-current/ref.html#ugr.ref.xmi, https://github.com/dkpro/dkpro-cassis.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from scripts.annotation.text import FileFault, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records, optional
from scripts.formats.shared.head import Head
from scripts.formats.uima.cas import HINT, PACKAGE, WITH_TEXT, check_name, documents, fault_of
from scripts.formats.uima.types import TypeContents, type_systems, types_for

if TYPE_CHECKING:
    from cassis import Cas

TITLE = "UIMA CAS XMI"
SPACE = "uima/cas.ecore"
TYPES_ROOT = "typeSystemDescription"
XCAS_ROOT = "CAS"
INCOMPLETE = "a type that is missing from the type system is inferred from the document"
NO_TYPES = "without a type system, types are inferred from the document"


def sniff(head: Head) -> bool:
    """Say whether a file is a UIMA document in XML, of whichever sort, or a type system of UIMA."""
    if head.root == "XMI":
        return SPACE in head.text
    return head.root == TYPES_ROOT or (head.root == XCAS_ROOT and "uima." in head.text)


def read(path: Path, options: Options) -> Records:
    """Yield the document of a file, one record for each of its views."""
    file, root = path.as_posix(), Head.of(path).root
    if root == TYPES_ROOT:
        raise OtherTask(file, "this is a UIMA type system", "add the documents that belong to it")
    if root == XCAS_ROOT:
        raise FileFault(file, "this is UIMA's old XCAS", "export it as UIMA CAS XMI")
    try:
        from cassis import load_cas_from_xmi
    except ImportError:
        raise optional(PACKAGE, file, TITLE) from None
    beside = next(type_systems(path), None)
    try:
        seen = contents_of(path)
        check_text(seen)
        types, lacks = types_for(seen, beside)
    except Unusable as error:
        yield fault_of(path, "document", error)
        return
    notes = (NO_TYPES if beside is None else INCOMPLETE,) if lacks else ()

    def load() -> "Cas":
        """Return the document; without a document type declaration even a huge text is harmless."""
        return load_cas_from_xmi(path, typesystem=types, trusted=True)

    yield from documents(path, options, load, notes)


def contents_of(path: Path) -> TypeContents:
    """Return what types a document has. Raises Unusable for broken XML, FileFault for unsafe XML."""
    seen: TypeContents = {}
    depth, root = 0, None
    try:
        for event, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            root = element if root is None else root
            if event == "end" and depth == 1:
                attributes, inside = seen.setdefault(type_name(element.tag), (set(), set()))
                given = {name for name in element.attrib if not name.startswith("{")}
                held = {child.tag for child in element}
                for name in (given - attributes) | (held - inside):
                    check_name(name)
                attributes |= given
                inside |= held
                root.clear()
    except DefusedXmlException:
        reason = "it has a document type declaration or entities, which UIMA never writes"
        raise FileFault(path.as_posix(), reason, "delete the <!DOCTYPE ...> if you trust it") from None
    except Unusable:
        raise
    except (ParseError, ValueError, LookupError) as error:
        raise Unusable(f"it is not valid XML ({error})", HINT) from None
    return seen


def check_text(seen: TypeContents) -> None:
    """Raise Unusable when no view of a document holds a text, with what it holds instead."""
    held, _ = seen.get("uima.cas.Sofa", (set(), set()))
    if "sofaString" not in held:
        instead = ", only its address (sofaURI)" if "sofaURI" in held else ""
        instead = ", only bytes (sofaArray)" if "sofaArray" in held else instead
        raise Unusable(f"the file does not contain the document's text{instead}", WITH_TEXT)


def type_name(tag: str) -> str:
    """Return the type that an element is of: `{http:///a/b.ecore}C` is `a.b.C`."""
    space, _, name = tag.removeprefix("{").rpartition("}")
    if not (space.startswith("http:///") and space.endswith(".ecore")):
        raise Unusable(f"the element {tag[:80]!r} is not a UIMA type", HINT)
    package = space.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return name if package == "uima.noNamespace" else f"{package}.{name}"


def companions(path: Path) -> Iterator[Path]:
    """Yield the type systems next to a document."""
    with suppress(OSError):
        yield from type_systems(path)


FORMAT = Format("uima_xmi", TITLE, sniff, read, unit=None, companions=companions)
