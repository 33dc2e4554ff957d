"""What the trained pipeline is saved with: a config that stands alone, and scores in a fixed order.

In: the pipeline, as spaCy is about to save it. Out: the same; of this project, its config names only
functions of files that `package` copies into the wheel, because [components] needs them. With nothing
but spaCy and the wheel, `resume_training`, `update` and `spacy train` with its config work.
"""

import math
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.util import registry, walk_dict
from thinc.api import Config

Block = dict[str, Any]

STAND_ALONE = "ner_template.stand_alone.v1"
READ_LABELS = "ner_template.read_labels.v1"
RUN_RECORD, WANDB = "ner_template.RunRecord.v1", "ner_template.Wandb.v1"
TRIAL = "ner_template.Trial.v1"  # sends evaluations to whoever started a trial; see scripts/trials
LOGGERS = {RUN_RECORD, WANDB, TRIAL}
COPY_WEIGHTS, ADD_LABELS = "ner_template.copy_weights.v1", "ner_template.add_labels.v1"
NUMPY_BLAS = "ner_template.numpy_blas.v1"
REHEARSAL = "ner_template.Rehearsal.v1"
CORPUS = {"@readers": "spacy.Corpus.v1", "max_length": 0, "gold_preproc": False, "limit": 0}
CHAIN = "spacy.ChainLogger.v1"
CONSOLE = {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}
LOOKUPS = "spacy.LookupsDataLoader.v1"
GOLD_AND_SILVER = "ner_template.GoldAndSilver.v1"
ONLY_OURS = ("silver", "ratio", "shuffled")  # values of GoldAndSilver that Corpus does not have
REPLACE_ENTITIES = "ner_template.replace_entities.v1"
# Two functions of one file, which is copied if the pipeline needs the first one.
CLUSTER_EMBED, LOAD_CLUSTERS = "ner_template.ClusterEmbed.v1", "ner_template.load_clusters.v1"
LOSS = "_loss"  # how the name of a figure ends that is a loss
STEPS = 1000  # of a training whose number of steps is not limited, in which to look for the highest rate
FIRST = (
    0.25  # learning rate with which a pipeline is trained on, as a share of the highest of its training
)


def stand_alone(
    first: Callable[[Language], Language] | None = None,
) -> Callable[[Language], Language]:
    """Return a callback for `training.before_to_disk`.

    first: a callback of the config's own, which is called before and stays in the saved config.
    """

    def before_to_disk(nlp: Language) -> Language:
        nlp = nlp if first is None else first(nlp)
        nlp.config = alone(nlp.config)
        if "performance" in nlp.meta:  # else labels are listed as a set has them: by the hash seed
            nlp.meta["performance"] = ordered(nlp.meta["performance"])
            refuse_no_numbers(nlp.meta["performance"])
        return nlp

    return before_to_disk


def refuse_no_numbers(performance: Block) -> None:
    """Raise FloatingPointError for a loss that is infinite or not a number: JSON has neither."""
    for name, value in performance.items():
        if name.endswith(LOSS) and not math.isfinite(value):
            raise FloatingPointError(f"The loss of {name.removesuffix(LOSS)} is no longer a number")


def alone(config: Config) -> Config:
    """Return a config without our functions that only training needs, or with spaCy's in their place.

    Lookups are needed only to initialise: they are saved with the vocabulary, and spacy-lookups-data may
    not be installed where the pipeline is used.
    """
    kept = config.copy()
    nlp, training, initialize = kept["nlp"], kept["training"], kept["initialize"]
    if function_of(nlp.get("after_pipeline_creation")) == NUMPY_BLAS:
        nlp["after_pipeline_creation"] = None
    training["logger"] = without_ours(training["logger"]) or dict(CONSOLE)
    training["optimizer"] = with_first_rate(training["optimizer"], config)
    if function_of(training["before_to_disk"]) == STAND_ALONE:
        training["before_to_disk"] = training["before_to_disk"].get("first")
    if function_of(initialize["lookups"]) == LOOKUPS:
        initialize["lookups"] = None
    if function_of(initialize["before_init"]) == LOAD_CLUSTERS and not uses_clusters(kept):
        initialize["before_init"] = None
    if "init_tok2vec" in kept["paths"]:
        kept["paths"]["init_tok2vec"] = None  # weights that may not be where the pipeline is used
    kept["corpora"] = {name: without_silver(block) for name, block in kept["corpora"].items()}
    if function_of(initialize["after_init"]) in (COPY_WEIGHTS, ADD_LABELS):
        initialize["after_init"] = None
    without_rehearsal(kept)
    for values in initialize["components"].values():
        if function_of(values.get("labels")) == READ_LABELS:
            path = values["labels"]["path"]  # where there is no file, labels come from the training set
            values["labels"] = {"@readers": "spacy.read_labels.v1", "path": path, "require": False}
    return kept


def without_rehearsal(config: Config) -> None:
    """Let a config read its corpora as they are, without what another pipeline predicts."""
    for name, block in config["corpora"].items():
        if function_of(block) == REHEARSAL:
            config["corpora"][name] = {**CORPUS, "path": block["path"], "augmenter": None}


def with_first_rate(optimizer: Block, config: Config) -> Block:
    """Return an optimizer's block whose learning rate does not begin at 0, as warming up does.

    `nlp.update` never goes on to the next rate, so that a pipeline would learn nothing after
    `resume_training`. `spacy train` makes its first step with this rate, and then begins the schedule.
    """
    if function_of(optimizer.get("learn_rate")) is None:
        return optimizer
    training = config.interpolate()["training"]
    rates: Iterable[float] = registry.resolve({"rates": training["optimizer"]["learn_rate"]})["rates"]
    first, *others = islice(rates, 1 + (training["max_steps"] or STEPS))
    if first > 0 or not (highest := max(others)):
        return optimizer
    begun = {"@schedules": "constant_then.v1", "rate": FIRST * highest, "steps": 1}
    return {**optimizer, "learn_rate": {**begun, "schedule": optimizer["learn_rate"]}}


def uses_clusters(config: Config) -> bool:
    """Say whether a component of a config embeds word clusters."""
    return CLUSTER_EMBED in functions_in(config["components"])


def without_ours(logger: Block) -> Block | None:
    """Return a logger's block without the loggers of this project, or None where nothing is left."""
    if function_of(logger) in LOGGERS:
        return None
    if function_of(logger) != CHAIN or not functions_in(logger) & LOGGERS:
        return logger
    chained = [block for key, block in logger.items() if key != "@loggers" and block]
    kept = [block for block in map(without_ours, chained) if block]
    if len(kept) < 2:
        return kept[0] if kept else None
    return {"@loggers": CHAIN, **{f"logger{n}": block for n, block in enumerate(kept, 1)}}


def without_silver(block: Any) -> Any:
    """Return the block of a reader with spaCy's own in place of ours, and without our augmenter."""
    if not isinstance(block, dict):
        return block
    kept = dict(block)
    if function_of(kept) == GOLD_AND_SILVER:
        kept = {key: kept[key] for key in kept if key not in ONLY_OURS} | {
            "@readers": CORPUS["@readers"]
        }
    if function_of(kept.get("augmenter")) == REPLACE_ENTITIES:
        kept["augmenter"] = None
    return kept


def function_of(block: Any) -> str | None:
    """Return the name of the registered function that a block of a config calls, if it calls one."""
    if not isinstance(block, dict):
        return None
    return next((value for key, value in block.items() if key.startswith("@")), None)


def functions_in(block: Block) -> set[str]:
    """Return the names of all functions in a part of a config."""
    return {value for keys, value in walk_dict(block) if keys[-1].startswith("@")}


def ordered(node: Any) -> Any:
    """Return nested dictionaries with their keys in order."""
    return {key: ordered(node[key]) for key in sorted(node)} if isinstance(node, dict) else node
