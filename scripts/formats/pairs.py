"""The training data of spaCy tutorials: (text, annotations) pairs, as JSON or as a Python literal.

JSON:   [[text, {"entities": [SPAN, ...]}], ...]        or one such pair a line
Python: TRAIN_DATA = [(text, {"entities": [SPAN, ...]}), ...]
        with or without a name, among other code: no line of it is executed
SPAN:   [start, end, label] or {"start": int, "end": int, "label": str}; the annotations may also be
        the list of spans itself, as in the first tutorials.
Source: https://v2.spacy.io/usage/training#training-simple-style.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.corpus.text import Fault, OtherTask, Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.fields import shown, sound_spans, text_of
from scripts.formats.head import Head
from scripts.formats.json_records import RECORD_SHOWN, json_values, parsed
from scripts.formats.lines import lines
from scripts.formats.python_literals import Broken, python_values

KEYS = "entities|cats|heads|deps|tags|words|links"
JSON_PAIR = re.compile(
    rf'\[\s*(?:\[\s*)?"(?:[^"\\]|\\.)*+(?:"\s*,\s*(?:\{{\s*(?:\}}|"(?:{KEYS})")|\[\s*[\[\]{{])|"?\Z)'
)
PYTHON_PAIR = re.compile(
    r"""["']\s*,\s*(?:\{\s*["']entities["']\s*:|[\[(]\s*\(\s*\d+\s*,\s*\d+\s*,\s*["'])"""
)
OTHERS = {"cats": "text classification", "heads": "training data of a parser"}


def sniff(head: Head) -> bool:
    """Say whether a file begins with a pair in JSON, or holds one in Python."""
    begin = head.text.lstrip()
    if begin.startswith("{"):
        return False
    return bool(JSON_PAIR.match(begin) or PYTHON_PAIR.search(begin))


def read(path: Path, options: Options) -> Reading:
    """Yield the pairs of a file; JSON is read as a stream, Python as a whole."""
    file = path.as_posix()
    for number, value in enumerate(refuse_others(values_of(path), file), start=1):
        place = f"record {number}"
        if isinstance(value, Broken):
            yield Fault(file, place, value.record[:RECORD_SHOWN], value.reason, "write it again")
        else:
            yield from parsed(file, place, {"pair": value}, parse)


def values_of(path: Path) -> Iterator[Any]:
    """Return what stands in a file where pairs should stand."""
    begin = Head.of(path).text.lstrip()
    if re.match(r'\[\s*"', begin):
        return pair_lines(path)
    if JSON_PAIR.match(begin):
        return json_values(path)
    if PYTHON_PAIR.search(begin) or not begin.startswith(("[", "{")):
        return python_values(path)
    return json_values(path)


def refuse_others(values: Iterator[Any], file: str) -> Iterator[Any]:
    """Yield the values; raise FileFault if the first pair says that they are of something else."""
    checked = False
    for value in values:
        if not checked and is_pair(value) and isinstance(value[1], dict) and value[1]:
            checked = True
            for key, what in OTHERS.items():
                if key in value[1] and "entities" not in value[1]:
                    reason = f"this is {what}: its pairs have `{key}` and no `entities`"
                    raise OtherTask(file, reason, "take the training data of an entity recognizer")
        yield value


def pair_lines(path: Path) -> Iterator[Any]:
    """Yield the JSON values of a file, one a line."""
    for _, line in lines(path):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                yield Broken(f"not valid JSON ({error})", line)


def is_pair(value: Any) -> bool:
    """Say whether a value is a pair of a text and its annotations."""
    pair = isinstance(value, list | tuple) and len(value) == 2
    return pair and isinstance(value[1], dict | list | tuple)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one pair, or raise Unusable."""
    pair = record["pair"]
    if not is_pair(pair):
        mend = 'write [text, {"entities": [...]}]'
        raise Unusable(f"{shown(pair)} is no pair of a text and its annotations", mend)
    text, given = text_of({"text": pair[0]}), pair[1]
    marks = given.get("entities") if isinstance(given, dict) else given
    return {"text": text, **sound_spans(marks).fields(), "annotated": None if marks is None else True}


FORMAT = Format("pairs", "spaCy's (text, {entities}) pairs, as JSON or Python", sniff, read)
