"""The values of a config that a trial changes, and those of them that this project would replace.

In: a config, and values by dotted name. Out: the config with these values; or a Refusal of a value that
is not there, or that has no effect because this project decides it. A trial that dropped such a value
would look like one that it makes no difference to.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from spacy.util import dot_to_object
from thinc.api import Config

from scripts.files.terminal import printable
from scripts.training.filling import Refusal, fill

LONGEST = 60  # characters of a value in a message
LABELS = 4  # parts of the name initialize.components.ner.labels
# Decided anew for each trial, even if the number happens to be the same.
SEEDS = ("system.seed", "training.seed", "paths.run")
STEPS = ("training.max_steps", "training.eval_frequency")
# Sections that keep what is asked for, in another place or as other numbers.
KEPT = ("training.logger", "training.before_to_disk", "training.score_weights")
# What to do, by a part of the names that it applies to.
HINTS = {
    "system.seed": "Use seeds of the variant; in a sweep, vars.seed.",
    "training.seed": "Use seeds of the variant; in a sweep, vars.seed.",
    "nlp.lang": "The corpus decides it: set vars.lang, and run weasel run all.",
    "nlp.tokenizer": "The corpus decides it: change vars.config or vars.lang, and run weasel run all.",
    "paths.": "A trial has its own corpus and folder. To train on less, use share or without.",
    "corpora.": "A trial reads its corpus. To train on less, use share or without.",
    "initialize.lookups": "To do without normal forms, set initialize.lookups.tables to [].",
    "training.max_epochs": "The training set is read as a stream: change max_steps or [schedule].",
}
# What to do where [schedule] decides.
SCHEDULED = {
    "training.max_steps": "Change schedule.passes, schedule.minimum or schedule.maximum.",
    "training.eval_frequency": "Change schedule.evaluations.",
    "training.optimizer": "It is the number of steps: change schedule.passes or schedule.minimum.",
    ".suggester": "Set schedule.span_coverage to null, or change schedule.longest_span.",
}


def changed(config: Config, overrides: Mapping[str, Any]) -> Config:
    """Return a config with some values changed, by dotted name.

    Raises Refusal for a name that is neither in the config nor in what spaCy fills it in with.
    """
    if not all(has(config, name) for name in overrides):
        config = fill(config)[0]
    for name, value in overrides.items():
        if not has(config, name):
            hint = "Write the whole name, for example training.dropout or schedule.passes."
            raise Refusal(f"The config has no value {printable(name)}", hint)
        section, _, key = name.rpartition(".")
        dot_to_object(config, section)[key] = value
    return config


def has(config: Config, name: str) -> bool:
    """Say whether a config has a value of this dotted name."""
    section, _, key = name.rpartition(".")
    try:
        return bool(section) and key in dot_to_object(config, section)
    except (KeyError, TypeError):
        return False


def refuse_replaced(overrides: Mapping[str, Any], config: Config, wired: Config) -> None:
    """Raise Refusal where a config that can be trained has lost values that a trial asks for.

    config: with these values, before it was wired.
    """
    scheduled = "schedule" in config
    found = list(replaced(overrides, config, wired))
    if not found:
        return
    said = [(reason, hint_for(name, scheduled)) for name, reason in found]
    before = "".join(f"{reason}. {hint} " for reason, hint in said[:-1])
    raise Refusal(before + said[-1][0], said[-1][1])


def replaced(overrides: Mapping[str, Any], config: Config, wired: Config) -> Iterator[tuple[str, str]]:
    """Yield the names of values that were replaced, with the reason in words.

    The values are compared with what they would be if they were written into the wired config, so that
    references such as ${paths.train} mean the same in both.
    """
    again = wired.copy()
    if "schedule" in config:
        again["schedule"] = config["schedule"]
    for name, value in overrides.items():
        if has(again, name):
            section, _, key = name.rpartition(".")
            dot_to_object(again, section)[key] = value
    asked, trained = again.interpolate(), wired.interpolate()
    decided = (*SEEDS, *STEPS) if "schedule" in config else SEEDS
    for name, value in overrides.items():
        if name.startswith(("schedule.", *KEPT)):
            continue
        if name in decided and not str(value).startswith("${"):
            by = "[schedule]" if name in STEPS else "the trial"
            yield name, f"{printable(name)} is decided by {by}: {shown(value)} has no effect"
        elif not (has(asked, name) and has(trained, name)):
            yield name, f"{printable(name)} has no effect: the trained pipeline has no such value"
        else:
            for lost, one, other in differences(name, at(asked, name), at(trained, name)):
                if is_lost(lost, name, one, other):
                    yield lost, f"{printable(lost)} would be {shown(other)}, not {shown(one)}"


def differences(name: str, asked: Any, found: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each value that was asked for and differs: its name, it, and the other one.

    A section may have more values than were asked for, and any where nothing (None) was.
    """
    if isinstance(asked, dict) and isinstance(found, dict):
        for key, value in asked.items():
            if value is not None:
                yield from differences(f"{name}.{key}", value, found.get(key))
    elif asked != found and str(asked) != str(found):
        yield name, asked, found


def is_lost(lost: str, name: str, asked: Any, found: Any) -> bool:
    """Say whether a value that differs makes a difference.

    lost: its name. name: of the override, which may be the whole section.
    """
    parts = lost.split(".")
    if lost == "training.frozen_components":  # those that the corpus can't teach are added
        return not asked or not set(asked) <= set(found)
    if lost.startswith("initialize.components.") and "labels" in parts[:LABELS]:
        return parts[-1] == "path"  # it is read in our own way, but from another file
    return parts[-1] != "total_steps" or lost == name  # a schedule needs it, and it is always max_steps


def hint_for(name: str, scheduled: bool) -> str:
    """Return what to do about a value that is replaced. scheduled: the config has [schedule]."""
    hints = {**HINTS, **(SCHEDULED if scheduled else {})}
    found = (hint for part, hint in hints.items() if part in name)
    return next(found, "Leave it out: this project decides it.")


def at(config: Config, name: str) -> Any:
    """Return the value of a dotted name."""
    section, _, key = name.rpartition(".")
    return dot_to_object(config, section)[key]


def shown(value: Any) -> str:
    """Return a value as a config has it, on one line."""
    return printable(json.dumps(value, default=str), LONGEST)
