"""Pretrained weights of tok2vec: what a config needs for `spacy pretrain`, and to start from its result.

In: a config with all values. Out: the same with the section [pretraining], changed in place. Without
that section spaCy ignores `init_tok2vec` in silence.
"""

from collections.abc import Iterator
from pathlib import Path

from spacy.language import DEFAULT_CONFIG_PRETRAIN_PATH, Language
from spacy.training.pretrain import get_tok2vec_ref
from spacy.util import load_config
from thinc.api import Config

from scripts.files.terminal import printable
from scripts.training.filling import Refusal

HINT = "Run the command pretrain with the config that you train, as docs/training.md shows."


def add_pretraining(config: Config) -> None:
    """Give a config spaCy's default values for [pretraining], where it has none of its own."""
    default = load_config(DEFAULT_CONFIG_PRETRAIN_PATH)
    config["pretraining"] = {**default["pretraining"], **config["pretraining"]}
    config["paths"].setdefault("raw_text", None)
    config["corpora"].setdefault("pretrain", default["corpora"]["pretrain"])


def pretrained(config: Config, nlp: Language) -> Iterator[str]:
    """Let a config start from pretrained weights, if its paths name some; yield that it does.

    nlp: the pipeline that the config makes. Raises Refusal for weights of another architecture.
    """
    weights = config.interpolate()["initialize"]["init_tok2vec"]
    if not weights:
        return
    add_pretraining(config)
    name = config["pretraining"]["component"]
    if name not in nlp.component_names:
        reason = f"init_tok2vec has weights for a component {printable(str(name))}, which is not there"
        raise Refusal(reason, "Set component in [pretraining] to the one that was pretrained.")
    try:
        layer = get_tok2vec_ref(nlp, config["pretraining"])  # type: ignore[no-untyped-call]
        layer.copy().from_bytes(Path(weights).read_bytes())
    except ValueError:
        shown = printable(str(weights))
        reason = f"The weights in {shown} are of another architecture than [components.{name}]"
        raise Refusal(reason, HINT) from None
    yield f"weights of {name} from {printable(str(weights))}"
