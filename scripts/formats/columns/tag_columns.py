"""Which of the columns of a table of tokens hold tags of entities.

In: the columns of the first rows. Out: the numbers of those that can be it, one where it is clear.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from scripts.formats.shared.tags import BEGIN, INSIDE, OUT, OUTSIDE, PREFIXES, is_entity_tag, split_tag

MOST = 0.6  # of the cells of a column that must be tags
OUTSIDE_LEAST = 0.3  # of the cells of a column of labels without prefix, unless these form stretches
LABELS_FEW = 3  # so many labels without prefix there may always be
LABELS_MOST = 0.2  # of the cells of a column may be different labels
SPACED_MOST = 0.1  # of the tokens beside labels without prefix may hold a space
NUMBERS_MOST = 200  # tags that are numbers count from 0 and are few
TOKEN_NAMES = {"token", "tokens", "word", "words", "form", "text", "surface"}
TAG_NAMES = {
    "tag",
    "tags",
    "ner",
    "ner_tag",
    "ner_tags",
    "label",
    "labels",
    "ne",
    "iob",
    "bio",
    "entity",
}
# Phrases of a syntactic chunker, as CoNLL-2000 and CoNLL-2003 have them beside the entities.
CHUNKS = {"NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP"}
CHUNKS |= {"NC", "VC", "PC", "AC"}

Columns = Sequence[Sequence[str]]


def tag_columns(columns: Columns, blocks: Sequence[Sequence[Sequence[str]]]) -> list[int]:
    """Return the columns that can hold the tags, several only when they contain different spans.

    blocks: the same cells as the rows of sentences.
    """
    for kind in (is_marked_column, is_nameless_column):
        found = [number for number, column in enumerate(columns) if kind(column)]
        entities = [number for number in found if not is_chunks(columns[number])]
        found = entities or found
        if found:
            same = len({tuple(columns[number]) for number in found}) == 1
            return found[-1:] if same else found
    last = len(columns) - 1
    in_blocks = [[row[last] for row in block] for block in blocks]
    if is_numbered(columns[last]) and len(blocks) > 1 and not is_index(in_blocks):
        return [last]
    plain = [
        number
        for number, column in enumerate(columns)
        if number and is_plain_column(column, [[row[number] for row in block] for block in blocks])
    ]
    if plain and not has_spaces(columns[0]):
        return plain[-1:]
    return [number for number, column in enumerate(columns) if number and set(column) == {"O"}][-1:]


def is_marked_column(column: Sequence[str]) -> bool:
    """Say whether most cells are outside or have a prefix and a label, and at least one has."""
    counts = Counter(column)
    marked = sum(count for cell, count in counts.items() if is_entity_tag(cell))
    outside = sum(count for cell, count in counts.items() if cell in OUTSIDE)
    return marked > 0 and marked + outside >= MOST * len(column)


def is_nameless_column(column: Sequence[str]) -> bool:
    """Say whether the cells are bare B and I, and letters that can stand next to them."""
    kinds = set(column)
    return kinds <= PREFIXES.keys() | OUTSIDE and bool(kinds & {BEGIN, INSIDE} and kinds & OUTSIDE)


def is_chunks(column: Sequence[str]) -> bool:
    """Say whether the labels are phrases of syntax."""
    return {
        split_tag(cell)[1].partition("-")[0] for cell in set(column) if is_entity_tag(cell)
    } <= CHUNKS


def is_plain_column(column: Sequence[str], blocks: Sequence[Sequence[str]]) -> bool:
    """Say whether the cells are outside or one of a few labels without prefix.

    blocks: the same cells by sentences. Where little is outside, neighbours have the same label, which
    parts of speech rarely have.
    """
    counts = Counter(column)
    outside = sum(count for cell, count in counts.items() if cell and cell in OUTSIDE)
    labels = [cell for cell in counts if cell not in OUTSIDE]
    few = len(labels) <= max(LABELS_FEW, LABELS_MOST * len(column))
    readable = all(any(map(str.isalpha, label)) for label in labels)
    if not (labels and few and readable and outside):
        return False
    return outside >= OUTSIDE_LEAST * len(column) or (bool(counts[OUT]) and in_stretches(blocks))


def in_stretches(blocks: Sequence[Sequence[str]]) -> bool:
    """Say whether most labels are those of the token before or after."""
    alone = total = 0
    for block in blocks:
        lengths = [(label, len(list(same))) for label, same in groupby(block)]
        total += sum(length for label, length in lengths if label not in OUTSIDE)
        alone += sum(label not in OUTSIDE and length == 1 for label, length in lengths)
    return alone <= (1 - MOST) * total


def has_spaces(column: Sequence[str]) -> bool:
    """Say whether the cells are chunks of text rather than tokens."""
    return sum(" " in cell for cell in column) > SPACED_MOST * len(column)


def is_numbered(column: Sequence[str]) -> bool:
    """Say whether the cells are small numbers."""
    return all(
        cell.isascii() and cell.isdigit() and len(cell) < 4 and int(cell) < NUMBERS_MOST
        for cell in set(column)
    )


def is_index(blocks: Sequence[Sequence[str]]) -> bool:
    """Say whether cells number the tokens of each sentence, from 0 or from 1."""
    return all(
        list(block) == [str(number) for number in range(first, first + len(block))]
        for block in blocks
        for first in (0 if block[:1] == ["0"] else 1,)
    )
