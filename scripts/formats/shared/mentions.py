"""Entities that are named without saying where they stand: lists of them in all the usual shapes.

[{"text": "Ada", "label": "PERSON"}, ...]      or with the names TEXTS and LABELS below
[["Ada", "PERSON"], ...]  [{"PERSON": "Ada"}, ...]  {"PERSON": ["Ada", ...]}  {"Ada": "PERSON", ...}
In the second line only the text can say which of two strings is the label. A list may be the value of
`entities` in an object, and the whole may be in a string, also as Markdown's code.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from scripts.annotation.text import UnlocatedEntity, Unusable
from scripts.formats.shared.fields import LABEL_HINT, shown, usable_text
from scripts.formats.shared.python_literals import LARGEST, NOT_LITERAL

TEXTS = (
    *("text", "mention", "word", "value", "span", "phrase", "surface", "surface_form", "string"),
    *("entity_text", "entity_value", "entity_name", "name", "entity"),
)
LABELS = (
    *("label", "type", "entity_type", "entity_label", "entity_group", "tag", "category", "class"),
    *("ner", "ner_label", "entity", "name"),
)
LISTS = ("entities", "mentions", "named_entities", "ner", "spans", "annotations", "ents")
NUMBERS = {"id", "score", "confidence", "probability", "label_id", "count", "number"}
STANDING_LEAST = 0.25  # of the mentions of a file
FENCE = re.compile(r"```\w*\s*(.*?)```", re.DOTALL)
HINT = 'write entities as {"text": ..., "label": ...}'


class EntityStrings(NamedTuple):
    """Two strings that name an entity; `sure` if the first is known to be its text."""

    first: str
    second: str
    sure: bool


def named_in(value: Any) -> list[EntityStrings]:
    """Return what a value in one of the shapes above names, or raise Unusable when it is in none."""
    if isinstance(value, str):
        value = literal_value(value)
    if isinstance(value, dict):
        return list(named_in_object(value))
    if not isinstance(value, list | tuple):
        raise Unusable(f"{shown(value)} is not a list of entities", HINT)
    return [found for item in value for found in named_by(item)]


def named_in_object(value: Mapping[str, Any]) -> Iterator[EntityStrings]:
    """Yield what an object names."""
    inner = next((value[key] for key in LISTS if isinstance(value.get(key), list | dict)), None)
    if inner is not None and not all(is_string_list(item) for item in value.values()):
        yield from named_in(inner)
    elif is_item(value):
        yield from named_by(value)
    else:
        for key, given in value.items():
            yield from named_under(key, given)


def named_under(key: str, given: Any) -> Iterator[EntityStrings]:
    """Yield what stands under one key: its mentions, or the label of the one that it is."""
    if isinstance(given, str) and given:
        yield EntityStrings(key, given, sure=False)
    elif given and not (isinstance(given, list | tuple) and all(isinstance(g, str) for g in given)):
        raise Unusable(f"{shown(given)} under {shown(key)} is not a list of entities", HINT)
    else:
        yield from (EntityStrings(text, key, sure=True) for text in given or () if text)


def named_by(item: Any) -> Iterator[EntityStrings]:
    """Yield what one item of a list names."""
    if isinstance(item, dict):
        if has_offsets(item):
            raise Unusable(f"{shown(item)} has offsets, but other records have none", "split the file")
        if is_item(item):
            yield named_of(item)
            return
        if len(item) == 1:
            yield from named_under(*next(iter(item.items())))
            return
    elif isinstance(item, list | tuple) and len(item) == 2 and all(isinstance(s, str) for s in item):
        yield EntityStrings(item[0], item[1], sure=False)
        return
    raise Unusable(f"{shown(item)} names no entity", HINT)


def is_item(value: Mapping[str, Any]) -> bool:
    """Say whether an object names a text and a label."""
    keys = set(map(plain_key, value))
    return len(keys) > 1 and bool(keys & {*TEXTS}) and bool(keys & {*LABELS})


def named_of(item: Mapping[str, Any]) -> EntityStrings:
    """Return what an object with a text and a label names; some keys are used for both."""
    fields = {plain_key(key): value for key, value in item.items()}
    text_key = next(key for key in TEXTS if key in fields)
    label_key = next((key for key in LABELS if key in fields and key != text_key), None)
    if label_key is None:  # its text's key is a label's: then the label's is a text's
        other = next((key for key in TEXTS if key in fields and key != text_key), None)
        if other is None:
            raise Unusable(f"an entity has no text or no label: {shown(item)}", LABEL_HINT)
        text_key, label_key = other, text_key
    text, label = fields[text_key], fields[label_key]
    if not isinstance(text, str) or not text.strip():
        raise Unusable(f"an entity has no text: {shown(item)}", "add the text, or delete the entity")
    if not isinstance(label, str) or not label.strip():
        raise Unusable(f"the entity {shown(text)} has no label", LABEL_HINT)
    return EntityStrings(text, label, sure=True)


def plain_key(key: str) -> str:
    """Return a key as the lists above have it."""
    return key.strip().casefold().replace(" ", "_")


def has_offsets(item: Mapping[str, Any]) -> bool:
    """Say whether an object says where it stands: by any number but an identifier or a score."""
    for key, value in item.items():
        values = value if isinstance(value, list) else [value]
        numbers = any(isinstance(one, int | list) and not isinstance(one, bool) for one in values)
        if numbers and plain_key(key) not in NUMBERS:
            return True
    return False


def is_string_list(value: Any) -> bool:
    """Say whether a value is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def literal_value(text: str) -> Any:
    """Return the value that a string holds as JSON or as a Python literal, or raise Unusable."""
    fenced = FENCE.search(text)
    source = (fenced[1] if fenced else text).strip()
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        pass
    try:
        if source[:1] in ("[", "{", "(") and len(source) < LARGEST:
            return ast.literal_eval(source)
    except NOT_LITERAL:
        pass
    raise Unusable(f"{shown(text)} is not valid JSON", "correct it, or delete the record")


def folded(text: str) -> str:
    """Return a text without what a mention may have otherwise: its case, its white space."""
    return " ".join(text.casefold().split())


def standing(names: Iterable[EntityStrings], texts: Iterable[str]) -> int:
    """Return how many of the entities that are named are in one of the texts, whatever their case."""
    known = [folded(text) for text in texts]
    return sum(
        any(folded(first) in text or (not sure and folded(second) in text) for text in known)
        for first, second, sure in names
    )


def are_of_the_text(there: int, named: int) -> bool:
    """Say whether enough of what is named is in the text; who made the list may have erred."""
    return there > 0 and there >= STANDING_LEAST * named


def label_stands_first(found: Iterable[tuple[str, list[EntityStrings]]]) -> bool:
    """Say whether the second string of what isn't sure is the text, from (text, what it names)."""
    balance = 0
    for given, names in found:
        text = folded(given)
        for first, second, sure in names:
            balance += 0 if sure else (folded(second) in text) - (folded(first) in text)
    return balance > 0


def unlocated_entities(names: Iterable[EntityStrings], label_first: bool) -> tuple[UnlocatedEntity, ...]:
    """Return mentions, or raise Unusable for a text or a label that can't be used."""
    return tuple(
        UnlocatedEntity(usable_text(text, "mention"), usable_text(label, "label"))
        for first, second, sure in names
        for text, label in ((second, first) if label_first and not sure else (first, second),)
    )
