"""The files that a Hugging Face dataset has next to those of its rows.

In: a data file. Out: what belongs to it: descriptions, lists of names, what `datasets` keeps for itself.
"""

from collections.abc import Iterator
from pathlib import Path

from scripts.formats.huggingface.features import CARD, INFO, INFOS, LISTS, card, folders_of

DESCRIBING = (INFO, INFOS, "dataset_dict.json", *LISTS)
STATE = "state.json"
CACHED = "cache-*.arrow"  # what `datasets` computed from the data, in the same folder


def companions(path: Path) -> Iterator[Path]:
    """Yield the files that belong to a data file."""
    yield path.parent / STATE
    for folder in folders_of(path):
        yield from (folder / name for name in DESCRIBING)
        if card(folder / CARD) is not None:
            yield folder / CARD
    if not path.match(CACHED):
        yield from path.parent.glob(CACHED)
