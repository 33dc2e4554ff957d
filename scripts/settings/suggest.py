"""The settings in configs/suggest.cfg, and those that `suggest` reads."""

from typing import Annotated

from pydantic import Field

from scripts.settings.base import Settings, if_text
from scripts.settings.raw import RawTextSettings, read_teachers


class SuggestFile(Settings):
    """The settings in configs/suggest.cfg: who is asked, how many texts, and which are preferred."""

    committee: Annotated[tuple[str, ...], if_text(read_teachers)] = ("training/default/model-best",)
    beam_width: Annotated[int, Field(ge=1)] = 4
    suggestions: Annotated[int, Field(ge=1)] = 100
    random_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    length_weight: Annotated[float, Field(ge=0, le=1)] = 1.0
    diversity: Annotated[float, Field(ge=0, le=1)] = 0.5


class SuggestSettings(SuggestFile, RawTextSettings):
    """The settings that `suggest` reads."""
