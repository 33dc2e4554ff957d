r"""CoNLL-U and CoNLL-U Plus: a word a line in columns named by the format, entities in MISC or a column.

A file of CoNLL-U Plus begins with # global.columns = ID FORM ... ; ten columns without it are CoNLL-U.
A line:  ID \t FORM \t LEMMA \t UPOS \t XPOS \t FEATS \t HEAD \t DEPREL \t DEPS \t MISC
ID:      3 (word) | 3-4 (a token of several words, whose FORM is what is in the text) | 3.1 (empty)
MISC:    KEY=VALUE|KEY=VALUE; SpaceAfter=No; entities as in `conllu_entities`
Above a sentence: # newdoc id = d1, # sent_id = s1, # text = What its tokens make.
A word -DOCSTART- begins a document, as in what was converted from CoNLL-2003.

Sources: https://universaldependencies.org/format.html, https://universaldependencies.org/ext-format.html
"""

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.columns.rows import legible, place_of, text_and_places
from scripts.formats.conllu.entities import EntityColumn, entities_in, entity_column, misc_of
from scripts.formats.shared.blocks import begins_document, blocks, has_two_documents
from scripts.formats.shared.fields import shown, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import RECORD_SHOWN
from scripts.formats.shared.tokens import TokenOffsets

CONLLU = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")
COLUMNS = re.compile(r"#\s*global\.columns\s*=\s*(.+)")
DOCUMENT = re.compile(r"#\s*newdoc(?:\s+id)?\s*(?:=\s*(.+))?$")
ID = re.compile(r"#\s*sent(?:ence)?_id\s*=\s*(\S+)")
NUMBER = re.compile(r"([0-9]{1,9})(?:([-.])([0-9]{1,9}))?")
SNIFFED = 200  # lines
WIDER = "an entity that is part of a token covers the whole token"

Cells = Sequence[str]


class AnnotatedWord(NamedTuple):
    """What an entity is said of: the number of its token, what is said, the number of its line."""

    token: int
    value: str
    line: int


def sniff(head: Head) -> bool:
    """Say whether the columns are named in a comment, or are ten that begin as CoNLL-U has them."""
    first = head.lines[: min(SNIFFED, max(1, len(head.lines) - 1))]
    if any("FORM" in columns for columns in map(columns_of, first)):
        return True
    rows = [line.split("\t") for line in first if line.strip() and not line.startswith("#")]
    return bool(rows) and all(
        len(row) == len(CONLLU) and NUMBER.fullmatch(row[0]) and (row[6].isdigit() or row[6] == "_")
        for row in rows
    )


def columns_of(line: str) -> tuple[str, ...]:
    """Return the names of the columns, in capitals, that a comment gives; () if it gives none."""
    match = COLUMNS.match(line)
    return tuple(match[1].upper().split()) if match else ()


def read(path: Path, options: Options) -> Records:
    """Yield the sentences of a file; where it says which entities it has is found from it first."""
    file = path.as_posix()
    columns = next(filter(None, (columns_of(block[0]) for _, block in islice(blocks(path), 1))), CONLLU)
    if "FORM" not in columns:
        raise FileFault(file, "its global.columns line has no FORM", "call the word column FORM")
    entities = entity_column(path, columns, options)
    group: str | None = None
    several_documents = has_two_documents(path)
    for number, block in blocks(path):
        if begins_document(block[0]):
            group = "" if several_documents else group
            continue
        comments = [line for line in block if line.startswith("#")]
        rows = [(number + n, line) for n, line in enumerate(block) if not line.startswith("#")]
        document = next(filter(None, map(DOCUMENT.match, comments)), None)
        if document:
            group = document[1] and legible(document[1])
        unnamed = (document is not None and group is None) or group == ""
        if not rows:
            group = "" if unnamed else group  # the next sentence names the document
            continue
        place = place_of(rows[0][0], rows[-1][0] - rows[0][0] + 1)
        try:
            text, places, spans, notes = sentence(rows, comments, columns, entities)
        except Unusable as error:
            shown = "\n".join(block)[:RECORD_SHOWN]
            yield Fault(file, place, shown, error.reason, error.hint)
            group = "" if unnamed else group
            continue
        group = text if unnamed else group
        yield AnnotatedText(
            text=text,
            spans=spans,
            file=file,
            place=place,
            id=next((legible(match[1]) for match in map(ID.match, comments) if match), None),
            group=group,
            tokens=places,
            notes=tuple(dict.fromkeys(notes)),
        )


def sentence(
    rows: Sequence[tuple[int, str]], comments: list[str], columns: Cells, entities: EntityColumn
) -> tuple[str, TokenOffsets, tuple[CharSpan, ...], list[str]]:
    """Return text, tokens, spans and notes of one sentence, or raise Unusable."""
    words: list[str] = []  # the tokens, as they stand in the text
    spaces: list[bool] = []
    annotated: list[AnnotatedWord] = []
    covered = 0  # the last word of the token of several words that is open
    said = False  # whether that token itself says what it is part of
    form, misc = columns.index("FORM"), columns.index("MISC") if "MISC" in columns else None
    for number, line in rows:
        cells = cells_of(line, number, len(columns))
        first, mark, last = number_of(cells, columns, number)
        if mark == ".":
            continue
        value = entities.value(cells)
        inside = mark != "-" and 0 < first <= covered
        if not inside:
            if not cells[form].strip():
                raise Unusable(f"line {number} has no word", "fill in its column FORM")
            words.append(cells[form])
            spaces.append(misc is None or misc_of(cells[misc]).get("SpaceAfter") != "No")
            covered, said = (last, value is not None) if mark == "-" else (0, False)
        if (mark != "-" and not (inside and said)) or (mark == "-" and said):
            annotated.append(AnnotatedWord(len(words) - 1, value or "", number))
    if not words:
        raise Unusable("the sentence has no words", "delete it")
    notes: list[str] = []
    text, places = text_and_places(words, comments, notes, spaces if misc is not None else None)
    usable_text(text)
    lines = [f"line {word.line}" for word in annotated]
    spans = entities_in([word.value for word in annotated], entities, notes, lines.__getitem__)
    tokens = [word.token for word in annotated]
    return text, places, as_characters(spans, tokens, places, entities.layer, notes), notes


def cells_of(line: str, number: int, width: int) -> list[str]:
    """Return the columns of a line, or raise Unusable when they are not as many as they should be."""
    cells = line.rstrip("\r").split("\t")
    if len(cells) == 1 and width > 1:
        cells = line.split()
    if len(cells) != width:
        many = "few" if len(cells) < width else "many"
        reason = f"line {number} has too {many} columns: {len(cells)}, not {width}, in {shown(line)}"
        raise Unusable(reason, "give every line the columns of the format, separated by tabs")
    return cells


def number_of(cells: Cells, columns: Cells, number: int) -> tuple[int, str | None, int]:
    """Return the number of a word, or first and last of a range with its hyphen, a stop if empty."""
    if "ID" not in columns:
        return 0, None, 0
    match = NUMBER.fullmatch(cells[columns.index("ID")].strip())
    if not match:
        reason = f"line {number} has no word number: {cells[columns.index('ID')][:40]!r}"
        raise Unusable(reason, "number the words of the sentence from 1")
    return int(match[1]), match[2], int(match[3] or 0)


def as_characters(
    spans: Sequence[tuple[list[tuple[int, int]], str]],
    tokens: Sequence[int],
    places: TokenOffsets,
    layer: str,
    notes: list[str],
) -> tuple[CharSpan, ...]:
    """Return spans of words (their parts, and a label) as spans of characters; adds to the notes.

    tokens: the number of the token that each word belongs to.
    """
    found = []
    for parts, label in spans:
        stretches = []
        for first, last in parts:
            before = first > 0 and tokens[first - 1] == tokens[first]
            after = last + 1 < len(tokens) and tokens[last + 1] == tokens[last]
            if before or after:
                notes.append(WIDER)
            stretches.append((places[tokens[first]][0], places[tokens[last]][1]))
        start, end = min(s for s, _ in stretches), max(e for _, e in stretches)
        pieces = tuple(stretches) if len(stretches) > 1 else ()
        found.append(CharSpan(start, end, label, layer, pieces))
    return tuple(found)


FORMAT = Format("conllu", "CoNLL-U with entities in MISC or a column", sniff, read, None)
