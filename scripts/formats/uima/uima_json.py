"""UIMA CAS JSON: one document a file, with its types, as INCEpTION and Apache UIMA write it.

    {"%TYPES": {"my.Entity": {"%SUPER_TYPE": "uima.tcas.Annotation", "value": {"%RANGE": ...}}},
     "%FEATURE_STRUCTURES": [
       {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": "..."},
       {"%ID": 2, "%TYPE": "my.Entity", "@sofa": 1, "begin": 0, "end": 3, "value": "PER"}],
     "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2]}}}
Layers, labels and offsets are as in `uima_xmi`. UIMA's older JSON (`_views`, `_referenced_fss`), which
no program reads back, is refused.
Source: https://github.com/apache/uima-uimaj-io-jsoncas/blob/main/SPECIFICATION.adoc.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.annotation.text import FileFault, Unusable
from scripts.formats.base import Format, Options, Records, optional
from scripts.formats.shared.head import Head
from scripts.formats.shared.lines import whole_text
from scripts.formats.uima.cas import HINT, PACKAGE, check_name, documents, fault_of

if TYPE_CHECKING:
    from cassis import Cas

TITLE = "UIMA CAS JSON"
KEYS = {"%TYPES", "%FEATURE_STRUCTURES", "%VIEWS"}
OLD_KEYS = {"_views", "_context", "_referenced_fss"}


def sniff(head: Head) -> bool:
    """Say whether a file is a JSON object with the keys of a CAS."""
    return isinstance(head.value, dict) and (bool(KEYS & head.value.keys()) or is_old(head.value))


def is_old(value: dict[str, Any]) -> bool:
    """Say whether a JSON object is a CAS as UIMA wrote it before there was a format for it."""
    return len(OLD_KEYS & value.keys()) >= 2


def read(path: Path, options: Options) -> Records:
    """Yield the document of a file, one record for each of its views."""
    file = path.as_posix()
    begin = Head.of(path).value
    if isinstance(begin, dict) and is_old(begin):
        raise FileFault(
            file, "this is UIMA's old JSON of a CAS", "export it as UIMA CAS JSON 0.4 or XMI"
        )
    try:
        from cassis import load_cas_from_json
    except ImportError:
        raise optional(PACKAGE, file, TITLE) from None
    try:
        text = whole_text(path)
        check(text)
    except Unusable as error:
        yield fault_of(path, "document", error)
        return

    def load() -> "Cas":
        """Return the document."""
        return load_cas_from_json(text)

    yield from documents(path, options, load)


def check(text: str) -> None:
    """Raise Unusable for JSON that is no CAS, or whose types are not in it or can't be had in Python."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"it is not valid JSON ({error})", HINT) from None
    types = value.get("%TYPES") if isinstance(value, dict) else None
    if not isinstance(types, dict) or not all(isinstance(type_, dict) for type_ in types.values()):
        raise Unusable("its types are missing: it has no `%TYPES`", "export it with its type system")
    for type_ in types.values():
        for name in type_:
            if not name.startswith("%"):
                check_name(name)


FORMAT = Format("uima_json", TITLE, sniff, read, unit=None)
