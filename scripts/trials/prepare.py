"""From a trial to a task: its config filled in for its training set, and a fingerprint of it all.

In: trials. Out: tasks, which need nothing but the corpus and this project to be trained. Trials that
differ in their seed only share the work.
"""

import configparser
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import ValidationError
from spacy.util import load_config
from thinc.api import Config, ConfigValidationError

from scripts.conversion.inputs import Inputs
from scripts.conversion.outcome import Counts
from scripts.files import atomic, fingerprint
from scripts.files.contract import read
from scripts.files.terminal import printable
from scripts.training.configuring import configure, heading
from scripts.training.filling import Refusal
from scripts.training.wiring import Place
from scripts.training.wrong_values import problems
from scripts.trials.data import part_for
from scripts.trials.essence import code_of, corpus_of, essence
from scripts.trials.overrides import changed, refuse_replaced
from scripts.trials.trial import LearnedFrom, Trial

LONGEST = 300  # characters of a reason
PARTS = ".parts"  # folder with parts of the corpus


@dataclass(frozen=True, slots=True)
class Task:
    """A trial that can be trained: plain values only.

    config: the text of its config. data: the folder with its training set, a part of the corpus.
    parts: the folder in which that part is made where it is missing. corpus: fingerprint of the corpus.
    environment, code: versions of the packages, and hashes of the files of this project, that decide the
    result.
    """

    trial: Trial
    config: str
    fingerprint: str
    data: str
    parts: str
    corpus: str
    environment: dict[str, str]
    code: dict[str, str]
    learned_from: LearnedFrom


@dataclass(slots=True)
class Preparation:
    """Turns trials into tasks. folder: of the trials. Remembers what trials have in common."""

    folder: Path
    _configs: dict[str, tuple[str, str, dict[str, str]]] = field(default_factory=dict)
    _corpora: dict[str, str] = field(default_factory=dict)

    def task(self, trial: Trial) -> Task:
        """Return the task of a trial. Raises Refusal for one that can't be trained."""
        corpus, parts = Path(trial.corpus), self.folder / PARTS
        if trial.corpus not in self._corpora:
            self._corpora[trial.corpus] = corpus_of(corpus)
        data = part_for(trial, parts)
        counts = read(data / "counts.json", Counts, "convert")
        shared = {**asdict(trial), "name": "", "seed": 0}
        key = json.dumps(shared, sort_keys=True, default=str)
        if key not in self._configs:
            self._configs[key] = self.filled(trial, data, counts)
        text, shared_essence, code = self._configs[key]
        train = counts["splits"]["train"]
        environment: dict[str, str] = atomic.read_json(corpus / "environment.json")
        made_from = {
            "config": shared_essence,
            "seed": trial.seed,
            "corpus": self._corpora[trial.corpus],
            "share": trial.share,
            "without": sorted(trial.without),
            "versions": environment,
            "gpu": trial.gpu_id >= 0,
        }
        if data != corpus:  # its name is a fingerprint of all that decides what is in it
            made_from["part"] = data.name
        return Task(
            trial=trial,
            config=with_seed(text, trial, self.folder),
            fingerprint=fingerprint.of_text(json.dumps(made_from, sort_keys=True)),
            data=data.as_posix(),
            parts=parts.as_posix(),
            corpus=self._corpora[trial.corpus],
            environment=environment,
            code=code,
            learned_from={
                "documents": train["documents"],
                "tokens": train["tokens"],
                "entities": train["entities"],
                "labels": train["labels"],
            },
        )

    def filled(self, trial: Trial, data: Path, counts: Counts) -> tuple[str, str, dict[str, str]]:
        """Return the text of a trial's config, what in it decides the result, and its code."""
        path = Path(trial.config)
        place = Place(data, self.folder / trial.name, trial.seed, counts)
        nlp_block = read(data / "inputs.json", Inputs, "inputs")["nlp"]
        try:
            config = changed(load_config(path), trial.overrides)
            wired = configure(config, nlp_block, place)
        except Refusal:
            raise
        except (
            ConfigValidationError,
            configparser.Error,
            ValidationError,
            OSError,
            ValueError,
        ) as error:
            raise Refusal(f"{path.as_posix()}: {in_words(error)}", "Correct the value.") from error
        if wired.lacking:  # without them, it would not be what its name says
            reason = f"{path.as_posix()}: {'. '.join(wired.lacking)}"
            raise Refusal(reason, "Or set include_static_vectors to false.")
        refuse_replaced(trial.overrides, config, wired.config)
        found = wired.config
        made_with = heading(path, found)
        text = made_with + found.to_str()
        code = code_of(found)
        return text, essence(found, made_with, code), code


def with_seed(text: str, trial: Trial, folder: Path) -> str:
    """Return the text of a config with the seed and the folder of a trial."""
    begin = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    config = Config().from_str(text, interpolate=False)
    config["system"]["seed"] = trial.seed
    config["paths"]["run"] = (folder / trial.name).as_posix()
    return f"{begin}\n\n{config.to_str()}"


def in_words(error: Exception) -> str:
    """Return on one line why a config can't be used."""
    words = str(error)
    if isinstance(error, ValidationError):  # the one section that this project reads itself
        words = f"[schedule]: {'. '.join(problems(error.errors()))}"
    elif isinstance(error, ConfigValidationError):
        words = ". ".join(problems(error.errors or ())) or error.text
    return printable(" ".join(words.split()), LONGEST)
