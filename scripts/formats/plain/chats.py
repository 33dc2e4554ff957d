"""Conversations that hold a text and what a language model is to answer about it, as plain records.

{"messages" or "conversations": [TURN, ...]}   TURN: {"role" or "from": str, "content" or "value": str}
One question: the user gives the text, and the assistant names all entities in it.
Many questions, as UniversalNER's data has them: `Text: ...` first, then for each label
`What describes LABEL in the text?`, answered by a list of mentions as JSON, which may be empty.
Source: https://platform.openai.com/docs/guides/fine-tuning, https://github.com/lm-sys/FastChat,
docs/vicuna_weights_version.md; https://huggingface.co/datasets/Universal-NER/Pile-NER-type.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from scripts.annotation.text import Unusable
from scripts.formats.shared.mentions import is_string_list, literal_value

Record = dict[str, Any]
USERS, ASSISTANTS = ("user", "human"), ("assistant", "gpt", "model")
TEXT = re.compile(r"Text: (?P<text>.+)", re.DOTALL)
QUESTION = re.compile(r"What describes (?P<label>.+) in the text\?\s*", re.DOTALL)


def unpacked(record: Record) -> Record:
    """Return an object whose text and answer are messages as one that has them in fields of its own."""
    messages = record.get("messages", record.get("conversations"))
    if not isinstance(messages, list):
        return record
    said = [turn(message) for message in messages]
    asked = [
        (question, answer)
        for (asker, question), (answerer, answer) in pairwise(said)
        if asker in USERS and answerer in ASSISTANTS
    ]
    if not asked:
        return record
    if any(label_asked(question) for question, _ in asked):
        text = TEXT.fullmatch(str(asked[0][0]))
        return record | {"text": text and text["text"], "entities": list(answered(asked))}
    question, answer = asked[-1]
    return record | {"text": question, "entities": answer}


def label_asked(question: Any) -> str | None:
    """Return the label that a question asks for, or None if it is no such question."""
    match = QUESTION.fullmatch(question.strip()) if isinstance(question, str) else None
    return match["label"].strip() if match else None


def answered(asked: Iterable[tuple[Any, Any]]) -> Iterator[Any]:
    """Yield each mention with the label that was asked for; an answer that is no list as it is."""
    for question, answer in asked:
        if (label := label_asked(question)) is None:
            continue
        try:
            found = literal_value(answer)
        except (Unusable, TypeError):
            found = None
        if is_string_list(found):
            yield from ({"text": mention, "label": label} for mention in found)
        else:
            yield label, answer, "which is not a list of strings"


def turn(message: Any) -> tuple[str, Any]:
    """Return (who, what) of a message."""
    if not isinstance(message, dict):
        return "", None
    return str(message.get("role", message.get("from"))), message.get("content", message.get("value"))
