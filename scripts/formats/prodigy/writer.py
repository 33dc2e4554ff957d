"""Prodigy's JSONL, as `prodigy db-in` takes it: one task a line.

A text that is annotated as a whole is an accepted task of `ner_manual`, or of `spans_manual` where spans
overlap. A span that is known to be right or wrong, with nothing known of what stands around it, is a
binary task: accepted or rejected. A text that nobody has looked at yet has no answer. The hashes are
left out, for Prodigy computes them. Source: Prodigy's documentation, "Annotation task formats",
https://prodi.gy/docs/api-interfaces.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from scripts.annotation.text import ACCEPT, AnnotatedText, CharSpan
from scripts.formats.shared.tokens import TokenOffsets
from scripts.formats.writer_base import PARTIAL, Losses, Writer, json_lines_writer

REJECT, IGNORE = "reject", "ignore"
BINARY, MANUAL, OVERLAPPING = "ner", "ner_manual", "spans_manual"
UNKNOWN = "text without annotation: written as ignored"


def rows(record: AnnotatedText, losses: Losses) -> Iterator[dict[str, Any]]:
    """Yield the tasks of one text."""
    if record.exhaustive:
        if record.missing:
            losses[PARTIAL] += 1
        yield task(record, record.spans, overlap(record.spans), ACCEPT)
    for spans, answer in ((() if record.exhaustive else record.spans, ACCEPT), (record.wrong, REJECT)):
        for span in spans:
            yield task(record, (span,), BINARY, answer)
    if not (record.exhaustive or record.spans or record.wrong):
        losses[UNKNOWN] += 1
        yield task(record, (), MANUAL, IGNORE)


def overlap(spans: tuple[CharSpan, ...]) -> str:
    """Return the interface in which a text's spans can be annotated: another one where they overlap."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    crossed = any(after.start < before.end for before, after in pairwise(ordered))
    return OVERLAPPING if crossed else MANUAL


def task(
    record: AnnotatedText, spans: tuple[CharSpan, ...], interface: str, answer: str
) -> dict[str, Any]:
    """Return one task."""
    found: dict[str, Any] = {"text": record.text}
    if record.tokens:
        found["tokens"] = tokens(record.text, record.tokens)
    found["spans"] = task_spans(spans, record.tokens or ())
    named = {"id": record.id, "group": record.group}
    found |= {key: value for key, value in named.items() if value is not None}
    found["meta"] = dict(record.meta)
    found |= {"_view_id": interface, "_is_binary": interface == BINARY}
    return found if record.annotated is False else found | {"answer": answer}


def tokens(text: str, places: TokenOffsets) -> list[dict[str, Any]]:
    """Return the tokens of a text as Prodigy has them; `ws` says whether a space follows."""
    starts = [*(start for start, _ in places[1:]), len(text)]
    return [
        {
            "text": text[start:end],
            "start": start,
            "end": end,
            "id": number,
            "ws": text[end : starts[number]] == " ",
        }
        for number, (start, end) in enumerate(places)
    ]


def task_spans(spans: tuple[CharSpan, ...], places: TokenOffsets) -> list[dict[str, Any]]:
    """Return spans with their offsets, and the numbers of their first and last tokens."""
    first = {start: number for number, (start, _) in enumerate(places)}
    last = {end: number for number, (_, end) in enumerate(places)}
    found = []
    for span in spans:
        given: dict[str, Any] = {"start": span.start, "end": span.end}
        if span.start in first and span.end in last:
            given |= {"token_start": first[span.start], "token_end": last[span.end]}
        found.append(given | {"label": span.label})
    return found


WRITER = Writer("prodigy", "Prodigy JSONL", ".jsonl", json_lines_writer(rows))
