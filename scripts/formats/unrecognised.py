"""What is seen in a file whose format no reader knows, and which formats come nearest.

In: the beginning of a file, and the formats. Out: what it holds in words (its keys, its root, its
columns), and the three formats whose definitions share the most of these names. The definition is the
grammar in the docstring of the reader's module; a name that few formats have says more than one that
many have.
"""

import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from scripts.files.terminal import printable
from scripts.formats.base import Format
from scripts.formats.shared.csv_rows import delimiter_of, first_rows
from scripts.formats.shared.head import Head
from scripts.formats.shared.span_keys import advice, is_mark, overlooked

SHOWN = 8  # names that a message shows
LONGEST = 40  # characters of each
DEEP = 4  # levels of nested JSON whose keys are looked at
LOOKED_AT = 20  # records whose keys are looked at
NEAREST = 3  # formats that a message names
TELLING = 0.5  # what names have to score for a format: one that two formats have, or more common ones
ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]*)")
QUOTED = re.compile(r"[\"`]([A-Za-z_][\w. -]*)[\"`]")
WORD = re.compile(r"[A-Za-z_][\w-]*")
# The formats that most files of a shape are in, for a file whose names are in none of the definitions.
USUAL = {
    "JSON": ("jsonl", "prodigy", "doccano"),
    "XML": ("gate", "uima_xmi", "mae"),
    "table": ("token_table", "sentence_table", "mention_table"),
    "Python": ("pairs", "jsonl", "spacy_v2_json"),
    "lines": ("columns", "inline_xml", "brat"),
}
MARKED = (("](", "inline_brackets"), ("</", "inline_xml"))  # what lines have that a format marks so
PYTHON = re.compile(
    r"\s*(?:(?:#|from |import )[^\n]*\s+)*+(?:[A-Za-z_]\w*\s*=\s*[\[({]|[\[({]\s*[\"'\[({])"
)
KEY = re.compile(r"[\"']([A-Za-z_][\w-]*)[\"']\s*:")


def seen(head: Head) -> str:
    """Return what a file holds, in words."""
    shape, names = looked_at(head)
    if shape == "XML":
        return f"XML with the root `{printable(head.root or '', LONGEST)}`"
    if shape == "table":
        return f"a table with the columns {listed(names)}"
    if shape == "Python":
        keys = f" with the keys {listed(names)}" if names else ""
        return f"Python, or JSON that is broken,{keys}".rstrip(",")
    if shape == "lines":
        visible = [line for line in head.lines if line.strip()] or [""]
        more = " or more" if len(visible) > LOOKED_AT else ""
        count = min(len(visible), LOOKED_AT)
        lines = "one line" if count == 1 else f"{count} lines{more}"
        return f"{lines} of text, the first of which is {printable(visible[0].strip(), LONGEST)!r}"
    return seen_in_json(head)


def seen_in_json(head: Head) -> str:
    """Return what a file of JSON holds, in words."""
    value = head.value
    first = value[0] if isinstance(value, list) and value else None
    if len(head.rows) > 1:
        return f"JSON lines {with_keys(head.rows[0])}"
    if isinstance(first, dict):
        return f"a JSON list of objects {with_keys(first)}"
    if isinstance(value, dict):
        return f"a JSON object {with_keys(value)}"
    if isinstance(value, list):
        return f"a JSON list of values of type {type(first).__name__}"
    return f"a JSON value of type {type(value).__name__}"


def unread_spans(head: Head) -> tuple[str, str] | None:
    """Return the first field that looks like spans, and how the user has it read; None if none does."""
    for record in head.records[:LOOKED_AT]:
        texts = [key for key, value in record.items() if isinstance(value, str)]
        for key in overlooked(record) if texts else ():
            text = max(texts, key=lambda name: len(record[name]))
            return key, advice(next(filter(is_mark, record[key])), key, text)
    return None


def with_keys(record: dict[str, Any]) -> str:
    """Return which keys an object has, in words."""
    return f"with the keys {listed(record)}" if record else "without keys"


def listed(names: Iterable[str]) -> str:
    """Return names as a message shows them."""
    given = [f"`{printable(name, LONGEST)}`" for name in names]
    more = f" and {len(given) - SHOWN} more" if len(given) > SHOWN else ""
    return ", ".join(given[:SHOWN]) + more


def looked_at(head: Head) -> tuple[str, list[str]]:
    """Return the shape of a file and the names in it."""
    if head.root and head.text.lstrip().startswith("<"):
        return "XML", list(dict.fromkeys(ELEMENT.findall(head.text)))
    if any(head.records) or head.value not in (None, [], {}):
        values = head.records[:LOOKED_AT] or [head.value]
        return "JSON", list(dict.fromkeys(key for value in values for key in keys_in(value)))
    if PYTHON.match(head.text):
        return "Python", list(dict.fromkeys(KEY.findall(head.text)))
    if delimiter := delimiter_of(head):
        rows = [cells for _, cells in first_rows(head, delimiter)[:1] if isinstance(cells, list)]
        return "table", [cell.strip() for cell in rows[0]] if rows else []
    return "lines", []


def keys_in(value: Any, deep: int = DEEP) -> Iterator[str]:
    """Yield the keys of a JSON value, those of its first items too."""
    if deep and isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from keys_in(inner, deep - 1)
    elif deep and isinstance(value, list):
        for inner in value[:LOOKED_AT]:
            yield from keys_in(inner, deep - 1)


def nearest(head: Head, formats: Iterable[Format]) -> list[Format]:
    """Return the three formats that a file is likeliest to be in."""
    shape, names = looked_at(head)
    known = {format.name: format for format in formats}
    defined = {name: names_in(definition(format), shape) for name, format in known.items()}
    share = Counter(word for words in defined.values() for word in words)
    own = {name.casefold() for name in names}
    scores = {name: sum(1 / share[word] for word in words & own) for name, words in defined.items()}
    telling = (name for name in scores if scores[name] >= TELLING)
    ranked = sorted(telling, key=lambda name: -scores[name])
    tags_may_be_inline = shape == "lines" or (shape == "XML" and "<?xml" not in head.text)
    marked = [name for mark, name in MARKED if tags_may_be_inline and mark in head.text]
    found = dict.fromkeys([*ranked[:NEAREST], *marked, *USUAL[shape]])
    return [known[name] for name in found if name in known][:NEAREST]


@cache
def definition(format: Format) -> str:
    """Return what a format's records look like: by its own words, or the docstring of its reader."""
    return format.grammar or inspect.getdoc(inspect.getmodule(format.read)) or ""


def names_in(text: str, shape: str) -> frozenset[str]:
    """Return the names in a definition that a file of this shape would have."""
    if shape == "lines" or (shape == "table" and "CSV" not in text):
        return frozenset()
    pattern = {"XML": ELEMENT, "JSON": QUOTED, "Python": QUOTED}.get(shape, WORD)
    return frozenset(name.casefold() for name in pattern.findall(text))
