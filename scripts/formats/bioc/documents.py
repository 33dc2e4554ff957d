"""BioC documents, in XML or JSON: passages with their place in the document, and annotations.

A document: {"id", "infons", "passages": [{"offset", "infons", "text" or
    "sentences": [{"offset", "text"}], "annotations": [{"id", "infons": {"type"},
    "text", "locations": [{"offset", "length"}]}]}]}
Annotations may be at a passage, a sentence or the document; several locations are one span in parts.
Offsets are the document's. The definition leaves open what they count, and some tools count bytes, so a
span is placed by its distance from its own passage; a passage that begins where the last one ends, or
before, comes after a line end.
Source: Comeau et al. 2013, https://doi.org/10.1093/database/bat064, and its BioC.dtd.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from typing import Any

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans, usable_text, whole
from scripts.formats.shared.json_records import Fields

TYPES = ("type", "entity_type", "label", "class", "category")  # infons that hold a label, best first
FARTHEST = 100_000  # characters that a gap between two passages may have
HINT = "export the document again"
Piece = tuple[int, int, int]  # offset in the document, start in our text, length


def fields_of(document: dict[str, Any]) -> Fields:
    """Return the fields of one document, or raise Unusable."""
    text = ""
    pieces: list[Piece] = []
    marks: list[Any] = list(listed(document, "annotations"))
    for passage in listed(document, "passages"):
        for part in parts_of(passage):
            offset = whole(part.get("offset", 0))
            gap = offset - (pieces[-1][0] + pieces[-1][2]) if pieces else 0
            if pieces:
                text += "\n" + " " * (gap - 1 if 1 < gap < FARTHEST else 0)
            pieces.append((offset, len(text), len(part["text"])))
            text += part["text"]
        marks += listed(passage, "annotations")
        for sentence in listed(passage, "sentences"):
            marks += listed(sentence, "annotations")
    if not text.strip():
        raise Unusable("the document has no text", "export it with the texts of its passages")
    return {
        "text": usable_text(text),
        **sound_spans(marks, partial(span_of, pieces=pieces)).fields(),
        "id": as_name(document.get("id")),
    }


def listed(holder: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects that an object has under a key, or raise Unusable."""
    found = holder.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unusable(f"its {key} are not a list of objects", HINT)
    return found


def parts_of(passage: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what has the text of a passage: itself, or its sentences."""
    for part in [passage] if passage.get("text") else listed(passage, "sentences"):
        if isinstance(part.get("text"), str) and part["text"]:
            yield part


def span_of(mark: dict[str, Any], pieces: list[Piece]) -> CharSpan:
    """Return one annotation, or raise Unusable."""
    places = []
    for location in listed(mark, "locations"):
        start = placed(whole(location.get("offset")), pieces)
        places.append((start, start + whole(location.get("length"))))
    if not places:
        raise Unusable(f"annotation {shown(mark.get('id'))} has no location", HINT)
    start, end = min(start for start, _ in places), max(end for _, end in places)
    text = mark.get("text")
    return CharSpan(
        start,
        end,
        label_of(type_of(mark), (start, end)),
        parts=tuple(sorted(places)) if len(places) > 1 else (),
        mention=text if isinstance(text, str) and len(places) == 1 else None,
    )


def type_of(mark: dict[str, Any]) -> Any:
    """Return the label of an annotation: its type, or the only thing that is said about it."""
    infons = mark.get("infons")
    if not isinstance(infons, dict):
        return None
    found = next((infons[key] for key in TYPES if infons.get(key)), None)
    return next(iter(infons.values())) if found is None and len(infons) == 1 else found


def placed(offset: int, pieces: list[Piece]) -> int:
    """Return where an offset of the document is in our text: as far into its passage."""
    if not pieces:
        return offset
    at = max(0, bisect_right([piece[0] for piece in pieces], offset) - 1)
    return pieces[at][1] + offset - pieces[at][0]
