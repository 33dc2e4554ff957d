"""A config that can be trained: complete, in the language of the corpus and connected to this project.

In: a spaCy config and the place where it is trained. Out: the config, and what was done for that. The
step `config` writes it to a file; trials train it with many seeds and changes.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.schemas import ConfigSchemaTraining
from spacy.util import get_package_version, registry, walk_dict
from thinc.api import Config

from scripts.files import fingerprint
from scripts.files.terminal import printable
from scripts.training.differences import differences
from scripts.training.filling import fill, sources
from scripts.training.wiring import Place, silver_of, wire, without_vectors

# Values of [paths] for files that the steps have as deps.
PLACES = ("train", "dev", "labels", "inputs", "counts", "run")
READING = ("nlp", "components", "corpora", "initialize")  # sections whose functions may read files


@dataclass(frozen=True)
class WiredConfig:
    """A config that can be trained.

    added: what was changed for that. lacking: what it asks for and has to do without. different: values
    that differ from those of spaCy's quickstart.
    """

    config: Config
    added: list[str]
    lacking: list[str]
    different: list[str]


def configure(config: Config, nlp_block: dict[str, Any], place: Place) -> WiredConfig:
    """Return a config that can be trained, and what was done for that.

    nlp_block: language and tokenizer that `convert` has made the corpus with.
    Raises Refusal, or an error of validation, for a config that can't be trained.
    """
    added = same_language(config, nlp_block)
    filled, nlp = fill(config)
    lacking = list(without_vectors(filled))
    added += wire(filled, nlp, place)
    registry.resolve(filled.interpolate()["training"], schema=ConfigSchemaTraining)
    return WiredConfig(filled, added, lacking, differences(filled, nlp))


def same_language(config: Config, nlp_block: dict[str, Any]) -> list[str]:
    """Give the config the language and the tokenizer of the corpus; return what that changed."""
    before, lang = config["nlp"].get("lang"), nlp_block["lang"]
    config["nlp"] |= {"lang": lang}
    if "tokenizer" in nlp_block:
        config["nlp"]["tokenizer"] = nlp_block["tokenizer"]
    else:
        config["nlp"].pop("tokenizer", None)
    if before in (None, lang):
        return []
    return [f"language {lang} (vars.lang) instead of {printable(str(before))}, with its own tokenizer"]


def heading(path: Path, config: Config) -> str:
    """Return the first lines of the file: where it comes from, and what it is made with.

    Versions or hashes of pipelines, weights and files are here so that the file changes with them, and
    what depends on it runs again.
    """
    named = {name for _, name in sources(config).values()} | files_in(config)
    initialize = config.interpolate()["initialize"]
    named |= {initialize["vectors"], initialize["init_tok2vec"], *map(str, silver_of(config))}
    lines = [f"# Written by the step `config`. To change it, edit {path.as_posix()}."]
    for name in sorted(str(each) for each in named if each):
        file = Path(name)
        version = fingerprint.of_path(file) if file.exists() else get_package_version(name)
        lines.append(f"# Made with {name}, {version}")
    return "\n".join(lines) + "\n\n"


def files_in(config: Config) -> set[str]:
    """Return the files and folders that functions of a wired config may read, without the corpus."""
    found = config.interpolate()
    places = [Path(found["paths"][name]) for name in PLACES]
    values = {value for name in READING for _, value in walk_dict(found[name]) if isinstance(value, str)}
    paths = {value for value in values if "/" in value or "\\" in value}
    # Not Path.exists, which raises OSError for a text that is too long for a name.
    there = {value for value in paths if os.path.exists(value)}  # noqa: PTH110
    return {each for each in there if not any(Path(each).is_relative_to(place) for place in places)}
