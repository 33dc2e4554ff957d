"""What decides the result of a training, and nothing else: so that it is trained once.

In: a config that was filled in, and the corpus. Out: texts and fingerprints. Left out are names and
places of folders, loggers, and callbacks that only save the pipeline.
"""

import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from spacy.util import walk_dict
from thinc.api import Config

from scripts.files import fingerprint
from scripts.files.closure import Closure
from scripts.training.configuring import PLACES
from scripts.training.stand_alone import READ_LABELS

ROOT = Path(__file__).parents[2]
READ = ("train.spacy", "dev.spacy", "dev.sources.jsonl", "labels")  # what training and scoring read
SCORES = "scores.py"


def corpus_of(corpus: Path) -> str:
    """Return the fingerprint of a corpus, of what training and scoring read of it."""
    found = {name: fingerprint.of_path(corpus / name) for name in READ if (corpus / name).exists()}
    return fingerprint.of_text(json.dumps(found, sort_keys=True))


def essence(config: Config, made_with: str, code: dict[str, str]) -> str:
    """Return the fingerprint of a config, whatever the seed.

    made_with: its first lines, which name packages and files with their versions. code: see `code_of`.
    """
    kept = config.copy()
    kept["system"]["seed"] = 0
    for name in ("logger", "before_to_disk"):
        kept["training"].pop(name, None)
    for name in PLACES:  # what is there is part of the fingerprint by itself
        kept["paths"].pop(name, None)
    lines = [line for line in made_with.splitlines() if line.startswith("# Made with")]
    return fingerprint.of_text(json.dumps([kept.to_str(interpolate=False), lines, code]))


def code_of(config: Config) -> dict[str, str]:
    """Return the files of this project that decide the result of a training, with their hashes."""
    training = {key: config["training"][key] for key in ("optimizer", "batcher", "before_update")}
    sections = {key: config[key] for key in ("nlp", "components", "corpora", "initialize")}
    named = Closure(ROOT, {}).hashes(modules_named({**sections, "training": training}))
    return named | {SCORES: fingerprint.of_file(Path(__file__).with_name(SCORES))}


def modules_named(block: dict[str, Any]) -> list[str]:
    """Return the modules of this project with functions that a part of a config names."""
    wanted = {
        (keys[-1].removeprefix("@"), value)
        for keys, value in walk_dict(block)
        if (keys[-1].startswith("@") or keys[-1] == "factory") and value != READ_LABELS
    }
    return sorted(
        point.module
        for kind, name in wanted
        for point in entry_points(group=f"spacy_{'factories' if kind == 'factory' else kind}")
        if point.name == name and point.module.startswith("scripts.")
    )
