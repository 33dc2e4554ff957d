"""The settings in configs/report.cfg, and which of them `analyze`, `compare` and `report` read."""

from typing import Annotated, Literal

from pydantic import Field

from scripts.settings.base import Settings
from scripts.settings.check import ExampleSettings


class IntervalSettings(Settings):
    """How intervals are computed."""

    resamples: Annotated[int, Field(ge=100)] = 2000
    confidence: Annotated[float, Field(ge=0.5, le=0.999)] = 0.95


class ErrorSettings(IntervalSettings):
    """Which errors are shown, and how much of each."""

    errors_of: Literal["dev", "dev,test"] = "dev"
    examples: Annotated[int, Field(ge=1)] = 5
    context: Annotated[int, Field(ge=0)] = 120


class AnalyzeSettings(ErrorSettings, ExampleSettings):
    """The settings that `analyze` reads."""


class CompareSettings(IntervalSettings):
    """The settings that `compare` reads."""

    permutations: Annotated[int, Field(ge=100)] = 2000


class ReportSettings(Settings):
    """The settings that `report` reads."""

    wandb_texts: bool = False


class ReportFile(ErrorSettings, CompareSettings, ReportSettings):
    """The settings in configs/report.cfg."""
