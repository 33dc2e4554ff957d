"""Argilla's records, of version 1 (and Rubrix before it) and of version 2; JSON or JSONL.

Version 1: {"text": str, "tokens": [str], "prediction": [[label, start, end, score]],
    "annotation": [[label, start, end]], "annotation_agent": str, "metadata": {...},
    "status": "Default" | "Edited" | "Validated" | "Discarded"}; an entity may be an object there too
Version 2: {"id", "fields": {name: str}, "metadata": {...}, "status": "pending" | "completed",
    "suggestions": {question: {"value", "score", "agent"}},
    "responses": {question: [{"value": [ENTITY], "user_id": str, "status": "submitted" | ...}]}}
ENTITY: {"start", "end", "label"[, "text"]}; or one object of lists for all: {"start": [...], ...}
    feedback records (1.8-1.29): "responses": [{"user_id", "status", "values": {question: {"value"}}}]
    flat: field: str, "question.responses": [[ENTITY]], "question.responses.users": [str],
    "question.responses.status": [str]; or question: [{"user_id", "value", "status"}]
Each user's answer is one record, each question a layer. A suggestion or a prediction is no answer, and a
draft is none yet. Offsets count characters (the user interface of version 2 counts UTF-16 units after an
emoji, its issue 5729). Which field a question is about is not in the file.
Source: https://docs.argilla.io (reference: argilla.Record, SpanQuestion; records/_io), and version 1's
TokenClassificationRecord, src/argilla/client/models.py.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import FileFault, OtherTask, Unusable
from scripts.formats.argilla import answers
from scripts.formats.argilla.answers import entities_in, span_of
from scripts.formats.base import Format, Options, Records, chosen
from scripts.formats.shared.fields import LayerValue, as_name, shown, sound_spans, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, json_records
from scripts.formats.shared.json_rows import json_objects
from scripts.formats.shared.tokens import found_in

AGENTS = ("annotation_agent", "prediction_agent")
STATUSES = ("Default", "Edited", "Validated", "Discarded")
DISCARDED = ("Discarded", "discarded")
OTHER = "export a dataset with spans of a text"
TOKENS = "tokens that don't match the text are left out"


def sniff(head: Head) -> bool:
    """Say whether one of the first objects is a record of either version."""
    return any(is_first(record) or answers.is_second(record) for record in head.records)


def is_first(record: dict[str, Any]) -> bool:
    """Say whether an object is a record of version 1, of whichever task."""
    answered = "annotation" in record or "prediction" in record
    return answered and (
        any(agent in record for agent in AGENTS)
        or (record.get("status") in STATUSES and ("tokens" in record or "inputs" in record))
    )


def read(path: Path, options: Options) -> Records:
    """Yield the annotations of version 1, or the answers of each user of version 2."""
    file = path.as_posix()
    records = Head.of(path).records
    if any(is_first(record) for record in records):
        if not any("tokens" in record for record in records):
            raise OtherTask(
                file, "this is an Argilla dataset for text classification or text generation", OTHER
            )
        yield from json_records(path, first_version)
        return
    summary = answers.summary_of(json_objects(path))
    if not summary.fields:
        raise FileFault(file, "its records have no text", "export the dataset again")
    if summary.others and not summary.questions:
        raise OtherTask(file, "this is an Argilla dataset without a span question", OTHER)
    usual = summary.quoted or summary.fields
    what = "fields that may be the text"
    field = chosen(
        summary.fields if options.text_field else usual,
        options.text_field,
        file=file,
        setting="text_field",
        what=what,
    )
    yield from json_records(path, partial(second_version, field=field, questions=summary.questions))


def first_version(record: dict[str, Any]) -> Fields:
    """Return the fields of one record of version 1, or raise Unusable."""
    status = as_name(record.get("status")) or ""
    if status in DISCARDED:
        return {"text": str(record.get("text") or ""), "spans": (), "answer": status.casefold()}
    if "tokens" not in record:
        raise Unusable("it has no tokens, so it marks no spans", OTHER)
    text, given = text_of(record), record.get("annotation")
    marks = entities_in(given)
    if given is not None and marks is None:
        raise Unusable(f"its annotation is {shown(given)}, not a list of entities", "export it again")
    tokens, notes = tokens_in(text, record.get("tokens"))
    metadata = record.get("metadata")
    return {
        "text": text,
        **sound_spans([LayerValue("", mark) for mark in marks or ()], span_of).fields(),
        "id": as_name(record.get("id")),
        "annotator": as_name(record.get("annotation_agent")),
        "annotated": given is not None or status == "Validated",
        "tokens": tokens,
        "notes": notes,
        "meta": metadata if isinstance(metadata, dict) else {},
    }


def tokens_in(text: str, words: Any) -> tuple[tuple[tuple[int, int], ...] | None, tuple[str, ...]]:
    """Return the places of the tokens that Argilla was given, and a note if they can't be found."""
    if not words:
        return None, ()
    try:
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return found_in(text, words), ()
    except Unusable:
        pass
    return None, (TOKENS,)


def second_version(record: dict[str, Any], field: str, questions: list[str]) -> Iterator[Fields]:
    """Yield the fields of each user's answer to one record of version 2, or raise Unusable."""
    metadata = record.get("metadata")
    about: Fields = {
        "id": as_name(record.get("id", record.get("external_id"))),
        "meta": metadata if isinstance(metadata, dict) else {},
    }
    found = answers.by_user(record)
    if not any(answer.counts for answer in found) and not any(a.discarded for a in found):
        yield about | {"text": answers.text_in(record, field), "spans": (), "annotated": False}
        return
    found = [answer for answer in found if answer.counts or answer.discarded]
    for number, answer in enumerate(found, start=1):
        several = len(found) > 1
        said = about | {
            "annotator": answer.user or (f"answer {number}" if several else None),
            "part": f"answer {number}" if several else None,
        }
        if answer.discarded:
            text = str(answers.fields_in(record).get(field) or "")
            yield said | {"text": text, "spans": (), "answer": "discarded"}
            continue
        marks = [
            mark
            for question, value in answer.values.items()
            if question in questions or entities_in(value)
            for mark in answers.marks_of(question, value)
        ]
        text = answers.text_in(record, field)
        yield said | {"text": text, **sound_spans(marks, span_of).fields(), "annotated": True}


FORMAT = Format("argilla", "Argilla JSON", sniff, read)
