"""Rasa's NLU training data: YAML (Rasa 2 and 3), Markdown (Rasa 1) and JSON.

YAML:      nlu: a list of {intent, examples} and of {synonym | regex | lookup, examples}; the examples
           are a text with an example a line after `- `, or a list of {text}
Markdown:  ## intent:greet, and an example a line after `- `
JSON:      {"rasa_nlu_data": {"common_examples": [{"text", "intent",
           "entities": [{"start", "end", "entity"}]}]}}
In an example: [Ada](name), [Ada](name:value), [Ada]{"entity": "name", "role": "sender"}, or a list of
such objects. Synonyms, lookup tables and regular expressions are passed over; roles, groups and values
too.
Source: https://rasa.com/docs/rasa/training-data-format; for version 1 legacy-docs-v1.rasa.com.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import srsly

from scripts.annotation.text import CharSpan, FileFault, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import ReadableSpans, label_of, shown, sound_spans, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, json_inside, parsed
from scripts.formats.shared.lines import lines, whole_text

ENTITY = re.compile(
    r"\[(?P<text>[^\]\[]+)\]"
    r"(?:\((?P<name>[^:()]+)(?::[^()]*)?\)|(?P<object>\{[^{}]*\})|\[(?P<list>\s*\{[^\[\]]*\}\s*)\])"
)
YAML = re.compile(r"^nlu:", re.MULTILINE)
OTHER_YAML = re.compile(r"^(stories|rules|intents|responses|forms|slots):", re.MULTILINE)
VERSION = re.compile(r"^version:\s*[\"']?[23]\.", re.MULTILINE)
SECTION = re.compile(r"##\s*(intent|synonym|regex|lookup):(.*)")
EXAMPLE = re.compile(r"[-*+]\s+(.*)", re.DOTALL)
JSON = "rasa_nlu_data"
Example = tuple[str, str, str]  # place, intent, text with its markup


def sniff(head: Head) -> bool:
    """Say whether a file is training data of Rasa, or another one of its files."""
    if isinstance(head.value, dict):
        return JSON in head.value
    if any(SECTION.fullmatch(line.strip()) for line in head.lines):
        return True
    text = head.text
    if YAML.search(text) and re.search(r"^\s*-\s*(intent|synonym|regex|lookup):", text, re.MULTILINE):
        return True
    return bool(VERSION.search(text) and OTHER_YAML.search(text))


def read(path: Path, options: Options) -> Records:
    """Yield the examples of a file."""
    file = path.as_posix()
    head = Head.of(path)
    if isinstance(head.value, dict):
        for (number,), record in json_inside(path, f"{JSON}.common_examples.item"):
            yield from parsed(file, f"example {number}", record, of_json)
        return
    is_markdown = any(SECTION.fullmatch(line.strip()) for line in head.lines)
    for place, intent, text in in_markdown(path) if is_markdown else in_yaml(path):
        yield from parsed(file, place, {"text": text, "intent": intent}, of_markup)


def of_json(record: dict[str, Any]) -> Fields:
    """Return the fields of an example of the JSON, or raise Unusable."""
    marks = record.get("entities") or []
    if not isinstance(marks, list):
        raise Unusable(f"{shown(marks)} is not a list of entities", "export it again")
    named = [{**m, "label": m.get("entity")} if isinstance(m, dict) else m for m in marks]
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Unusable("the example has no text", "delete it")
    return fields_of(usable_text(text), sound_spans(named), record.get("intent"))


def of_markup(record: dict[str, Any]) -> Fields:
    """Return the fields of an example with its entities in brackets, or raise Unusable."""
    text = ""
    spans: list[CharSpan] = []
    end = 0
    for match in ENTITY.finditer(record["text"]):
        text += record["text"][end : match.start()]
        start = len(text)
        text += match["text"]
        end = match.end()
        labels = [label_of(label, repr(match[0])) for label in labels_of(match)]
        spans += [CharSpan(start, len(text), label) for label in labels]
    text += record["text"][end:]
    if not text.strip():
        raise Unusable("the example has no text", "delete it")
    return fields_of(usable_text(text), ReadableSpans(tuple(spans)), record["intent"])


def labels_of(match: re.Match[str]) -> Iterable[Any]:
    """Return the labels of one entity, or raise Unusable."""
    if match["name"] is not None:
        return [match["name"].strip()]
    try:
        found = json.loads(match["object"] or f"[{match['list']}]")
    except (ValueError, RecursionError):
        reason = f"what follows {match['text']!r} is not valid JSON"
        raise Unusable(reason, 'write it as [text](label) or [text]{"entity": "label"}') from None
    objects = found if isinstance(found, list) else [found]
    return [one.get("entity") if isinstance(one, dict) else None for one in objects]


def fields_of(text: str, found: ReadableSpans, intent: Any) -> Fields:
    """Return the fields of one example: training data, so somebody looked at it."""
    meta = {"intent": intent} if isinstance(intent, str) and intent else {}
    return {"text": text, **found.fields(), "annotated": True, "meta": meta}


def in_markdown(path: Path) -> Iterator[Example]:
    """Yield the examples of Markdown."""
    kind = intent = ""
    for number, line in lines(path):
        if section := SECTION.fullmatch(line.strip()):
            kind, intent = section[1], section[2].strip()
        elif kind == "intent" and (example := EXAMPLE.fullmatch(line.strip())):
            yield f"line {number}", intent, example[1]


def in_yaml(path: Path) -> Iterator[Example]:
    """Yield the examples of YAML. Raises FileFault when it is broken, OtherTask when it has no NLU."""
    file = path.as_posix()
    try:
        found = srsly.yaml_loads(whole_text(path))
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError, IndexError) as error:
        said = " ".join(str(error).split())[:200]
        raise FileFault(file, f"it is not valid YAML ({said})", "correct it there") from None
    sections = found.get("nlu") if isinstance(found, dict) else None
    if not isinstance(sections, list):
        reason = "this is a Rasa file without examples: stories, rules or a domain"
        raise OtherTask(file, reason, "use nlu.yml")
    for at, section in enumerate(sections, start=1):
        if isinstance(section, dict) and isinstance(section.get("intent"), str):
            intent = section["intent"]
            for number, text in enumerate(examples_of(section.get("examples")), start=1):
                yield f"section {at}, example {number}", intent, text


def examples_of(examples: Any) -> Iterator[str]:
    """Yield the examples of one intent: of a text with dashes, or of a list."""
    if isinstance(examples, str):
        found: list[str] = []
        for line in examples.split("\n"):
            if begun := EXAMPLE.fullmatch(line.strip()):
                yield from found
                found = [begun[1]]
            elif found and line.strip():  # an example over several lines
                found = [f"{found[0]}\n{line.strip()}"]
        yield from found
    for example in examples if isinstance(examples, list) else ():
        text = example.get("text") if isinstance(example, dict) else example
        yield text.strip() if isinstance(text, str) else ""


FORMAT = Format("rasa_nlu", "Rasa NLU", sniff, read)
