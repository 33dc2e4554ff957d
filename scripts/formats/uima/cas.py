"""UIMA documents as dkpro-cassis loads them: their views, and the annotations in them.

In: a function that loads a CAS. Out: an annotated text for each view that has a text, and a fault for
what can't be read.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, OtherTask, Unusable
from scripts.formats.base import Options, Records
from scripts.formats.shared.fields import as_name, label_of, shown, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.uima.layers import (
    UNLABELLED,
    LabelFeature,
    is_link,
    label_features,
    origin,
    short_name,
)

if TYPE_CHECKING:
    from cassis import Cas
    from cassis.typesystem import FeatureStructure, Type

PACKAGE = "dkpro-cassis==0.12.0"
# What cassis raises for files that are damaged; its own errors have no common ancestor.
RAISED = (ValueError, TypeError, LookupError, AttributeError, RuntimeError, SyntaxError)
ANNOTATION, DOCUMENT = "uima.tcas.Annotation", "uima.tcas.DocumentAnnotation"
STRING = "uima.cas.String"
NOT_MAPPED = re.compile(r"Not mapping external offset \[(\d+)\]")
RENAMED = {"type_": "type", "self_": "self"}  # features whose names cassis keeps for itself
HINT = "export the document again"
WITH_TEXT = "export the document with its text; nothing is fetched from elsewhere"

Load = Callable[[], "Cas"]


def documents(path: Path, options: Options, load: Load, notes: tuple[str, ...] = ()) -> Records:
    """Yield what is in a CAS: a record for each view.

    Raises OtherTask when it holds a text and no annotation at all.
    """
    file = path.as_posix()
    try:
        cas, cut = loaded(load)
        views = [view for view in cas.views if view.sofa.sofaString]
        if not views:
            raise without_text(cas)
        annotated = [fs for view in views for fs in annotations(view)]
        if not annotated:
            reason = "this is a UIMA document with a text but without annotations"
            raise OtherTask(file, reason, "annotate it first, or export it with its annotations")
        read = chosen_features(annotated, options.layer)
        named = {"id": title} if (title := title_of(views)) else {}
    except Unusable as error:
        yield fault_of(path, "document", error)
        return
    for view in views:
        several = len(views) > 1
        place = f"view {view.sofa.sofaID}" if several else "document"
        try:
            found = fields_of(view, read, cut)
        except Unusable as error:
            yield fault_of(path, place, error)
            continue
        group = views[0].sofa.sofaString if several else None
        fields = {**origin(path), **named, **found, "notes": notes + found["notes"], "group": group}
        yield AnnotatedText(file=file, place=place, **fields)


def loaded(load: Load) -> tuple["Cas", set[int]]:
    """Return a CAS, and the offsets in it that stand for no character; raises Unusable if broken."""
    from cassis.typesystem import TypeNotFoundError

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            cas = load()
        except TypeNotFoundError as error:
            raise Unusable(f"its type system lacks a type: {error.message}", HINT) from None
        except RAISED as error:
            raise Unusable(f"it is not a valid UIMA document ({said(error)})", HINT) from None
    found = (NOT_MAPPED.match(str(warning.message)) for warning in warned)
    return cas, {int(match[1]) for match in found if match}


def title_of(views: list[Any]) -> str | None:
    """Return the name of a document, if it says one."""
    for fs in (fs for view in views for fs in view.get_all_fs()):
        if short_name(fs.type.name) == "DocumentMetaData":
            return as_name(fs.get("documentTitle") or fs.get("documentId"))
    return None


def said(error: Exception) -> str:
    """Return in words what cassis stumbled over."""
    if isinstance(error, KeyError):
        return f"it refers to {error}, which is not in the file"[:200]
    return f"{type(error).__name__}: {error}"[:200]


def without_text(cas: "Cas") -> Unusable:
    """Return the error for a document that holds no text: what it holds instead."""
    instead = ""
    for sofa in cas.sofas:
        if sofa.sofaURI:
            instead = f", only its address ({shown(sofa.sofaURI)})"
        elif sofa.sofaArray:
            instead = ", only bytes"
    return Unusable(f"the file does not contain the document's text{instead}", WITH_TEXT)


def annotations(view: Any) -> Iterator["FeatureStructure"]:
    """Yield the annotations of a view that are not of the whole document."""
    for fs in view.get_all_fs():
        names = supertypes(fs.type)
        if ANNOTATION in names and DOCUMENT not in names:
            yield fs


def supertypes(type_: "Type") -> list[str]:
    """Return the name of a type and of all that it is a special case of."""
    names = []
    current: Any = type_
    while current is not None:
        names.append(current.name)
        current = current.supertype
    return names


def chosen_features(annotated: list["FeatureStructure"], wanted: str) -> dict[str, list[LabelFeature]]:
    """Return for each type how its annotations are read; those of relations and chains are not."""
    types = {fs.type.name: fs.type for fs in annotated}
    labels: dict[str, list[str]] = {}
    for name, type_ in types.items():
        features = type_.all_features
        if not is_link(feature.name for feature in features):
            strings = [feature for feature in features if STRING in supertypes(feature.rangeType)]
            labels[name] = [RENAMED.get(feature.name, feature.name) for feature in strings]
    return label_features(labels, wanted, every=False)


def fields_of(view: Any, read: dict[str, list[LabelFeature]], cut: set[int]) -> dict[str, Any]:
    """Return the fields of one view. Raises Unusable for an annotation that can't be placed.

    cut: offsets that cassis could not turn into characters, because they are inside one or outside.
    """
    text = text_of({"text": view.sofa.sofaString})
    units = len(text.encode("utf-16-le")) // 2
    spans: list[CharSpan] = []
    tokens: list[tuple[int, int]] = []
    notes: dict[str, None] = {}
    for fs in annotations(view):
        start, end = whole(fs.begin), whole(fs.end)
        for offset in {start, end} & cut:
            if 0 <= offset <= units:
                raise Unusable(f"the annotation {start}-{end} begins or ends inside a character", HINT)
        if short_name(fs.type.name) == "Token":
            tokens.append((start, end))
        for read_as in read.get(fs.type.name, []):
            label = value_of(fs, read_as.feature) if read_as.feature else read_as.name
            if label is None or label == "":
                notes[UNLABELLED] = None
                label = read_as.name
            spans.append(CharSpan(start, end, label_of(label, (start, end)), read_as.layer))
    return {
        "text": text,
        "spans": tuple(spans),
        "tokens": in_order(tokens, len(text)),
        "notes": tuple(notes),
    }


def value_of(fs: "FeatureStructure", feature: str) -> Any:
    """Return the value of a feature."""
    return fs.get(f"{feature}_" if f"{feature}_" in RENAMED else feature)


def check_name(feature: str | None) -> None:
    """Raise Unusable for a feature that could not be an attribute in Python.

    cassis makes a class of each type from source code that holds these names.
    """
    if feature is None or not feature.isidentifier() or iskeyword(feature):
        raise Unusable(f"{shown(feature)} can't be the name of a feature", HINT)


def in_order(tokens: list[tuple[int, int]], length: int) -> tuple[tuple[int, int], ...] | None:
    """Return tokens in the order of the text, or None if there are none or they overlap."""
    places = sorted(tokens)
    inside = all(0 <= start < end <= length for start, end in places)
    apart = all(before[1] <= after[0] for before, after in pairwise(places))
    return tuple(places) if places and inside and apart else None


def fault_of(path: Path, place: str, error: Unusable) -> Fault:
    """Return the fault of a document."""
    return Fault(path.as_posix(), place, Head.of(path).text[:RECORD_SHOWN], error.reason, error.hint)
