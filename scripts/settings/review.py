"""The settings in configs/review.cfg, and those that `review` reads."""

from typing import Annotated, Literal

from pydantic import Field

from scripts.settings.base import Settings


class ReviewFile(Settings):
    """The settings in configs/review.cfg."""

    review_of: Literal["train,dev,test", "train,dev"] = "train,dev,test"
    flags_shown: Annotated[int, Field(ge=1)] = 200
    work_list: Annotated[int, Field(ge=1)] = 100
    suggest_above: Annotated[float, Field(ge=0, le=1)] = 0.5


class ReviewSettings(ReviewFile):
    """The settings that `review` reads. context: characters around a flag, as around an error."""

    context: Annotated[int, Field(ge=0)] = 120
