"""PaddleNLP's UIE training lines: for each text and each label that is asked for, the mentions of it.

A line: {"content": str, "result_list": [{"text": str, "start": int, "end": int}, ...], "prompt": LABEL}
A line without results says that there is no such entity. The lines of one text, which may be anywhere
in the file, become one record: a file is read twice, and its spans, not its texts, are kept in memory.
Prompts of relations name an entity of the text (`employer of Ada`, with 的 between the two in Chinese);
they are passed over. Source: https://github.com/PaddlePaddle/PaddleNLP, model_zoo/uie, README and
utils.py (convert_ext_examples).
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, UnreadSpan, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import label_of, span_of, split_unread, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN, json_records

KEYS = {"content", "result_list", "prompt"}
PASSED_OVER = "a line about a relation is skipped"


@dataclass(slots=True)
class TextLines:
    """What the lines of one text say; place: of the first of them."""

    place: str
    spans: list[CharSpan] = field(default_factory=list)
    unread: list[UnreadSpan] = field(default_factory=list)


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has the keys of such a line."""
    return any(record.keys() >= KEYS for record in head.records)


def read(path: Path, options: Options) -> Records:
    """Yield the texts of a file, each with the entities of all of its lines, where its first line is."""
    texts: dict[bytes, TextLines] = {}
    for found in json_records(path, parse):
        if isinstance(found, AnnotatedText):
            text = texts.setdefault(key_of(found.text), TextLines(found.place))
            text.spans += found.spans
            text.unread += found.unread
    for found in json_records(path, parse):
        if isinstance(found, Fault):
            yield found
        elif (text := texts[key_of(found.text)]).place == found.place:
            yield joined(found, text) if text.spans or not text.unread else lost(found, text)


def key_of(text: str) -> bytes:
    """Return a few bytes that stand for a text."""
    return blake2b(text.encode(), digest_size=16).digest()


def joined(first: AnnotatedText, text: TextLines) -> AnnotatedText:
    """Return the record of a text from its first line and from what all of its lines say."""
    mentions = {span.mention for span in text.spans}
    spans = dict.fromkeys(span for span in text.spans if not is_relation(span.label, mentions))
    relations = {span.label for span in text.spans if is_relation(span.label, mentions)}
    notes = (PASSED_OVER,) * len(relations)
    return AnnotatedText(
        first.text,
        tuple(spans),
        first.file,
        first.place,
        annotated=True,
        unread=tuple(text.unread),
        notes=notes,
    )


def lost(first: AnnotatedText, text: TextLines) -> Fault:
    """Return the fault of a text of which no span can be read."""
    span = text.unread[0]
    return Fault(first.file, first.place, first.text[:RECORD_SHOWN], span.reason, span.hint)


def is_relation(prompt: str, mentions: set[str | None]) -> bool:
    """Say whether a prompt asks for what an entity of the text is related to."""
    return prompt.rpartition("的")[0] in mentions or prompt.partition(" of ")[2] in mentions


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one line, or raise Unusable."""
    label = label_of(record.get("prompt"), "of a line")
    marks = record.get("result_list")
    if not isinstance(marks, list):
        raise Unusable(
            "the line has no `result_list`", "create the file again with PaddleNLP's doccano.py"
        )
    labelled = [{**mark, "label": label} if isinstance(mark, dict) else mark for mark in marks]
    return {
        "text": text_of(record, "content"),
        **split_unread(labelled, span_of).fields(),
        "annotated": True,
    }


FORMAT = Format("uie", "PaddleNLP UIE lines", sniff, read)
