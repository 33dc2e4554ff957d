"""LightTag's JSON download: one object with the examples of a job, and the schema next to them.

{"id", "name", "examples": [EXAMPLE], "schema": {"tags": [...]}, "dataset": {...}, "relations": [...]}
{"annotations_and_examples": [EXAMPLE], "relations": {}}                                 until 2020
[EXAMPLE]                                              as people pass it on, often with no more than
                                                       the content and start, end and tag of each mark
EXAMPLE: {"example_id", "content": str, "metadata": {...}, "seen_by": [WHO], "annotations": [MARK],
          "classifications": [...]}
MARK: {"start", "end", "tag", "tag_id", "value": str, "correct": bool or null, "reviewed": bool,
       "annotated_by": [WHO]}
WHO: {"annotator_id": int, "annotator": str, "timestamp": str}
A mark that several made stands there once, with all their names. Each annotator's version of an example
is a record, of those too who saw it and marked nothing; an example whose marks have all been reviewed is
one record, by the reviewer's word. A mark that a review found incorrect is known to be wrong.
Source: https://guide.lighttag.io (Example, Schema), and downloads in public repositories.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import as_name, shown, sound_spans, span_of, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, holds, json_inside, parsed

EXAMPLES = ("examples", "annotations_and_examples")
REVIEWER = "review"
AGAIN = "download the job again"
Who = str | None


def sniff(head: Head) -> bool:
    """Say whether a file begins like a job's download, a list of them, or a list of its examples."""
    return any(examples_in(record) or is_example(record) for record in head.records)


def examples_in(record: dict[str, Any]) -> list[Any]:
    """Return the examples of a download if it is one."""
    given: list[Any] = next((record[key] for key in EXAMPLES if isinstance(record.get(key), list)), [])
    return given if any(map(is_example, given)) else []


def is_example(value: Any) -> bool:
    """Say whether a value is an example as LightTag has them."""
    if not isinstance(value, dict) or "content" not in value:
        return False
    marks = value.get("annotations")
    if "example_id" in value and ("annotations" in value or "seen_by" in value):
        return True
    return isinstance(marks, list) and ("classifications" in value or any(map(is_mark, marks)))


def is_mark(value: Any) -> bool:
    """Say whether a value is a mark: its label is called `tag` nowhere else next to these offsets."""
    return isinstance(value, dict) and {"start", "end", "tag"} <= value.keys()


def read(path: Path, options: Options) -> Records:
    """Yield the examples of a download, once for each annotator."""
    head = Head.of(path)
    known = [example for record in head.records for example in examples_in(record) or [record]]
    if known and all(is_classified(example) for example in known):
        hint = "download a job whose schema has tags"
        raise OtherTask(path.as_posix(), "this is a LightTag job of text classification", hint)
    for numbers, example in json_inside(path, where_examples_are(head)):
        place = "record " + " of job ".join(str(number) for number in reversed(numbers))
        yield from parsed(path.as_posix(), place, example, versions)


def where_examples_are(head: Head) -> str:
    """Return the way to the examples in a download, in each of several, or in a list of examples."""
    if any(is_example(record) for record in head.records):
        return "item"
    key = next((key for key in reversed(EXAMPLES) if holds(head.path, key)), None)
    if key is None:
        return "item"  # so that each record is read, or rejected with the reason
    several = isinstance(head.value, list) or len(head.rows) > 1
    return f"item.{key}.item" if several else f"{key}.item"


def is_classified(example: Any) -> bool:
    """Say whether an example has classes and no marks."""
    if not isinstance(example, dict):
        return False
    return bool(example.get("classifications")) and not example.get("annotations")


def versions(example: dict[str, Any]) -> Iterator[Fields]:
    """Yield the fields of each annotator's version of an example, or raise Unusable."""
    marks = listed(example, "annotations")
    metadata = example.get("metadata")
    about: Fields = {
        "text": text_of(example, "content"),
        "id": as_name(example.get("example_id")),
        "meta": metadata if isinstance(metadata, dict) else {},
    }
    seen = names_of(listed(example, "seen_by"))
    if marks and all(isinstance(mark.get("correct"), bool) for mark in marks):
        people: list[Who] = [REVIEWER]
    else:
        makers = [name for mark in marks for name in names_of(listed(mark, "annotated_by"))]
        people = list(dict.fromkeys([*seen, *makers])) or [None]
    annotated = True if marks or seen else False if "seen_by" in example else None
    for who in people:
        own = [
            mark
            for mark in marks
            if who in (None, REVIEWER) or is_wrong(mark) or who in makers_of(mark, people)
        ]
        found = sound_spans(own, span_of_mark)
        judged = list(zip(found.spans, map(is_wrong, found.marks), strict=True))
        yield about | {
            "spans": tuple(span for span, wrong in judged if not wrong),
            "wrong": tuple(span for span, wrong in judged if wrong),
            "unread": found.unread,
            "annotator": who,
            "annotated": annotated,
            "part": f"annotator {who}" if len(people) > 1 else None,
        }


def is_wrong(mark: dict[str, Any]) -> bool:
    """Say whether a review found a mark incorrect."""
    return mark.get("correct") is False


def listed(value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return a list of objects, empty where there is none; or raise Unusable."""
    given = value.get(key) or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Unusable(f"its {key} are {shown(given)}, not a list of objects", AGAIN)
    return given


def names_of(people: list[dict[str, Any]]) -> list[str]:
    """Return the names of annotators, their numbers where they have none."""
    names = [as_name(one.get("annotator") or one.get("annotator_id")) for one in people]
    return [name for name in names if name]


def makers_of(mark: dict[str, Any], people: list[Who]) -> list[Who]:
    """Return who made a mark; everybody where it doesn't say."""
    return list(names_of(listed(mark, "annotated_by"))) or people


def span_of_mark(mark: dict[str, Any]) -> CharSpan:
    """Return the span of a mark, or raise Unusable."""
    return span_of(
        {
            "start": mark.get("start"),
            "end": mark.get("end"),
            "label": mark.get("tag"),
            "text": mark.get("value"),
        }
    )


FORMAT = Format("lighttag", "LightTag JSON", sniff, read)
