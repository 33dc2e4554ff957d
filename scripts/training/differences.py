"""Which values of a config differ from those of spaCy's quickstart for the same components.

In: a config with all values. Out: the values that differ, with spaCy's value next to each.
"""

import json
from collections.abc import Iterator
from typing import Any

from spacy.cli.init_config import init_config
from spacy.language import Language
from spacy.util import walk_dict
from thinc.api import Config

COMPARED = ("nlp", "components", "training")
# What every project sets for itself, or what `config` reports as added.
LEFT_OUT = ("nlp.lang", "nlp.pipeline", "training.logger", "training.before_to_disk", "training.seed")
FEATURES = ("tok2vec", "transformer")  # which the quickstart adds by itself


def differences(config: Config, nlp: Language) -> list[str]:
    """Return the values that differ from `spacy init config -o efficiency`, with spaCy's in brackets.

    nlp: the pipeline that the config makes. Values that only one of the two configs has are left out.
    """
    factories = [nlp.get_pipe_meta(name).factory for name in nlp.component_names]
    wanted = [factory for factory in factories if factory not in FEATURES]
    quickstart = values(init_config(lang=str(nlp.lang), pipeline=wanted, optimize="efficiency"))
    return [
        f"{place} {as_json(value)} ({as_json(quickstart[place])})"
        for place, value in values(config).items()
        if place in quickstart and value != quickstart[place]
    ]


def values(config: Config) -> dict[str, Any]:
    """Return the values that are compared, by their places."""
    return dict(leaves({key: config[key] for key in COMPARED}))


def leaves(sections: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the place and the value of every leaf, but for those left out."""
    for keys, value in walk_dict(sections):
        place = ".".join(keys)
        if not place.startswith(LEFT_OUT) and keys[-1] != "incorrect_spans_key":
            yield place, value


def as_json(value: Any) -> str:
    """Return a value as a config has it."""
    return json.dumps(value, ensure_ascii=False)
