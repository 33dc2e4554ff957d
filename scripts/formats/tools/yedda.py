"""YEDDA's files (SUTDAnnotator before): texts with their entities in brackets, one text a line.

[@Ada Lee#Person*] left [@Rome#Location*] .        an entity
[$Ada Lee#Person*] came back .                     recommended by the tool, confirmed by nobody: unknown
The label follows the last # (or ＃) of a bracket. Brackets may be nested, and one that isn't closed on
its line goes on in the next ones, which are then one text. The tool writes `a.txt.ann` next to `a.txt`,
and `a.txt.anns` when the same is exported as columns; both belong to the first.
Source: https://github.com/jiesutd/YEDDA (README; `getWordTagPairs` and `removeRecommendContent` in
YEDDA.py); Yang et al. 2018, https://aclanthology.org/P18-4006.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import shown, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.lines import lines

EDGE = re.compile(r"\[(?P<begin>[@$])|[#＃](?P<label>[^#＃*\[\]\n]+)\*\]")
WHOLE = re.compile(r"\[@[^\[\]\n]+?[#＃][^#＃*\[\]\n]+\*\]")
LONGEST = 200  # lines that one bracket may go on for
RECOMMENDED = "unconfirmed recommended span: its tokens count as unannotated"


def sniff(head: Head) -> bool:
    """Say whether an entity is marked in the file, and it is no JSON that quotes one."""
    begin = head.text.lstrip()[:2]
    json = begin[:1] in ("{", "[") and begin not in ("[@", "[$")
    return not json and bool(WHOLE.search(head.text))


def read(path: Path, options: Options) -> Records:
    """Yield the texts of a file."""
    file = path.as_posix()
    for place, markup in texts(path):
        try:
            text, spans, unknown = parsed(usable_text(markup))
            if not text.strip():
                raise Unusable("the line has no text apart from its brackets", "delete it")
            notes = (RECOMMENDED,) if unknown else ()
            yield AnnotatedText(text, spans, file, place, annotated=True, missing=unknown, notes=notes)
        except Unusable as error:
            yield Fault(file, place, markup[:RECORD_SHOWN], error.reason, error.hint)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file with their places: a line, or several where a bracket goes on."""
    collected: list[str] = []
    first = depth = 0
    for number, line in lines(path):
        if not collected and not line.strip():
            continue
        first = first if collected else number
        collected.append(line)
        depth += sum(1 if edge["begin"] else -1 for edge in EDGE.finditer(line))
        if depth <= 0 or len(collected) == LONGEST:
            yield place_of(first, number), "\n".join(collected)
            collected, depth = [], 0
    if collected:
        yield place_of(first, first + len(collected) - 1), "\n".join(collected)


def place_of(first: int, last: int) -> str:
    """Return what a message calls some lines."""
    return f"line {first}" if first == last else f"lines {first} to {last}"


def parsed(markup: str) -> tuple[str, tuple[CharSpan, ...], tuple[tuple[int, int], ...]]:
    """Return a text without its brackets, its entities, and what of it is unknown; or raise Unusable."""
    pieces: list[str] = []
    opened: list[tuple[str, int]] = []
    spans: list[CharSpan] = []
    unknown: list[tuple[int, int]] = []
    position = end = 0
    for edge in EDGE.finditer(markup):
        pieces.append(markup[end : edge.start()])
        position += edge.start() - end
        end = edge.end()
        if edge["begin"]:
            opened.append((edge["begin"], position))
            continue
        if not opened:
            raise Unusable(
                f"{shown(edge[0])} closes a bracket that was never opened", "write [@ before the entity"
            )
        kind, start = opened.pop()
        if kind == "$":
            unknown.append((start, position))
        else:
            spans.append(CharSpan(start, position, edge["label"].strip()))
    if opened:
        raise Unusable(f"[{opened[-1][0]} is never closed", "write #LABEL*] after the entity")
    pieces.append(markup[end:])
    spans.sort(key=lambda span: (span.start, -span.end))
    return "".join(pieces), tuple(spans), tuple(unknown)


def companions(path: Path) -> Iterator[Path]:
    """Yield the text that a file was made from, and what was exported of it."""
    yield path.with_suffix("")  # a.txt of a.txt.ann
    yield path.with_suffix(".txt")
    yield path.with_suffix(".anns")


FORMAT = Format("yedda", "YEDDA", sniff, read, None, companions=companions)
