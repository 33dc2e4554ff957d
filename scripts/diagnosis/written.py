"""What the user has written: the settings in configs/, and the config that is trained.

In: both, and the config of the run, which the step `config` made. Out: symptoms. What is looked at after
these is the config of the run, so it matters whether that is still the one in configs/.
"""

from collections.abc import Iterator
from pathlib import Path

from spacy.util import load_config

from scripts.diagnosis.symptom import Symptom
from scripts.files import atomic
from scripts.files.pipelines import to_type
from scripts.files.terminal import printable
from scripts.settings.files import WrongSettings, read_files
from scripts.training.configuring import configure, heading
from scripts.training.wiring import Place

LONGEST = 300  # characters of an error


def settings(configs: Path, given: str = "") -> Iterator[Symptom]:
    """Yield whether the settings can be used. given: those for one run, the value of `vars.set`."""
    try:
        read_files(configs, given)
    except WrongSettings as error:
        for problem in error.problems:
            yield Symptom("broken", problem, f"Correct it in {configs.as_posix()}/, or in vars.set")
        return
    yield Symptom("well", f"The settings in {configs.as_posix()}/ can be used")


def config(path: Path, run: Path, corpus: Path, seed: int = 0) -> Iterator[Symptom]:
    """Yield whether a config can be used, and whether the run's is the one that it makes."""
    made = run / "config.cfg"
    name, other = path.as_posix(), made.as_posix()
    files = corpus / "inputs.json", corpus / "counts.json"
    there = all(file.is_file() for file in files)
    inputs, counts = map(atomic.read_json, files) if there else ({}, {})
    try:
        plain = load_config(path)
        if not there:
            way = "weasel run inputs, then convert and config"
            yield Symptom("note", f"{name} can be read; there is no corpus yet to fill it in", way)
            return
        found = configure(plain, inputs["nlp"], Place(corpus, run, seed, counts)).config
    except Exception as error:
        said = printable(" ".join(str(error).split()), LONGEST)
        way = getattr(error, "hint", f"{to_type('config', run, path.name)} says more")
        yield Symptom("broken", f"{name} can't be used: {said}", way)
        return
    if not made.is_file():
        yield Symptom("well", f"{name} can be used")
    elif heading(path, found) + found.to_str() == made.read_text(encoding="utf8"):
        yield Symptom("well", f"{other} is {name} with all values filled in")
    else:
        told = f"{other}, which is looked at here, no longer matches {name}, the corpus or the seed"
        yield Symptom("warn", told, to_type("config", run, path.name))
    if (dropout := found.interpolate()["training"]["dropout"]) >= 1:
        told = f"dropout in [training] is {dropout:g}, with which nothing can be learned"
        yield Symptom("broken", told, "Set it to a number from 0 to 0.5")
