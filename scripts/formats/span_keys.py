"""Spans under whatever names scripts and tools give to their fields, and spans that a reader overlooks.

A span: {START: int, END: int, NAME: str}, {PLACE: [start, end], NAME: str},
        {PLACE: {START: int, END: int}, NAME: str}, [start, end, label] or [label, start, end]
with the names below. In: JSON objects. Out: spans, or the fields that hold what can only be spans.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.corpus.text import ACCEPT, AnnotatedText, CharSpan, Unusable
from scripts.formats.fields import shown, span_of

START = (
    *("start", "start_offset", "start_char", "begin", "from", "startOffset", "startPos", "start_pos"),
    *("start_position", "start_index", "startIndex", "start_idx", "begin_offset", "beginOffset"),
)
END = (
    *("end", "end_offset", "end_char", "stop", "to", "endOffset", "endPos", "end_pos"),
    *("end_position", "end_index", "endIndex", "end_idx"),
)
NAME = (
    *("label", "type", "tag", "entity", "entity_group", "category", "class", "entity_type", "obj"),
    *("label_name", "entity_label", "entityLabel", "entityType", "ner_label", "concept"),
)
PLACE = ("span", "offset", "offsets", "position", "positions", "range", "location", "loc", "indices")
MENTION = ("text", "mention", "surface_form", "entity_value")
WRITE = "write spans as {start, end, label} or as a triple"
FIELDS = "set vars.fields, as in spans={},start=begin,end=end,label=type"
# Fields whose items have offsets and are no annotated entities: parts of the text, what a model said.
OTHERS = re.compile(
    r"(tokens?|words?|sent(ence)?s?|paragraphs?|sections?|lines?|segments?|blocks?|passages?|chunks?|"
    r"turns?|pages?|relations?|links?|edges?|events?|clusters?|coref\w*|\w*predict\w*|\w*suggest\w*|"
    r"\w*tokens?|\w*sentences?)",
    re.IGNORECASE,
)


def plain_span(mark: Any) -> CharSpan:
    """Return one span, whatever names it has for its fields, or raise Unusable."""
    if not isinstance(mark, Mapping):
        return span_of(mark)
    start, end = place_of(mark)
    if start is None and end is None:
        raise Unusable(f"{shown(mark)} has no offsets", WRITE)
    label, mention = first_of(mark, NAME), first_of(mark, MENTION)
    return span_of({"start": start, "end": end, "label": label, "text": mention})


def place_of(mark: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return start and end of a span as they are given: side by side, in a pair, or one level down."""
    start, end = first_of(mark, START), first_of(mark, END)
    if start is not None or end is not None:
        return start, end
    inner = first_of(mark, PLACE)
    if isinstance(inner, Mapping):
        return first_of(inner, START), first_of(inner, END)
    if isinstance(inner, list | tuple) and len(inner) == 2:
        return inner[0], inner[1]
    return None, None


def first_of(values: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    """Return the value of the first key that has one, or None."""
    for key in keys:
        if (value := values.get(key)) is not None:
            return value
    return None


def refuse_overlooked(texts: Iterable[AnnotatedText], record: Mapping[str, Any]) -> None:
    """Raise Unusable for a record in which its reader found nothing, though a field of it holds spans.

    texts: what the reader made of it; one that only looks at a record makes empty texts, or none. A text
    without entities would teach the opposite of what the record says.
    """
    for text in texts:
        if not text.text or text.answer != ACCEPT or text.annotated is False:
            return
        if any((text.spans, text.wrong, text.mentions, text.unread, text.missing)):
            return
    for key in overlooked(record):
        mark = next(filter(is_mark, record[key]))
        raise Unusable(
            f"its field {key!r} looks like spans, and is not read: {shown(mark)}", FIELDS.format(key)
        )


def overlooked(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of a record that hold what can only be annotated spans.

    A reader that found no span in the record has overlooked these.
    """
    for key, value in record.items():
        if isinstance(value, list) and not OTHERS.fullmatch(key) and any(map(is_mark, value)):
            yield key


def is_mark(value: Any) -> bool:
    """Say whether a value has offsets and a label, or anything that may be one."""
    if isinstance(value, Mapping):
        named = any(isinstance(v, str) and k not in (*MENTION, "id") for k, v in value.items())
        return named and all(map(is_offset, place_of(value)))
    if not isinstance(value, list | tuple) or len(value) != 3:
        return False
    return sorted(map(is_offset, value)) == [False, True, True] and any(
        isinstance(part, str) for part in (value[0], value[2])
    )


def is_offset(value: Any) -> bool:
    """Say whether a value can be an offset."""
    return isinstance(value, int | float) and not isinstance(value, bool)
