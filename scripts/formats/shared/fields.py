"""The fields that nearly every format has: a text, spans, identifiers; read without guessing.

In: values of JSON, CSV or XML. Out: the same as the data model wants them, or `Unusable`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.annotation.text import CharSpan, UnreadSpan, Unusable

LABEL_HINT = "give every span a label"
SHOWN = 80  # characters of a value in a message
WITHOUT_NUL = {
    "text": "delete it, and adjust the offsets after it",
    "label": "rename the label",
    "tag": "rename the tag",
}


def text_of(record: Mapping[str, Any], field: str = "text") -> str:
    """Return the text of a record, or raise Unusable when there is none to work on."""
    text = record.get(field)
    if not isinstance(text, str) or not text.strip():
        raise Unusable("the record has no text", f"fill in its field `{field}`, or delete the record")
    return usable_text(text)


def usable_text(text: str, what: str = "text") -> str:
    """Return `text`, or raise Unusable for what no pipeline could be given.

    what: what the message calls it.
    """
    if "\0" in text:
        raise Unusable(f"the {what} contains a NUL character", WITHOUT_NUL.get(what, "delete it"))
    try:
        text.encode("utf8")
    except UnicodeEncodeError as error:
        found = text[error.start]
        if "\udc80" <= found <= "\udcff":  # how `lines` keeps a byte that it couldn't decode
            reason = f"the {what} contains bytes that are not UTF-8"
            hint = "save the file as UTF-8, or set encoding in configs/convert.cfg (Windows: cp1252)"
            raise Unusable(reason, hint) from None
        reason = f"the {what} contains half of a surrogate pair"
        raise Unusable(reason, "export it again as UTF-8") from None
    return text


def label_of(label: Any, where: tuple[int, int] | str) -> str:
    """Return a label, or raise Unusable when there is none.

    where: the offsets of the span, or what the message calls it.
    """
    if isinstance(label, int) and not isinstance(label, bool):
        return str(label)
    place = where if isinstance(where, tuple) else None
    if not isinstance(label, str) or not label.strip():
        named = where if isinstance(where, str) else "{}-{}".format(*where)
        raise Unusable(f"span {named} has no label", LABEL_HINT, place)
    try:
        return usable_text(label, "label")
    except Unusable as error:
        raise Unusable(error.reason, error.hint, place) from None


def names_a_class(label: Any) -> bool:
    """Say whether what stands under `label` is a class of a whole text, or several, and no spans."""
    labels = label if isinstance(label, list) else [label]
    return bool(labels) and all(isinstance(one, str) for one in labels)


def span_of(mark: Any) -> CharSpan:
    """Return one span given as a dict (start, end, label[, text]) or as a triple, or raise Unusable."""
    mention = None
    if isinstance(mark, Mapping):
        start, end, label = mark.get("start"), mark.get("end"), mark.get("label")
        mention = mark.get("text")
    elif isinstance(mark, list | tuple) and len(mark) == 3:
        start, end, label = mark
    else:
        raise Unusable(
            f"{shown(mark)} is not a span", "write spans as {start, end, label} or as a triple"
        )
    first, last = whole(start), whole(end)
    name = label_of(label, (first, last))
    return CharSpan(first, last, name, mention=mention if isinstance(mention, str) else None)


def whole(offset: Any) -> int:
    """Return an offset, or raise Unusable when it is not a whole number, which 12.0 is."""
    if isinstance(offset, float) and offset.is_integer():
        return int(offset)
    if isinstance(offset, bool) or not isinstance(offset, int):
        raise Unusable(f"offset {shown(offset)} is not a whole number", "write offsets as numbers")
    return offset


def number(text: str) -> int:
    """Return an offset that is in a file as digits, or raise Unusable when it is none."""
    digits = text.strip()
    if not (digits.isascii() and digits.removeprefix("-").isdigit()) or len(digits) > 18:
        raise Unusable(f"offset {text[:40]!r} is not a whole number", "write offsets as numbers")
    return int(digits)


def given_spans(marks: Any) -> Sequence[Any]:
    """Return the spans of a record as they are given, none where they are missing; or raise Unusable."""
    if not isinstance(marks, list | tuple | None):
        raise Unusable(f"spans are a {type(marks).__name__}, not a list", "write them as a list")
    return marks or ()


class LayerValue(NamedTuple):
    """A span as the file gives it, and the layer that it belongs to; it is shown without that."""

    layer: str
    mark: Any

    def __repr__(self) -> str:
        """Return what `shown` makes of it."""
        return repr(self.mark)


class ReadableSpans(NamedTuple):
    """The spans of a record that can be read, the values that they were read from, and the others."""

    spans: tuple[CharSpan, ...] = ()
    marks: Sequence[Any] = ()
    unread: tuple[UnreadSpan, ...] = ()

    def fields(self) -> dict[str, Any]:
        """Return them as fields of an annotated text."""
        return {"spans": self.spans, "unread": self.unread}


def sound_spans(marks: Any, one: Callable[[Any], CharSpan] = span_of) -> ReadableSpans:
    """Return the spans of a list that can be read, and those that can't.

    one: reads one of them, or raises Unusable. Where none can be read, the record is no good: raises
    Unusable for the first.
    """
    found = split_unread(marks, one)
    if found.unread and not found.spans:
        first = found.unread[0]
        raise Unusable(first.reason, first.hint)
    return found


def split_unread(marks: Any, one: Callable[[Any], CharSpan] = span_of) -> ReadableSpans:
    """Return what `sound_spans` does, also where none of the spans can be read."""
    spans: list[CharSpan] = []
    sound: list[Any] = []
    unread: list[UnreadSpan] = []
    for mark in given_spans(marks):
        try:
            spans.append(one(mark))
            sound.append(mark)
        except Unusable as error:
            unread.append(UnreadSpan(shown(mark), error.reason, error.hint, error.place))
    return ReadableSpans(tuple(spans), sound, tuple(unread))


def shown(value: Any) -> str:
    """Return how a message shows a value, however large it is."""
    said = repr(value)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"


def as_name(value: Any) -> str | None:
    """Return an identifier or a group as text, or None when there is none."""
    return None if value is None or isinstance(value, dict | list) else str(value)
