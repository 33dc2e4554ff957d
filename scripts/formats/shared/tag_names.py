"""Names of numbered tags, in the order of their numbers, as the setting `tag_names` lists them.

In: the numbers of a file, and the names. Out: the names, or in words why they can't be its names.
"""

from collections import Counter
from collections.abc import Sequence

from scripts.annotation.text import FileFault
from scripts.files.terminal import printable
from scripts.formats.base import Options
from scripts.formats.columns.tag_columns import is_numbered
from scripts.formats.shared.tags import OUTSIDE

LIST_THEM = "set tag_names in configs/convert.cfg, in the order of the numbers: [O, B-PER, I-PER]"
AND_SO_ON = {"...", "…"}  # what a list ends in that was copied from a page

Names = tuple[str, ...]


def names_of(column: Sequence[str], options: Options, file: str) -> Names:
    """Return the names of the tags of a column that are numbers; () for tags that are not.

    Raises FileFault when the user gave none, or such as don't fit.
    """
    if not is_numbered(column):
        return ()
    largest = max(map(int, column))
    if not options.tag_names:
        if not largest:
            return ()  # nothing but 0: nothing is marked
        raise FileFault(file, f"its tags are numbers up to {largest}, without names", LIST_THEM)
    return fitting(options.tag_names, largest, file)


def fitting(names: Names, largest: int, file: str) -> Names:
    """Return the names that the user gave. Raises FileFault when they can't be those of the numbers.

    largest: the largest number that the file has; there may be names of numbers that it doesn't have.
    """
    listed = printable(", ".join(names))
    if AND_SO_ON.intersection(names):
        hint = "write all names out, one for each number"
        raise FileFault(file, f"tag_names in configs/convert.cfg contains `...`: {listed}", hint)
    if len(names) <= largest:
        known = f"tag_names in configs/convert.cfg has {len(names)} names: {listed}"
        reason = f"its tags are numbers up to {largest}, but {known}"
        raise FileFault(file, reason, f"list a name for each number from 0 to {largest}")
    if not OUTSIDE.intersection(names):
        hint = f"{LIST_THEM}; one of them is O, for tokens outside entities"
        raise FileFault(
            file, f"tag_names in configs/convert.cfg has no O among its names: {listed}", hint
        )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        reason = f"tag_names in configs/convert.cfg lists {printable(name)!r} {times} times: {listed}"
        raise FileFault(file, reason, "give each number a name of its own")
    return names
