"""The settings in configs/raw.cfg, and which of them `teach` and `pretrain` read."""

from typing import Annotated

from pydantic import Field

from scripts.settings.base import Settings, if_text
from scripts.settings.convert import read_label_map, read_names


def read_teachers(value: str) -> tuple[str, ...]:
    """Return the names of pipelines in a list with commas."""
    return read_names(f"[{value.strip().removeprefix('[').removesuffix(']')}]")


class RawTextSettings(Settings):
    """Where the raw texts are."""

    raw_folder: str = "assets/raw"


class TeachSettings(RawTextSettings):
    """The settings that `teach` reads."""

    teachers: Annotated[tuple[str, ...], if_text(read_teachers)] = ("training/default/model-best",)
    agreement: Annotated[float, Field(gt=0.5, le=1)] = 0.6
    teacher_labels: Annotated[dict[str, str | None], if_text(read_label_map)] = Field(
        default_factory=dict
    )


class PretrainSettings(RawTextSettings):
    """The settings that `pretrain` reads."""

    pretrain_epochs: Annotated[int, Field(ge=1)] = 20


class RawFile(TeachSettings, PretrainSettings):
    """The settings in configs/raw.cfg."""
