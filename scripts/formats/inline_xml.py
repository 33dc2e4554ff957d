"""Texts with tags around their entities, one text a line.

He met <PERSON>Ada Lee</PERSON>.                    the tag is the label
<ENAMEX TYPE="PERSON">Ada Lee</ENAMEX> left.        as in MUC: an attribute is the label
<START:person> Ada Lee <END> left .                 as in OpenNLP: the spaces inside belong to the tags
&lt; &gt; &amp; &quot; &apos; are read as the characters they stand for. Tags of HTML are text. Nested
tags are overlapping spans. Not a file that is one XML document, nor one with an XML declaration.
Source: the MUC-7 named entity task, https://aclanthology.org/M98-1028; Apache OpenNLP's manual.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from scripts.corpus.text import Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.head import Head
from scripts.formats.inline_markup import Marked, Tag, read_lines, without_tags

ATTRIBUTE = r"""\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*')"""
TAG = re.compile(
    r"<START(?::(?P<kind>[^\s<>]+))?>\s?|\s?<END>"
    rf"|<(?P<close>/?)(?P<name>[A-Za-z_][\w.-]*)(?P<attributes>(?:{ATTRIBUTE})*)\s*>"
)
LABEL = re.compile(r"""\b(?:TYPE|label|category|class)\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
REFERENCE = re.compile("&(?:lt|gt|amp|quot|apos);")
HTML = frozenset(
    [
        *("a", "abbr", "b", "blockquote", "body", "br", "button", "code", "div", "em", "font", "footer"),
        *(
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "head",
            "header",
            "hr",
            "html",
            "i",
            "img",
            "input",
        ),
        *("li", "link", "main", "mark", "meta", "nav", "ol", "option", "p", "pre", "q", "s", "script"),
        *("section", "select", "small", "span", "strong", "style", "sub", "sup", "table", "tbody", "td"),
        *("th", "thead", "title", "tr", "tt", "u", "ul", "video"),
    ]
)
UNNAMED = "default"  # what OpenNLP calls an entity without a type
LOOKED_AT = 200  # lines that show what a file is
SHARE = 0.9  # of the lines with tags in which these must pair up


def sniff(head: Head) -> bool:
    """Say whether tags around a part of a line pair up in nearly all of the lines that have any."""
    if head.text.lstrip()[:1] in ("{", "[") or head.text.lstrip()[:2] in ("<?", "<!"):
        return False
    good = bad = around = 0
    for line in head.lines[:LOOKED_AT]:
        tags = list(tags_in(line))
        if not tags:
            continue
        try:
            pieces, _ = without_tags(line, tags)
        except Unusable:
            bad += 1
            continue
        good += 1
        around += bool("".join(pieces).strip())
    return good > 0 and good >= SHARE * (good + bad) and around == good


def tags_in(line: str) -> Iterator[Tag]:
    """Yield the tags of a line that mark entities."""
    for match in TAG.finditer(line):
        name = match["name"]
        if name is None:
            begins = "<START" in match[0]
            yield Tag(*match.span(), (match["kind"] or UNNAMED) if begins else None)
        elif name.casefold() not in HTML:
            named = LABEL.search(match["attributes"] or "")
            label = None if match["close"] else (named[1] if named else name)
            yield Tag(*match.span(), label, name)


def read(path: Path, options: Options) -> Reading:
    """Yield the lines of a file."""
    yield from read_lines(path, parsed)


def parsed(line: str) -> Marked:
    """Return the text of a line and its entities, or raise Unusable."""
    tags: list[Tag] = []
    plain, end = "", 0
    for tag in tags_in(line):  # references are resolved first, so that the spans are those of the text
        plain += REFERENCE.sub(lambda match: unescape(match[0]), line[end : tag.start])
        tags.append(Tag(len(plain), len(plain) + tag.end - tag.start, tag.label, tag.closes))
        plain += line[tag.start : tag.end]
        end = tag.end
    plain += REFERENCE.sub(lambda match: unescape(match[0]), line[end:])
    pieces, spans = without_tags(plain, tags)
    return "".join(pieces), spans


FORMAT = Format("inline_xml", "inline tags", sniff, read, None)
