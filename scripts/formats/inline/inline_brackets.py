"""Texts with their entities in brackets and the label after it, one text a line: [Ada Lee](PERSON) left.

Found only by its name, because links in Markdown look the same. Brackets in brackets are refused, so
that none are left in a text.
"""

import re
from pathlib import Path

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.inline.markup import Marked, read_lines
from scripts.formats.shared.head import Head

ENTITY = re.compile(r"\[([^\[\]]+)\]\(\s*([^()\s](?:[^()]*[^()\s])?)\s*\)")


def sniff(head: Head) -> bool:
    """Say whether the first lines have an entity; other files do too."""
    return ENTITY.search(head.text) is not None


def read(path: Path, options: Options) -> Records:
    """Yield the lines of a file."""
    yield from read_lines(path, parsed)


def parsed(line: str) -> Marked:
    """Return the text of a line and its entities, or raise Unusable where some brackets are left."""
    text = ""
    spans = []
    end = 0
    for match in ENTITY.finditer(line):
        text += line[end : match.start()]
        spans.append(CharSpan(len(text), len(text) + len(match[1]), match[2]))
        text += match[1]
        end = match.end()
    text += line[end:]
    if "](" in text:
        hint = "write [text](LABEL) for each entity, and don't nest them"
        raise Unusable("it has '](' where no entity ends", hint)
    return Marked(text, tuple(spans))


FORMAT = Format("inline_brackets", "[text](LABEL)", sniff, read, None, by_name_only=True)
