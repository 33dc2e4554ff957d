"""Configs that spaCy and its template project train, to compare ours with.

In: a language. Out: a complete config, made with spaCy's own command. Rivals are trained as they are,
without what the step `config` adds.
"""

from collections.abc import Callable

from spacy.cli.init_config import init_config
from thinc.api import Config


def quickstart(lang: str) -> Config:
    """Return the config of `spacy init config -p ner -o efficiency`."""
    return init_config(lang=lang, pipeline=["ner"], optimize="efficiency")


def ner_demo(lang: str) -> Config:
    """Return what the template `pipelines/ner_demo` of explosion/projects trains.

    It is the config of `spacy init config -p ner` (whose default is `-o efficiency`), with two values
    that its command `train` overrides: 100 steps, and an evaluation every 10 of them.
    """
    config = quickstart(lang)
    config["training"] |= {"max_steps": 100, "eval_frequency": 10}
    return config


RIVALS: dict[str, Callable[[str], Config]] = {"quickstart": quickstart, "ner_demo": ner_demo}
