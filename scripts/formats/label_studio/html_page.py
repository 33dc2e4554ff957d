"""The text of an HTML page as a browser's document tree has it, and where a reader sees it.

In: HTML. Out: its text, with a line end where a block begins or ends, and the places in it of offsets
that a tool counted on the document tree: over all of its text, or in a text node that an XPath names.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from scripts.annotation.offset_units import OffsetConverter
from scripts.annotation.text import Unusable

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
TABLES = {"caption", "table", "td", "th", "tr"}
LISTS = {"dd", "dl", "dt", "li", "ol", "ul"}
PARTS = {"article", "aside", "footer", "header", "main", "nav", "section"}
BLOCKS = {"address", "blockquote", "br", "div", "figure", "form", "hr", "p", "pre"}
ENDING_LINES = BLOCKS | HEADINGS | LISTS | PARTS | TABLES
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
HIDDEN = ("script", "style")
SEEN_THROUGH = ("html", "body", "tbody")  # a browser adds them or leaves them out, and XPaths vary
HINT = "export it again, or delete the record"


@dataclass(slots=True)
class Node:
    """A text node: where its text begins in the tree and in ours, and whether a reader sees it."""

    tree: int
    ours: int
    seen: bool
    text: str = ""


class Page(HTMLParser):
    """A page; `text` is what a reader sees of it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.by_path: dict[str, Node] = {}
        self.path = [""]
        self.counts: list[Counter[str]] = [Counter()]
        self.in_text = self.in_head = False
        self.pieces: list[str] = []
        self.tree = self.ours = 0
        try:
            self.feed(html)
            self.close()
        except AssertionError as error:  # what the parser raises for a broken declaration
            raise Unusable(f"its HTML is broken ({error})", HINT) from None
        self.text = "".join(self.pieces)
        self.ends = [node.tree + len(node.text) for node in self.nodes]
        self.starts = [node.tree for node in self.nodes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Go into an element."""
        self.in_text = False
        if tag in ("head", "body"):
            self.in_head = tag == "head"
        if self.in_head or tag in SEEN_THROUGH:
            return
        if tag in ENDING_LINES:
            self.break_line()
        self.counts[-1][tag] += 1
        if tag not in VOID:
            self.path.append(f"{tag}[{self.counts[-1][tag]}]")
            self.counts.append(Counter())

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and those in it that were not closed."""
        self.in_text = False
        if self.in_head:
            self.in_head = tag != "head"
            return
        if tag in ENDING_LINES:
            self.break_line()
        names = [step.partition("[")[0] for step in self.path]
        if tag in names[1:]:
            last = len(names) - 1 - names[::-1].index(tag)
            del self.path[last:], self.counts[last:]

    def handle_comment(self, data: str) -> None:  # noqa: ARG002
        """End a text node at a comment."""
        self.in_text = False

    def handle_data(self, data: str) -> None:
        """Add to the text node that is open, or begin one; what is in the head is no text."""
        if self.in_head:
            return
        if not self.in_text:
            self.counts[-1]["text()"] += 1
            seen = self.path[-1].partition("[")[0] not in HIDDEN
            self.nodes.append(Node(self.tree, self.ours, seen))
            step = f"text()[{self.counts[-1]['text()']}]"
            self.by_path["/".join((*self.path, step))] = self.nodes[-1]
            self.in_text = True
        node = self.nodes[-1]
        node.text += data
        self.tree += len(data)
        if node.seen:
            self.add(data)

    def break_line(self) -> None:
        """End the line, as a block does."""
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.add("\n")

    def add(self, data: str) -> None:
        """Add to what a reader sees."""
        self.pieces.append(data)
        self.ours += len(data)

    def of_offsets(self, start: int, end: int) -> tuple[int, int]:
        """Return the place of a stretch that was counted over the text of the whole tree."""
        first, last = bisect_right(self.starts, start) - 1, bisect_left(self.ends, end)
        if not (0 <= start <= end <= self.tree and first >= 0 and last < len(self.nodes)):
            raise Unusable(
                f"offsets {start}-{end} are beyond the {self.tree} characters of its HTML", HINT
            )
        return placed(self.nodes[first], start), placed(self.nodes[last], end)

    def of_paths(self, start: tuple[str, int], end: tuple[str, int]) -> tuple[int, int]:
        """Return the place of a stretch from and to an offset in a node, in a browser's UTF-16 units."""
        places = [self.of_path(*point) for point in (start, end)]
        return places[0], places[1]

    def of_path(self, path: str, offset: int) -> int:
        """Return the place of an offset in the text node that an XPath names."""
        steps = [step for step in path.split("/") if step.partition("[")[0] not in ("", *SEEN_THROUGH)]
        node = self.by_path.get("/".join(("", *steps)))
        if node is None:
            raise Unusable(f"its HTML has no text at {path[:80]}", HINT)
        return placed(node, node.tree + OffsetConverter(node.text, "utf16").character(offset))


def placed(node: Node, offset: int) -> int:
    """Return where an offset of the tree that lies in a node is in what a reader sees."""
    return node.ours + (offset - node.tree if node.seen else 0)
