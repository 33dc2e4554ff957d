r"""Entities of CoNLL-U: where a file says which there are, and what it says.

In: the columns of words. Out: spans of words (their parts, first and last included, and a label).

    NER=B-PER, name=B-PER, ner=S-PER, B-PER   tags, in MISC or in a column of CoNLL-U Plus (NE, NER:X)
    NE=P_1-ps_2                               NameTag: a word's entities, outer first, as type and number
    Entity=(1-person(2-place)1)               brackets; # global.Entity = GRP-etype names their fields

Sources: https://universaldependencies.org/misc.html, https://ufal.mff.cuni.cz/nametag/2/formats
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.annotation.text import FileFault, OtherTask
from scripts.formats.base import Options, chosen
from scripts.formats.columns.rows import decoded_tags
from scripts.formats.conllu.brackets import TYPE_KEYS, WordSpan, bracketed
from scripts.formats.shared.blocks import blocks
from scripts.formats.shared.fields import usable_text
from scripts.formats.shared.tags import OUTSIDE, TagSummary, is_entity_tag

SAMPLE = 20_000  # lines that are looked at, if there is an entity among them
MOST = 0.6  # of the values under a key must be tags
NAMES = {"NE", "NER", "NES", "ENTITY", "ENTITIES", "NAMEDENTITY", "NAME"}  # of keys and columns
NOT_ONE = {"MULTI_NER"}  # tags of several models at once
TAGS, NUMBERED, BRACKETS = "tags", "numbered", "brackets"
NAMETAG = re.compile(r"[^\s_-]+_[0-9]+(?:-[^\s_-]+_[0-9]+)*")
BRACKET_KEYS = re.compile(r"#\s*global\.Entity\s*=\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EntityColumn:
    """Where a file says what its entities are.

    kind: how it does. column: where. key: under which key in MISC; None if the column says nothing else.
    layer: what the user calls it, if it was chosen. scheme: of tags; bare: labels
    that have no prefix as well. fields: of brackets.
    """

    kind: str
    column: int
    key: str | None
    layer: str
    scheme: str = ""
    bare: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()

    def value(self, cells: Sequence[str]) -> str | None:
        """Return what is said of a word, or None if nothing is."""
        cell = cells[self.column]
        if self.key is None:
            return cell
        return misc_of(cell).get(self.key)


@dataclass(slots=True)
class FileSummary:
    """What the first lines of a file hold.

    values: of each key in MISC and of columns that a name of entities has, in order.
    fields: what # global.Entity says. rows: how many lines have all columns.
    """

    values: dict[tuple[int, str | None], list[str]] = field(default_factory=lambda: defaultdict(list))
    fields: tuple[str, ...] = ()
    rows: int = 0

    def add(self, line: str, columns: Sequence[str]) -> None:
        """Take note of a line."""
        if line.startswith("#"):
            match = BRACKET_KEYS.match(line)
            self.fields = tuple(match[1].lower().split("-")) if match else self.fields
            return
        cells = line.split("\t")
        if len(cells) != len(columns):
            return
        self.rows += 1
        for number, (name, cell) in enumerate(zip(columns, cells, strict=True)):
            if name == "MISC":
                for key, value in misc_of(cell).items():
                    self.values[number, key].append(value)
            elif names_entities(name):
                self.values[number, None].append(cell)

    def kind_of(self, key: str | None, values: Sequence[str]) -> str | None:
        """Return how values say what is an entity; None when they don't."""
        counts = Counter(values)
        marked = sum(count for value, count in counts.items() if is_entity_tag(value))
        outside = sum(count for value, count in counts.items() if value in OUTSIDE)
        if key and key.upper() in NOT_ONE:
            return None
        if marked and marked + outside >= MOST * len(values):
            return TAGS
        if not (key is None or names_entities(key.upper())) or len(values) == outside:
            return None
        if any("(" in value for value in counts):
            return BRACKETS if {*self.fields} & {*TYPE_KEYS} else None
        if all(NAMETAG.fullmatch(value) or value in OUTSIDE for value in counts):
            return NUMBERED
        return TAGS if counts.keys() - OUTSIDE - {"Yes", "No"} else None


def names_entities(name: str) -> bool:
    """Say whether a name (in capitals) of a key or column is one for entities: NE, NER:PRED, X:NE."""
    parts = set(re.split(r"[:.]", name))
    return bool(parts & NAMES) or name in NAMES


def misc_of(cell: str) -> Mapping[str, str]:
    """Return the keys and values of MISC; what has no key stands under ''."""
    if cell == "_":
        return {}
    pairs = (part.partition("=") for part in cell.split("|"))
    return {key if equals else "": value if equals else key for key, equals, value in pairs}


def entity_column(path: Path, columns: Sequence[str], options: Options) -> EntityColumn:
    """Return where a file says what its entities are.

    Raises FileFault when it doesn't, or in several ways and it isn't clear which to read.
    """
    file = path.as_posix()
    seen, kinds = look(path, columns)
    if not seen.rows:
        reason = f"none of its lines has the {len(columns)} columns of CoNLL-U, separated by tabs"
        raise FileFault(file, reason, "export it again, or choose another format")
    if not kinds:
        reason = "this is CoNLL-U without named entities: neither MISC nor another column contains any"
        raise OtherTask(file, reason, "export it with tags such as NER=B-PER in MISC")
    names = {(key if key is not None else columns[at]) or "MISC": (at, key) for at, key in kinds}
    name = chosen(names, options.layer, file=file, setting="layer", what="entity layers")
    at, key = names[name]
    kind, summary = kinds[at, key], TagSummary()
    if kind == TAGS:
        summary.add(seen.values[at, key])
    return EntityColumn(kind, at, key, options.layer, summary.scheme, summary.bare, seen.fields)


def look(path: Path, columns: Sequence[str]) -> tuple[FileSummary, dict[tuple[int, str | None], str]]:
    """Return what the first lines hold, and how each key and column says what is an entity."""
    seen, lines, due = FileSummary(), 0, SAMPLE
    kinds: dict[tuple[int, str | None], str] = {}
    for _, block in blocks(path):
        for line in block:
            seen.add(line, columns)
        lines += len(block)
        if lines >= due:
            if kinds := kinds_of(seen):
                return seen, kinds
            seen, due = FileSummary(fields=seen.fields, rows=seen.rows), lines + SAMPLE
    return seen, kinds_of(seen)


def kinds_of(seen: FileSummary) -> dict[tuple[int, str | None], str]:
    """Return how each key and column says what is an entity, of those that do."""
    kinds = {where: seen.kind_of(where[1], values) for where, values in seen.values.items()}
    return {where: kind for where, kind in kinds.items() if kind}


def entities_in(
    values: Sequence[str], entities: EntityColumn, notes: list[str], where: Callable[[int], str]
) -> list[WordSpan]:
    """Return the entities of a sentence from what is said of each of its words; adds to the notes.

    where: says where a word stands.
    """
    if entities.kind == TAGS:
        tags = [value or "O" for value in values]
        found, fixed = decoded_tags(tags, entities.scheme, where, entities.bare)
        notes.extend(fixed)
        return [([(first, last)], label) for first, last, label in found]
    if entities.kind == NUMBERED:
        return numbered(values)
    return bracketed(values, entities.fields, notes)


def numbered(values: Sequence[str]) -> list[WordSpan]:
    """Return entities of which every word says type and number."""
    found: list[list[tuple[int, int]]] = []
    labels: list[str] = []
    before: dict[str, int] = {}
    for word, value in enumerate(values):
        now: dict[str, int] = {}
        for item in value.split("-") if NAMETAG.fullmatch(value) else ():
            if item in before:
                now[item] = before[item]
                found[now[item]][0] = (found[now[item]][0][0], word)
            else:
                now[item] = len(found)
                found.append([(word, word)])
                labels.append(usable_text(item.rpartition("_")[0], "tag"))
        before = now
    return list(zip(found, labels, strict=True))
