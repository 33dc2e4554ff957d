"""What the trained pipeline is saved with: a config that stands alone, and scores in a fixed order.

In: the pipeline, as spaCy is about to save it. Out: the same; its config names no function of this
project outside of [nlp] and [components], whose functions `package` copies into the wheel. With nothing
but spaCy, `resume_training`, `update` and `spacy train <pipeline>/config.cfg` work.
"""

from collections.abc import Callable
from typing import Any

from spacy.language import Language
from spacy.util import registry
from thinc.api import Config

Block = dict[str, Any]

SECTIONS = ("corpora", "training", "pretraining", "initialize")


def stand_alone() -> Callable[[Language], Language]:
    """Return a callback for `training.before_to_disk`."""

    def before_to_disk(nlp: Language) -> Language:
        nlp.config = alone(nlp.config)
        if "performance" in nlp.meta:  # else labels are listed as a set has them: by the hash seed
            nlp.meta["performance"] = ordered(nlp.meta["performance"])
        return nlp

    return before_to_disk


def alone(config: Config) -> Config:
    """Return a config in which spaCy's own functions, or their results, replace this project's.

    Numbers that functions of ours compute are written out. So are references in the optimizer, which
    `nlp.create_optimizer` does not follow.
    """
    whole = config.interpolate()
    kept = config.copy()
    kept["training"]["optimizer"] = whole["training"]["optimizer"]
    if functions_in(whole["training"].get("logger")) & LOGGERS:
        kept["training"]["logger"] = dict(CONSOLE)
    for section in SECTIONS:
        kept[section] = replaced(kept.get(section, {}), whole.get(section, {}))
    return kept


def replaced(node: Any, whole: Any) -> Any:
    """Return a part of a config with the blocks of our functions replaced.

    whole: the same part with its references followed.
    """
    if not isinstance(node, dict):
        return node
    function = function_of(node)
    if function in REPLACEMENTS:
        return REPLACEMENTS[function](node, whole)
    return {key: replaced(value, whole.get(key) if whole else None) for key, value in node.items()}


def number(_: Block, whole: Block) -> Any:
    """Return what a function computes."""
    return registry.resolve({"number": whole})["number"]


def nothing(*_: Block) -> None:
    """Return what stands for a function that only this project has."""


def labels_of_spacy(block: Block, _: Block) -> Block:
    """Return spaCy's reader of a label file: where there is none, labels come from the training set."""
    return {"@readers": "spacy.read_labels.v1", "path": block["path"], "require": False}


REPLACEMENTS: dict[str | None, Callable[[Block, Block], Any]] = {
    "ner_template.steps.v1": number,
    "ner_template.epochs.v1": number,
    "ner_template.interval.v1": number,
    # They are needed to initialise, and saved with the vocabulary; spacy-lookups-data may not be there.
    "ner_template.lookups.v1": nothing,
    "ner_template.stand_alone.v1": nothing,
    "ner_template.read_labels.v1": labels_of_spacy,
}
LOGGERS = {"ner_template.Console.v1", "ner_template.RunRecord.v1", "ner_template.Wandb.v1"}
CONSOLE = {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}


def function_of(block: Block) -> str | None:
    """Return the name of the registered function that a block of a config calls, if it calls one."""
    return next((value for key, value in block.items() if key.startswith("@")), None)


def functions_in(node: Any) -> set[str]:
    """Return the names of all functions in a part of a config."""
    if not isinstance(node, dict):
        return set()
    own = function_of(node)
    return {*([own] if own else ()), *(name for part in node.values() for name in functions_in(part))}


def ordered(node: Any) -> Any:
    """Return nested dictionaries with their keys in order."""
    return {key: ordered(node[key]) for key in sorted(node)} if isinstance(node, dict) else node
