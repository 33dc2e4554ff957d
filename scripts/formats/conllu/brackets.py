"""Entities in brackets, as CoNLL-U has them in MISC under Entity: each opens and closes at a word.

    (place-1-Tulsa)           an entity of one word; its fields are named in # global.Entity
    (person-2 ... 2)          it closes with its GRP or eid, or its type where there is neither
    1)3)  (person-4(place-5)  several at one word
    (e5[1/2]-person ... e5[1/2]) (e5[2/2]-person ... e5[2/2])     an entity in two parts

Sources: https://universaldependencies.org/misc.html#entity, https://ufal.mff.cuni.cz/corefud
"""

import re
from collections.abc import Sequence

from scripts.formats.shared.fields import usable_text

TYPE_KEYS, ID_KEYS = ("etype", "entity", "type"), ("eid", "grp", "id")
PART = re.compile(r"(.*)\[([0-9]{1,4})/([0-9]{1,4})\]")
UNTYPED = "an entity without a type is left out"
UNCLOSED = "an entity that continues in the next sentence ends with the sentence in which it begins"
UNOPENED = "the end of an entity that didn't begin in its sentence is left out"

WordSpan = tuple[list[tuple[int, int]], str]  # the parts of an entity in words, and its label
OpenEntity = tuple[str, str, int]  # an entity that is open: what closes it, its label, its first word


def bracketed(values: Sequence[str], fields: Sequence[str], notes: list[str]) -> list[WordSpan]:
    """Return the entities that the brackets of each word open and close; adds to the notes."""
    closed: list[tuple[str, str, int, int]] = []
    stack: list[OpenEntity] = []
    for word, value in enumerate(values):
        before = ""
        for piece in re.findall(r"[()]|[^()]+", value):
            if piece == ")":
                at = opened(stack, before)
                if at is None:
                    notes.append(UNOPENED)
                else:
                    closed.append((*stack.pop(at), word))
                before = ""
            elif piece != "(" and before == "(":
                stack.append((*opening(piece, fields), word))
                before = ""
            else:
                before = piece
    if stack:
        notes.append(UNCLOSED)
    closed.extend((*stack.pop(), len(values) - 1) for _ in range(len(stack)))
    return joined(closed, notes)


def opening(piece: str, fields: Sequence[str]) -> tuple[str, str]:
    """Return (what closes an entity, its label) from what stands after its opening bracket."""
    said = dict(zip(fields, piece.split("-"), strict=False))
    label = next((said[key] for key in TYPE_KEYS if said.get(key)), "")
    name = next((said[key] for key in ID_KEYS if key in said), label)
    return name, usable_text("" if label == "_" else label, "tag")


def opened(stack: Sequence[OpenEntity], name: str) -> int | None:
    """Return the place in the stack of the entity that a closing bracket closes, or None.

    name: what comes before the bracket; nothing closes the one that was opened last.
    """
    if not name:
        return len(stack) - 1 if stack else None
    return next((at for at in reversed(range(len(stack))) if stack[at][0] == name), None)


def joined(closed: Sequence[tuple[str, str, int, int]], notes: list[str]) -> list[WordSpan]:
    """Return entities of which each stretch is given, those in parts joined; adds to the notes."""
    spans: list[WordSpan] = []
    parts: dict[str, list[tuple[int, int]]] = {}
    for name, label, start, end in closed:
        part = PART.fullmatch(name)
        if part:
            stretches = parts.setdefault(part[1], [])
            stretches.append((start, end))
            if len(stretches) > 1:
                continue
        stretches = parts[part[1]] if part else [(start, end)]
        if label:
            spans.append((stretches, label))
        else:
            notes.append(UNTYPED)
    return spans
