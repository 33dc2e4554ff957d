"""The training data of spaCy tutorials: (text, annotations) pairs, as JSON or as a Python literal.

JSON:   [[text, {"entities": [SPAN, ...]}], ...]        or one such pair a line
Python: TRAIN_DATA = [(text, {"entities": [SPAN, ...]}), ...]
        with or without a name, among other code: no line of it is executed
SPAN:   [start, end, label] or {"start": int, "end": int, "label": str}; the annotations may also be
        the list of spans itself, as in the first tutorials.
Or the entities are a tag for each of the "words" beside them, in BILUO or IOB, "-" for an unknown one:
        {"words": ["Ada", "left"], "entities": ["U-PER", "O"], ["spaces": [true, false]]}
Source: https://v2.spacy.io/usage/training#training-simple-style, https://v2.spacy.io/api/goldparse and
https://spacy.io/api/example#from_dict.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.annotation.text import Fault, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import shown, sound_spans, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN, json_values, parsed
from scripts.formats.shared.lines import lines
from scripts.formats.shared.python_literals import BrokenValue, python_values
from scripts.formats.shared.tags import OUT, TagSummary, decode_tags, is_tag
from scripts.formats.shared.token_texts import placed, words_of
from scripts.formats.shared.tokens import as_spans
from scripts.formats.spacy.spacy_v2_json import UNKNOWN

KEYS = "entities|cats|heads|deps|tags|words|links"
INNER = r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"
DICT = rf"\{{[^{{}}]*(?:{INNER}[^{{}}]*)*"  # from its beginning to one of its keys, past dicts in it
JSON_PAIR = re.compile(
    rf'\[\s*(?:\[\s*)?"(?:[^"\\]|\\.)*+'
    rf'(?:"\s*,\s*(?:\{{\s*(?:\}}|"(?:{KEYS})")|{DICT}"entities"\s*:|\[\s*[\[\]{{])|"?\Z)'
)
PYTHON_PAIR = re.compile(
    rf"""["']\s*,\s*(?:{DICT}["']entities["']\s*:|[\[(]\s*\(\s*\d+\s*,\s*\d+\s*,\s*["'])"""
)
PlacedValue = tuple[str, Any]  # a value, and before it where it stands
OTHERS = {"cats": "text classification", "heads": "training data of a parser"}


def sniff(head: Head) -> bool:
    """Say whether a file begins with a pair in JSON, or holds one in Python."""
    begin = head.text.lstrip()
    if begin.startswith("{"):
        return False
    return bool(JSON_PAIR.match(begin) or PYTHON_PAIR.search(begin))


def read(path: Path, options: Options) -> Records:
    """Yield the pairs of a file; JSON is read as a stream, Python as a whole."""
    file = path.as_posix()
    for place, value in refuse_others(values_of(path), file):
        if isinstance(value, BrokenValue):
            yield Fault(file, place, value.record[:RECORD_SHOWN], value.reason, "write it again")
        else:
            yield from parsed(file, place, {"pair": value}, parse)


def values_of(path: Path) -> Iterator[PlacedValue]:
    """Return what is in a file where pairs should stand."""
    begin = Head.of(path).text.lstrip()
    if re.match(r'\[\s*"', begin):
        return values_in_lines(path)
    if JSON_PAIR.match(begin):
        return numbered(json_values(path))
    if PYTHON_PAIR.search(begin) or not begin.startswith(("[", "{")):
        return numbered(python_values(path))
    return numbered(json_values(path))


def numbered(values: Iterator[Any]) -> Iterator[PlacedValue]:
    """Yield values with their numbers as places."""
    return ((f"record {number}", value) for number, value in enumerate(values, start=1))


def refuse_others(values: Iterator[PlacedValue], file: str) -> Iterator[PlacedValue]:
    """Yield the values; raise FileFault if the first pair says that they are of something else."""
    checked = False
    for place, value in values:
        if not checked and is_pair(value) and isinstance(value[1], dict) and value[1]:
            checked = True
            for key, what in OTHERS.items():
                if key in value[1] and "entities" not in value[1]:
                    reason = f"this is {what}: its pairs have `{key}` but no `entities`"
                    raise OtherTask(file, reason, "use the training data of an entity recognizer")
        yield place, value


def values_in_lines(path: Path) -> Iterator[PlacedValue]:
    """Yield the JSON values of a file, one a line."""
    for number, line in lines(path):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except (ValueError, RecursionError) as error:
                yield f"line {number}", BrokenValue(f"not valid JSON ({error})", line)


def is_pair(value: Any) -> bool:
    """Say whether a value is a pair of a text and its annotations."""
    pair = isinstance(value, list | tuple) and len(value) == 2
    return pair and isinstance(value[1], dict | list | tuple)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one pair, or raise Unusable."""
    pair = record["pair"]
    if not is_pair(pair):
        hint = 'write [text, {"entities": [...]}]'
        raise Unusable(f"{shown(pair)} is not a pair of a text and its annotations", hint)
    text, given = text_of({"text": pair[0]}), pair[1]
    marks = given.get("entities") if isinstance(given, dict) else given
    if isinstance(given, dict) and isinstance(marks, list | tuple) and are_tags(marks):
        return tagged(text, given, marks)
    return {"text": text, **sound_spans(marks).fields(), "annotated": None if marks is None else True}


def are_tags(marks: Sequence[Any]) -> bool:
    """Say whether entities are tags of words rather than spans."""
    return any(isinstance(mark, str) for mark in marks)


def tagged(text: str, given: dict[str, Any], tags: Sequence[Any]) -> dict[str, Any]:
    """Return the fields of a pair whose entities are a tag for each word, or raise Unusable."""
    if given.get("words") is None:
        hint = "add its words, or write entities as [start, end, label]"
        raise Unusable(f"its entities are tags, {shown(tags)}, but it has no `words`", hint)
    found = given["words"]
    words = words_of(list(found) if isinstance(found, tuple) else found)
    if "" in words:
        raise Unusable(f"word {words.index('') + 1} is empty", "delete it and its tag")
    if len(words) != len(tags):
        raise Unusable(f"it has {len(words)} words and {len(tags)} tags", "give each word one tag")
    is_known = [not isinstance(tag, str | None) or tag not in UNKNOWN for tag in tags]
    known = [tag if is_one else OUT for tag, is_one in zip(tags, is_known, strict=True)]
    for number, (word, tag) in enumerate(zip(words, known, strict=True), start=1):
        if not isinstance(tag, str) or not is_tag(tag):
            reason = f"word {number}, {shown(word)}, has the tag {shown(tag)}, which is not a BILUO tag"
            raise Unusable(reason, "write O, or B-, I-, L- or U- and the label")
    summary = TagSummary()
    summary.add(known)
    pieces, fixed = decode_tags(known, summary.scheme)
    text, places, notes = placed(words, text, spaces_of(given, len(words)))
    unknown = (place for place, is_one in zip(places, is_known, strict=True) if not is_one)
    return {
        "text": text,
        "spans": as_spans(pieces, places),
        "annotated": True,
        "missing": tuple(unknown),
        "tokens": places,
        "notes": tuple(dict.fromkeys((*notes, *fixed))),
    }


def spaces_of(given: dict[str, Any], size: int) -> list[bool] | None:
    """Return for each word whether a space follows it, None where the annotations don't say."""
    spaces = given.get("spaces")
    return list(map(bool, spaces)) if isinstance(spaces, list) and len(spaces) == size else None


FORMAT = Format("pairs", "spaCy's (text, {entities}) pairs, as JSON or Python", sniff, read)
