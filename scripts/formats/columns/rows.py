"""Rows of a column file: from the lines of a sentence to its annotated text.

In: the lines between two separators, and the layout of the file. Out: tokens, tags, spans; or a fault
that names the line. Rows that are as the layout says take the short way through.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

from scripts.annotation.text import AnnotatedText, Unusable
from scripts.formats.columns.bare_tags import BARE, with_prefixes
from scripts.formats.columns.layout import ColumnLayout
from scripts.formats.columns.table import BAR, SPACE, TAB, cells_of
from scripts.formats.shared.fields import shown, usable_text
from scripts.formats.shared.tags import OUTSIDE, TagSpan, decode_tags, is_tag, meaning
from scripts.formats.shared.tokens import TokenOffsets, as_spans, found_in, rebuilt

ID = re.compile(r"#\s*(?:sent_|sentence_)?id\s*[=:]?\s*(\S+)", re.IGNORECASE)
TEXT = re.compile(r"#\s*text\s*=\s?(.*)")
DOCUMENT = re.compile(r"-DOCSTART-\s*\((.+)\)")
DOCUMENT_ID = re.compile(r"#\s*(?:newdoc\s+id|doc(?:ument)?_?id)\s*[=:]\s*(\S.*?)\s*$", re.IGNORECASE)
COMMENT = re.compile(r"#\s|#[\w.-]+\s*=")
LEFT_OUT = "a row without a token is left out"
NOT_THE_TEXT = "the text in a comment differs from its tokens"

Cells = Sequence[str]
Numbers = Sequence[int]


def place_of(number: int, size: int) -> str:
    """Return where a block is in its file."""
    return f"line {number}" if size == 1 else f"lines {number}-{number + size - 1}"


def document_of(line: str) -> str | None:
    """Return the name that a row with -DOCSTART- gives its document, or None."""
    match = DOCUMENT.search(line)
    return legible(match[1]) if match else None


def document_in(comments: Sequence[str]) -> str | None:
    """Return the name of the document that comments above or in a sentence give, or None."""
    match = next(filter(None, map(DOCUMENT_ID.match, comments)), None)
    return legible(match[1]) if match else None


def legible(name: str) -> str:
    """Return the name of a sentence or a document with `?` for bytes that are not UTF-8."""
    return name.encode("utf8", errors="replace").decode("utf8")


def sentence(
    file: str,
    numbers: Numbers,
    rows: list[str],
    comments: list[str],
    layout: ColumnLayout,
    group: str | None,
) -> AnnotatedText | None:
    """Return one sentence, or None when its rows hold no token; raises Unusable when it can't be read.

    numbers: of the lines that the rows are.
    """
    tokens, tags = tokens_and_tags(rows, numbers, layout)
    found: list[TagSpan] = []
    notes: list[str] = []
    where = partial(line_of, numbers, layout)
    if tags.count("O") != len(tags):
        found, notes = decoded_tags(tags, layout.scheme, where, layout.bare)
    if not all(tokens):
        tokens, found = without_empty(tokens, tags, found, where)
        notes.append(LEFT_OUT)
    if not tokens:
        return None
    text, places = text_and_places(tokens, comments, notes)
    usable_text(text)
    return AnnotatedText(
        text=text,
        spans=as_spans(found, places, layout.layer) if found else (),
        file=file,
        place=place_of(numbers[0], numbers[-1] - numbers[0] + 1),
        id=next((legible(match[1]) for match in map(ID.match, comments) if match), None),
        group=group,
        tokens=places,
        notes=tuple(dict.fromkeys(notes)) if notes else (),
    )


def without_comments(
    numbers: Numbers, block: list[str], layout: ColumnLayout
) -> tuple[list[int], list[str], list[str]]:
    """Return the rows of a block with their numbers, and its comments, wherever they are.

    A token may begin with a number sign too: what can be a row is one.
    """
    kinds = [is_comment(line, layout) for line in block]
    rows = [line for line, is_one in zip(block, kinds, strict=True) if not is_one]
    comments = [line for line, is_one in zip(block, kinds, strict=True) if is_one]
    kept = [number for number, is_one in zip(numbers, kinds, strict=True) if not is_one]
    return kept, rows, comments


def is_comment(line: str, layout: ColumnLayout) -> bool:
    """Say whether a line is a comment: it begins as one and can't be a row."""
    if not COMMENT.match(line):
        return False
    cells = cells_of(line, layout.separator)
    if len(cells) != layout.width or not cells[layout.tag]:
        return True
    try:
        tags = named([cells[layout.tag]], layout.names, True, str)
        meaning(tags[0], layout.scheme)
    except Unusable:
        return True
    return False


def tokens_and_tags(block: list[str], numbers: Numbers, layout: ColumnLayout) -> tuple[Cells, Cells]:
    """Return the tokens and the tags of a sentence, or raise Unusable for a row that is off."""
    separator = layout.separator
    if layout.a_line:
        rows = [item.rsplit(BAR, layout.width - 1) for item in block[0].split(SPACE) if item.strip()]
    else:
        rows = [line.split(separator) for line in block]
    if set(map(len, rows)) != {layout.width}:
        at = numbers if not layout.a_line else [numbers[0]] * len(rows)
        rows = [fixed(row, number, layout) for number, row in zip(at, rows, strict=True)]
    columns = list(zip(*rows, strict=True))
    tokens: Cells = columns[layout.token]
    tags: Cells = columns[layout.tag]
    if separator == SPACE and ("" in tokens or "" in tags or any(TAB in line for line in block)):
        rows = [fixed([line], number, layout) for number, line in zip(numbers, block, strict=True)]
        tokens, tags = [row[layout.token] for row in rows], [row[layout.tag] for row in rows]
    joined = " ".join(tokens)
    if "  " in joined or "\r" in joined or joined[:1] == " " or joined[-1:] == " ":
        tokens = [token.strip(" \r") for token in tokens]
    where = partial(line_of, numbers, layout)
    return tokens, named(tags, layout.names, layout.empty_is_outside, where)


def fixed(row: list[str], number: int, layout: ColumnLayout) -> list[str]:
    """Return a row that doesn't have the columns of its file as one that has, or raise Unusable."""
    if len(row) == layout.width:
        return row
    line = layout.separator.join(row)
    cells = cells_of(line, layout.separator)
    while len(cells) > layout.width and not cells[-1]:
        cells.pop()
    if len(cells) != layout.width and TAB not in line and layout.separator == TAB:
        spaced = cells_of(line, SPACE)
        if len(spaced) == layout.width and is_tag(spaced[layout.tag]):
            return spaced
    if len(cells) != layout.width:
        many = "few" if len(cells) < layout.width else "many"
        columns = f"{len(cells)}, not {layout.width}, in {shown(line)}"
        reason = f"line {number} has too {many} columns: {columns}"
        raise Unusable(reason, "give every line the same number of columns")
    return cells


def named(
    tags: Cells, names: Sequence[str], empty_is_outside: bool, where: Callable[[int], str]
) -> Cells:
    """Return tags with the names of those that are numbers, or raise Unusable for what is none.

    where: says where the tag of a token stands.
    """
    if names:
        called = {str(number): name for number, name in enumerate(names)}
        numbers = [tag.strip(" \r") for tag in tags]
        strange = next((n for n, tag in enumerate(numbers) if tag not in called), None)
        if strange is not None:
            reason = f"{where(strange)} has a tag without a name: {numbers[strange]!r}"
            raise Unusable(reason, "name it in tag_names in configs/convert.cfg")
        return [called[tag] for tag in numbers]
    if not empty_is_outside and "" in tags:
        raise Unusable(f"{where(tags.index(''))} has no tag", "correct the tags of this sentence")
    return tags


def line_of(numbers: Numbers, layout: ColumnLayout, token: int) -> str:
    """Return where a token of a sentence stands."""
    return f"token {token + 1}" if layout.a_line else f"line {numbers[token]}"


def decoded_tags(
    tags: Cells, scheme: str, where: Callable[[int], str], bare: frozenset[str] = frozenset()
) -> tuple[list[TagSpan], list[str]]:
    """Return what `decode_tags` finds; its fault says where the tag stands.

    bare: labels that may stand without a prefix.
    """
    given, notes = tags, []
    if bare and not bare.isdisjoint(tags):
        given = with_prefixes(tags, bare, scheme)
        notes = [BARE] * (given != list(tags))
    try:
        found, fixed = decode_tags(given, scheme)
    except Unusable as error:
        for position, tag in enumerate(given):
            try:
                meaning(tag, scheme)
            except Unusable:
                raise Unusable(f"{where(position)}: {error.reason}", error.hint) from None
        raise
    return found, notes + fixed


def without_empty(
    tokens: Cells, tags: Cells, found: list[TagSpan], where: Callable[[int], str]
) -> tuple[Cells, list[TagSpan]]:
    """Return tokens and spans without rows that hold no token; Unusable if one of them is tagged."""
    kept = [n for n, token in enumerate(tokens) if token]
    for position, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
        if not token and tag.strip(" \r") not in OUTSIDE:
            raise Unusable(f"{where(position)} has no token", "fill in its token column")
    index = {old: new for new, old in enumerate(kept)}
    spans = [(index[first], index[last], label) for first, last, label in found]
    return [tokens[n] for n in kept], spans


def text_and_places(
    tokens: Cells, comments: list[str], notes: list[str], spaces: Sequence[bool] | None = None
) -> tuple[str, TokenOffsets]:
    """Return the text of a sentence and the places of its tokens in it; adds to the notes.

    comments: one of them may give the text. spaces: for each token whether one follows, if known.
    """
    for match in map(TEXT.match, comments):
        if match:
            try:
                places = found_in(match[1], tokens)
            except Unusable:
                notes.append(NOT_THE_TEXT)
                continue
            if not match[1][places[-1][1] :].strip():
                return match[1], places
            notes.append(NOT_THE_TEXT)
    return rebuilt(tokens, spaces)
