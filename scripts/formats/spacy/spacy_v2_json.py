"""spaCy v2's training JSON, as `spacy convert` of version 2 and `docs_to_json` write it.

[{"id": int, "paragraphs": [{"raw": str, "sentences": [{"tokens": [
    {"id": int, "orth": str, "space": "" or " ", "ner": BILUO tag or "-" for unknown, ...}]}],
    "entities": [[start, end, label]], "cats": [...]}]}]
A paragraph is a record. Its text is `raw` where it has one in which its tokens are found (as they are,
or with the quotes and brackets that the Penn Treebank writes otherwise), else it is rebuilt from the
tokens. Tags come before `entities`, which newer files repeat after them.
Source: https://v2.spacy.io/api/annotation#json-input, spacy/training/gold_io.pyx.
"""

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.columns.rows import decoded_tags
from scripts.formats.shared.fields import shown, sound_spans, text_of
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import holds, json_inside, parsed
from scripts.formats.shared.tags import BILUO, OUT
from scripts.formats.shared.tokens import TokenOffsets, as_spans, found_in, rebuilt

UNKNOWN = {"-", "", None}
TREEBANK = {"``": '"', "''": '"', "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]"} | {
    "-LCB-": "{",
    "-RCB-": "}",
}
REBUILT = "the raw text differs from the tokens: the text is rebuilt from the tokens"

Fields = dict[str, Any]


def sniff(head: Head) -> bool:
    """Say whether the first object has paragraphs of sentences of tokens, or of raw texts."""
    documents = head.value if isinstance(head.value, list) else [head.value]
    first = documents[0] if documents else None
    found = first.get("paragraphs") if isinstance(first, dict) else None
    return isinstance(found, list) and any(is_paragraph(paragraph) for paragraph in found[:1])


def is_paragraph(value: Any) -> bool:
    """Say whether a value is a paragraph of this format."""
    if not isinstance(value, dict):
        return False
    sentences = value.get("sentences")
    if isinstance(sentences, list) and sentences and isinstance(sentences[0], dict):
        return "tokens" in sentences[0]
    return "raw" in value and ("sentences" in value or "entities" in value or "cats" in value)


def read(path: Path, options: Options) -> Records:
    """Yield the paragraphs of a file, which is read as a stream; they are grouped by their document."""
    grouped = holds(path, "paragraphs", times=2)  # one document that is all is a group of no use
    for (document, paragraph), value in json_inside(path, "item.paragraphs.item"):
        record = {"paragraph": value, "group": f"document {document}" if grouped else None}
        place = f"document {document}, paragraph {paragraph}"
        yield from parsed(path.as_posix(), place, record, parse)


def parse(record: Fields) -> Fields:
    """Return the fields of one paragraph, or raise Unusable."""
    paragraph = record["paragraph"]
    if not isinstance(paragraph, dict):
        raise Unusable(f"{shown(paragraph)} is not a paragraph", "write the file again")
    sentences = [tokens_of(sentence) for sentence in listed(paragraph, "sentences")]
    tokens = [token for sentence in sentences for token in sentence]
    tags: list[Any] = [token.get("ner") for token in tokens]
    kinds = kinds_of(tags)
    text, places, notes = located(paragraph, tokens)
    found: Fields = {"text": text, "group": record["group"], "tokens": places or None, "notes": notes}
    if kinds <= UNKNOWN:
        given = paragraph.get("entities")
        marks = sound_spans(given)
        whole = bool(marks.spans) or (given is not None and not tokens)
        return found | marks.fields() | {"exhaustive": whole, "annotated": True if whole else None}
    missing: TokenOffsets = ()
    if kinds & UNKNOWN:
        missing = tuple(place for place, tag in zip(places, tags, strict=True) if tag in UNKNOWN)
        tags = [OUT if tag in UNKNOWN else tag for tag in tags]
    spans: list[CharSpan] = []
    first = 0
    for sentence in sentences:
        last = first + len(sentence)
        pieces, fixed = decoded_tags(tags[first:last], BILUO, partial(token_shown, tokens, first))
        spans += as_spans(pieces, places[first:last])
        notes += tuple(fixed)
        first = last
    return found | {"spans": tuple(spans), "missing": missing, "notes": notes, "annotated": True}


def kinds_of(tags: list[Any]) -> set[str | None]:
    """Return the different tags, None for those that are missing, or raise Unusable for what is none."""
    with suppress(TypeError):  # a list
        kinds = set(tags)
        if all(isinstance(tag, str | None) for tag in kinds):
            return kinds
    strange = next(n for n, tag in enumerate(tags) if not isinstance(tag, str | None))
    reason = f"token {strange + 1} has the tag {shown(tags[strange])}, which is not a string"
    raise Unusable(reason, "write the file again")


def token_shown(tokens: list[Fields], first: int, number: int) -> str:
    """Return which token a message is about; first: the number of the first one of its sentence."""
    return f"token {first + number + 1}, {shown(tokens[first + number]['orth'])}"


def listed(record: Any, key: str) -> list[Any]:
    """Return a list in a record, an empty one where it is missing, or raise Unusable."""
    value = record.get(key) if isinstance(record, dict) else record
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unusable(f"its {key} are {shown(value)}, not a list", "write the file again")
    return value


def tokens_of(sentence: Any) -> list[Fields]:
    """Return the tokens of a sentence, or raise Unusable when one has no text."""
    tokens = listed(sentence, "tokens")
    with suppress(TypeError, KeyError):
        if {type(token["orth"]) for token in tokens} <= {str}:
            return tokens
    for token in tokens:
        if not isinstance(token, dict) or not isinstance(token.get("orth"), str):
            raise Unusable(f"token {shown(token)} has no `orth`", "write the file again")
    return tokens


def located(paragraph: Fields, tokens: list[Fields]) -> tuple[str, TokenOffsets, tuple[str, ...]]:
    """Return the text of a paragraph, the places of its tokens in it, and what was fixed."""
    words = [token["orth"] for token in tokens]
    raw = paragraph.get("raw")
    if not isinstance(raw, str):
        return *joined(tokens, words), ()
    text = text_of(paragraph, "raw")
    for spelled in (words, [TREEBANK.get(word, word) for word in words]):
        try:
            return text, found_in(text, spelled), ()
        except Unusable:
            continue
    return *joined(tokens, words), (REBUILT,)


def joined(tokens: list[Fields], words: list[str]) -> tuple[str, TokenOffsets]:
    """Return the text of tokens and their places in it, with their spaces where all are known."""
    spaces = [token.get("space") for token in tokens]
    known = None if None in spaces else [bool(space) for space in spaces]
    text, places = rebuilt(words, known)
    return text_of({"text": text}), places


FORMAT = Format("spacy_v2_json", "spaCy v2 training JSON", sniff, read)
