"""The settings in configs/gate.cfg."""

from typing import Annotated, Literal

from pydantic import Field

from scripts.settings.base import Settings, if_text

Share = Annotated[float, Field(ge=0, le=1)]


def read_bars(value: str) -> dict[str, float]:
    """Return F by label from `PERSON=0.8,ORG=0.7`. Raises ValueError for anything else."""
    bars: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in value.split(","))):
        label, equals, figure = part.rpartition("=")
        if not equals or not label.strip():
            raise ValueError(f"{part!r} is not of the form LABEL=F, with F from 0 to 1")
        try:
            bars[label.strip()] = float(figure)
        except ValueError:
            raise ValueError(f"{part!r}: F is a number from 0 to 1") from None
        if not 0 <= bars[label.strip()] <= 1:
            raise ValueError(f"{part!r}: F is a number from 0 to 1")
    return bars


class GateSettings(Settings):
    """What a run has to reach; figures are fractions from 0 to 1."""

    min_f: Share = 0.0
    min_label_f: Annotated[dict[str, Share], if_text(read_bars)] = Field(default_factory=dict)
    max_loss: Share = 1.0
    undecided: Literal["pass", "fail"] = "fail"
