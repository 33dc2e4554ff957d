"""The settings in configs/check.cfg."""

from typing import Annotated

from pydantic import Field

from scripts.settings.base import Settings


class ExampleSettings(Settings):
    """The threshold that the advice of `analyze` uses as well."""

    few_examples: Annotated[int, Field(ge=0)] = 50


class CheckSettings(ExampleSettings):
    """The thresholds above which `check` reports a finding."""

    near_duplicate: Annotated[float, Field(ge=0, le=1)] = 0.8
    unlabelled: Annotated[int, Field(ge=1)] = 3
    long_document: Annotated[float, Field(gt=0)] = 20
    max_leaked: Annotated[float, Field(ge=0, le=1)] = 0.5
    debug_docs: Annotated[int, Field(ge=1)] = 2000
