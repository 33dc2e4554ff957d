"""Which of the columns of a table of tokens holds the words.

In: the columns of the first rows. Out: the number of the one that reads like a text.
"""

from collections.abc import Sequence

from scripts.formats.columns.tag_columns import Columns, is_index, is_marked_column
from scripts.formats.shared.tags import OUTSIDE

CAPITALS = 0.3  # what different cells are worth in a column of capitals only, as parts of speech are
ENOUGH = 0.5  # of the best column's worth: the first column that has it is the one of the words

Blocks = Sequence[Sequence[Sequence[str]]]


def token_column(columns: Columns, tags: set[int], blocks: Blocks) -> int:
    """Return the column of the words.

    tags: columns that hold tags. blocks: the same cells as the rows of sentences.
    Words vary, have letters and hardly any digits. A column that always says the same, numbers, names of
    parts of speech, and identifiers do not. Where two columns could be it (words, and lemmas or another
    spelling of them), it is the first.
    """
    others = [n for n in range(len(columns)) if n not in tags and not is_marked_column(columns[n])]
    others = others or [n for n in range(len(columns)) if n not in tags]
    worth = {number: variety(columns[number]) for number in others}
    least = ENOUGH * max(worth.values(), default=0)
    good = [number for number in others if worth[number] and worth[number] >= least]
    if good:
        return good[0]
    likely = [
        number
        for number in others
        if not is_index([[row[number] for row in block] for block in blocks])
        and not OUTSIDE.issuperset(columns[number])
    ]
    return next(iter(likely or others), 0)


def variety(column: Sequence[str]) -> float:
    """Return how many different words a column holds; less when it hardly looks like words."""
    kinds = set(column)
    words = {cell for cell in kinds if is_word(cell)}
    share = sum(cell in words for cell in column) / len(column)
    if len(kinds) == 1 < len(column):
        return 0
    spoken = share * len(words)
    return CAPITALS * spoken if all(map(is_capitals, words)) else spoken


def is_word(cell: str) -> bool:
    """Say whether a cell may be a word: it has letters, no digits, and is no feature such as `w=Ada`."""
    if cell in OUTSIDE or "=" in cell:
        return False
    return any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))


def is_capitals(cell: str) -> bool:
    """Say whether all letters of a cell are capitals, in the alphabet of names of tags."""
    return cell.isascii() and cell.isupper()
