"""The names of the splits, and what else they are called in file names and in records."""

import re
from pathlib import PurePath

SPLITS = ("train", "dev", "test")
SETS = {"train": "training set", "dev": "dev set", "test": "test set"}  # as messages call them
SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "dev": "dev",
    "devel": "dev",
    "development": "dev",
    "val": "dev",
    "valid": "dev",
    "validation": "dev",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
}


def split_named_by(path: PurePath) -> str | None:
    """Return the split that a file name or the nearest folder name that names one gives, or None.

    path: relative to the annotation folder (`fashion_brands_eval.jsonl`, `train/part1.jsonl`,
    `testset.json`).
    Raises ValueError when one name says two splits.
    """
    for part in (PurePath(path.name).stem, *reversed(path.parts[:-1])):
        words = [word.removesuffix("set") for word in re.split(r"[^a-z]+", part.casefold())]
        found = {SPLIT_NAMES[word] for word in words if word in SPLIT_NAMES}
        if len(found) > 1:
            raise ValueError(f"its name contains several splits: {' and '.join(sorted(found))}")
        if found:
            return found.pop()
    return None
