"""Who answered what about a record of Argilla 2, in each of the ways that its exports write it.

In: a record. Out: its fields, and each user's answers by question.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.fields import LayerValue, as_name, label_of, shown, text_of, whole

LOOKED_AT = 1000  # records
ENOUGH = 50  # records with entities
FLAT = ".responses"
OWN = ("id", "status", "_server_id", "external_id", "metadata", "vectors", "responses", "suggestions")
DRAFT, DISCARDED = "draft", "discarded"
AGAIN = "export the dataset again"
Record = dict[str, Any]


@dataclass(slots=True)
class Answer:
    """One user's answers about a record: values by question."""

    user: str | None
    status: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def discarded(self) -> bool:
        """Say whether the user left the record out."""
        return self.status == DISCARDED

    @property
    def counts(self) -> bool:
        """Say whether the user submitted the answers; where there is no status, nobody keeps drafts."""
        return self.status not in (DRAFT, DISCARDED)


def is_second(record: Mapping[str, Any]) -> bool:
    """Say whether an object is a record of version 2, or of a feedback dataset before it."""
    if isinstance(record.get("fields"), dict):
        return any(isinstance(record.get(key), dict | list) for key in ("responses", "suggestions"))
    return any(is_flat(key, value) for key, value in record.items())


def is_flat(key: str, value: Any) -> bool:
    """Say whether a field of a flat record holds answers."""
    return key.endswith((f"{FLAT}.users", f"{FLAT}.status", ".suggestion.agent")) or has_users(value)


def has_users(value: Any) -> bool:
    """Say whether a value is a list of answers with their users."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and {"user_id", "value", "status"} <= first.keys()


def fields_in(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a record that may be its text."""
    given = record.get("fields")
    if isinstance(given, dict):
        return given
    return {
        key: value
        for key, value in record.items()
        if isinstance(value, str) and key not in OWN and ".suggestion" not in key
    }


def text_in(record: Mapping[str, Any], name: str) -> str:
    """Return the text of a record, or raise Unusable."""
    return text_of(fields_in(record), name)


def by_user(record: Record) -> list[Answer]:
    """Return the answers about a record, one for each user, in the file's order; or raise Unusable."""
    found: dict[tuple[str | None, int], Answer] = {}
    for user, status, question, value in said(record):
        number = 0  # users without a name may have answered one question several times
        while (user, number) in found and question in found[user, number].values:
            number += 1
        answer = found.setdefault((user, number), Answer(user, status))
        answer.values[question] = value
    return list(found.values())


def said(record: Record) -> Iterator[tuple[str | None, str, str, Any]]:
    """Yield (user, status, question, value) of each answer about a record, or raise Unusable."""
    given = record.get("responses")
    if isinstance(given, dict):
        for question, answers in given.items():
            for answer in objects(answers):
                yield *who(answer), question, answer.get("value")
    elif isinstance(given, list):
        for answer in objects(given):
            values = answer.get("values")
            if isinstance(values, dict):
                for question, value in values.items():
                    yield (
                        *who(answer),
                        question,
                        value.get("value") if isinstance(value, dict) else value,
                    )
            elif "question_name" in answer:
                yield *who(answer), str(answer["question_name"]), answer.get("value")
            else:
                yield *who(answer), "", None  # a record may be discarded without an answer
    if not isinstance(record.get("fields"), dict):
        yield from said_flat(record)


def said_flat(record: Record) -> Iterator[tuple[str | None, str, str, Any]]:
    """Yield (user, status, question, value) of each answer in a flat record."""
    for key, value in record.items():
        if key.endswith(FLAT) and isinstance(value, list):
            users, statuses = (
                given if isinstance(given := record.get(f"{key}.{name}"), list) else []
                for name in ("users", "status")
            )
            rows = islice(zip_longest(value, users, statuses), len(value))
            for one, user, status in rows:
                yield as_name(user), as_name(status) or "", key.removesuffix(FLAT), one
        elif has_users(value):
            for answer in objects(value):
                yield *who(answer), key, answer.get("value")


def objects(value: Any) -> list[Record]:
    """Return a list of objects, or raise Unusable."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unusable(f"its responses are {shown(value)}, not a list of objects", AGAIN)
    return value


def who(answer: Record) -> tuple[str | None, str]:
    """Return the user and the status of an answer."""
    return as_name(answer.get("user_id")), as_name(answer.get("status")) or ""


def entities_in(value: Any) -> list[Any] | None:
    """Return a list of entities however it is written, or None where a value is none."""
    if isinstance(value, dict) and isinstance(value.get("start"), list):
        keys = [key for key in value if isinstance(value[key], list)]
        return [dict(zip(keys, row, strict=True)) for row in zip_longest(*(value[key] for key in keys))]
    if isinstance(value, list) and all(is_entity(one) for one in value):
        return value
    return None


def is_entity(value: Any) -> bool:
    """Say whether a value is an entity: an object with its place, or [label, start, end(, score)]."""
    if isinstance(value, dict):
        return "start" in value and "end" in value
    return isinstance(value, list) and len(value) in (3, 4) and not isinstance(value[1], str)


def marks_of(question: str, value: Any) -> list[LayerValue]:
    """Return the entities of an answer, each with its question as layer, or raise Unusable."""
    if value is None:
        return []
    marks = entities_in(value)
    if marks is None:
        raise Unusable(f"the answer {shown(value)} is not a list of entities", AGAIN)
    return [LayerValue(question, mark) for mark in marks]


def span_of(placed: LayerValue) -> CharSpan:
    """Return the span of an entity, or raise Unusable."""
    layer, mark = placed
    if not isinstance(mark, dict):
        mark = dict(zip(("label", "start", "end"), mark, strict=False))
    start, end, mention = whole(mark.get("start")), whole(mark.get("end")), mark.get("text")
    name = label_of(mark.get("label"), (start, end))
    return CharSpan(start, end, name, layer, mention=mention if isinstance(mention, str) else None)


@dataclass(slots=True)
class RecordSummary:
    """What the first records hold.

    fields: that may be the text. quoted: those that entities quote. questions: about spans.
    others: questions about something else; none if a list without anything in it may be spans.
    """

    fields: list[str]
    quoted: list[str]
    questions: list[str]
    others: list[str]


def summary_of(records: Iterable[Record]) -> RecordSummary:
    """Return what the first records hold."""
    fields: Counter[str] = Counter()
    quoted: Counter[str] = Counter()
    spans: dict[str, None] = {}
    others: dict[str, None] = {}
    proved, empty = 0, False
    for record in filter(is_second, islice(records, LOOKED_AT)):
        texts = {key: value for key, value in fields_in(record).items() if isinstance(value, str)}
        fields.update(texts.keys())
        for question, value in [*questions_in(record), *suggested_in(record)]:
            marks = entities_in(value)
            if marks:
                spans[question] = None
                proved += 1
                quoted.update(key for key, text in texts.items() if quotes(text, marks))
            elif marks is None and value is not None:
                others[question] = None
            empty |= marks is not None
        if proved >= ENOUGH:
            break
    best = [key for key, count in quoted.items() if count == max(quoted.values())]
    return RecordSummary(list(fields), best, list(spans), [] if empty else list(others))


def questions_in(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield (question, value) of the answers about a record, as far as they are in order."""
    try:
        for _, _, question, value in said(record):
            yield question, value
    except Unusable:
        return


def suggested_in(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield (question, value) of the suggestions for a record."""
    given = record.get("suggestions")
    for question, one in given.items() if isinstance(given, dict) else ():
        yield question, one.get("value") if isinstance(one, dict) else None
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and "question_name" in one:
            yield str(one["question_name"]), one.get("value")


def quotes(text: str, marks: list[Any]) -> bool:
    """Say whether entities that quote something quote this text, one of them at least."""
    try:
        spans = [span_of(LayerValue("", mark)) for mark in marks]
    except Unusable:
        return False
    return any(text[span.start : span.end] == span.mention for span in spans)
