"""XML files, as a stream of what is in them; nothing in them is fetched or expanded.

In: a file and a target with the methods `start`, `end` and `data`. Out: the calls of these, or
`Unusable` when the file is not well-formed, or not harmless.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from scripts.annotation.text import Unusable

BLOCK = 1 << 16
FIXED = "characters that XML doesn't allow: read as spaces"
REFERENCES = re.compile(  # but not those that are text
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|(?:&#(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});)+", re.DOTALL
)
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
ALLOWED = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Target(Protocol):
    """What is called for each part of an XML file."""

    def start(self, tag: str, attrs: dict[str, str], /) -> None:
        """Take in that an element begins."""

    def end(self, tag: str, /) -> None:
        """Take in that an element ends."""

    def data(self, data: str, /) -> None:
        """Take in some text."""


T = TypeVar("T", bound=Target)


def parse_xml(path: Path, target: Callable[[], T]) -> tuple[T, tuple[str, ...]]:
    """Return a new target that a whole file was parsed into, and what had to be fixed for that.

    Characters that XML doesn't allow (control characters, halves of a surrogate pair written as
    references) are fixed, because some tools write them. Raises Unusable when nothing helps.
    """
    data = path.read_bytes()
    try:
        return fed(data, target()), ()
    except ParseError as error:
        fixed = without_forbidden(data)
        if fixed == data:
            raise not_xml(error) from None
    try:
        return fed(fixed, target()), (FIXED,)
    except ParseError as error:
        raise not_xml(error) from None


def not_xml(error: ParseError) -> Unusable:
    """Return the error for a file that is not well-formed."""
    return Unusable(f"it is not valid XML ({error})", "export it again; it may be cut off or damaged")


def fed(data: bytes, target: T) -> T:
    """Return the target that the data was parsed into.

    Raises ParseError when the data is not well-formed, and Unusable when it is not harmless.
    """
    parser = DefusedXMLParser(target=target, encoding=encoding_of(data))
    try:
        for first in range(0, len(data), BLOCK):
            parser.feed(data[first : first + BLOCK])
        parser.close()
    except DefusedXmlException as error:
        reason = f"it declares XML entities or refers to external ones ({type(error).__name__})"
        raise Unusable(reason, "if you trust the file, remove its DOCTYPE") from None
    except (LookupError, ValueError) as error:  # an encoding that Python doesn't know, or can't read
        raise Unusable(f"its encoding can't be read ({error})", "save it as UTF-8") from None
    return target


def encoding_of(data: bytes) -> str | None:
    """Return `utf-8` for what is UTF-8, though it may say otherwise after it was converted."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return None if b"\0" in data[:4] else "utf-8"


def without_forbidden(data: bytes) -> bytes:
    """Return XML with spaces for what it may not hold, and pairs of surrogates as one character."""
    if b"\0" in data[:4]:  # UTF-16
        return data
    return FORBIDDEN.sub(b" ", REFERENCES.sub(allowed, data))


def allowed(references: re.Match[bytes]) -> bytes:
    """Return neighbouring references to characters with those joined or replaced that may not stand."""
    if references[0].startswith(b"<"):
        return references[0]
    numbers = [reference.lstrip(b"&#") for reference in references[0].split(b";")[:-1]]
    codes = [int(n[1:], 16) if n.startswith(b"x") else int(n) for n in numbers]
    units = "".join(chr(code) if code <= 0x10FFFF else "\0" for code in codes)
    text = units.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return b"".join(b"&#%d;" % ord(c) if ALLOWED.match(c) else b" " for c in text)
