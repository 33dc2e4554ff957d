"""Prodigy's JSONL: one task a line, as `prodigy db-out` writes it, or a JSON list of such tasks.

A line: {"text": str, "spans": [{"start", "end", "label"[, "token_start", "token_end", "answer"]}],
         "tokens": [{"text", "start", "end", "id"}], "answer": "accept" | "reject" | "ignore",
         "meta": {...}, "_input_hash": int, "_task_hash": int, "_view_id": str,
         "_annotator_id": str, "_session_id": str}
A manual task is annotated as a whole, and kept if it was accepted. A binary one asks about its spans
only: what was accepted is right, what was rejected is wrong, and nothing is known of the rest. A task
is binary if its `_view_id` is `ner` or `spans` or if it says `_is_binary`. Older ones say neither: they
are binary if they have no tokens and each span has a score, a pattern or an answer of its own.
Source: Prodigy's documentation, "Annotation task formats", https://prodi.gy/docs/api-interfaces, and on
binary answers https://prodi.gy/docs/named-entity-recognition.
"""

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from scripts.annotation.text import ACCEPT, CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records

REJECT = "reject"
ANSWERS = (ACCEPT, REJECT, "ignore")
MARKS = ("_input_hash", "_task_hash", "_annotator_id", "_session_id", "_view_id")
BINARY_VIEWS = ("ner", "spans")
ASKED = ("score", "rank", "pattern", "answer")  # what a span has that the annotator was asked about
CLASS_VIEWS = ("classification", "choice")
OTHER_VIEWS = ("dep", "diff", "compare", "text_input", "llm_io", "text", "html")
MEDIA = ("image", "audio", "video")
AUTO_SESSION = re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$")  # nobody gave it a name


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has a key that only Prodigy writes."""
    return any(is_task(record) for record in head.records)


def is_task(record: dict[str, Any]) -> bool:
    """Say whether an object is a task of Prodigy: by its hashes, or by its tokens or its answer."""
    if any(mark in record for mark in MARKS):
        return True
    tokens = record.get("tokens")
    first = tokens[0] if isinstance(tokens, list) and tokens else None
    ours = isinstance(first, dict) and {"text", "start", "end"} <= first.keys()
    return "text" in record and (ours or record.get("answer") in ANSWERS)


def read(path: Path, options: Options) -> Records:
    """Yield the tasks of a Prodigy export; `tokens` are used to prove the offsets right."""
    others = [other_than_ner(record) for record in Head.of(path).records]
    if others and all(others):
        raise OtherTask(
            path.as_posix(), f"this is {others[0]}", "export a dataset of a ner or spans recipe"
        )
    yield from json_records(path, parse)


def other_than_ner(record: dict[str, Any]) -> str:
    """Return what a task is about if it isn't spans of a text, else nothing."""
    view = record.get("_view_id")
    for medium in MEDIA:
        if ("text" not in record and medium in record) or str(view).startswith(medium):
            return f"a Prodigy dataset of {medium} annotations"
    if record.get("spans") or record.get("tokens"):
        return "a Prodigy dataset of text classification" if view in CLASS_VIEWS else ""
    if view in CLASS_VIEWS or "options" in record or isinstance(record.get("label"), str):
        return "a Prodigy dataset of text classification"
    return f"a Prodigy dataset of the interface {view!r}" if view in OTHER_VIEWS else ""


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one task, or raise Unusable; one that was not accepted may be faulty."""
    answer = record.get("answer") or ACCEPT
    if not isinstance(answer, str):
        reason = f"the answer {shown(answer)} is not accept, reject or ignore"
        raise Unusable(reason, "give the task one answer, and each span its own if they differ")
    binary = is_binary(record)
    if answer not in (ACCEPT, REJECT) or (answer == REJECT and not binary):
        return {"text": str(record.get("text") or ""), "spans": (), "answer": answer}
    if other := other_than_ner(record):
        raise Unusable(f"this belongs to {other}", "export the datasets one by one")
    text = text_of(record)
    spans, marks, unread = sound_spans(record.get("spans") or [])
    tokens = checked_tokens(text, record.get("tokens"))
    if tokens:
        check_token_spans(marks, spans, tokens)
    given = record.get("meta")
    meta = given if isinstance(given, dict) else {}
    found = {
        "text": text,
        "spans": spans,
        "unread": unread,
        "id": as_name(record.get("id", record.get("_task_hash"))),
        "group": as_name(record.get("group", meta.get("group"))),
        "annotator": annotator_of(record),
        "annotated": True if "answer" in record else None,
        "tokens": tuple(tokens) or None,
        "meta": meta,
    }
    return found | (judged(marks, spans, answer) if binary else {})


def is_binary(record: dict[str, Any]) -> bool:
    """Say whether a task asks about its spans only."""
    marks, view = record.get("spans"), record.get("_view_id")
    if view is not None or "_is_binary" in record:
        return view in BINARY_VIEWS or record.get("_is_binary") is True
    if not marks or not isinstance(marks, list) or record.get("tokens"):
        return False
    return all(isinstance(mark, dict) and any(key in mark for key in ASKED) for mark in marks)


def judged(marks: Sequence[Any], spans: tuple[CharSpan, ...], answer: str) -> dict[str, Any]:
    """Return the spans of a binary task by their answers, which are the task's unless they say so."""
    answers = [mark.get("answer", answer) if isinstance(mark, dict) else answer for mark in marks]
    if answer == REJECT and len(marks) > 1 and not any("answer" in mark for mark in marks):
        return {"spans": (), "answer": REJECT}  # one of them is wrong, and nobody knows which
    right, wrong = (
        tuple(span for span, said in zip(spans, answers, strict=True) if said == wanted)
        for wanted in (ACCEPT, REJECT)
    )
    return {"spans": right, "wrong": wrong, "exhaustive": False}


def annotator_of(record: dict[str, Any]) -> str | None:
    """Return who answered: the named annotator, else the named session."""
    for key in ("_annotator_id", "_session_id"):
        name = as_name(record.get(key))
        if name and not AUTO_SESSION.search(name):
            return name
    return None


def checked_tokens(text: str, tokens: Any) -> list[tuple[int, int]]:
    """Return where the tokens stand, or raise Unusable when a token's own text stands elsewhere."""
    if not tokens:
        return []
    if not isinstance(tokens, list):
        raise Unusable(f"tokens are a {type(tokens).__name__}, not a list", "export it again")
    try:
        places = [(token["start"], token["end"]) for token in tokens]
        read = [text[start:end] for start, end in places]
        proved = read == [token["text"] for token in tokens]
    except (TypeError, KeyError):
        proved = False
    if not proved or set(map(type, chain.from_iterable(places))) != {int}:
        refuse_first(text, tokens)
    return places


def refuse_first(text: str, tokens: list[Any]) -> None:
    """Raise Unusable for the first token that is faulty."""
    for token in tokens:
        try:
            start, end, expected = whole(token["start"]), whole(token["end"]), token["text"]
        except (TypeError, KeyError, Unusable):
            reason = f"token {shown(token)} lacks a text, start or end"
            raise Unusable(reason, "export it again") from None
        found = text[start:end]
        if found != expected:
            reason = f"token {shown(expected)} should be at {start}-{end}, where the text has "
            hint = "the offsets were counted in another text; export it again"
            raise Unusable(reason + shown(found), hint)


def check_token_spans(
    marks: Sequence[Any], spans: tuple[CharSpan, ...], tokens: list[tuple[int, int]]
) -> None:
    """Raise Unusable when a span's token numbers and its character offsets disagree."""
    for mark, span in zip(marks, spans, strict=True):
        if not isinstance(mark, dict):  # a triple names no tokens
            continue
        first, last = mark.get("token_start"), mark.get("token_end")
        if not (isinstance(first, int) and isinstance(last, int)):
            continue
        if not 0 <= first <= last < len(tokens):
            reason = (
                f"span {span.start}-{span.end} refers to tokens {first} to {last}, but there "
                f"are {len(tokens)} tokens"
            )
            raise Unusable(reason, "export it again; its tokens and spans belong to different texts")
        start, end = tokens[first][0], tokens[last][1]
        if (start, end) != (span.start, span.end):
            reason = f"span {span.start}-{span.end} refers to tokens that are at {start}-{end}"
            raise Unusable(reason, "correct the offsets or delete the token numbers")


FORMAT = Format("prodigy", "Prodigy JSONL", sniff, read)
