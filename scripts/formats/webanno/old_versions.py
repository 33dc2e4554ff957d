"""WebAnno's TSV of the first versions: sentences with their texts, a token a line, spans as B- and I-.

TSV 2:   # <type> | <feature> | ... # <relation> | <feature> | AttachTo=<type>
         #id=1
         #text=<sentence>
         1-2 [tab] word [tab] value [tab] ...
TSV 1:   #id=1
         #text=<sentence>
         2 [tab] word [tab] lemma [tab] POS [tab] value [tab] head [tab] function [tab] _ [tab] _
value:   O or _ nothing; B-A and I-A an annotation of several tokens (B_A in TSV 1); A one of one token;
         A|B two annotations, the first going on with the first of the line before. O-_ keeps a place
         empty, and the name of the type with a _ behind it stands for an annotation without label.
The text is that of the #text lines, in which the tokens are found, or otherwise the tokens with spaces.
Source: https://github.com/inception-project/inception, WebannoTsv1Reader, WebannoTsv2Reader and -Writer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from scripts.annotation.text import Unusable
from scripts.formats.shared.head import Head
from scripts.formats.shared.tags import BEGINS
from scripts.formats.shared.tokens import found_in
from scripts.formats.uima.layers import LabelFeature, label_features
from scripts.formats.webanno.document import WebAnnoDocument, blocks
from scripts.formats.webanno.token_rows import HINT, LayerLabel, TokenRow

HEADER = re.compile(r"\s*#\s*[\w$]+(?:\.[\w$]+)+(?:\s*\|\s*[\w=.$]+)*\s*(?:#|$)")
ROW_2 = re.compile(r"\d+-\d+\t")
ROW_1 = re.compile(r"\d+\t[^\t]+\t(?:[^\t]*\t){6,}[^\t]*$")
ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
ENTITY_COLUMN = 4  # of TSV 1
BEGIN, INSIDE = ("B-", "B_"), ("I-", "I_")
NOTHING = ("", "_", "O", "-")
HELD = ("O-_", "B-_", "I-_")  # a place in a stack without an annotation
REBUILT = "a sentence whose text doesn't contain its tokens is rebuilt from them, with single spaces"


def sniff(head: Head) -> bool:
    """Say whether a file begins with a sentence's number and text, and tokens as TSV 1 or 2 has them."""
    rest = [line for line in head.lines[:20] if line.strip()]
    two = bool(rest and HEADER.match(rest[0]) and "#id=" not in rest[0])
    while rest and HEADER.match(rest[0]) and not rest[0].startswith("#id="):
        rest = rest[1:]
    if len(rest) < 3 or not (rest[0].startswith("#id=") and rest[1].startswith("#text=")):
        return False
    row = next((line for line in rest[2:] if ROW_2.match(line) or ROW_1.match(line)), "")
    return bool(ROW_2.match(row) if two else ROW_1.match(row) or ROW_2.match(row))


@dataclass(slots=True)
class LayerColumns:
    """The columns that are read, and the annotations that may go on: their numbers, by their place.

    separators: what stands between the B or I of a value and its label.
    """

    chosen: list[tuple[int, str, LabelFeature]]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    open: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)

    def marks(self, cells: list[str], at: int, document: WebAnnoDocument) -> Iterator[LayerLabel]:
        """Yield what is annotated on the token of a line."""
        for index, type_name, read_as in self.chosen:
            if len(cells) <= index:
                reason = f"line {at} has {len(cells)} columns, but its header names {index + 1} or more"
                raise Unusable(reason, HINT)
            values = cells[index].split("|")
            for place, value in enumerate(values):
                mark = self.mark(place, value.strip(), type_name, read_as, document)
                if mark:
                    yield mark
            for key in [key for key in self.open if key[0] == read_as.layer and key[1] >= len(values)]:
                del self.open[key]

    def mark(
        self,
        place: int,
        value: str,
        type_name: str,
        read_as: LabelFeature,
        document: WebAnnoDocument,
    ) -> LayerLabel | None:
        """Return the annotation that is at a place of a stack, or None."""
        key = (read_as.layer, place)
        if value in NOTHING or value in HELD:
            self.open.pop(key, None)
            return None
        begins, goes_on = value.startswith(BEGIN), value.startswith(INSIDE)
        label = value[2:] if begins or goes_on else value
        label = document.labelled("" if label.startswith(f"{type_name}_") else label, read_as.name)
        if goes_on and key in self.open:
            number, begun = self.open[key]
            return read_as.layer, begun, number
        self.open.pop(key, None)
        if not (begins or goes_on):
            return read_as.layer, label, None
        if goes_on:
            document.notes[BEGINS] = None
        self.open[key] = next(self.numbers), label
        return read_as.layer, label, self.open[key][0]


def sentences(
    path: Path, document: WebAnnoDocument, wanted: str
) -> Iterator[tuple[str, list[TokenRow]]]:
    """Yield the sentences of a TSV 1 or 2 file: their texts and their tokens."""
    declared = ""
    columns = LayerColumns(
        [
            (ENTITY_COLUMN, ENTITY, read_as)
            for read_as in label_features({ENTITY: ["value"]}, wanted)[ENTITY]
        ]
    )
    for block in blocks(path):
        text: str | None = None
        rows: list[TokenRow] = []
        for at, line in block:
            if line.startswith("#text="):
                text = line.removeprefix("#text=")
            elif ROW_2.match(line) or (not declared and ROW_1.match(line)):
                cells = line.split("\t")
                marks = list(columns.marks(cells, at, document))
                rows.append(TokenRow(cells[1], None, None, at, marks=marks))
            elif text is None and HEADER.match(line):
                declared += line
                columns = LayerColumns(chosen_columns(declared, wanted))
            elif not line.startswith("#") and text is not None and not rows:
                text += f"\n{line}"  # a sentence with a line end inside
            elif not line.startswith("#id="):
                raise Unusable(f"line {at} is neither a comment nor a token: {line[:60]!r}", HINT)
        if rows:
            yield sentence(text, rows, document)


def sentence(
    text: str | None, rows: list[TokenRow], document: WebAnnoDocument
) -> tuple[str, list[TokenRow]]:
    """Return a sentence with its text, which is rebuilt if its tokens aren't in it."""
    words = [row.word for row in rows]
    if text is not None:
        try:
            found_in(text, words)
        except Unusable:
            document.notes[REBUILT] = None
        else:
            return text, rows
    return " ".join(words), rows


def chosen_columns(declared: str, wanted: str) -> list[tuple[int, str, LabelFeature]]:
    """Return the columns that are read, as (number, type, feature), of a header of TSV 2."""
    columns: dict[tuple[str, str], int] = {}
    types: dict[str, list[str]] = {}
    number = 2  # behind the number of the token and the token
    for layer in declared.split("#"):
        name, *features = (part.strip() for part in layer.split("|"))
        if not name:
            continue
        for feature in features:
            columns[name, feature] = number
            number += 1
        if features and not any(feature.startswith("AttachTo=") for feature in features):
            types[name] = features
    found = label_features(types, wanted, every=True)
    return [
        (columns[name, read_as.feature or types[name][0]], name, read_as)
        for name, several in found.items()
        for read_as in several
    ]
