"""Any spaCy config, made complete: every default filled in, as `spacy init fill-config` does.

In: a config from `spacy init config`, from the quickstart widget, or written by hand. Out: the same with
every value, and the pipeline that it makes. What this project can't train is refused in words.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.util import (
    dot_to_object,
    get_lang_class,
    get_sourced_components,
    is_package,
    load_model_from_config,
    registry,
    walk_dict,
)
from thinc.api import Config, ConfigValidationError

from scripts.files.terminal import listed, printable
from scripts.training.stand_alone import COPY_WEIGHTS, REHEARSAL, function_of

# Where functions and factories come from that spaCy does not have. The first part of a function's name
# usually is its package.
PACKAGES = ("spacy-transformers", "spacy-curated-transformers", "spacy-llm", "spacy-experimental")
FACTORIES = {
    "transformer": "spacy-transformers",
    "curated_transformer": "spacy-curated-transformers",
    "llm": "spacy-llm",
}
OURS = "ner_template"
# The sections of a config that spaCy or this project reads; others may be there, for values of your own.
SECTIONS = (
    *("paths", "system", "nlp", "components", "corpora"),
    *("training", "pretraining", "initialize", "schedule"),
)
VECTORS = Path("assets/vectors")  # that the command `vectors` makes
LONGEST = 300  # characters of an error of spaCy's on the screen
# What components learn from that the corpus of this project does not have.
ANNOTATIONS = {
    "tagger": "part-of-speech tags",
    "morphologizer": "morphological features",
    "parser": "dependency trees",
    "senter": "sentence boundaries",
    "trainable_lemmatizer": "lemmas",
    "textcat": "categories of texts",
    "textcat_multilabel": "categories of texts",
    "entity_linker": "links to a knowledge base",
}


# What our functions take from another pipeline, their `source`.
TAKEN = {COPY_WEIGHTS: "weights", REHEARSAL: "predictions"}


class Refusal(ValueError):
    """Raised for a config that this project can't train; `hint` says what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


def fill(config: Config) -> tuple[Config, Language]:
    """Return a config with all default values, and the pipeline that it makes.

    Components with a `source` keep it. Raises Refusal for what is not installed or can't be trained, and
    spaCy's ConfigValidationError for values that are wrong.
    """
    refuse_unknown(config)
    try:
        nlp = load_model_from_config(config, auto_fill=True)
    except ConfigValidationError:
        raise
    except (ImportError, OSError, ValueError, KeyError) as error:
        said = error.args[0] if isinstance(error, KeyError) else error  # str() would quote it
        reason = f"spaCy can't create a pipeline from it: {printable(str(said), LONGEST)}"
        raise Refusal(reason, "Correct the config; spacy debug config shows the details.") from error
    filled = nlp.config.copy()  # the property makes the components again whenever it is asked
    sourced = get_sourced_components(config)
    filled["components"].update({name: sourced[name] for name in nlp.component_names if name in sourced})
    refuse_misspelt(config, filled)
    refuse_unknown_names(filled)
    return filled, nlp


def refuse_misspelt(config: Config, filled: Config) -> None:
    """Raise Refusal for a value that spaCy would ignore because its name is misspelt.

    Such a name is similar to one that the config lacks, to which spaCy would give the default.
    """
    for name in set(config) - {*SECTIONS}:
        if near := get_close_matches(name, [key for key in SECTIONS if key not in config], 1):
            reason = f"There is no section [{printable(name)}], and spaCy would ignore it"
            raise Refusal(reason, f"Did you mean [{near[0]}]?")
    for section in ("nlp", "training", "initialize"):
        given, known = config.get(section, {}), filled[section]
        for name in given:
            near = get_close_matches(name, [key for key in known if key not in given], 1)
            if name not in known and near:
                reason = f"[{section}] has no value {printable(name)}, and spaCy would ignore it"
                raise Refusal(reason, f"Did you mean {near[0]}?")


def refuse_unknown_names(config: Config) -> None:
    """Raise Refusal where [training] names a section or a component that is not there."""
    training = config["training"]
    for reader in ("train_corpus", "dev_corpus"):
        try:
            dot_to_object(config, training[reader])
        except KeyError:
            reason = f"{reader} in [training] is {printable(training[reader])}, which is no section"
            known = listed([f"corpora.{name}" for name in config["corpora"]])
            raise Refusal(reason, f"Name one of {known}.") from None
    for names in ("frozen_components", "annotating_components"):
        for name in training[names]:
            if name not in config["nlp"]["pipeline"]:
                reason = f"{names} in [training] has {printable(name)}, which is not in the pipeline"
                raise Refusal(reason, f"The pipeline has {listed(config['nlp']['pipeline'])}.")


def refuse_unknown(config: Config) -> None:
    """Raise Refusal for a component, function or pipeline that a config names and that is not there."""
    blocks = config.get("components", {})
    for name in config["nlp"].get("pipeline", []):
        if name not in blocks:
            reason = f"pipeline in [nlp] has {printable(name)}, but there is no [components.{name}]"
            raise Refusal(reason, f"Add the section, or remove {printable(name)} from pipeline.")
    missing = dict(reversed([*unknown_functions(config), *unknown_factories(config)]))
    packages = sorted({package for package in missing.values() if package})
    if packages:
        named = [name for name, package in missing.items() if package]
        reason = f"The config needs {listed(packages)}, which is not installed: {listed(named, 3)}"
        hint = f"python -m pip install {' '.join(packages)} (this also installs PyTorch)"
        if packages == ["spacy-transformers"]:
            hint = "python -m pip install -r requirements-transformer.txt (this also installs PyTorch)"
        raise Refusal(reason, hint if "llm" not in packages[0] else hint.partition(" (")[0])
    if missing:
        reason = f"The config uses names that are not registered: {listed(list(missing), 3)}"
        hint = "Install the package that registers it, or correct the name."
        if any(OURS in name for name in missing):
            hint = "Install this project again: python -m pip install -r requirements.txt"
        raise Refusal(reason, hint)
    for section, (taken, name) in sources(config).items():
        if not is_there(name):
            source = printable(name)
            reason = f"[{section}] takes {taken} from {source}, which was not found"
            raise Refusal(reason, f"{install(source)}; or correct source.")


def sources(config: Config) -> dict[str, tuple[str, str]]:
    """Return what a config takes from other pipelines, and from which, by the section that says so."""
    found = {}
    given = config.interpolate()
    for name, block in get_sourced_components(given).items():
        found[f"components.{name}"] = ("the component", str(block["source"]))
    blocks = {f"corpora.{name}": block for name, block in given.get("corpora", {}).items()}
    blocks["initialize.after_init"] = given.get("initialize", {}).get("after_init")
    for section, block in blocks.items():
        if (function := function_of(block)) in TAKEN:
            found[section] = (TAKEN[function], str(block["source"]))
    return found


def unknown_functions(config: Config) -> Iterator[tuple[str, str | None]]:
    """Yield functions that are not registered, with their section, and the package that has them."""
    named = [(keys, str(function)) for keys, function in walk_dict(config) if keys[-1].startswith("@")]
    for keys, function in named:
        if package_of(function) and is_registered(keys[-1], function):
            registry.get(keys[-1][1:], function)  # the package may create registries of its own
    for keys, function in named:
        if not is_registered(keys[-1], function):
            yield f"{function} in [{'.'.join(keys[:-1])}]", package_of(function)


def is_registered(kind: str, function: str) -> bool:
    """Say whether a function is registered. kind: as a config has it, such as `@architectures`."""
    return kind[1:] in registry.get_registry_names() and registry.has(kind[1:], function)


def package_of(function: str) -> str | None:
    """Return which of PACKAGES has a function, None for spaCy's own and unknown ones."""
    prefix = function.split(".")[0]
    return prefix if prefix in PACKAGES else None


def unknown_factories(config: Config) -> Iterator[tuple[str, str | None]]:
    """Yield factories that spaCy does not have, with their section, and the package that has them."""
    spacy.blank("xx")  # spaCy registers its factories with the first pipeline that is made
    language = get_lang_class(config["nlp"]["lang"])  # which may have factories of its own
    for name in config["nlp"].get("pipeline", []):
        factory = config["components"][name].get("factory")
        if factory is None:
            continue
        if not any(registry.has("factories", n) for n in (factory, language.get_factory_name(factory))):
            yield f"{factory} in [components.{name}]", FACTORIES.get(factory)


def is_there(source: Any) -> bool:
    """Say whether a pipeline is an installed package or a folder."""
    return is_package(str(source)) or Path(str(source)).is_dir()


def install(pipeline: str) -> str:
    """Return how to get a pipeline that is not there."""
    if Path(pipeline) == VECTORS:
        return "Make them: weasel run vectors"
    if "/" in pipeline or "\\" in pipeline:
        return "Train it first, or put it into that folder"
    return f"Install it: python -m spacy download {pipeline}"


def without_annotation(nlp: Language) -> dict[str, str]:
    """Return the components that learn from something that the corpus does not have, and what it is."""
    found = {name: nlp.get_pipe_meta(name).factory for name in nlp.component_names}
    return {name: ANNOTATIONS[factory] for name, factory in found.items() if factory in ANNOTATIONS}
