"""The settings in configs/word_vectors.cfg, and those that `vectors` reads."""

from typing import Annotated, Literal

from pydantic import Field

from scripts.settings.base import Settings
from scripts.settings.raw import RawTextSettings

Count = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(ge=1)]


class WordVectorsFile(Settings):
    """The settings in configs/word_vectors.cfg: where vectors come from, and how many they are."""

    method: Literal["transformer", "file", "pipeline", "floret"] = "transformer"
    source: str = "sentence-transformers/all-MiniLM-L6-v2"
    any_case: bool = True
    words: Count = 100_000
    dimensions: Some = 128
    keep: Count = 0
    floret_rows: Some = 20_000
    floret_epochs: Some = 10
    least_count: Some = 2
    cluster_depth: Annotated[int, Field(ge=0, le=31)] = 16


class WordVectorsSettings(WordVectorsFile, RawTextSettings):
    """The settings that `vectors` reads."""
