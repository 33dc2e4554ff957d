"""Spans under whatever names scripts and tools give to their fields, and spans that a reader overlooks.

A span: {START: int, END: int, NAME: str}, {PLACE: [start, end], NAME: str},
        {PLACE: {START: int, END: int}, NAME: str}, [start, end, label] or [label, start, end]
with the names below. In: JSON objects. Out: spans, or the fields that hold what can only be spans.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from scripts.annotation.text import ACCEPT, AnnotatedText, CharSpan, Unusable
from scripts.files.terminal import printable
from scripts.formats.shared.fields import names_a_class, shown, span_of

START = (
    *("start", "start_offset", "start_char", "begin", "from", "startOffset", "startPos", "start_pos"),
    *("start_position", "start_index", "startIndex", "start_idx", "begin_offset", "beginOffset"),
)
END = (
    *("end", "end_offset", "end_char", "stop", "finish", "to", "endOffset", "endPos", "end_pos"),
    *("end_position", "end_index", "endIndex", "end_idx"),
)
NAME = (
    *("label", "type", "tag", "entity", "entity_group", "category", "class", "entity_type", "obj"),
    *("label_name", "entity_label", "entityLabel", "entityType", "ner_label", "concept"),
)
PLACE = ("span", "offset", "offsets", "position", "positions", "range", "location", "loc", "indices")
MENTION = ("text", "mention", "surface_form", "entity_value")
ONE_MENTION = ("entity", "mention", "surface_form", "entity_value", "entity_text")
NOT_LABELS = (*MENTION, "id")
LENGTH = ("length", "len")
WRITE = "write spans as {start, end, label} or as a triple"
LONGEST = 300  # characters of a value of fields in configs/convert.cfg in a message
A_ROW = "it has one entity per row, which is not supported"
GATHER = (
    'put the entities of a text in one record: {"text": ..., "spans": [{"start": ..., "end": ..., '
    '"label": ...}]}, or, in a table, put this list in one cell next to its text'
)
# The rule for what is an answer: a usual key that is there is one, even if its list is empty, whatever
# else the record has. Without any, it is a list under a name that says annotations. A field of another
# name is never read unless the user names it, since much else has offsets and a word: bold text, scenes,
# a history. Where such a field is all that a record has, the record is rejected and the field named.
USUAL = ("spans", "entities", "labels", "label", "annotations", "result", "ner", "ner_tags")
SAYS_ANNOTATIONS = re.compile(
    r"(?!.*(pred|suggest|candidat|reject|wrong|silver|auto|model|system|histor|token|sent|word|noun|"
    r"answer|link|range))"
    r"(.*(entit|span|mention|label).*|(ner|gold|named)?_?(ents?|annotations?|denotations?|marks?)|"
    r"gold|golden|gold_standard|ner)",
    re.IGNORECASE,
)
# Fields whose items have offsets and are no annotated entities: parts of the text, what a model said.
OTHERS = re.compile(
    r"(tokens?|words?|sent(ence)?s?|paragraphs?|sections?|lines?|segments?|blocks?|passages?|chunks?|"
    r"turns?|pages?|relations?|links?|edges?|events?|clusters?|coref\w*|\w*predict\w*|\w*suggest\w*|"
    r"\w*tokens?|\w*sentences?)",
    re.IGNORECASE,
)


def is_one_mention(keys: Collection[str]) -> bool:
    """Say whether the keys of a record, or the columns of a table, are those of one mention."""
    known = {key.casefold().replace(" ", "_") for key in keys}
    offsets = not known.isdisjoint(START) and not known.isdisjoint(END)
    mentions = known.intersection(ONE_MENTION)
    return not (known - mentions).isdisjoint(NAME) and (offsets or bool(mentions))


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


def read_span(mark: Any, key: str, text: str = "text") -> CharSpan:
    """Return what `plain_span` does; what it can't read has advice with the keys that are there.

    key, text: the fields of the record that hold its spans and its text.
    """
    try:
        return plain_span(mark)
    except Unusable as error:
        if is_mark(mark):
            raise Unusable(error.reason, advice(mark, key, text), error.place) from None
        raise


def advice(mark: Any, key: str, text: str = "text") -> str:
    """Return how to set `fields` so that a field's spans are read; `is_mark` is true of `mark`."""
    named = isinstance(mark, Mapping)
    known = {*START, *END, *PLACE, *LENGTH} if named else {"0", "1", "2"}
    paths = dict(paths_in(mark))
    numbers = [path for path, v in paths.items() if is_offset(v) and known & {*path.split(".")}]
    strings = [path for path, v in paths.items() if isinstance(v, str) and path not in NOT_LABELS]
    start = named_by(numbers, START) or numbers[0]
    rest = [path for path in numbers if path != start]
    end, length = named_by(rest, END), named_by(rest, LENGTH)
    last = f"length={length}" if length and not end else f"end={end or rest[0]}"
    label = named_by(strings, NAME) or strings[0]
    first = "" if text == "text" else f"text={text},"
    fields = printable(f"{first}spans={key},start={start},{last},label={label}", LONGEST)
    return f"set fields in configs/convert.cfg to {fields} if these are entities"


def paths_in(mark: Any) -> Iterator[tuple[str, Any]]:
    """Yield the values of a span with their paths as `fields` has them: `span.begin`, `0`."""
    for key, value in mark.items() if isinstance(mark, Mapping) else enumerate(mark):
        if key in PLACE and isinstance(value, Mapping | list | tuple):
            yield from ((f"{key}.{inner}", one) for inner, one in paths_in(value))
        else:
            yield str(key), value


def named_by(paths: list[str], names: tuple[str, ...]) -> str | None:
    """Return the first path that ends in one of some names."""
    known = {path.rpartition(".")[2]: path for path in reversed(paths)}
    return next((known[name] for name in names if name in known), None)


def refuse_overlooked(texts: Sequence[AnnotatedText], record: Mapping[str, Any]) -> None:
    """Raise Unusable for a record whose reader found no annotations, though a field of it holds spans.

    texts: what the reader made of it; one that only looks at a record makes empty texts, or none. A text
    without entities would teach the opposite of what the record says. A reader that knows that somebody
    looked at the text has found its own field, empty or not, and overlooks nothing.
    """
    for text in texts:
        if not text.text or text.answer != ACCEPT or text.annotated is not None:
            return
        if any((text.spans, text.wrong, text.unlocated, text.unread, text.missing)):
            return
    for key in overlooked(record):
        mark = next(filter(is_mark, record[key]))
        reason = f"its field {key!r} looks like spans but is not read: {shown(mark)}"
        known = [text.text for text in texts]
        field = next((name for name, value in record.items() if value in known), "text")
        raise Unusable(reason, advice(mark, key, field))


def overlooked(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of a record that hold spans, for a reader that found none in it.

    Where the record has a usual key, only usual keys count.
    """
    own = {key for key in USUAL if is_list_of_marks(record.get(key))}
    for key, value in record.items():
        if (key in own or not own) and holds_marks(value) and not OTHERS.fullmatch(key):
            yield key


def is_list_of_marks(value: Any) -> bool:
    """Say whether a value may be the annotations of a record, even none; classes of its text are not."""
    return isinstance(value, list | dict) and not names_a_class(value)


def holds_marks(value: Any) -> bool:
    """Say whether a value is a list that has what can only be annotated spans in it."""
    return isinstance(value, list) and any(map(is_mark, value))


def is_mark(value: Any) -> bool:
    """Say whether a value has offsets and a label, or anything that may be one."""
    if isinstance(value, Mapping):
        named = any(isinstance(v, str) and k not in NOT_LABELS for k, v in value.items())
        measured = (first_of(value, (*START, *PLACE)), first_of(value, LENGTH))
        return named and any(all(map(is_offset, pair)) for pair in (place_of(value), measured))
    if not isinstance(value, list | tuple) or len(value) != 3:
        return False
    return sorted(map(is_offset, value)) == [False, True, True] and any(
        isinstance(part, str) for part in (value[0], value[2])
    )


def is_offset(value: Any) -> bool:
    """Say whether a value can be an offset."""
    return isinstance(value, int | float) and not isinstance(value, bool)
