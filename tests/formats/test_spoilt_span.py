"""One span of a record can't be read: the record keeps the others, in each format that is JSON.

The golden cases are the samples. A number in them is an offset if one more moves one span and no more.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scripts.annotation.text import AnnotatedText, Fault, FileFault
from tests.formats.cases import CASES, options_of, read_files
from tests.formats.test_fuzz import laid, original

NOT_HERE = {  # formats with JSON in their cases
    "hf_tokens": "a bad tag makes the whole sentence doubtful; its spans: test_hf_tokens",
    "token_pairs": "a bad tag makes the whole sentence doubtful",
    "mention_json": "mentions have no offsets",
    "snips": "its spans are pieces of the text",
    "uima_json": "read by a library, as a whole",
    # No record of their cases has two spans with offsets:
    "edsnlp": "a shape, as others here",
    "jsonl": "test_unread",
    "pairs": "test_small_json",
    "prodigy": "test_prodigy",
    "rasa_nlu": "test_small_json",
    "spacy_doc_json": "test_spacy_doc_json",
    "spacy_v2_json": "test_spacy_v2_json",
}
Read = list[AnnotatedText | Fault]


class Spoilt(NamedTuple):
    """What is read before and after a span is spoilt; where: the numbers of the record and the span."""

    before: Read
    after: Read
    where: tuple[int, int]


def values_in(data: bytes) -> list[Any]:
    """Return the JSON values of a file, one or several lines of them; none of another file."""
    for texts in ([data], filter(bytes.strip, data.split(b"\n"))):
        try:
            found = [json.loads(text) for text in texts]
        except ValueError:
            continue
        return found if all(isinstance(value, dict | list) for value in found) else []
    return []


def numbers_in(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (holder, key) of each whole number in a JSON value, the last one first."""
    items = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, value in reversed(list(items)):
        if isinstance(value, dict | list):
            yield from numbers_in(value)
        elif type(value) is int:
            yield holder, key


def moved(before: Read, after: Read) -> tuple[int, int] | None:
    """Return the numbers of the record and the span that differ if they are one of several spans."""
    if len(before) != len(after):
        return None
    pairs = list(zip(before, after, strict=True))
    changed = [number for number, (one, other) in enumerate(pairs) if one != other]
    one, other = pairs[changed[0]] if len(changed) == 1 else (None, None)
    if not isinstance(one, AnnotatedText) or not isinstance(other, AnnotatedText):
        return None
    if one != replace(other, spans=one.spans) or not len(one.spans) == len(other.spans) > 1:
        return None
    spans = [n for n, span in enumerate(one.spans) if span != other.spans[n]]
    return (changed[0], spans[0]) if len(spans) == 1 else None


def spoilt(case: str, folder: Path) -> Spoilt | None:
    """Return what is read of a case before and after one offset of its files is no number any more."""
    files, given = original(case), options_of(case) | {"format": case.split("/")[0]}
    for name, data in files.items():
        values = values_in(data)

        def read(name: str = name, values: list[Any] = values) -> Read:
            changed = "".join(f"{json.dumps(value)}\n" for value in values).encode()
            try:
                return read_files(laid(folder, files | {name: changed}), given)
            except FileFault:
                return []

        before = read() if values else []
        for holder, key in numbers_in(values):
            number = holder[key]
            holder[key] = number + 1
            if where := moved(before, read()):
                holder[key] = None
                return Spoilt(before, read(), where)
            holder[key] = number
    return None


FORMATS = {
    case.split("/")[0] for case in CASES if any(values_in(data) for data in original(case).values())
}


@pytest.mark.parametrize("name", sorted(FORMATS - NOT_HERE.keys()))
def test_span_that_can_not_be_read_leaves_the_others_of_its_record(tmp_path, name):
    cases = [case for case in CASES if case.startswith(f"{name}/")]
    found = [one for case in cases if (one := spoilt(case, tmp_path / "spoilt"))]
    assert found
    for before, after, (record, span) in found:
        was, now = before[record], after[record]
        assert len(now.unread) == 1, now
        assert now.unread[0].reason
        spans = was.spans[:span] + was.spans[span + 1 :]
        assert now == replace(was, spans=spans, unread=now.unread)
        assert after[:record] + after[record + 1 :] == before[:record] + before[record + 1 :]
