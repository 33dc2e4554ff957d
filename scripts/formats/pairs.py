"""The training data of spaCy tutorials: a JSON list of (text, annotations) pairs.

The file: [[text, {"entities": [[start, end, label], ...]}], ...]
"""

import re
from pathlib import Path
from typing import Any

import ijson

from scripts.corpus.text import FileFault, Unusable
from scripts.formats.base import Format, Reading, parsed, spans_of, text_of


def sniff(head: bytes) -> bool:
    """Say whether the file begins with a list in a list, the inner one beginning with a text."""
    return bool(re.match(rb'(?:\xef\xbb\xbf)?\s*\[\s*(?:\[\s*"|\]\s*$)', head))


def read(path: Path) -> Reading:
    """Yield the pairs of the list, which is read as a stream."""
    file = path.as_posix()
    with path.open("rb") as stream:
        if stream.read(3) != b"\xef\xbb\xbf":  # the JSON parser knows no byte order mark
            stream.seek(0)
        pairs = ijson.items(stream, "item", use_float=True)
        number = 0
        while True:
            try:
                pair = next(pairs)
            except StopIteration:
                return
            except (ijson.JSONError, UnicodeDecodeError) as error:
                said = " ".join(str(error).split())[:200]
                reason = f"not valid JSON after record {number} ({said}): it may be cut off"
                raise FileFault(file, reason, "export it again, as UTF-8 JSON") from None
            number += 1
            yield parsed(file, f"record {number}", {"pair": pair}, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one pair, or raise Unusable."""
    pair = record["pair"]
    if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], dict)):
        raise Unusable("not a pair of a text and its annotations", 'write [text, {"entities": [...]}]')
    return {"text": text_of({"text": pair[0]}), "spans": spans_of(pair[1].get("entities"))}


FORMAT = Format("pairs", "JSON list of (text, {entities}) pairs", sniff, read)
