"""One record on its way through: from what was read to its fields, and from a Doc to its entities.

In: a record as it was read, and the job. Out: its fields with a text that the pipeline takes, or why it
is rejected; and, once it is annotated, its entities.
"""

import json
from collections.abc import Iterable
from typing import Any, NotRequired

from spacy.tokens import Span
from typing_extensions import TypedDict

from scripts.bulk.job import Fields, Job, Raw, Unusable, is_utf8
from scripts.formats.shared.json_keys import RepeatedKey, decode_json

SCORE = "score"  # the extension attribute of a span in which a pipeline may say how sure it is
DECIMALS = 4
SURROGATE = b"\\u"  # how the escape of half a pair begins


class Entity(TypedDict):
    """An entity of a record: characters, label, what they cover, and how sure the pipeline is."""

    start: int
    end: int
    label: str
    text: str
    score: NotRequired[float]


def fields_of(raw: Raw, job: Job) -> Fields:
    """Return the fields of a record that go into the output. Raises Unusable."""
    if isinstance(raw.content, Unusable):
        raise raw.content
    fields = raw.content if isinstance(raw.content, dict) else parsed(raw.content)
    text = fields.get(job.text)
    if not isinstance(text, str):
        what = "no" if text is None else "no string in"
        raise Unusable(f"there is {what} {job.text!r}")
    if len(text) > job.longest:
        raise Unusable(f"the text has {len(text):,} characters; at most {job.longest:,} are taken")
    if job.entities in fields:
        raise Unusable(f"it has a field {job.entities!r} already; choose another name: --entities")
    return {name: value for name, value in fields.items() if job.keeps(name)}


def parsed(line: bytes) -> Fields:
    """Return the object that a line of JSON is. Raises Unusable."""
    try:
        found = decode_json(line.decode("utf8"))
    except UnicodeDecodeError:
        raise Unusable("it is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise Unusable(f"it is not valid JSON ({error})") from None
    if isinstance(found, RepeatedKey):
        raise Unusable(f"the key {found.key!r} occurs twice in one object, with different values")
    if not isinstance(found, dict):
        raise Unusable("it is no JSON object")
    if SURROGATE in line and not is_utf8(json.dumps(found, ensure_ascii=False)):
        raise Unusable("it has half of a surrogate pair")
    return found


def entities_of(spans: Iterable[Span]) -> list[Entity]:
    """Return the entities that the spans of a Doc are."""
    scored = Span.has_extension(SCORE)
    return [entity_of(span, scored=scored) for span in spans]


def entity_of(span: Span, *, scored: bool) -> Entity:
    """Return the entity that a span is. scored: whether it may have a score."""
    found = Entity(start=span.start_char, end=span.end_char, label=span.label_, text=span.text)
    score: Any = span._.get(SCORE) if scored else None
    if score is not None:
        found["score"] = round(float(score), DECIMALS)
    return found
