"""Configs that spaCy and its template project train, to compare ours with.

In: a language. Out: a complete config, made with spaCy's own command. What would help it in a trial, and
what spaCy's own command doesn't have, is turned off.
"""

from collections.abc import Callable

from spacy.cli.init_config import init_config
from thinc.api import Config

from scripts.training.stand_alone import LOOKUPS


def quickstart(lang: str) -> Config:
    """Return the config of `spacy init config -p ner -o efficiency`."""
    config = init_config(lang=lang, pipeline=["ner"], optimize="efficiency")
    # A config without normal forms of words or spans known to be wrong would get them in a trial.
    config["initialize"]["lookups"] = {"@misc": LOOKUPS, "lang": lang, "tables": []}
    config["components"]["ner"]["incorrect_spans_key"] = "none"
    return config


def ner_demo(lang: str) -> Config:
    """Return what the template `pipelines/ner_demo` of explosion/projects trains.

    It is the config of `spacy init config -p ner` (whose default is `-o efficiency`), with two values
    that its command `train` overrides: 100 steps, and an evaluation every 10 of them.
    """
    config = quickstart(lang)
    config["training"] |= {"max_steps": 100, "eval_frequency": 10}
    return config


RIVALS: dict[str, Callable[[str], Config]] = {"quickstart": quickstart, "ner_demo": ner_demo}
