"""Snips NLU's data sets in JSON: utterances in pieces, of which some are entities.

{INTENT: [UTTERANCE, ...], ...}                                     the published benchmark
{"language": str, "entities": {...}, "intents": {INTENT: {"utterances": [UTTERANCE, ...]}, ...}}
UTTERANCE: {"data": [{"text": str, ["entity": str, "slot_name": str]}, ...]}
The text is that of the pieces, one after the other; the label is the entity, slot names are passed
over. A file is read whole. Source: https://snips-nlu.readthedocs.io/en/latest/dataset.html, and
https://github.com/sonos/nlu-benchmark, 2017-06-custom-intent-engines.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, FileFault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import label_of, shown, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, parsed
from scripts.formats.shared.lines import whole_text

EXPORT = "export it again"


def sniff(head: Head) -> bool:
    """Say whether the file is an object with utterances in pieces."""
    return any(is_utterance(utterance) for _, _, utterance in utterances(head.value))


def is_utterance(value: Any) -> bool:
    """Say whether a value is an utterance in pieces."""
    pieces = value.get("data") if isinstance(value, dict) else None
    return (
        isinstance(pieces, list)
        and bool(pieces)
        and isinstance(pieces[0], dict)
        and isinstance(pieces[0].get("text"), str)
    )


def utterances(value: Any) -> Iterator[tuple[str, int, Any]]:
    """Yield (intent, number, utterance) of a data set."""
    intents = value.get("intents", value) if isinstance(value, dict) else None
    for intent, given in intents.items() if isinstance(intents, dict) else ():
        items = given.get("utterances") if isinstance(given, dict) else given
        for number, utterance in enumerate(items if isinstance(items, list) else (), start=1):
            yield intent, number, utterance


def read(path: Path, options: Options) -> Records:
    """Yield the utterances of a file. Raises FileFault when it is not valid JSON."""
    file = path.as_posix()
    try:
        value = json.loads(whole_text(path))
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise FileFault(file, f"it is not valid JSON ({said})", EXPORT) from None
    found = False
    for intent, number, utterance in utterances(value):
        found = True
        given = {"intent": intent, "utterance": utterance}
        yield from parsed(file, f"intent {shown(intent)}, utterance {number}", given, parse)
    if not found:
        raise FileFault(file, "it has no intents with utterances", EXPORT)


def parse(record: dict[str, Any]) -> Fields:
    """Return the fields of one utterance, or raise Unusable."""
    utterance = record["utterance"]
    if not is_utterance(utterance):
        raise Unusable(f"{shown(utterance)} is not an utterance in pieces", EXPORT)
    text = ""
    spans: list[CharSpan] = []
    for piece in utterance["data"]:
        if not isinstance(piece, dict) or not isinstance(piece.get("text"), str):
            raise Unusable(f"{shown(piece)} is not a piece of a text", EXPORT)
        start, text = len(text), text + piece["text"]
        if piece.get("entity") is not None:
            spans.append(CharSpan(start, len(text), label_of(piece["entity"], (start, len(text)))))
    if not text.strip():
        raise Unusable("the utterance has no text", "delete it")
    fields = {"text": usable_text(text), "spans": tuple(spans), "annotated": True}
    return {**fields, "meta": {"intent": record["intent"]}}


FORMAT = Format("snips", "Snips NLU JSON", sniff, read, None)
