"""The names of numbered tags, as a Hugging Face dataset keeps them next to its rows.

In: a data file and one of its columns. Out: the names of the column's ClassLabel, in the order of their
numbers. They are in one of

schema of Parquet and Arrow   key `huggingface`: {"info": {"features": {COLUMN: FEATURE}}}
dataset_info.json             {"features": {COLUMN: FEATURE}}
dataset_infos.json            {CONFIG: {"features": {COLUMN: FEATURE}}, ...}
README.md                     YAML on top: dataset_info: [{config_name, features: [{name: COLUMN, ...}]}]
label2id.json, label.json     {NAME: number, ...}

FEATURE holds {"names": [...], "_type": "ClassLabel"}, or class_label: {names: {"0": ...}} in YAML.
Source: https://huggingface.co/docs/datasets, "Features", and the documentation of dataset cards.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import srsly

from scripts.formats.shared.lines import whole_text

INFO, INFOS, CARD = "dataset_info.json", "dataset_infos.json", "README.md"
LISTS = ("label2id.json", "label.json", "labels.json", "id2label.json")
ABOVE = 2  # folders above that of the data that belong to a dataset
LARGEST = 1 << 22  # bytes
DEPTH = 6  # of a feature that is looked into
FRONT = re.compile(r"---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)

Names = tuple[str, ...]


def names_beside(path: Path, column: str) -> Names:
    """Return the names of a column's numbers that a file next to or above its own has, or ()."""
    for folder in folders_of(path):
        given = [(config, names_in(features, column)) for config, features in configs_in(folder)]
        own = (path.parent.name, path.parent.parent.name)  # one of which a configuration may be called
        of_config = {names for config, names in given if names and config in own}
        for found in (of_config, {names for _, names in given if names}):
            if len(found) == 1:
                return found.pop()
    lists = (parsed(path.parent / name) for name in LISTS)
    return next(filter(None, map(numbered, lists)), ())


def folders_of(path: Path) -> list[Path]:
    """Return the folder of a file, and those above it that may belong to its dataset."""
    return [path.parent, *list(path.parent.parents)[:ABOVE]]


def configs_in(folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield (its name, its features) of each configuration that the files of a folder describe."""
    info = parsed(folder / INFO)
    if isinstance(info, dict):
        yield str(info.get("config_name", "")), info.get("features")
    infos = parsed(folder / INFOS)
    for name, config in infos.items() if isinstance(infos, dict) else ():
        if isinstance(config, dict):
            yield name, config.get("features")
    described = card(folder / CARD)
    for config in described if isinstance(described, list) else [described]:
        if isinstance(config, dict):
            yield str(config.get("config_name", "")), config.get("features")


def card(path: Path) -> Any:
    """Return what the dataset card says under `dataset_info`, or None."""
    front = FRONT.match(text_of(path).replace("\r\n", "\n"))
    with suppress(ValueError, RecursionError):
        said = srsly.yaml_loads(front[1]) if front else None
        return said.get("dataset_info") if isinstance(said, dict) else None
    return None


def parsed(path: Path) -> Any:
    """Return the value of a JSON file, or None when there is none."""
    with suppress(ValueError, RecursionError):
        return json.loads(text_of(path) or "null")
    return None


def text_of(path: Path) -> str:
    """Return the text of a small file, or nothing when there is none."""
    with suppress(OSError):
        return whole_text(path) if path.is_file() and path.stat().st_size <= LARGEST else ""
    return ""


def schema_features(said: Any) -> Any:
    """Return the features that a schema's metadata gives, or None."""
    with suppress(ValueError, RecursionError, KeyError, TypeError):
        return json.loads(said)["info"]["features"]
    return None


def names_in(features: Any, column: str) -> Names:
    """Return the names of a column's numbers that the features of a dataset give, or ()."""
    if isinstance(features, dict):
        return class_names(features.get(column))
    named = features if isinstance(features, list) else []
    return next((class_names(f) for f in named if isinstance(f, dict) and f.get("name") == column), ())


def class_names(feature: Any, depth: int = DEPTH) -> Names:
    """Return the names of the first ClassLabel in a feature, or ()."""
    if isinstance(feature, dict):
        names = feature.get("names")
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            return tuple(names)
        if isinstance(names, dict) and (found := numbered(names)):
            return found
    inner = feature.values() if isinstance(feature, dict) else feature
    if depth and isinstance(feature, dict | list):
        return next(filter(None, (class_names(value, depth - 1) for value in inner)), ())
    return ()


def numbered(names: Any) -> Names:
    """Return names in the order of their numbers, from {number: name} or {name: number}, or ()."""
    if not isinstance(names, dict):
        return ()
    pairs = {str(key): str(value) for key, value in names.items()}
    for by_number in (pairs, {value: key for key, value in pairs.items()}):
        if by_number.keys() == {str(number) for number in range(len(pairs))}:
            return tuple(by_number[str(number)] for number in range(len(pairs)))
    return ()
