"""Scores in the pipeline's meta in a fixed order, so that equal runs make equal files.

spaCy lists labels in the order in which a set happens to give them, which differs with the hash seed.
"""

from collections.abc import Callable
from typing import Any

from spacy.language import Language


def order_performance() -> Callable[[Language], Language]:
    """Return a callback for `training.before_to_disk` that sorts `performance` in the meta."""

    def before_to_disk(nlp: Language) -> Language:
        if "performance" in nlp.meta:
            nlp.meta["performance"] = ordered(nlp.meta["performance"])
        return nlp

    return before_to_disk


def ordered(node: Any) -> Any:
    """Return nested dictionaries with their keys in order."""
    return {key: ordered(node[key]) for key in sorted(node)} if isinstance(node, dict) else node
