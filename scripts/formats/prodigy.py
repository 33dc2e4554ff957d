"""Prodigy's JSONL: one task a line, as `prodigy db-out` writes it.

A line: {"text": str, "spans": [{"start", "end", "label"[, "token_start", "token_end"]}],
         "tokens": [{"text", "start", "end", "id"}], "answer": "accept" | "reject" | "ignore",
         "meta": {...}, "_input_hash": int, "_task_hash": int}
Source: Prodigy's documentation, "Annotation task formats", https://prodi.gy/docs/api-interfaces.
"""

from pathlib import Path
from typing import Any

from scripts.corpus.text import ACCEPT, CharSpan, Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.fields import as_name, spans_of, text_of
from scripts.formats.head import Head
from scripts.formats.json_records import json_lines

MARKS = ("_input_hash", "_task_hash", "_annotator_id", "_session_id", "tokens", "answer")


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has a text and a key that only Prodigy writes."""
    return not isinstance(head.value, list) and any(
        "text" in record and any(mark in record for mark in MARKS) for record in head.records
    )


def read(path: Path, options: Options) -> Reading:
    """Yield the tasks of a Prodigy export; `tokens` are used to prove the offsets right."""
    return json_lines(path, parse)


def parse(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of one task, or raise Unusable; one that was not accepted may be faulty."""
    answer = as_name(record.get("answer")) or ACCEPT
    if answer != ACCEPT:
        return {"text": str(record.get("text") or ""), "spans": (), "answer": answer}
    text = text_of(record)
    spans = spans_of(record.get("spans"))
    tokens = record.get("tokens")
    if tokens:
        check_tokens(text, tokens)
        check_token_spans(record.get("spans") or [], spans, tokens)
    meta = record.get("meta") if isinstance(record.get("meta"), dict) else {}
    return {
        "text": text,
        "spans": spans,
        "id": as_name(record.get("id", record.get("_task_hash"))),
        "group": as_name(record.get("group", meta.get("group") if meta else None)),
        "meta": meta,
    }


def check_tokens(text: str, tokens: Any) -> None:
    """Raise Unusable when a token's own text is not what stands at its offsets."""
    if not isinstance(tokens, list):
        raise Unusable(f"tokens are a {type(tokens).__name__}, not a list", "export it again")
    for token in tokens:
        try:
            start, end, expected = token["start"], token["end"], token["text"]
            found = text[start:end]
        except (TypeError, KeyError):
            raise Unusable(f"token {token!r} has no text, start and end", "export it again") from None
        if found != expected:
            reason = f"token {expected!r} should stand at {start}-{end}, where the text has {found!r}"
            raise Unusable(reason, "the offsets were counted on another text; export it again")


def check_token_spans(marks: list[Any], spans: tuple[CharSpan, ...], tokens: Any) -> None:
    """Raise Unusable when a span's token numbers and its character offsets disagree."""
    for mark, span in zip(marks, spans, strict=True):
        if not isinstance(mark, dict):  # a triple names no tokens
            continue
        first, last = mark.get("token_start"), mark.get("token_end")
        if not (isinstance(first, int) and isinstance(last, int)):
            continue
        if not 0 <= first <= last < len(tokens):
            reason = f"span {span.start}-{span.end} names tokens {first} to {last} of {len(tokens)}"
            raise Unusable(reason, "export it again; its tokens and spans belong to two texts")
        start, end = tokens[first]["start"], tokens[last]["end"]
        if (start, end) != (span.start, span.end):
            reason = f"span {span.start}-{span.end} names tokens that stand at {start}-{end}"
            raise Unusable(reason, "correct the offsets or delete the token numbers")


FORMAT = Format("prodigy", "Prodigy JSONL", sniff, read)
