"""The settings files in configs/, with what is changed for one run, and what each step reads of them.

In: `configs/<name>.cfg` and the value of `vars.set`. Out: `corpus/settings/<step>.json`, with nothing in
it but the settings that the step reads, so that a changed setting runs no other step.
"""

import configparser
import difflib
import json
import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from confection import Config, ConfigValidationError
from confection.util import try_load_json
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from scripts.files import atomic
from scripts.files.terminal import printable
from scripts.settings.agreement import AgreementSettings
from scripts.settings.base import ModelT, Settings, settings_path
from scripts.settings.check import CheckSettings
from scripts.settings.confidence import ConfidenceSettings
from scripts.settings.convert import ConvertSettings, ExportSettings
from scripts.settings.gate import GateSettings
from scripts.settings.raw import PretrainSettings, RawFile, TeachSettings
from scripts.settings.report import AnalyzeSettings, CompareSettings, ReportFile, ReportSettings
from scripts.settings.review import ReviewFile, ReviewSettings
from scripts.settings.serve import ServeSettings
from scripts.settings.suggest import SuggestFile, SuggestSettings
from scripts.settings.word_vectors import WordVectorsFile, WordVectorsSettings

# Each file configs/<name>.cfg has one section, [<name>].
FILES: Mapping[str, type[Settings]] = {
    "convert": ConvertSettings,
    "check": CheckSettings,
    "confidence": ConfidenceSettings,
    "report": ReportFile,
    "gate": GateSettings,
    "review": ReviewFile,
    "raw": RawFile,
    "word_vectors": WordVectorsFile,
    "suggest": SuggestFile,
    "serve": ServeSettings,
}
# What each step reads of all files together; no two files have a setting of the same name. `gate` and
# `serve` read their files by themselves.
STEPS: Mapping[str, type[Settings]] = {
    "convert": ConvertSettings,
    "check": CheckSettings,
    "confidence": ConfidenceSettings,
    "analyze": AnalyzeSettings,
    "compare": CompareSettings,
    "report": ReportSettings,
    "experiments": CompareSettings,
    "sweep": CompareSettings,
    "curve": CompareSettings,
    "export": ExportSettings,
    "teach": TeachSettings,
    "pretrain": PretrainSettings,
    "vectors": WordVectorsSettings,
    "review": ReviewSettings,
    "agreement": AgreementSettings,
    "suggest": SuggestSettings,
}
# `convert.misaligned=expand`. A value goes on until the next setting, and may be in single quotes.
PLACE = r"[\w-]+\.[\w-]+="
CHANGE = re.compile(rf"\s*(?P<place>[^\s=]+)=(?P<value>'[^']*'|.*?)(?=\s+{PLACE}|\s*$)", re.DOTALL)
EXAMPLE = "convert.misaligned=expand report.resamples=500"
# What values of the other types look like.
KINDS: Mapping[Any, str] = {
    bool: "true or false",
    str: "text, in quotes",
    tuple: "names separated by commas, in quotes",
    dict: "pairs separated by commas, in quotes: PERSON=0.8,ORG=0.7",
}
LONGEST = 300  # characters of a value in a message

Changes = dict[str, dict[str, Any]]  # by section and setting
# What a user may write before the name of a value that is in a config of spaCy.
TRAINING = ("config", "schedule", "training", "nlp", "components", "initialize", "corpora", "system")


class WrongSettings(ValueError):
    """Raised when settings can't be used. problems: what is wrong, a sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(self.problems))


def read_files(folder: Path, given: str = "") -> dict[str, Settings]:
    """Return the settings of all files in `folder`, by name.

    given: the value of `vars.set`, which changes some for one run.
    Raises WrongSettings with everything that is wrong.
    """
    changes, problems = read_changes(given)
    found: dict[str, Settings] = {}
    for name, model in FILES.items():
        try:
            found[name] = read_file(folder / f"{name}.cfg", model, changes.get(name, {}))
        except WrongSettings as error:
            problems += error.problems
    if problems:
        raise WrongSettings(problems)
    return found


def read_one(path: Path, model: type[ModelT], given: str) -> ModelT:
    """Return the settings of one file; for the rest see `read_files`."""
    changes, problems = read_changes(given)
    if problems:
        raise WrongSettings(problems)
    return read_file(path, model, changes.get(path.stem, {}))


def write_steps(corpus: Path, files: Mapping[str, Settings]) -> None:
    """Write for each step the settings that it reads, if they changed."""
    values = dict(ChainMap(*(file.model_dump(mode="json") for file in files.values())))
    for step, model in STEPS.items():
        read = {name: values[name] for name in model.model_fields}
        atomic.write_json_if_changed(settings_path(corpus, step), read)


def read_changes(given: str) -> tuple[Changes, list[str]]:
    """Return what the value of `vars.set` changes, and what is wrong with it."""
    changes: Changes = {}
    problems: list[str] = []
    at = 0
    while given[at:].strip():
        match = CHANGE.match(given, at)
        if match is None:
            rest = printable(given[at:].strip(), LONGEST)
            problem = f"vars.set: {rest!r} is not of the form setting=value; write it like {EXAMPLE}"
            return {}, [*problems, problem]
        at = match.end()
        section, _, key = match["place"].rpartition(".")
        if key in changes.get(section, {}):
            problems.append(f"vars.set: {section}.{key} is there twice; give it once")
        elif section in FILES and key in FILES[section].model_fields:
            changes.setdefault(section, {})[key] = value_of(match["value"])
        else:
            places = [f"{name}.{key}" for name, model in FILES.items() for key in model.model_fields]
            problems.append(
                f"vars.set: there is no setting {printable(match['place'])!r}; "
                f"{suggested(match['place'], places)}"
            )
    return changes, problems


def value_of(text: str) -> Any:
    """Return the value that a person wrote, as the files have it: JSON, or text without quotes."""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    return try_load_json(text)


def suggested(name: str, known: list[str]) -> str:
    """Return which name was meant: the nearest one, one with the same last part, or any of them."""
    same = [place for place in known if place.rpartition(".")[2] == name.rpartition(".")[2]]
    if not same and name.partition(".")[0] in TRAINING:
        return "training is configured in configs/config.cfg: train a copy of it, with vars.config"
    close = same or difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"


def read_file(path: Path, model: type[ModelT], changes: Mapping[str, Any]) -> ModelT:
    """Return the settings of one file, some changed for this run; what it lacks has its default.

    Raises WrongSettings with everything that is wrong.
    """
    section = path.stem
    values = read_section(path, section)
    unknown = [key for key in values if key not in model.model_fields]
    if unknown:
        known = list(model.model_fields)
        raise WrongSettings(
            f"{path.as_posix()} has no setting {printable(key)!r}; {suggested(key, known)}"
            for key in unknown
        )
    try:
        return model.model_validate({**values, **changes})
    except ValidationError as error:
        raise WrongSettings(problems_in_words(error, path, model, changes)) from None


def read_section(path: Path, section: str) -> dict[str, Any]:
    """Return the values in the one section of a settings file.

    Raises WrongSettings when the file can't be read, or has other sections.
    """
    try:
        config = Config().from_str(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        why = "there is no such file; restore it, or leave it empty to have all defaults"
        raise WrongSettings([f"{path.as_posix()}: {why}"]) from None
    except (OSError, ValueError, ConfigValidationError, configparser.Error) as error:
        said = printable(" ".join(str(error).split()), LONGEST)
        raise WrongSettings([f"{path.as_posix()} can't be read: {said}"]) from None
    if unknown := [name for name in config if name != section]:
        why = f"it has the section [{printable(unknown[0])}]; its only section is [{section}]"
        raise WrongSettings([f"{path.as_posix()}: {why}"])
    return dict(config.get(section, {}))


def problems_in_words(
    error: ValidationError, path: Path, model: type[Settings], changes: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what is wrong with the values of a file, a sentence each."""
    for found in error.errors(include_url=False):
        if not found["loc"]:  # values that don't go together
            yield f"{path.as_posix()}: {found['ctx']['error']}"
            continue
        key = str(found["loc"][0])
        place = f"{path.stem}.{key} in vars.set" if key in changes else f"{key} in {path.as_posix()}"
        value = printable(as_written(found["input"]), LONGEST)
        if found["type"] == "value_error":
            yield f"{place} is {value}: {printable(str(found['ctx']['error']), LONGEST)}"
        else:
            yield f"{place} is {value}; it can be {allowed(model.model_fields[key])}"


def as_written(value: Any) -> str:
    """Return a value as a settings file has it, text in single quotes."""
    return repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def allowed(field: FieldInfo) -> str:
    """Return in words what the value of a setting can be."""
    kind = field.annotation
    if get_origin(kind) is Literal:
        *others, last = get_args(kind)
        return f"{', '.join(others)} or {last}"
    if kind in (int, float):
        return f"a {'whole ' if kind is int else ''}number {bounds(field.metadata)}"
    return KINDS[get_origin(kind) or kind]


def bounds(metadata: Iterable[Any]) -> str:
    """Return the range of a number in words."""
    limits = {type(limit): limit for limit in metadata}
    if Gt in limits and Lt in limits:
        return f"between {limits[Gt].gt:g} and {limits[Lt].lt:g}"
    if Ge in limits and Le in limits:
        return f"from {limits[Ge].ge:g} to {limits[Le].le:g}"
    return f"above {limits[Gt].gt:g}" if Gt in limits else f"from {limits[Ge].ge:g} up"
