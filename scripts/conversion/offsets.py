"""Records whose offsets count other units than characters, or another form of the text.

In: a record as its file has it. Out: the same in characters, and notes on spans without a place.
"""

from dataclasses import replace

from scripts.annotation.offset_units import mover
from scripts.annotation.text import AnnotatedText, CharSpan, Unusable
from scripts.conversion.changes import Change, unplaced


def with_characters(record: AnnotatedText, unit: str) -> tuple[AnnotatedText, list[Change]]:
    """Return a record whose offsets count characters, and a note on each span that can't be read so.

    An unknown area whose place can't be read leaves it open what of the text is annotated.
    """
    move = mover(record.text, unit)
    unread: list[Change] = []
    found: dict[str, list[CharSpan]] = {"spans": [], "wrong": [], "missing": []}
    areas = tuple(CharSpan(start, end, "") for start, end in record.missing)
    for name, marks in (("spans", record.spans), ("wrong", record.wrong), ("missing", areas)):
        for span in marks:
            try:
                found[name].append(move(span))
            except Unusable as error:
                if name == "spans":
                    unread.append(unplaced(span, error))
    moved = replace(
        record,
        spans=tuple(found["spans"]),
        wrong=tuple(found["wrong"]),
        missing=tuple((span.start, span.end) for span in found["missing"]),
        exhaustive=record.exhaustive and len(found["missing"]) == len(areas),
    )
    return moved, unread
