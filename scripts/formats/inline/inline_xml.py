"""Texts with tags around their entities, one text a line.

He met <PERSON>Ada Lee</PERSON>.                    the tag is the label
<ENAMEX TYPE="PERSON">Ada Lee</ENAMEX> left.        as in MUC: an attribute is the label
<START:person> Ada Lee <END> left .                 as in OpenNLP: the spaces inside belong to the tags
&lt; &eacute; &#233; and the like are read as the characters they stand for. Nested tags are overlapping
spans. Tags of HTML and empty ones (<pb/>) mark no entity: they are taken out of the text, and counted;
one with TYPE or CATEG is read. What looks like a tag and is none of these is refused, so that no
markup is left in a text. Not a file that is one XML document, nor one with an XML declaration.
Source: the MUC-7 named entity task, https://aclanthology.org/M98-1028; Apache OpenNLP's manual.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from scripts.annotation.text import Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.inline.markup import Marked, Tag, read_lines, without_tags
from scripts.formats.shared.fields import shown
from scripts.formats.shared.head import Head

ATTRIBUTE = r"""\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*')"""
TAG = re.compile(
    r"<START(?::(?P<kind>[^\s<>]+))?>\s?|\s?<END>"
    rf"|<(?P<close>/?)(?P<name>[A-Za-z_][\w.-]*(?::[\w.-]+)?)(?P<attributes>(?:{ATTRIBUTE})*)\s*(?P<empty>/?)>"
)
# What is a tag to a reader, but not to this one, or a part of a document and no text.
LEFT = re.compile(
    r"</?[A-Za-z_][\w.:-]*+(?P<rest>\s[^<>]*+)?/?>|<!--|<!\[CDATA\[|<!DOCTYPE|<\?\w"  # `rest` takes a /
)
LABELS = tuple(
    re.compile(rf"""\b(?:{names})\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
    for names in ("TYPE|label|categ(?:ory)?", "class")
)
HTML_LABEL = re.compile(
    r"""\b(?:TYPE|CATEG(?:ORY)?)\s*=\s*["'][^"']"""
)  # upper case: none of HTML's own
REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
TAKEN_OUT = "tags that mark no entity: removed from the text"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HTML = frozenset(
    [
        *("a", "abbr", "b", "blockquote", "body", "br", "button", "code", "div", "em", "font", "footer"),
        *("form", *HEADINGS, "head", "header", "hr", "html", "i", "img", "input", "li", "link", "main"),
        *("mark", "meta", "nav", "ol", "option", "p", "pre", "q", "s", "script", "section", "select"),
        *("small", "span", "strong", "style", "sub", "sup", "table", "tbody", "td", "th", "thead"),
        *("title", "tr", "tt", "u", "ul", "video"),
    ]
)
BREAKS = frozenset(
    [
        *("blockquote", "br", "div", *HEADINGS, "hr", "li", "p", "pre", "section", "table", "td"),
        *("th", "tr"),
    ]
)
UNNAMED = "default"  # what OpenNLP calls an entity without a type
LOOKED_AT = 200  # lines that show what a file is
SHARE = 0.9  # of the lines with tags in which these must pair up


def sniff(head: Head) -> bool:
    """Say whether tags pair up in nearly all of the lines that have any, not always around all of it."""
    if head.text.lstrip()[:1] in ("{", "[") or head.text.lstrip()[:2] in ("<?", "<!"):
        return False
    good = bad = around = outside = 0
    for line in head.lines[:LOOKED_AT]:
        plain, _ = without_html(line)
        tags = list(tags_in(plain))
        if not tags:
            continue
        try:
            pieces, spans = without_tags(plain, tags)
        except Unusable:
            bad += 1
            continue
        good += 1
        text = "".join(pieces)
        around += bool(text.strip())
        outside += max((span.end - span.start for span in spans), default=0) < len(text.strip())
    return outside > 0 and good >= SHARE * (good + bad) and around == good


def without_html(line: str) -> tuple[str, bool]:
    """Return a line without the tags that mark no entity, and whether it had any.

    Where a tag of HTML ends a line, a line feed is in its place.
    """
    opened: dict[str, list[bool]] = defaultdict(list)  # whether those that are open mark an entity

    def kept(match: re.Match[str]) -> str:
        name = (match["name"] or "").casefold()
        if name not in HTML and not match["empty"]:
            return match[0]
        if match["close"]:
            marks = opened[name].pop() if opened[name] else False
        else:
            marks = bool(HTML_LABEL.search(match["attributes"])) and not match["empty"]
            opened[name].append(marks)
        return match[0] if marks else "\n" if name in BREAKS else ""

    plain = TAG.sub(kept, line)
    return (line, False) if plain == line else (plain.strip("\n"), True)


def tags_in(line: str) -> Iterator[Tag]:
    """Yield the tags of a line that mark entities."""
    for match in TAG.finditer(line):
        name = match["name"]
        if name is None:
            begins = "<START" in match[0]
            yield Tag(*match.span(), (match["kind"] or UNNAMED) if begins else None)
        else:
            named = filter(None, (label.search(match["attributes"] or "") for label in LABELS))
            label = None if match["close"] else next((found[1] for found in named), name)
            yield Tag(*match.span(), label, name)


def read(path: Path, options: Options) -> Records:
    """Yield the lines of a file."""
    yield from read_lines(path, parsed)


def parsed(line: str) -> Marked:
    """Return the text of a line, its entities and what was taken out, or raise Unusable."""
    marked, taken_out = without_html(line)
    tags: list[Tag] = []
    plain, end = "", 0
    for tag in tags_in(marked):  # references are resolved first, so that the spans are those of the text
        plain += resolved(marked[end : tag.start])
        tags.append(Tag(len(plain), len(plain) + tag.end - tag.start, tag.label, tag.closes))
        plain += marked[tag.start : tag.end]
        end = tag.end
    plain += resolved(marked[end:])
    pieces, spans = without_tags(plain, tags)
    return Marked("".join(pieces), spans, (TAKEN_OUT,) if taken_out else ())


def resolved(text: str) -> str:
    """Return what stands between two tags as text. Raises Unusable when there is markup left in it."""
    for left in LEFT.finditer(text):
        if left["rest"] is None or "=" in left["rest"] or not left["rest"].strip(" /"):
            hint = "write <LABEL>…</LABEL> around entities, and &lt; for a < that is text"
            raise Unusable(f"{shown(left[0])} looks like a tag, but not one that can be read", hint)
    return REFERENCE.sub(lambda match: unescape(match[0]), text)


FORMAT = Format("inline_xml", "inline tags", sniff, read, None)
