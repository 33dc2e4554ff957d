"""What is in configs/experiments.yml: variants to compare, the learning curve, cross-validation.

In: the file. Out: a frozen model of its values, or every reason why it can't be used.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import srsly
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from scripts.files import names
from scripts.files.terminal import printable
from scripts.settings.base import Settings
from scripts.settings.files import WrongSettings


def all_different(seeds: tuple[int, ...]) -> tuple[int, ...]:
    """Return seeds. Raises ValueError if one is there twice."""
    if len(set(seeds)) < len(seeds):
        raise ValueError("the seeds are not all different")
    return seeds


def if_empty(section: Any) -> Any:
    """Return a section as it is; one of which YAML has only the name (`default:`) has nothing in it."""
    return {} if section is None else section


Seed = Annotated[int, Field(ge=0, le=names.LARGEST_SEED)]
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1), AfterValidator(all_different)]
Share = Annotated[float, Field(gt=0, le=1)]
Overrides = Annotated[dict[str, Any], BeforeValidator(if_empty)]


class Variant(Settings):
    """One variant: a config with changes, and the part of the training set that it learns from."""

    config: str = ""
    overrides: Overrides = Field(default_factory=dict)
    seeds: Seeds | None = None
    share: Share = 1.0
    without: tuple[str, ...] = ()


class CurveSettings(Settings):
    """What the command `curve` trains."""

    config: str = ""
    overrides: Overrides = Field(default_factory=dict)
    seeds: Seeds = (0, 1, 2)
    shares: Annotated[tuple[Share, ...], Field(min_length=3)] = (0.125, 0.25, 0.5, 1.0)

    @model_validator(mode="after")
    def check_shares(self) -> "CurveSettings":
        """Refuse shares that do not grow, or do not end with the whole training set."""
        if list(self.shares) != sorted(set(self.shares)):
            raise ValueError("each share must be larger than the one before")
        if self.shares[-1] != 1:
            raise ValueError("the last one of the shares must be 1.0, the whole training set")
        return self


class CrossvalidationSettings(Settings):
    """What the command `crossvalidate` trains."""

    config: str = ""
    overrides: Overrides = Field(default_factory=dict)
    folds: Annotated[int, Field(ge=2)] = 5
    seeds: Seeds = (0, 1)


class Experiments(Settings):
    """The contents of configs/experiments.yml."""

    reference: str = ""
    seeds: Seeds = (0, 1, 2)
    backend: Literal["local", "ray"] = "local"
    jobs: Annotated[int, Field(ge=0)] = 0
    keep_pipelines: bool = False
    variants: Annotated[dict[str, Annotated[Variant, BeforeValidator(if_empty)]], Field(min_length=1)]
    curve: CurveSettings = CurveSettings()
    crossvalidation: CrossvalidationSettings = CrossvalidationSettings()

    @model_validator(mode="after")
    def check_names(self) -> "Experiments":
        """Refuse names that are no folders, and a reference that is no variant."""
        for name in self.variants:
            if problem := names.of_run(name):
                raise ValueError(f"the variant {printable(name)!r} can't have this name: {problem}")
        folders: dict[str, str] = {}
        for name in self.variants:
            if (other := folders.setdefault(name.casefold(), name)) != name:
                both = f"{printable(other)!r} and {printable(name)!r}"
                raise ValueError(f"the variants {both} would share a folder on Windows and macOS")
        if self.reference and self.reference not in self.variants:
            raise ValueError(f"reference: there is no variant {printable(self.reference)!r}")
        return self

    @property
    def compared_with(self) -> str:
        """The variant that all others are compared with: by default the first one."""
        return self.reference or next(iter(self.variants))

    def seeds_of(self, variant: Variant) -> tuple[int, ...]:
        """Return the seeds of a variant."""
        return variant.seeds or self.seeds


def read_experiments(path: Path, backend: str = "") -> Experiments:
    """Return the contents of the file. backend: instead of the one in it. Raises WrongSettings."""
    name = path.as_posix()
    try:
        found = srsly.read_yaml(path)
        if backend and isinstance(found, dict):
            found["backend"] = backend
        return Experiments.model_validate(found)
    except FileNotFoundError:
        raise WrongSettings([f"{name} does not exist"]) from None
    except ValidationError as error:
        raise WrongSettings(f"{name}: {in_words(one)}" for one in error.errors()) from None
    except ValueError as error:
        raise WrongSettings([f"{name} is not valid YAML: {' '.join(str(error).split())}"]) from None


def in_words(error: Any) -> str:
    """Return what is wrong with one value."""
    place = printable(".".join(map(str, error["loc"])))
    said = error["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
