"""The training data of spaCy tutorials: a JSON list of (text, annotations) pairs.

The file: [[text, {"entities": [[start, end, label], ...]}], ...]
"""

import re
from pathlib import Path
from typing import Any

from scripts.corpus.text import Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.fields import spans_of, text_of
from scripts.formats.head import Head
from scripts.formats.json_records import json_values, parsed


def sniff(head: Head) -> bool:
    """Say whether the file begins with a list in a list, the inner one beginning with a text."""
    return bool(re.match(r'\s*\[\s*(?:\[\s*"|\]\s*$)', head.text))


def read(path: Path, options: Options) -> Reading:
    """Yield the pairs of the list, which is read as a stream."""
    for number, pair in enumerate(json_values(path), start=1):
        yield from parsed(path.as_posix(), f"record {number}", {"pair": pair}, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one pair, or raise Unusable."""
    pair = record["pair"]
    if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], dict)):
        raise Unusable("not a pair of a text and its annotations", 'write [text, {"entities": [...]}]')
    return {"text": text_of({"text": pair[0]}), "spans": spans_of(pair[1].get("entities"))}


FORMAT = Format("pairs", "JSON list of (text, {entities}) pairs", sniff, read)
