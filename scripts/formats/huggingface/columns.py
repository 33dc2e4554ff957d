"""Which fields of the rows of a dataset are the tokens, and which are tags of entities.

In: the first rows, as dicts. Out: the names of the fields; several only if they differ.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from scripts.formats.columns.tag_columns import is_marked_column

Row = Mapping[str, Any]

TOKENS = ("tokens", "words", "token", "word", "text_tokens", "tokenized_sentence", "sentence", "text")
STRONG = {"ner", "ne", "nes", "entity", "entities", "bio", "iob", "iobes", "bioes"}
WEAK = {"tag", "tags", "label", "labels", "annotation", "annotations", "target", "targets"}
OTHER = {"pos", "upos", "xpos", "chunk", "chunks", "lemma", "lemmas", "head", "heads", "dep", "deps"}
OTHER |= {"deprel", "feats", "morph", "bbox", "bboxes", "input", "attention", "mask", "srl", "space"}
MOST = 0.8  # of the rows must have as many tags as tokens
UNKNOWN = (-100, -1, None)  # numbers of what nobody tagged: ignored in training; no label


def tokens_in(rows: Sequence[Row]) -> str:
    """Return the field of the tokens, or nothing."""
    lists = [name for name in names_of(rows) if are_strings(values_in(rows, name))]
    for wanted in TOKENS:
        for name in lists:
            if name.casefold() == wanted:
                return name
    return ""


def tags_in(rows: Sequence[Row], tokens: str) -> list[str]:
    """Return the fields that can hold tags of entities: those so named, else those that look like it."""
    fitting = fitting_in(rows, tokens)
    kept = [name for name in fitting if not words_of(name) & OTHER]
    for names in (STRONG, WEAK):
        found = [name for name in kept if words_of(name) & names]
        if found:
            return without_doubles(rows, found)
    return without_doubles(rows, [name for name in kept if holds_tags(rows, name)])


def fitting_in(rows: Sequence[Row], tokens: str) -> list[str]:
    """Return the fields that hold as many strings or numbers as there are tokens, in most rows."""
    return [
        name
        for name in names_of(rows)
        if name != tokens and are_tags(values_in(rows, name)) and fits(rows, tokens, name)
    ]


def names_of(rows: Sequence[Row]) -> list[str]:
    """Return the names of the fields."""
    return list(dict.fromkeys(name for row in rows for name in row))


def values_in(rows: Sequence[Row], name: str) -> list[Any]:
    """Return what is in a field, where something does."""
    return [row[name] for row in rows if row.get(name) is not None]


def are_strings(values: Sequence[Any]) -> bool:
    """Say whether most values are lists of strings, and not all of them empty."""
    good = [v for v in values if isinstance(v, list) and all(isinstance(item, str) for item in v)]
    return any(good) and len(good) >= MOST * len(values)


def are_tags(values: Sequence[Any]) -> bool:
    """Say whether most values are lists of strings, or lists of whole numbers, and one isn't empty."""
    good = [value for value in values if isinstance(value, list) and is_tag_list(value)]
    return any(good) and len(good) >= MOST * len(values)


def is_tag_list(value: list[Any]) -> bool:
    """Say whether all items are strings, or all are whole numbers; a null may stand for either."""
    return {type(item) for item in value} - {type(None)} in ({str}, {int}, set())


def fits(rows: Sequence[Row], tokens: str, name: str) -> bool:
    """Say whether a field has as many items as there are tokens, in most rows where it has any."""
    pairs = [
        (row[tokens], row[name])
        for row in rows
        if isinstance(row.get(tokens), list) and isinstance(row.get(name), list) and row[name]
    ]
    same = sum(len(words) == len(tags) for words, tags in pairs)
    return same > 0 and same >= MOST * len(pairs)


def holds_tags(rows: Sequence[Row], name: str) -> bool:
    """Say whether a field holds tags such as O, B-PER and I-PER."""
    return is_marked_column([str(tag) for tags in values_in(rows, name) for tag in tags])


def words_of(name: str) -> set[str]:
    """Return the words that a field's name is made of: `nerTags`, `ner_tags`."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return set(re.split(r"[^a-z]+", spaced.casefold()))


def without_doubles(rows: Sequence[Row], names: list[str]) -> list[str]:
    """Return fields without those that say the same as another one, perhaps in numbers."""
    kept = sorted(names, key=lambda name: not isinstance(first_tag(rows, name), str))
    for one, other in combinations(list(kept), 2):
        if one in kept and other in kept and say_the_same(rows, one, other):
            kept.remove(other)
    return [name for name in names if name in kept]


def first_tag(rows: Sequence[Row], name: str) -> Any:
    """Return the first tag of a field."""
    tags = (tag for value in values_in(rows, name) for tag in value if tag is not None)
    return next(tags, None)


def say_the_same(rows: Sequence[Row], one: str, other: str) -> bool:
    """Say whether two fields are equal, or one has a number for each tag of the other."""
    pairs = set()
    for row in rows:
        first, second = row.get(one) or [], row.get(other) or []
        if not isinstance(first, list) or not isinstance(second, list) or len(first) != len(second):
            return False
        pairs |= set(zip(map(str, first), map(str, second), strict=True))
    if isinstance(first_tag(rows, one), str) == isinstance(first_tag(rows, other), str):
        return all(a == b for a, b in pairs)
    return len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs})
