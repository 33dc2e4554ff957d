"""The settings in configs/confidence.cfg."""

from typing import Annotated

from pydantic import Field

from scripts.settings.base import Settings


class ConfidenceSettings(Settings):
    """How scores of entities are calibrated."""

    wanted_precision: Annotated[float, Field(gt=0, lt=1)] = 0.9
    least_predicted: Annotated[int, Field(ge=10)] = 50
    bins: Annotated[int, Field(ge=2)] = 10
