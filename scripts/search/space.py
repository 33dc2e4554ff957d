"""What a sweep searches: the file configs/sweep.yml, in the format of W&B sweeps.

In: a YAML file. Out: a `Sweep`: which values of the config are tried, how the next ones are chosen, how
many trials there are, and when a trial is stopped. What W&B knows and this project doesn't is refused.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import srsly
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from scripts.files.terminal import printable

LONGEST = 300  # characters of a reason
DIGITS = 12  # of numbers at a distance, which are multiples of it: 0.15, not 0.15000000000000002

Number = int | float
Method = Literal["bayes", "random", "grid"]


class WrongSweep(ValueError):
    """Raised for a sweep that can't be run: what is wrong, and what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


class Strict(BaseModel):
    """A part of the file, in which every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Parameter(Strict):
    """The values that a value of the config may take.

    Either `value` (one), `values` (a choice), or `min` and `max`: whole numbers if both are, unless
    `distribution` says otherwise. q: the distance between two values.
    """

    distribution: (
        Literal[
            "constant",
            "categorical",
            "int_uniform",
            "uniform",
            "q_uniform",
            "log_uniform",
            "log_uniform_values",
        ]
        | None
    ) = None
    value: Any = None
    values: list[Any] | None = Field(None, min_length=1)
    min: Number | None = None
    max: Number | None = None
    q: Annotated[float, Field(gt=0)] = 1.0

    @model_validator(mode="after")
    def whole(self) -> "Parameter":
        """Refuse what lacks something."""
        given = self.model_fields_set
        if sum(name in given for name in ("value", "values", "min")) != 1:
            raise ValueError("give one of value, values, or min and max")
        if ("min" in given) != ("max" in given):
            raise ValueError("give both min and max")
        if self.min is not None and self.max is not None and not self.min < self.max:
            raise ValueError("min must be smaller than max")
        if self.kind == "log_uniform_values" and self.min is not None and self.min <= 0:
            raise ValueError("min must be above 0 for a logarithmic scale")
        if (self.kind in ("constant", "categorical")) != (self.min is None):
            raise ValueError(f"{self.kind} does not go with the other keys")
        if self.kind == "int_uniform" and not isinstance(self.min, int):
            raise ValueError("int_uniform needs whole numbers")
        return self

    @property
    def kind(self) -> str:
        """The distribution, by W&B's rules if it is not given."""
        if self.distribution is not None:
            return self.distribution
        if self.min is None:
            return "constant" if self.values is None else "categorical"
        return "int_uniform" if isinstance(self.min, int) and isinstance(self.max, int) else "uniform"

    @property
    def bounds(self) -> tuple[Number, Number]:
        """The smallest and the largest value, as the config takes them."""
        if self.min is None or self.max is None:
            raise ValueError("a choice has no bounds")
        if self.kind == "log_uniform":  # W&B gives the exponents
            return math.exp(self.min), math.exp(self.max)
        return self.min, self.max

    def any_value(self) -> Any:
        """Return one of the values."""
        listed = self.listed()
        return self.bounds[0] if listed is None else listed[0]

    def listed(self) -> list[Any] | None:
        """Return all values if they are few: of a choice, and of numbers at a distance; else None."""
        if self.kind == "constant":
            return [self.value]
        if self.values is not None:
            return self.values
        low, high = self.bounds
        if self.kind == "int_uniform":
            return list(range(int(low), int(high) + 1))
        if self.kind == "q_uniform":
            count = math.floor((high - low) / self.q + 1e-9) + 1
            return [round(low + n * self.q, DIGITS) for n in range(count)]
        return None


class Metric(Strict):
    """What is optimised: the score with which spaCy chooses a pipeline."""

    name: Literal["score"]
    goal: Literal["maximize"]


class Hyperband(Strict):
    """When a trial is stopped: at some evaluations, unless it is among the best 1/eta so far.

    min_iter: the first of these evaluations; each next one is eta times as far. Or max_iter and s: the
    last of them, and how many there are.
    """

    type: Literal["hyperband"]
    eta: Annotated[int, Field(ge=2)] = 3
    min_iter: Annotated[int, Field(ge=1)] | None = None
    max_iter: Annotated[int, Field(ge=1)] | None = None
    s: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def whole(self) -> "Hyperband":
        """Refuse what lacks something."""
        if self.min_iter is None and (self.max_iter is None or self.s is None):
            raise ValueError("give min_iter, or both max_iter and s")
        return self

    @property
    def first(self) -> int:
        """The first evaluation at which a trial may be stopped, counted from 1."""
        if self.min_iter is not None:
            return self.min_iter
        return max(1, int((self.max_iter or 1) / self.eta ** (self.s or 1)))


class Sweep(Strict):
    """The file. The keys from `name` on are for W&B alone."""

    method: Method
    metric: Metric
    parameters: dict[str, Parameter] = Field(min_length=1)
    run_cap: Annotated[int, Field(ge=1)] = 20
    early_terminate: Hyperband | None = None
    name: str | None = None
    description: str | None = None
    project: str | None = None
    entity: str | None = None
    program: str | None = None
    command: list[str] | None = None

    @model_validator(mode="after")
    def listable(self) -> "Sweep":
        """Refuse a grid of endlessly many values."""
        if self.method == "grid":
            endless = [name for name, one in self.parameters.items() if one.listed() is None]
            if endless:
                raise ValueError(f"a grid needs values, whole numbers or q_uniform for {endless[0]}")
        return self


def read_sweep(path: Path) -> Sweep:
    """Return the contents of a sweep file. Raises WrongSweep."""
    name = path.as_posix()
    try:
        return Sweep.model_validate(srsly.read_yaml(path))
    except ValidationError as error:
        reason = "; ".join(faults(error))
        hint = "The comments in configs/sweep.yml say what there is."
        raise WrongSweep(f"{name} can't be used. {printable(reason, LONGEST)}", hint) from None
    except ValueError as error:  # no YAML
        reason = printable(" ".join(str(error).split()), LONGEST)
        raise WrongSweep(f"{name} can't be read. {reason}", "Correct the file.") from None


def faults(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong with a sweep, each with its place."""
    for found in error.errors(include_url=False):
        place = ".".join(str(part) for part in found["loc"])
        said = found["ctx"]["error"] if found["type"] == "value_error" else found["msg"]
        yield f"{place}: {said}" if place else str(said)


def as_choice(value: Any) -> Any:
    """Return a value of a choice as a study can keep it: lists as JSON."""
    return json.dumps(value) if isinstance(value, list | dict) else value


def from_study(parameter: Parameter, kept: Any) -> Any:
    """Return the value of a config that a study has kept."""
    if parameter.values is not None:
        return next(value for value in parameter.values if as_choice(value) == kept)
    return round(kept, DIGITS) if parameter.kind == "q_uniform" else kept
