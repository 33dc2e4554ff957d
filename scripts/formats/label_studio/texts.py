"""What a Label Studio task's regions are counted on: a plain text, an HTML page or a dialogue.

In: a value of a task's data, and the `value` of a region. Out: the text, and where the region is in
it, in characters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from scripts.annotation.offset_units import OffsetConverter, same_mention
from scripts.annotation.text import Offsets, Unusable
from scripts.formats.label_studio.html_page import Page
from scripts.formats.shared.addresses import is_address, names_text_file, text_at
from scripts.formats.shared.fields import number, usable_text, whole

Value = dict[str, Any]
HINT = "export the project again as JSON"
TEXT_KEY = "text"  # of a paragraph, unless the labeling interface says otherwise
PARAGRAPHS = "\n"  # between the paragraphs of a dialogue


class RegionText(Protocol):
    """A text, and where a region is in it."""

    @property
    def text(self) -> str:
        """The text."""

    def offsets(self, value: Value) -> Offsets:
        """Return where the region begins and ends; raises Unusable when it names no place."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text as it is in the task."""

    text: str

    def offsets(self, value: Value) -> Offsets:
        """Return the offsets of a region as the file has them."""
        return offset(value.get("start")), offset(value.get("end"))


class HtmlText:
    """A page, whose regions name text nodes, and since version 1.0 offsets over the whole page too."""

    def __init__(self, html: str) -> None:
        self.page = Page(html)
        self.text = self.page.text

    def offsets(self, value: Value) -> Offsets:
        """Return where a region is in the text that one sees: by the way that gives what it quotes.

        The tool goes by the nodes first, too, and by the offsets over the page where it finds none.
        """
        ways = [self.by_nodes, self.by_page] if "globalOffsets" in value else [self.by_nodes]
        found: list[Offsets] = []
        broken: list[Unusable] = []
        for way in ways:
            try:
                found.append(way(value))
            except Unusable as error:
                broken.append(error)
        quoted = quote_of(value)
        fitting = [area for area in found if quoted and same_mention(quoted, self.text[slice(*area)])]
        if not found:
            raise broken[0]
        return (fitting or found)[0]

    def by_nodes(self, value: Value) -> Offsets:
        """Return where a region stands by its text nodes and the offsets in them."""
        start, end = str(value.get("start")), str(value.get("end"))
        first, last = offset(value.get("startOffset")), offset(value.get("endOffset"))
        return self.page.of_paths((start, first), (end, last))

    def by_page(self, value: Value) -> Offsets:
        """Return where a region stands by its offsets over the page."""
        counted = value["globalOffsets"]
        counted = counted if isinstance(counted, dict) else {}
        return self.page.of_offsets(offset(counted.get("start")), offset(counted.get("end")))


class DialogueText:
    """Paragraphs, joined by line ends; a region begins and ends in a paragraph, in UTF-16 units."""

    def __init__(self, paragraphs: list[str]) -> None:
        self.paragraphs = paragraphs
        self.text = PARAGRAPHS.join(paragraphs)

    @cached_property
    def starts(self) -> list[int]:
        """Where each paragraph begins in the text."""
        return [0, *accumulate(len(one) + len(PARAGRAPHS) for one in self.paragraphs)]

    def offsets(self, value: Value) -> Offsets:
        """Return where a region is in the joined text."""
        return (
            self.place(value.get("start"), value.get("startOffset")),
            self.place(value.get("end"), value.get("endOffset")),
        )

    def place(self, paragraph: Any, inside: Any) -> int:
        """Return the place of an offset in a paragraph, which has a number from 0."""
        index = offset(paragraph)
        if not 0 <= index < len(self.paragraphs):
            reason = f"paragraph {index} does not exist: the dialogue has {len(self.paragraphs)}"
            raise Unusable(reason, HINT)
        return self.starts[index] + OffsetConverter(self.paragraphs[index], "utf16").character(
            offset(inside)
        )


def offset(value: Any) -> int:
    """Return an offset, which may be written as digits; or raise Unusable."""
    return number(value) if isinstance(value, str) else whole(value)


def is_dialogue(value: Any) -> bool:
    """Say whether a value of a task's data is a list of paragraphs."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and any(isinstance(v, str) for v in one.values()) for one in value)
    )


def is_hyper(value: Value) -> bool:
    """Say whether a region is one of an HTML page."""
    start = value.get("start")
    return "globalOffsets" in value or (isinstance(start, str) and start.startswith("/"))


def region_text(given: Any, values: Iterable[Value], hyper: bool, folder: Path | None) -> RegionText:
    """Return what is in a task's data, ready for its regions; or raise Unusable.

    values: the regions' values. hyper: whether the field holds HTML where no region tells.
    folder: where a file is looked for that the task names instead of a text; None for nowhere.
    """
    values = list(values)
    if is_dialogue(given):
        return DialogueText(paragraphs_of(given, values))
    if not isinstance(given, str) or not given.strip():
        raise Unusable("the task has no text", "add the text, or delete the task")
    text = usable_text(given)
    if folder and is_address(text) and stands_for_file(text, values):
        text = text_at(folder, text)
    if any(map(is_hyper, values)) or (hyper and not values):
        page = HtmlText(text)
        usable_text(page.text)
        if not page.text.strip():
            raise Unusable("the task's HTML has no text", "add the text, or delete the task")
        return page
    return PlainText(text)


def stands_for_file(address: str, values: list[Value]) -> bool:
    """Say whether an address is where the text is, and not the text itself."""
    quoted = [value for value in values if quote_of(value)]
    if quoted:
        return not all(quotes(PlainText(address), value) for value in quoted)
    return names_text_file(address) or bool(values)


def paragraphs_of(given: list[dict[str, Any]], values: list[Value]) -> list[str]:
    """Return the texts of paragraphs: of the key `text`, else of the one that the regions quote."""
    keys = dict.fromkeys(key for one in given for key, value in one.items() if isinstance(value, str))
    texts = {key: [str(one.get(key) or "") for one in given] for key in keys}
    quoted = [value for value in values if quote_of(value)]
    fitting = [key for key in keys if all(quotes(DialogueText(texts[key]), value) for value in quoted)]
    if TEXT_KEY in keys:
        fitting = [TEXT_KEY]
    if len(fitting) != 1:
        listed = ", ".join(keys)
        raise Unusable(
            f"its paragraphs have {listed}, and it isn't clear which is the text",
            "rename the field with the text to `text`",
        )
    found = [usable_text(text) for text in texts[fitting[0]]]
    if not any(text.strip() for text in found):
        raise Unusable("the task has no text", "add the text, or delete the task")
    return found


def quote_of(value: Value) -> str | None:
    """Return the text that a region quotes, with its line ends; None where it quotes none."""
    quoted = value.get("text")
    return quoted.replace("\\n", "\n") if isinstance(quoted, str) and quoted else None


def quotes(source: RegionText, value: Value) -> bool:
    """Say whether a region quotes what is at its place, in characters or in UTF-16 units."""
    quoted = quote_of(value)
    if quoted is None:
        return False
    try:
        start, end = source.offsets(value)
        if 0 <= start < end and same_mention(quoted, source.text[start:end]):
            return True
        units = OffsetConverter(source.text, "utf16")
        return same_mention(quoted, source.text[units.character(start) : units.character(end)])
    except Unusable:
        return False
