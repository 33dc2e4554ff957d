"""What all models of settings have in common, and how a step reads its own.

In: `corpus/settings/<step>.json`, which `inputs` writes. Out: a frozen model of its values.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from scripts.files.contract import read
from scripts.files.lock import runner
from scripts.files.progress import this_step
from scripts.files.terminal import msg


class Settings(BaseModel):
    """Some settings with their types and defaults; the files in configs/ say what each is for."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, allow_inf_nan=False
    )


ModelT = TypeVar("ModelT", bound=Settings)


def if_text(read: Callable[[str], Any]) -> BeforeValidator:
    """Return a validator that has a value read when it is text; any other stays as it is."""
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


def settings_path(corpus: Path, step: str) -> Path:
    """Return the file with the settings that a step reads."""
    return corpus / "settings" / f"{step}.json"


def read_settings(corpus: Path, step: str, model: type[ModelT]) -> ModelT:
    """Return the settings of a step; ends the program when `inputs` has not written them yet."""
    if set_without_inputs():
        hint = "`inputs` reads it: run `weasel run inputs . --vars.set ...` first, or the workflow."
        msg.warn(f"--vars.set changes nothing for {step} alone", hint)
    return model.model_validate(read(settings_path(corpus, step), model, "inputs"))


def set_without_inputs() -> bool:
    """Say whether weasel runs this step alone, with settings that only `inputs` would apply."""
    weasel, this = runner(), this_step()
    words = weasel.cmdline() if weasel else []
    given = any(word.partition("=")[0] == "--vars.set" for word in words)
    return given and this is not None and not this.of
